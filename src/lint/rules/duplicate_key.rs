//! A key that is set twice.
//!
//! ## What it does
//! Reports a key that occurs twice in one object, such as the same label in `matchLabels` or a second
//! `ingress`.
//!
//! ## Why it matters
//! Only one of the two counts, mostly the last. Two labels that are both to be matched, or rules that
//! were appended below, are gone without a word, unless the API server validates strictly and
//! refuses the whole object.
//!
//! ## Example
//! ```yaml
//! matchLabels:
//!   app: web
//!   app: api
//! ```
//!
//! ## Use instead
//! ```yaml
//! matchExpressions:
//!   - {key: app, operator: In, values: [web, api]}
//! ```
//!
//! ## Limits
//! Keys that a merge key `<<` brings along are not set twice: those beside it count.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["duplicate-key"]);
