//! Rules for a direction that the policy does not govern.
//!
//! ## What it does
//! Reports `ingress` or `egress` rules of a policy whose `policyTypes` does not list the direction.
//!
//! ## Why it matters
//! `policyTypes` says which directions a policy governs. Rules for another one are ignored: they
//! neither allow anything nor isolate the pods.
//!
//! ## Example
//! ```yaml
//! policyTypes: [Ingress]
//! egress:
//!   - to: [{podSelector: {matchLabels: {app: db}}}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! policyTypes: [Ingress, Egress]
//! egress:
//!   - to: [{podSelector: {matchLabels: {app: db}}}]
//! ```
//!
//! ## Limits
//! Empty lists are not reported: charts write `egress: []` for nothing.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["rules-without-policy-type"]);
