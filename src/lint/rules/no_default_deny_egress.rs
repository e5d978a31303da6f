//! A namespace without a default deny for egress.
//!
//! ## What it does
//! Reports namespaces with pods in which no policy isolates every pod for egress: one with
//! `podSelector: {}` that does not let them connect to everyone.
//!
//! ## Why it matters
//! An attacker who has broken into a pod uses open egress to download tools and to send data out.
//!
//! ## Example
//! ```yaml
//! # namespace shop, whose policies have `policyTypes: [Ingress]` only
//! ```
//!
//! ## Use instead
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: default-deny-egress, namespace: shop}
//! spec:
//!   podSelector: {}
//!   policyTypes: [Egress]
//! ```
//!
//! ## Limits
//! Off by default: many clusters leave egress open on purpose. A default deny for egress stops DNS as
//! well; add a policy that allows port 53 to the cluster's DNS pods.

use super::no_default_deny_ingress::check_direction;
use crate::lint::context::Context;
use crate::lint::fact::Facts;
use crate::lint::rule::Check;
use crate::model::Direction;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    check_direction(context, Direction::Egress, facts);
}
