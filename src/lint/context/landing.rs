//! Which policies may meet pods only once they are applied: where one manifest names its namespace, and
//! the other leaves that to whoever applies it, as charts do.

use crate::model::{Cluster, PolicyId, Tier};
use crate::written::{Manifests, Part, Written};

/// Policies by whether their manifests leave the namespace open.
#[derive(Debug, Default)]
pub(super) struct Landing {
    pub(super) open: Vec<PolicyId>,
    pub(super) named: Vec<PolicyId>,
}

impl Landing {
    pub(super) fn new(cluster: &Cluster, manifests: &Manifests) -> Self {
        let mut landing = Self::default();
        let mut objects = manifests.objects().iter();
        if !objects.any(omits_namespace) {
            return landing;
        }
        let policies = cluster.policies.iter();
        for (id, policy) in policies.filter(|(_, it)| it.tier == Tier::NetworkPolicy) {
            let written = policy.origin.span.and_then(|span| manifests.at(span));
            let omits = written.is_some_and(omits_namespace);
            let side = if omits {
                &mut landing.open
            } else {
                &mut landing.named
            };
            side.push(id);
        }
        landing
    }
}

/// Whether an object's manifest leaves it to whoever applies it which namespace it is in.
pub(in crate::lint) fn omits_namespace(written: &Written) -> bool {
    let named = written.root.at("metadata.namespace").and_then(Part::text);
    written.namespace.is_some() && named.is_none()
}
