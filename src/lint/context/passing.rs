//! What may pass, where the input leaves it open: [`super::Reach`] has only what surely passes.

use super::{Context, Unlike, cover};
use crate::compile::Alike;
use crate::model::{
    Direction, IpBlock, NamespaceScope, PeerMatch, Peers, Pod, PodId, PodScope, Policy, PolicyId,
    Rule, Service, Tier,
};
use crate::net::ConnSet;
use crate::table::Table;
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::rc::Rc;

impl<'a> Context<'a> {
    /// Whether NetworkPolicy is the only kind of policy here, so that what isolates pods and what
    /// opens them is all in the policies of their namespaces.
    pub fn has_one_tier(&self) -> bool {
        *self.one_tier.get_or_init(|| {
            let mut policies = self.cluster.policies.rows().iter();
            policies.all(|policy| policy.tier == Tier::NetworkPolicy)
        })
    }

    /// Whether one direction's policies let some of `conns` through between two different pods, or
    /// may: a block may match a pod whose address is not known, and a selector a namespace whose
    /// labels are not.
    pub fn may_pass(
        &self,
        direction: Direction,
        (from, to): (PodId, PodId),
        conns: &ConnSet,
    ) -> bool {
        {
            let mut reach = self.reach();
            let (source, destination) = (reach.of(from), reach.of(to));
            let passing = reach.half(direction, source, destination);
            if passing.overlaps(conns) {
                return true;
            }
        }
        let (subject, other) = match direction {
            Direction::Egress => (from, to),
            Direction::Ingress => (to, from),
        };
        if self.may_come_open(subject, direction, (to, conns))
            || self.may_not_isolate(subject, direction)
            || self.may_be_opened_first(subject, direction)
        {
            return true;
        }
        // Where all is known, selectors that match were counted above: only blocks may match yet, for
        // not every pod's address is known, nor over which family two pods talk.
        let known = self.has_one_tier() && self.is_known(subject, other);
        let other = self.cluster.pods.at(other);
        let policies = self.may_isolate(subject, direction);
        let policies = policies.filter(|(id, _)| !known || *self.with_blocks().at(*id));
        let mut rules = policies.flat_map(|(_, it)| it.rules(direction).unwrap_or_default());
        rules.any(|rule| {
            self.may_match(rule, other)
                && !self
                    .ports_at(&rule.ports, to)
                    .intersection(conns)
                    .is_empty()
        })
    }

