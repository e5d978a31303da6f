//! A field that Kubernetes does not know.
//!
//! ## What it does
//! Reports every key that is not in the schema of its object, and says which one was probably meant
//! or, for a field of a policy, where it belongs.
//!
//! ## Why it matters
//! Without strict validation the API server drops unknown fields in silence. A policy without its
//! misspelt `podSelector` or `namespaceSelector` selects more than was meant, and nobody is told.
//!
//! ## Example
//! ```yaml
//! spec:
//!   podSelctor: {matchLabels: {app: web}}
//! ```
//!
//! ## Use instead
//! ```yaml
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//! ```
//!
//! ## Limits
//! Fields are those of the current API. In objects that are no policies an unknown field is a warning.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["unknown-field", "misplaced-field"]);
