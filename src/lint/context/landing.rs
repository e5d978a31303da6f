//! Which policies may meet pods only once they are applied: where one manifest names its namespace, and
//! the other leaves that to whoever applies it, as charts do.

use super::Context;
use crate::model::{
    Direction, NamespaceScope, Origin, Pod, PodId, PodScope, Policy, PolicyId, Tier,
};
use crate::net::ConnSet;
use crate::written::{Part, Written};

/// Policies by whether their manifests leave the namespace open.
#[derive(Debug, Default)]
pub(super) struct Landing {
    open: Vec<PolicyId>,
    named: Vec<PolicyId>,
}

impl Landing {
    fn new(context: &Context<'_>) -> Self {
        let mut landing = Self::default();
        let mut objects = context.manifests.objects().iter();
        if !objects.any(omits_namespace) {
            return landing;
        }
        let policies = context.policies();
        for (id, policy) in policies.filter(|(_, it)| it.tier == Tier::NetworkPolicy) {
            let omits = context.written(policy).is_some_and(omits_namespace);
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
pub(super) fn omits_namespace(written: &Written) -> bool {
    let named = written.root.at("metadata.namespace").and_then(Part::text);
    written.namespace.is_some() && named.is_none()
}

impl<'a> Context<'a> {
    /// The policies that may come to be in the namespace of an object, whose manifest leaves it open
    /// where theirs name it, or the other way round.
    fn landing(&self, origin: Origin) -> impl Iterator<Item = (PolicyId, &'a Policy)> {
        let landing = self.landing.get_or_init(|| Landing::new(self));
        // Mostly there is none, and nobody need look at the manifest.
        let none = landing.named.is_empty() && landing.open.is_empty();
        let ids = if !none && self.omits_namespace(origin) {
            &landing.named
        } else {
            &landing.open
        };
        ids.iter().map(|&id| (id, self.cluster.policies.at(id)))
    }

    /// The policies that may come to govern a pod, beside those that do by their manifests. Who
    /// concludes that no policy does something for the pod asks these, too.
    pub fn landing_on(&self, pod: &'a Pod) -> impl Iterator<Item = (PolicyId, &'a Policy)> {
        let policies = self.landing(pod.origin);
        policies.filter(|(_, it)| !pod.host_network && it.subject.pods.may_match(&pod.labels))
    }

    /// The policies that may come to govern pods of another one, likewise.
    pub fn landing_beside(
        &self,
        policy: &'a Policy,
    ) -> impl Iterator<Item = (PolicyId, &'a Policy)> {
        let policies = self.landing(policy.origin);
        policies.filter(|(_, it)| it.subject.pods.overlaps(&policy.subject.pods))
    }

    /// Whether some pod may come to be one that a peer of a policy means, likewise: a client whose
    /// manifest names no namespace is applied with the rest.
    pub fn may_come_in(&self, policy: &Policy, scope: &PodScope) -> bool {
        let landing = self.landing.get_or_init(|| Landing::new(self));
        if landing.named.is_empty() && landing.open.is_empty() {
            return false;
        }
        let own = matches!(scope.namespaces, NamespaceScope::Named(_));
        let omits = own && self.omits_namespace(policy.origin);
        let candidates = self.candidates();
        let mut pods = candidates.matching(&scope.pods).into_iter();
        pods.any(|(index, pod)| {
            !pod.host_network && candidates.omits_namespace(self, index) != omits
        })
    }

    /// Whether a policy that may come to govern a pod lets something through on some of `conns`, which
    /// go to the pod `to`. Whom it means in which namespace is not known.
    pub fn may_come_open(
        &self,
        pod: PodId,
        direction: Direction,
        (to, conns): (PodId, &ConnSet),
    ) -> bool {
        let policies = self.landing_on(self.cluster.pods.at(pod));
        let mut rules = policies.flat_map(|(_, it)| it.rules(direction).unwrap_or_default());
        rules.any(|rule| {
            let open = self.ports_at(&rule.ports, to);
            !open.intersection(conns).is_empty()
        })
    }
}
