//! Takes together the pods of a party that no policy can tell apart, so that a question costs pairs
//! of different pods, not pairs of pods.
//!
//! A pod is reduced to what a policy could see of it, and pods of one likeness are one member: one
//! of them is judged for all. Only labels that the policies at hand mention count, and of their
//! values only those that a selector names, so 200 replicas of one template are mostly one member.
//! The matrix sorts pods likewise, but all pods of the cluster and by all policies; here only the
//! pods that were asked about are sorted. Addresses are cut into parts likewise ([`Cuts`]).
//!
//! Cost: the pods of the party × their labels.

use crate::endpoint::{Cuts, Part};
use crate::endpoint::{Party, PartyPod};
use crate::model::{
    Cluster, ContainerPort, Habit, NamespaceId, NodeEnd, Pod, PodNature, Policy, Rule, WhyDormant,
};
use crate::net::AddressSet;
use crate::selector::{Labels, Selector};
use crate::trace::Endpoint;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

/// One end of the pairs that are judged.
#[derive(Debug)]
pub(super) struct Member<'p> {
    pub(super) who: Who<'p>,
    /// How to call it.
    pub(super) name: String,
    /// How to call its pods where they are listed: those that differ in labels, though no policy
    /// mentions them, each by a name of its own. Empty where that is one name.
    pub(super) names: Arc<[String]>,
    /// Why its pods are not there now, if they are not.
    pub(super) dormant: Option<WhyDormant>,
}

/// What a member is.
#[derive(Debug)]
pub(super) enum Who<'p> {
    /// Pods that are alike; at least one.
    Pods(Vec<&'p Pod>),
    /// A node, at an address.
    Node(NodeEnd),
    /// Addresses outside the cluster that no policy tells apart, and one of them.
    Addresses(AddressSet, IpAddr),
}

/// The labels that some policies mention: keys, and for each the values that a selector names.
#[derive(Debug, Default)]
pub(super) struct Mentioned<'a> {
    keys: HashMap<&'a str, HashSet<&'a str>>,
}

/// A label as far as policies can tell it from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Fact<'a> {
    Named(&'a str),
    /// A value that no selector names.
    Other,
    /// A value that is not known.
    Open,
}

impl<'a> Mentioned<'a> {
    /// What the policies over some pods select pods by, and those with a say their peers.
    pub(super) fn of<'p>(
        cluster: &'a Cluster,
        pods: impl Iterator<Item = &'p PartyPod<'p>>,
        with_say: &[&'a Policy],
    ) -> Self {
        let mut mentioned = Self::default();
        let namespaces: BTreeSet<_> = pods.map(|other| other.pod.namespace).collect();
        for namespace in namespaces {
            for (_, policy) in cluster.policies_over(namespace) {
                mentioned.add(&policy.subject.pods);
            }
        }
        for policy in with_say {
            mentioned.add_peers(policy);
        }
        mentioned
    }

    fn add_peers(&mut self, policy: &'a Policy) {
        for scope in policy.all_rules().flat_map(Rule::scopes) {
            self.add(&scope.pods);
        }
    }

    fn add(&mut self, selector: &'a Selector) {
        for (key, test) in selector.tests() {
            let values = self.keys.entry(key).or_default();
            values.extend(test.named_values().map(|value| &**value));
        }
    }

    /// What these policies can tell of labels, sorted by key.
    fn facts<'l>(&self, labels: &'l Labels) -> Vec<(&'l str, Fact<'l>)> {
        let known = labels.iter().filter_map(|(key, value)| {
            let named = self.keys.get(&**key)?.contains(&**value);
            let fact = if named {
                Fact::Named(value)
            } else {
                Fact::Other
            };
            Some((&**key, fact))
        });
        let open = labels.open().map(|key| (&**key, Fact::Open));
        let open = open.filter(|(key, _)| self.keys.contains_key(key));
        known.chain(open).collect()
    }
}

impl<'p> Member<'p> {
    /// One of its pods; none where it is no pod.
    pub(super) fn one(&self) -> &[&'p Pod] {
        match &self.who {
            Who::Pods(pods) => pods.get(..1).unwrap_or_default(),
            Who::Node(_) | Who::Addresses(..) => &[],
        }
    }
}

/// All that a policy can see of a pod.
#[derive(PartialEq, Eq, Hash)]
struct Likeness<'p> {
    namespace: NamespaceId,
    labels: Vec<(&'p str, Fact<'p>)>,
    ports: &'p [ContainerPort],
    parts: Vec<Part>,
    host_network: bool,
    node: Option<&'p str>,
    imagined: bool,
    /// Whether it has no controller, where that may matter.
    bare: bool,
    dormant: Option<WhyDormant>,
}

