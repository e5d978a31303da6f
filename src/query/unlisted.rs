//! What an Ingress controller reaches of which no pod is in the input: a line of the matrix of its own.

use super::filter::{By as Members, Filter};
use crate::hops::Around;
use crate::hops::controllers::{Told, Way, front};
use crate::hops::request::{BackendPort, By, Destination};
use crate::hops::{gateway, ingress, openshift};
use crate::model::{
    Cluster, Direction, NamespaceScope, Peer, Peers, Pod, PodId, Policy, Rule, Service, ServiceId,
    TargetPort, Tier,
};
use crate::net::{AddressSet, ConnSet, PortSet, Protocol};
use crate::selector::Operator;
use crate::trace::{Basis, Endpoint, Flow, Verdict, trace};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

/// What controllers that are not in the input surely reach: the name of each member, and on which
/// ports; sorted.
pub fn from_controllers(around: Around<'_>, filter: &Filter) -> BTreeMap<String, ConnSet> {
    let cluster = around.cluster;
    let mut found: BTreeMap<String, ConnSet> = BTreeMap::new();
    if filter.from.is_some() {
        return found;
    }
    let told = Told::of(around.settings);
    let pods = Found::of(cluster);
    let mut listeners: BTreeMap<By, bool> = BTreeMap::new();
    let mut done: BTreeSet<(ServiceId, BackendPort)> = BTreeSet::new();
    let mut seen: BTreeSet<(PodId, Protocol, u16)> = BTreeSet::new();
    let ingresses = ingress::backends(cluster).into_iter();
    let routes = gateway::Gateways::new(cluster).backends().into_iter();
    let openshift = openshift::backends(cluster).into_iter();
    for it in ingresses.chain(routes).chain(openshift) {
        let Some(service) = cluster.service(&it.to.namespace, &it.to.service) else {
            continue;
        };
        // A controller whose pods are in the input is a source like others.
        let is_missing = *listeners
            .entry(it.by.clone())
            .or_insert_with_key(|by| front(cluster, by, 443, &told).way == Way::NotInInput);
        // Which of them leads there makes no difference.
        if !is_missing || !done.insert((service, it.to.port.clone())) {
            continue;
        }
        for id in pods.behind(cluster, cluster.services.at(service)) {
            let pod = cluster.pods.at(id);
            for port in ports(cluster.services.at(service), &it.to, pod) {
                if !seen.insert((id, Protocol::Tcp, port)) || !is_listed(filter, id, pod) {
                    continue;
                }
                let set = ConnSet::of(Protocol::Tcp, PortSet::single(port));
                let set = match &filter.connections {
                    Some(only) => set.intersection(only),
                    None => set,
                };
                if !set.is_empty() && lets_anybody_in(cluster, pod, port) {
                    let into = found.entry(name(cluster, filter.by, pod)).or_default();
                    *into = into.union(&set);
                }
            }
        }
    }
    found
}

/// Pods by what Services find them by, so that each Service looks at few of them.
struct Found<'a> {
    by_label: HashMap<(&'a str, &'a str, &'a str), Vec<PodId>>,
    by_address: HashMap<IpAddr, Vec<PodId>>,
}

impl<'a> Found<'a> {
    fn of(cluster: &'a Cluster) -> Self {
        let mut found = Self {
            by_label: HashMap::new(),
            by_address: HashMap::new(),
        };
        for (id, pod) in cluster.pods.iter() {
            let namespace = &*cluster.namespaces.at(pod.namespace).name;
            for (key, value) in pod.labels.iter() {
                let place = (namespace, &**key, &**value);
                found.by_label.entry(place).or_default().push(id);
            }
            for ip in &pod.ips {
                found.by_address.entry(*ip).or_default().push(id);
            }
        }
        found
    }

