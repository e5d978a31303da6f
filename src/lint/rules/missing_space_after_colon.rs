//! A field without a space after its colon.
//!
//! ## What it does
//! Reports text such as `app:web` where a field with a value belongs.
//!
//! ## Why it matters
//! Without the space, YAML reads the text `app:web` instead of a field, and the API server refuses the
//! object. Between braces, `{app:web}` is a field of that name without a value.
//!
//! ## Example
//! ```yaml
//! matchLabels:
//!   app:web
//! ```
//!
//! ## Use instead
//! ```yaml
//! matchLabels:
//!   app: web
//! ```
//!
//! ## Limits
//! Only where text cannot stand. A value such as `image: nginx:1.27` is fine.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["no-space-after-colon"]);
