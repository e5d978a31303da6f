//! Who may come to be governed by which policies, once all is applied.

use super::Context;
use super::landing::Landing;
use crate::model::{Direction, NamespaceScope, Origin, Pod, PodId, PodScope, Policy, PolicyId};
use crate::net::ConnSet;

impl<'a> Context<'a> {
    /// The policies that may come to be in the namespace of an object, whose manifest leaves it open
    /// where theirs name it, or the other way round.
    fn landing(&self, origin: Origin) -> impl Iterator<Item = (PolicyId, &'a Policy)> {
        let landing = self
            .landing
            .get_or_init(|| Landing::new(self.cluster, self.manifests));
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
        let landing = self
            .landing
            .get_or_init(|| Landing::new(self.cluster, self.manifests));
        if landing.named.is_empty() && landing.open.is_empty() {
            return false;
        }
        let own = matches!(scope.namespaces, NamespaceScope::Named(_));
        let omits = own && self.omits_namespace(policy.origin);
        let candidates = self.candidates();
        let mut pods = candidates.matching(&scope.pods).into_iter();
        pods.any(|(index, pod)| !pod.host_network && self.candidate_omits_namespace(index) != omits)
    }

    /// Whether somebody is meant by a peer whose pods are not there, or not known: workloads without a
    /// pod now, and pods that an object of a kind that is not read makes.
    pub fn is_to_come(&self, policy: &Policy, scope: &'a PodScope) -> bool {
        !scope.pods.is_everything()
            && self.pods(scope).is_empty()
            && self.nobody_in(policy, scope).is_none()
    }

    /// Whether a peer may mean others than the pods that are known: such as leave their namespace open, and
    /// such as an object of a kind that is not read makes.
    pub fn may_mean_others(&self, policy: &Policy, scope: &PodScope) -> bool {
        self.may_come_in(policy, scope)
            || self.fits_stranger(scope, self.omits_namespace(policy.origin))
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