    /// The pods behind a Service. Costs those with the rarest label that it asks for.
    fn behind(&self, cluster: &Cluster, service: &Service) -> BTreeSet<PodId> {
        let Some(selector) = &service.selector else {
            let all = service.endpoints.iter();
            let all = all.filter_map(|it| self.by_address.get(&it.address));
            return all.flatten().copied().collect();
        };
        let asked = selector.requirements().iter();
        let lists = asked.filter_map(|it| match it.values.as_slice() {
            [value] if it.operator == Operator::In => {
                let place = (&*service.namespace, &*it.key, &**value);
                Some(self.by_label.get(&place).map_or(&[][..], Vec::as_slice))
            }
            _ => None,
        });
        let rarest = lists.min_by_key(|list| list.len()).unwrap_or_default();
        let behind = |id: &&PodId| selector.matches(&cluster.pods.at(**id).labels);
        rarest.iter().filter(behind).copied().collect()
    }
}

fn name(cluster: &Cluster, by: Members, pod: &Pod) -> String {
    match by {
        Members::Workload => cluster.endpoint_name(pod),
        Members::Pod => cluster.own_name(pod),
        Members::Namespace => cluster.namespaces.at(pod.namespace).name.to_string(),
    }
}

fn is_listed(filter: &Filter, id: PodId, pod: &Pod) -> bool {
    let here = filter.is_inside(pod);
    here && filter.to.as_ref().is_none_or(|to| to.pods.contains(&id))
}

/// The ports of a pod that a backend leads to.
fn ports(service: &Service, to: &Destination, pod: &Pod) -> Vec<u16> {
    let tcp = service
        .ports
        .iter()
        .filter(|it| it.protocol == Protocol::Tcp);
    let leads = |target: &TargetPort, number: u16, name: Option<&str>| match target {
        TargetPort::Number(asked) => *asked == number,
        TargetPort::Named(asked) => Some(&**asked) == name,
    };
    match &to.port {
        BackendPort::OfService(target) => tcp
            .filter(|it| leads(target, it.port, it.name.as_deref()))
            .flat_map(|it| service.served(it, pod))
            .collect(),
        BackendPort::OfEndpoints(target) => tcp
            .flat_map(|it| {
                let numbers = service.served(it, pod).into_iter();
                numbers
                    .filter(|number| leads(target, *number, it.name.as_deref()))
                    .collect::<Vec<_>>()
            })
            .collect(),
        BackendPort::Any => tcp.flat_map(|it| service.served(it, pod)).collect(),
    }
}

/// Whether a pod lets everybody in on a port: every pod of the cluster, at least.
fn lets_anybody_in(cluster: &Cluster, pod: &Pod, port: u16) -> bool {
    let asked = AddressSet::internet().first();
    let from_outside = asked.is_some_and(|address| {
        let flow = Flow {
            source: Endpoint::Address(address),
            destination: Endpoint::Pod(pod),
            protocol: Protocol::Tcp,
            port,
        };
        let told = trace(cluster, &flow);
        let half = told.half(Direction::Ingress);
        // A rule with a block lets in some addresses only.
        half.verdict == Verdict::Allow && !matches!(half.basis, Basis::Allowed(_))
    });
    let every_pod = |rule: &Rule| {
        let open = match &rule.peers {
            Peers::Anyone => true,
            Peers::Listed(peers) => peers.iter().filter_map(Peer::scope).any(|scope| {
                let all = match &scope.namespaces {
                    NamespaceScope::Matching(selector) => selector.is_everything(),
                    NamespaceScope::Named(_) => false,
                };
                all && scope.pods.is_everything()
            }),
        };
        open && rule.ports.at(pod).contains(Protocol::Tcp, port)
    };
    let selects = |policy: &Policy| super::about::is_subject(cluster, policy, pod);
    let mut over = cluster.policies_over(pod.namespace);
    from_outside
        || over.any(|(_, policy)| {
            let rules = policy.rules(Direction::Ingress).unwrap_or_default();
            policy.tier == Tier::NetworkPolicy && selects(policy) && rules.iter().any(every_pod)
        })
}
