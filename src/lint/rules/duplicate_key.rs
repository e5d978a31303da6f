//! A key that is set twice.
//!
//! ## What it does
//! Reports a key that occurs twice in one object, such as the same label in `matchLabels` or a second
//! `ingress`.
//!
//! ## Why it matters
//! Only one of the two counts, mostly the last. A second label, or rules appended further down, can
//! disappear silently, unless the API server validates strictly and refuses the whole object.
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
//! Keys from a merge key `<<` do not count as duplicates: explicit keys override them.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["duplicate-key"]);
