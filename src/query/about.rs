//! Which policies govern a pod, and which pods a policy governs.

use crate::endpoint::{Party, PartyPod};
use crate::model::{
    Action, Cluster, Direction, LeftOut, NAMESPACE_NAME_LABEL, NamespaceScope, Peer, PeerMatch,
    Pod, PodId, PodScope, Policy, PolicyApi, PolicyId, Tier, WhyDormant,
};
use crate::net::{AddressSet, Cidr};
use crate::selector::Labels;
use std::collections::{BTreeMap, BTreeSet};

/// Whether `policy` governs `pod`. Pods in their node's network are governed by none.
pub fn is_subject(cluster: &Cluster, policy: &Policy, pod: &Pod) -> bool {
    is_of_its_namespaces(cluster, policy, pod)
        && !pod.host_network
        && policy.subject.pods.may_match(&pod.labels)
}

/// Whether `pod` is in one of the namespaces that `policy` selects.
pub(super) fn is_of_its_namespaces(cluster: &Cluster, policy: &Policy, pod: &Pod) -> bool {
    let namespace = cluster.namespaces.at(pod.namespace);
    match &policy.subject.namespaces {
        NamespaceScope::Named(name) => *name == namespace.name,
        NamespaceScope::Matching(selector) => selector.matches(&namespace.labels),
    }
}

/// The policies with a say in `direction` at `pod`, in the order of the cluster.
pub fn policies_on(cluster: &Cluster, pod: &Pod, direction: Direction) -> Vec<PolicyId> {
    let policies = cluster.policies.iter();
    let policies = policies.filter(|(_, policy)| {
        policy.rules(direction).is_some() && is_subject(cluster, policy, pod)
    });
    policies.map(|(id, _)| id).collect()
}

/// The pods that a policy governs now, in the order of the cluster.
pub fn subjects(cluster: &Cluster, policy: &Policy) -> Vec<PodId> {
    let pods = cluster.pods.iter();
    let pods = pods.filter(|(_, pod)| is_subject(cluster, policy, pod));
    pods.map(|(id, _)| id).collect()
}

/// Pods that the same policies govern, and these policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodPolicies {
    /// How to call the pods.
    pub names: Vec<String>,
    /// Their labels.
    pub labels: Labels,
    /// Whether they share their node's network.
    pub host_network: bool,
    /// Why they are not there now, if they are not.
    pub dormant: Option<WhyDormant>,
    ingress: Vec<PolicyId>,
    egress: Vec<PolicyId>,
}

impl PodPolicies {
    /// The policies with a say in `direction`, in the order of the cluster.
    pub fn policies(&self, direction: Direction) -> &[PolicyId] {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }
}

/// The policies on the pods of a party, one entry for pods with the same labels.
pub fn on_party(cluster: &Cluster, party: &Party<'_>) -> Vec<PodPolicies> {
    let mut all: Vec<PodPolicies> = Vec::new();
    for PartyPod { pod, dormant } in &party.pods {
        let entry = PodPolicies {
            names: vec![cluster.own_name(pod)],
            labels: pod.labels.clone(),
            host_network: pod.host_network,
            dormant: *dormant,
            ingress: policies_on(cluster, pod, Direction::Ingress),
            egress: policies_on(cluster, pod, Direction::Egress),
        };
        let alike = all.iter_mut().find(|other| {
            other.labels == entry.labels
                && other.host_network == entry.host_network
                && other.dormant == entry.dormant
                && other.ingress == entry.ingress
                && other.egress == entry.egress
        });
        match alike {
            Some(other) => other.names.extend(entry.names),
            None => all.push(entry),
        }
    }
    all
}

/// What was left out of the input and may govern pods of a party.
pub fn left_out_over<'c>(cluster: &'c Cluster, party: &Party<'_>) -> Vec<&'c LeftOut> {
    let pods = party.pods.iter().map(|member| &member.pod);
    let governed: BTreeSet<_> = pods
        .filter(|pod| !pod.host_network)
        .map(|pod| &*cluster.namespaces.at(pod.namespace).name)
        .collect();
    let governs = |it: &&LeftOut| governed.iter().any(|name| it.may_govern(name));
    cluster.left_out.iter().filter(governs).collect()
}

/// The names of namespaces whose labels are not in the input, where a policy asks for a namespace
/// label other than its name.
pub fn unlabelled_namespaces(cluster: &Cluster) -> Option<String> {
    let policies = cluster.policies.rows().iter();
    let asks = |scope: &PodScope| match &scope.namespaces {
        NamespaceScope::Named(_) => false,
        NamespaceScope::Matching(selector) => selector
            .tests()
            .iter()
            .any(|(key, _)| **key != *NAMESPACE_NAME_LABEL),
    };
    let peers = |policy: &Policy| {
        policy
            .all_peers()
            .any(|peer| peer.scope().is_some_and(asks))
    };
    let matters = policies
        .into_iter()
        .any(|policy| asks(&policy.subject) || peers(policy));
    let namespaces = cluster.namespaces.rows().iter();
    let names: Vec<_> = namespaces
        .filter(|namespace| matters && !namespace.declared)
        .map(|namespace| &*namespace.name)
        .collect();
    match names.as_slice() {
        [] => None,
        [a, b, c, d, _, ..] => Some(format!("{a}, {b}, {c}, {d} and {} more", names.len() - 4)),
        few => Some(few.join(", ")),
    }
}