/// The members of a party. Pods on different nodes are told apart if `by_node`; labels tell pods
/// apart where a policy with a say mentions them.
pub(super) fn members<'p>(
    cluster: &Cluster,
    party: &'p Party<'_>,
    (cuts, mentioned): (&Cuts, &Mentioned<'_>),
    by_node: bool,
) -> Vec<Member<'p>> {
    let bare_matters = !cluster.practice.does(Habit::BarePods);
    let mut index: HashMap<Likeness<'p>, usize> = HashMap::new();
    let mut groups: Vec<(Vec<&'p Pod>, Option<WhyDormant>)> = Vec::new();
    for PartyPod { pod, dormant } in &party.pods {
        let likeness = Likeness {
            namespace: pod.namespace,
            labels: mentioned.facts(&pod.labels),
            ports: &pod.ports,
            parts: pod.ips.iter().map(|&ip| cuts.part(ip)).collect(),
            host_network: pod.host_network,
            node: pod.node.as_deref().filter(|_| by_node),
            imagined: pod.nature == PodNature::Hypothetical,
            bare: bare_matters && pod.workload.is_none(),
            dormant: *dormant,
        };
        let at = *index.entry(likeness).or_insert_with(|| {
            groups.push((Vec::new(), *dormant));
            groups.len() - 1
        });
        if let Some((pods, _)) = groups.get_mut(at) {
            pods.push(pod);
        }
    }
    let pods = groups.into_iter().map(|(pods, dormant)| Member {
        name: group_name(cluster, party, &pods),
        names: names(cluster, party, &pods),
        who: Who::Pods(pods),
        dormant,
    });
    let nodes = party.nodes.iter().map(|&node| Member {
        name: node_name(cluster, party, node),
        names: Arc::default(),
        who: Who::Node(node),
        dormant: None,
    });
    let addresses = cuts
        .split(&party.addresses)
        .into_iter()
        .map(|(address, set)| Member {
            name: if set == party.addresses && party.pods.is_empty() && party.nodes.is_empty() {
                party.title.clone()
            } else {
                range_name(&set)
            },
            names: Arc::default(),
            who: Who::Addresses(set, address),
            dormant: None,
        });
    pods.chain(nodes).chain(addresses).collect()
}

/// A node by its name, and by its addresses where others of it are meant, too.
fn node_name(cluster: &Cluster, party: &Party<'_>, end: NodeEnd) -> String {
    let name = format!("node {}", cluster.nodes.at(end.node).name);
    let mut others = party.nodes.iter();
    if others.all(|other| *other == end || other.node != end.node) {
        return name;
    }
    let ips: Vec<String> = end.ips().iter().map(ToString::to_string).collect();
    format!("{name} at {}", ips.join(" and "))
}

/// `10.0.0.0/15,10.3.0.0-10.255.255.255 and 7 more ranges`.
fn range_name(set: &AddressSet) -> String {
    let all: Vec<_> = set.block_names().collect();
    match all.as_slice() {
        [first, second, _, ..] => format!("{first},{second} and {} more ranges", all.len() - 2),
        few => few.join(","),
    }
}

/// What those of some pods are called that have the same labels, if there are several such.
fn names(cluster: &Cluster, party: &Party<'_>, pods: &[&Pod]) -> Arc<[String]> {
    let mut places: HashMap<&Labels, usize> = HashMap::new();
    let mut alike: Vec<Vec<&Pod>> = Vec::new();
    for &pod in pods {
        let place = *places.entry(&pod.labels).or_insert_with(|| {
            alike.push(Vec::new());
            alike.len() - 1
        });
        if let Some(pods) = alike.get_mut(place) {
            pods.push(pod);
        }
    }
    if alike.len() < 2 {
        return Arc::default();
    }
    let names = alike.iter().map(|pods| group_name(cluster, party, pods));
    names.collect()
}

fn group_name(cluster: &Cluster, party: &Party<'_>, pods: &[&Pod]) -> String {
    let own_name = |pod: &Pod| cluster.own_name(pod);
    let workload = pods.first().and_then(|pod| pod.workload);
    let one_workload = pods.iter().all(|pod| pod.workload == workload);
    match (pods, workload) {
        ([pod], _) => own_name(pod),
        (_, Some(id)) if one_workload && cluster.workloads.at(id).pods.len() <= pods.len() => {
            cluster.workload_name(cluster.workloads.at(id))
        }
        _ if pods.len() == party.pods.len() => party.title.clone(),
        _ => {
            let shown: Vec<_> = pods.iter().take(2).map(|pod| own_name(pod)).collect();
            match pods.len().saturating_sub(2) {
                0 => shown.join(" and "),
                more => format!("{} and {more} more", shown.join(", ")),
            }
        }
    }
}

/// One of each, and different ones where there are.
pub(super) fn representatives<'p>(
    source: &Member<'p>,
    destination: &Member<'p>,
) -> Option<(Endpoint<'p>, Endpoint<'p>)> {
    let first = |member: &Member<'p>| match &member.who {
        Who::Pods(pods) => pods.first().copied().map(Endpoint::Pod),
        Who::Node(node) => Some(Endpoint::Node(*node)),
        Who::Addresses(_, address) => Some(Endpoint::Address(*address)),
    };
    let (from, to) = (first(source)?, first(destination)?);
    if let (Endpoint::Pod(pod), Who::Pods(others)) = (from, &destination.who)
        && others.first().is_some_and(|other| pod.key() == other.key())
    {
        if let Some(other) = others.get(1) {
            return Some((from, Endpoint::Pod(other)));
        }
        if let Who::Pods(own) = &source.who
            && let Some(other) = own.get(1)
        {
            return Some((Endpoint::Pod(other), to));
        }
    }
    Some((from, to))
}

/// A pod that is a member of both.
pub(super) fn shared<'p>(source: &Member<'p>, destination: &Member<'p>) -> Option<&'p Pod> {
    let (Who::Pods(from), Who::Pods(to)) = (&source.who, &destination.who) else {
        return None;
    };
    let to: HashSet<_> = to.iter().map(|other| other.key()).collect();
    let mut from = from.iter();
    from.find(|pod| to.contains(&pod.key())).copied()
}
