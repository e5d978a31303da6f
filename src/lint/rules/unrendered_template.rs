//! A template that was not rendered.
//!
//! ## What it does
//! Reports `{{ … }}`, `${NAME}` and `<no value>` where they make a manifest invalid.
//!
//! ## Why it matters
//! What is checked is not what will be applied. `<no value>` is what Go's templates write for a value
//! that nobody gave.
//!
//! ## Example
//! ```yaml
//! metadata:
//!   name: "{{ .Release.Name }}-db"
//! ```
//!
//! ## Use instead
//! ```yaml
//! # helm template . | netpolc lint -
//! metadata:
//!   name: shop-db
//! ```
//!
//! ## Limits
//! Text like that may stand in annotations and other values that take anything, so only what is
//! invalid is reported.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["unrendered-template"]);
