//! A workload that no policy isolates for egress.
//!
//! ## What it does
//! Reports workloads, and pods without one, that no policy selects for egress: once for a workload,
//! however many pods it has.
//!
//! ## Why it matters
//! Such pods may connect to everyone, inside and outside the cluster.
//!
//! ## Example
//! ```yaml
//! # Deployment shop/web, and policies with `policyTypes: [Ingress]` only
//! ```
//!
//! ## Use instead
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: web, namespace: shop}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   policyTypes: [Egress]
//!   egress:
//!     - to: [{podSelector: {}}]
//! ```
//!
//! ## Limits
//! Off by default: many clusters leave egress open on purpose. It skips the same pods as
//! `pod-not-isolated-ingress`.

use super::pod_not_isolated_ingress::check_direction;
use crate::lint::context::Context;
use crate::lint::fact::Facts;
use crate::lint::rule::Check;
use crate::model::Direction;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    check_direction(context, Direction::Egress, facts);
}
