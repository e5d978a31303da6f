//! One pair of endpoints, without compiling the rest.
//!
//! Cost: the policies of the two namespaces and the cluster-wide ones. Shares only
//! [`super::decide`] with the matrix.

use super::decide::{Clause, decide};
use crate::model::{
    Cluster, Direction, NamespaceId, NamespaceScope, PeerMatch, Peers, Pod, PodScope, Policy,
    PortTest, Ports, Rule, Tier,
};
use crate::net::{ConnSet, Family, PortSet};
use rustc_hash::FxHashMap;
use std::net::IpAddr;

/// One end of a pair.
#[derive(Debug, Clone, Copy)]
pub enum End<'a> {
    /// A pod that exists or could.
    Pod(&'a Pod),
    /// An address outside the cluster, or a node's.
    Address(IpAddr),
}

/// The policies by namespace, ready for questions about pairs.
#[derive(Debug)]
pub struct Policies<'a> {
    cluster: &'a Cluster,
    by_namespace: FxHashMap<&'a str, Vec<(u32, &'a Policy)>>,
    cluster_wide: Vec<(u32, &'a Policy)>,
}

impl<'a> Policies<'a> {
    /// Sorts the policies by namespace. Cost: once over all policies.
    pub fn new(cluster: &'a Cluster) -> Self {
        let mut by_namespace: FxHashMap<&str, Vec<(u32, &Policy)>> = FxHashMap::default();
        let mut cluster_wide = Vec::new();
        for (number, policy) in (0u32..).zip(cluster.policies.rows()) {
            match &policy.namespace {
                Some(namespace) => by_namespace
                    .entry(namespace)
                    .or_default()
                    .push((number, policy)),
                None => cluster_wide.push((number, policy)),
            }
        }
        Self {
            cluster,
            by_namespace,
            cluster_wide,
        }
    }

    /// What the policies surely let through from `source` to `destination`, two different
    /// endpoints. Where it depends on what is not known, that is left out.
    pub fn connections(&self, source: End<'_>, destination: End<'_>) -> ConnSet {
        let families = common_families(source, destination);
        let decide = |family| {
            let egress =
                self.direction(Direction::Egress, source, destination, destination, family);
            let ingress =
                self.direction(Direction::Ingress, destination, source, destination, family);
            egress.intersection(&ingress)
        };
        if families.is_empty() {
            return decide(None);
        }
        let all = families.into_iter().map(|family| decide(Some(family)));
        all.reduce(|a, b| a.intersection(&b)).unwrap_or_default()
    }

    /// One direction: the policies that govern `subject`, about `other`.
    fn direction(
        &self,
        direction: Direction,
        subject: End<'_>,
        other: End<'_>,
        destination: End<'_>,
        family: Option<Family>,
    ) -> ConnSet {
        let End::Pod(pod) = subject else {
            return ConnSet::all();
        };
        if pod.host_network {
            return ConnSet::all();
        }
        let namespace = &*self.cluster.namespaces.at(pod.namespace).name;
        let local = self
            .by_namespace
            .get(namespace)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut isolated = false;
        let mut matched: Vec<((Tier, u16, u32), &Rule, ConnSet)> = Vec::new();
        for (number, policy) in local.iter().chain(&self.cluster_wide) {
            let Some(rules) = policy.rules(direction) else {
                continue;
            };
            if !self.scope_matches(&policy.subject, pod) {
                continue;
            }
            isolated |= policy.tier == Tier::NetworkPolicy;
            for rule in rules
                .iter()
                .filter(|rule| self.peers_match(&rule.peers, other, family))
            {
                let order = (policy.tier, policy.priority, *number);
                matched.push((order, rule, connections(&rule.ports, destination)));
            }
        }
        // Stable: rules of one policy stay in their order.
        matched.sort_by_key(|(order, ..)| *order);
        let clauses: Vec<Clause<'_>> = matched
            .iter()
            .map(|((tier, priority, policy), rule, connections)| Clause {
                tier: *tier,
                priority: *priority,
                policy: *policy,
                action: rule.action,
                connections,
            })
            .collect();
        decide(isolated, &clauses)
    }

    fn scope_matches(&self, scope: &PodScope, pod: &Pod) -> bool {
        self.namespace_matches(&scope.namespaces, pod.namespace) && scope.pods.matches(&pod.labels)
    }

    fn namespace_matches(&self, scope: &NamespaceScope, namespace: NamespaceId) -> bool {
        let namespace = self.cluster.namespaces.at(namespace);
        match scope {
            NamespaceScope::Named(name) => *name == namespace.name,
            NamespaceScope::Matching(selector) => selector.matches(&namespace.labels),
        }
    }

    fn peers_match(&self, peers: &Peers, other: End<'_>, family: Option<Family>) -> bool {
        let Peers::Listed(peers) = peers else {
            return true;
        };
        peers.iter().any(|peer| match (&peer.matches, other) {
            (PeerMatch::Pods(scope), End::Pod(pod)) => {
                !pod.host_network && self.scope_matches(scope, pod)
            }
            (PeerMatch::Pods(_), End::Address(_)) => false,
            (PeerMatch::IpBlock(block), other) => addresses(other)
                .iter()
                .filter(|address| Some(Family::of(**address)) == family)
                .any(|address| {
                    block.cidr.contains(*address)
                        && !block.except.iter().any(|hole| hole.contains(*address))
                }),
        })
    }
}

fn addresses(end: End<'_>) -> Vec<IpAddr> {
    match end {
        End::Pod(pod) => pod.ips.clone(),
        End::Address(address) => vec![address],
    }
}

/// The families over which the two can talk; an end without a known address goes by the other's,
/// and so does a pod where the other end is an address outside.
fn common_families(a: End<'_>, b: End<'_>) -> Vec<Family> {
    let has = |end, family| {
        addresses(end)
            .into_iter()
            .any(|address| Family::of(address) == family)
    };
    let unknown = |end| addresses(end).is_empty();
    let pair = |family| match (a, b) {
        (End::Address(_), _) => has(a, family),
        (_, End::Address(_)) => has(b, family),
        _ if unknown(a) || unknown(b) => has(a, family) || has(b, family),
        _ => has(a, family) && has(b, family),
    };
    [Family::V4, Family::V6]
        .into_iter()
        .filter(|family| pair(*family))
        .collect()
}

/// The connections that `ports` match on `destination`.
fn connections(ports: &Ports, destination: End<'_>) -> ConnSet {
    let Ports::Listed(entries) = ports else {
        return ConnSet::all();
    };
    let mut all = ConnSet::none();
    for entry in entries {
        match (&entry.test, destination) {
            (
                PortTest::Range {
                    protocol,
                    first,
                    last,
                },
                _,
            ) => {
                all = all.union(&ConnSet::of(*protocol, PortSet::range(*first, *last)));
            }
            (PortTest::Named { name, protocol }, End::Pod(pod)) if !pod.host_network => {
                for (protocol, port) in pod.named_port(name, *protocol) {
                    all = all.union(&ConnSet::of(protocol, PortSet::single(port)));
                }
            }
            (PortTest::Named { .. }, _) => {}
        }
    }
    all
}
