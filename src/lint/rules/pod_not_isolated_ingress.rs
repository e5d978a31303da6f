//! A workload that no policy isolates for ingress.
//!
//! ## What it does
//! Reports workloads (and pods without one) that no policy selects for ingress.
//!
//! ## Why it matters
//! What no policy selects accepts connections from everyone: every pod of the cluster, and whatever
//! outside can route to it.
//!
//! ## Example
//! ```yaml
//! # Deployment shop/web, and no policy whose podSelector matches its pods
//! ```
//!
//! ## Use instead
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: default-deny-ingress, namespace: shop}
//! spec:
//!   podSelector: {}
//!   policyTypes: [Ingress]
//! ```
//!
//! ## Limits
//! Pods in the network of their node are passed over: policies do not govern them. Namespaces of the
//! cluster itself (`kube-system`, `kube-public`, `kube-node-lease`) are passed over, too. A note where
//! only some of the cluster is in the input: the policy may be elsewhere.

use crate::lint::context::Context;
use crate::lint::fact::{Fact, Facts, ObjectRef};
use crate::lint::rule::Check;
use crate::model::Direction;

pub(super) const CHECK: Check = Check::Context(check);

/// Namespaces that the cluster is made of.
const SYSTEM: [&str; 3] = ["kube-system", "kube-public", "kube-node-lease"];

fn check(context: &Context<'_>, facts: &mut Facts) {
    for app in context.apps().rows() {
        let pod = context.cluster.pods.at(app.pod());
        let namespace = &context.cluster.namespaces.at(app.namespace).name;
        let isolating = context.isolating(app.pod(), Direction::Ingress);
        if pod.host_network || SYSTEM.contains(&&**namespace) || !isolating.is_empty() {
            continue;
        }
        let (kind, name) = match app.workload.map(|id| context.cluster.workloads.at(id)) {
            Some(workload) => (&workload.owner.kind, &workload.owner.name),
            None => (&"Pod".into(), &pod.name),
        };
        let object = ObjectRef {
            kind: kind.clone(),
            namespace: Some(namespace.clone()),
            name: name.clone(),
        };
        let message = format!("no policy isolates `{}` for ingress", app.name);
        facts.add(
            Fact::new(object, "", message)
                .at(app.origin.span, "selected by no policy for ingress")
                .means("everyone may connect to it, from inside the cluster and outside, on every port")
                .within(namespace)
                .fix(format!(
                    "add a policy for it, or one for all pods of namespace `{namespace}`"
                ))
                .paste(format!(
                    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: default-deny-ingress\n  namespace: {namespace}\nspec:\n  podSelector: {{}}\n  policyTypes: [Ingress]\n"
                )),
        );
    }
}