/// How many pods have no known address, where a policy names address blocks (S47).
pub fn unaddressed_pods(cluster: &Cluster) -> Option<usize> {
    let peers = cluster.policies.rows().iter().flat_map(Policy::all_peers);
    let matters = peers.into_iter().any(|peer| peer.block().is_some());
    let pods = cluster.pods.rows().iter();
    let pods = pods.filter(|pod| matters && pod.ips.is_empty()).count();
    (pods > 0).then_some(pods)
}

/// Whether a policy names link-local addresses alone: what policies refuse there is open (S70).
pub fn names_link_local(cluster: &Cluster) -> bool {
    let link_local = AddressSet::link_local();
    let within = |cidr: &Cidr| {
        let addresses = AddressSet::from_cidrs([*cidr]);
        addresses.difference(&link_local).is_empty()
    };
    let peers = cluster.policies.rows().iter().flat_map(Policy::all_peers);
    let mut blocks = peers.filter_map(Peer::block);
    blocks.any(|block| within(&block.cidr) || block.except.iter().any(within))
}

/// Whether policies govern a pod that may be on one node with a pod that shares its node's
/// network: what they refuse between the two is open (S60).
pub fn may_share_a_node(cluster: &Cluster) -> bool {
    let on_host = || cluster.pods.rows().iter().filter(|pod| pod.host_network);
    let nodes: BTreeSet<Option<&str>> = on_host().map(|pod| pod.node.as_deref()).collect();
    let near = |pod: &Pod| match &pod.node {
        Some(node) => nodes.contains(&None) || nodes.contains(&Some(&**node)),
        None => !nodes.is_empty(),
    };
    let governed = |pod: &Pod| {
        let mut over = cluster.policies_over(pod.namespace);
        over.any(|(_, policy)| is_subject(cluster, policy, pod))
    };
    let mut pods = cluster.pods.rows().iter();
    pods.any(|pod| !pod.host_network && near(pod) && governed(pod))
}

/// Cluster-wide policies of one tier over one pod that may disagree and of which nothing says which comes
/// first: of one priority (S11), or of two APIs (S99).
pub fn unordered(cluster: &Cluster) -> BTreeSet<PolicyId> {
    let mut found = BTreeSet::new();
    for direction in Direction::BOTH {
        let asked = cluster.policies.iter().filter(|(_, policy)| {
            policy.tier != Tier::NetworkPolicy && policy.rules(direction).is_some()
        });
        // Pods are looked at only where some of all of them could disagree.
        let open = disagreeing(&asked.collect::<Vec<_>>(), direction);
        let open: BTreeMap<PolicyId, &Policy> = open.into_iter().collect();
        for pod in cluster.pods.rows().iter().filter(|_| !open.is_empty()) {
            let over = open.iter().map(|(&id, &policy)| (id, policy));
            let over = over.filter(|(_, policy)| is_subject(cluster, policy, pod));
            let disagreeing = disagreeing(&over.collect::<Vec<_>>(), direction);
            found.extend(disagreeing.into_iter().map(|(id, _)| id));
        }
    }
    found
}

/// Those of some policies that have no order and whose rules do different things.
fn disagreeing<'c>(
    over: &[(PolicyId, &'c Policy)],
    direction: Direction,
) -> Vec<(PolicyId, &'c Policy)> {
    let disagree = |together: &Vec<(PolicyId, &Policy)>| {
        let rules = together
            .iter()
            .filter_map(|(_, policy)| policy.rules(direction));
        let actions: BTreeSet<Action> = rules.flatten().map(|rule| rule.action).collect();
        actions.len() > 1
    };
    let together = without_order(over).into_iter().filter(disagree);
    together.flatten().collect()
}

/// Policies of one tier and priority, and all of a tier where they are of two APIs.
fn without_order<'c>(over: &[(PolicyId, &'c Policy)]) -> Vec<Vec<(PolicyId, &'c Policy)>> {
    let mut places: BTreeMap<(Tier, PolicyApi, u16), Vec<_>> = BTreeMap::new();
    let mut tiers: BTreeMap<Tier, Vec<_>> = BTreeMap::new();
    for &(id, policy) in over {
        let place = (policy.tier, policy.kind.api(), policy.priority);
        places.entry(place).or_default().push((id, policy));
        tiers.entry(policy.tier).or_default().push((id, policy));
    }
    let is_mixed = |all: &Vec<(PolicyId, &Policy)>| {
        let apis: BTreeSet<PolicyApi> = all.iter().map(|(_, it)| it.kind.api()).collect();
        apis.len() > 1
    };
    let mut found: Vec<Vec<(PolicyId, &Policy)>> = places.into_values().collect();
    found.retain(|all| all.len() > 1);
    found.extend(tiers.into_values().filter(is_mixed));
    found
}

/// Whether a policy names domain names: what it means outside hangs on DNS (S98).
pub fn names_domains(cluster: &Cluster) -> bool {
    let mut peers = cluster.policies.rows().iter().flat_map(Policy::all_peers);
    peers.any(|peer| matches!(peer.matches, PeerMatch::DomainName(_)))
}
