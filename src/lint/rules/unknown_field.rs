//! A field that Kubernetes does not know.
//!
//! ## What it does
//! Reports every key that is not in the schema of its object, and says which one was probably meant
//! or, for a field of a policy, where it belongs.
//!
//! ## Why it matters
//! Without strict validation, the API server silently drops unknown fields. A policy that loses its
//! misspelt `podSelector` or `namespaceSelector` selects more than intended.
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
//! Fields are those of the current API. In objects that are not policies, an unknown field is a
//! warning. A typo inside a misspelt field is fixed together with it, or not at all. Nothing is fixed
//! if a field would then occur twice. While a policy has an unknown field for which no name is known,
//! `--fix` alone changes nothing in it: a policy that is refused should not come into force without
//! that field.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["unknown-field", "misplaced-field"]);