    /// The rules of the policies that isolate a pod, or may.
    pub fn rules_on(&self, pod: PodId, direction: Direction) -> impl Iterator<Item = &'a Rule> {
        let policies = self.may_isolate(pod, direction);
        policies.flat_map(move |(_, policy)| policy.rules(direction).unwrap_or_default())
    }

    /// Whether nothing is open of which policies govern one pod, and which selectors match the other.
    fn is_known(&self, subject: PodId, other: PodId) -> bool {
        let [subject, other] = [subject, other].map(|id| self.cluster.pods.at(id));
        let declared = self.cluster.namespaces.at(other.namespace).declared;
        let families = |pod: &Pod| {
            let mut ips = pod.ips.iter();
            (ips.clone().any(IpAddr::is_ipv4), ips.any(IpAddr::is_ipv6))
        };
        declared
            && families(subject) == families(other)
            && subject.labels.open().len() == 0
            && other.labels.open().len() == 0
    }

    fn with_blocks(&self) -> &Table<PolicyId, bool> {
        self.with_blocks.get_or_init(|| {
            let has_blocks = |policy: &Policy| {
                let mut rules = policy.all_rules();
                rules.any(|rule| {
                    let mut peers = rule.peers.listed().iter();
                    peers.any(|peer| peer.scope().is_none())
                })
            };
            self.cluster
                .policies
                .rows()
                .iter()
                .map(has_blocks)
                .collect()
        })
    }

    /// Whether only policies isolate a pod that may, so that perhaps none does. Of what cluster-wide
    /// policies refuse at a pod that none isolates, something may hang on what is not known.
    fn may_not_isolate(&self, pod: PodId, direction: Direction) -> bool {
        let perhaps = !self.perhaps_isolating(pod, direction).is_empty();
        self.isolating(pod, direction).is_empty() && (perhaps || !self.has_one_tier())
    }

    fn may_match(&self, rule: &Rule, other: &Pod) -> bool {
        let Peers::Listed(peers) = &rule.peers else {
            return true;
        };
        peers.iter().any(|peer| match &peer.matches {
            PeerMatch::IpBlock(block) => may_hold(block, other),
            PeerMatch::Pods(scope) => !other.host_network && self.may_select(scope, other),
            PeerMatch::Nodes(_) => other.host_network,
            PeerMatch::DomainName(_) => true,
        })
    }

    /// Whether a scope selects a pod by its labels, or may: of a namespace that is not in the input
    /// only the name is known. Whether the pod is in the network of its node does not matter.
    pub fn may_select(&self, scope: &PodScope, pod: &Pod) -> bool {
        let namespace = self.cluster.namespaces.at(pod.namespace);
        let in_scope = match &scope.namespaces {
            NamespaceScope::Named(name) => *name == namespace.name,
            NamespaceScope::Matching(selector) if namespace.declared => {
                selector.matches(&namespace.labels)
            }
            NamespaceScope::Matching(selector) => cover::may_match(selector, &namespace.name),
        };
        in_scope && scope.pods.may_match(&pod.labels)
    }

    /// Whether the answer to which pods a scope selects hangs on labels of namespaces that are not
    /// in the input.
    pub fn hangs_on_namespaces(&self, scope: &PodScope) -> bool {
        let NamespaceScope::Matching(selector) = &scope.namespaces else {
            return false;
        };
        let mut namespaces = self.cluster.namespaces.rows().iter();
        namespaces.any(|namespace| {
            !namespace.declared
                && cover::may_match(selector, &namespace.name)
                && !selector.matches(&namespace.labels)
        })
    }

    /// Whether somebody gets in to a pod on one of `conns`, or may: another pod of the input or an
    /// address outside. With `both`, what the policies of the other end refuse does not count.
    pub fn is_open(&self, to: PodId, conns: &ConnSet, both: bool) -> bool {
        let destination = self.cluster.pods.at(to);
        let open = destination.host_network
            || self.may_be_opened_first(to, Direction::Ingress)
            || self.isolating(to, Direction::Ingress).is_empty()
            || self.may_come_open(to, Direction::Ingress, (to, conns));
        let opens = |rule: &Rule| {
            let open = self.ports_at(&rule.ports, to);
            !open.intersection(conns).is_empty()
        };
        let mut policies = self.may_isolate(to, Direction::Ingress);
        open || policies.any(|(_, policy)| {
            let mut rules = policy.rules(Direction::Ingress).unwrap_or_default().iter();
            rules.any(|rule| opens(rule) && self.lets_someone_in((policy, rule), to, conns, both))
        })
    }

    fn lets_someone_in(
        &self,
        (policy, rule): (&'a Policy, &'a Rule),
        to: PodId,
        conns: &ConnSet,
        both: bool,
    ) -> bool {
        let Peers::Listed(peers) = &rule.peers else {
            return true;
        };
        peers.iter().any(|peer| match &peer.matches {
            // Addresses outside the cluster: no policy governs who has them.
            PeerMatch::IpBlock(_) | PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => true,
            PeerMatch::Pods(scope) => {
                self.hangs_on_namespaces(scope)
                    || self.may_come_in(policy, scope)
                    || self.is_to_come(policy, scope)
                    || self
                        .unlike(scope)
                        .iter()
                        .filter_map(
                            |&(from, another)| if from == to { another } else { Some(from) },
                        )
                        .any(|from| !both || self.may_pass(Direction::Egress, (from, to), conns))
            }
        })
    }

    /// Of the pods of a scope one of each kind that policies tell apart, and another one of that kind.
    pub fn unlike(&self, scope: &'a PodScope) -> Unlike {
        if let Some(unlike) = self.unlike.borrow().get(scope) {
            return Rc::clone(unlike);
        }
        let unlike: Unlike = self.one_of_each(&self.pods(scope)).into();
        self.unlike.borrow_mut().insert(scope, Rc::clone(&unlike));
        unlike
    }

    /// Those of the pods of a scope that it surely selects: the rest it may, by a label whose value is
    /// not known.
    pub fn surely_of(&self, scope: &PodScope, pods: &[PodId]) -> Vec<PodId> {
        let pods = pods.iter().copied();
        pods.filter(|&pod| self.surely_selects(scope, pod))
            .collect()
    }

    /// Whether a scope that may select a pod surely does, as far as that hangs on the pod's labels.
    pub fn surely_selects(&self, scope: &PodScope, pod: PodId) -> bool {
        scope.pods.matches(&self.cluster.pods.at(pod).labels)
    }

    /// Of the pods of a scope those of the workload of one of them that policies do not tell from it.
    pub fn alike_of(&self, scope: &'a PodScope, one: PodId) -> Vec<PodId> {
        let reach = self.reach();
        let kind = |pod: PodId| (reach.of(pod), self.cluster.pods.at(pod).workload);
        let pods = self.pods(scope);
        let mut alike: Vec<PodId> = match kind(one) {
            (_, None) => Vec::new(),
            kind_of_one => {
                let pods = pods.iter().copied();
                pods.filter(|&pod| kind(pod) == kind_of_one).collect()
            }
        };
        if alike.is_empty() {
            alike.push(one);
        }
        alike
    }

    fn one_of_each(&self, pods: &[PodId]) -> Vec<(PodId, Option<PodId>)> {
        let mut kinds: FxHashMap<Alike, usize> = FxHashMap::default();
        let mut unlike: Vec<(PodId, Option<PodId>)> = Vec::new();
        let reach = self.reach();
        for &pod in pods {
            let many = self.cluster.pods.at(pod).is_many();
            match kinds.entry(reach.of(pod)) {
                Entry::Vacant(entry) => {
                    entry.insert(unlike.len());
                    unlike.push((pod, many.then_some(pod)));
                }
                Entry::Occupied(entry) => {
                    if let Some((_, another)) = unlike.get_mut(*entry.get()) {
                        another.get_or_insert(pod);
                    }
                }
            }
        }
        unlike
    }

    /// The pods behind a Service, one of each app: sorted.
    pub fn backends_unlike(&self, service: &Service) -> Vec<PodId> {
        let (Some(selector), Some(namespace)) = (
            &service.selector,
            self.cluster.namespace(&service.namespace),
        ) else {
            return Vec::new();
        };
        let apps = self.apps().rows();
        let start = apps.partition_point(|app| app.namespace < namespace);
        let apps = apps.iter().skip(start);
        let apps = apps.take_while(|app| app.namespace == namespace);
        // A Service with an empty selector leads nowhere by itself.
        apps.filter(|_| !selector.requirements().is_empty())
            .map(super::App::pod)
            .filter(|&pod| selector.matches(&self.cluster.pods.at(pod).labels))
            .collect()
    }
}

/// Whether a block has an address of a pod, or may: not every pod's address is known.
pub(super) fn may_hold(block: &IpBlock, pod: &Pod) -> bool {
    let addresses = block.addresses();
    let mut ips = pod.ips.iter();
    pod.ips.is_empty() || ips.any(|&ip| addresses.contains(ip))
}
