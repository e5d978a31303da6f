//! One pair of endpoints, without compiling the rest.
//!
//! A question about two pods should not pay for the matrix of the whole cluster. So the policies
//! over both ends are read straight from the model: selectors are matched against labels, blocks
//! against addresses, and nothing is interned or grouped. It is also a check: `can` compares it
//! with `trace` in every definite answer. Both directions are decided for each address family in
//! which the ends can talk; only what all of these let through counts.
//!
//! Cost: the policies of the two namespaces and the cluster-wide ones. Shares only
//! [`super::decide`] with the matrix.

use super::decide::{Clause, Isolation, decide};
use super::end::End;
use super::exceptions::{Past, past};
use super::practice::{Reach, SurePorts, counts};
use super::vocabulary::node_fits;
use crate::model::{
    Action, Cluster, Direction, Habit, NamespaceId, NamespaceScope, PeerMatch, Peers, Pod,
    PodScope, PolicyApi, Rule, Tier,
};
use crate::net::{ConnSet, Family};
use crate::table::Id as _;
use std::net::IpAddr;

/// A rule that matches or may match: its order, and what it says.
struct Speaking {
    tier: Tier,
    api: PolicyApi,
    priority: u16,
    policy: u32,
    action: Action,
    /// Whether the policy selects the subject for sure.
    selected: bool,
    /// Whether the peers match for sure.
    certain: bool,
    connections: ConnSet,
}

/// What surely passes from `source` to `destination`. Where it depends on what is not known, that
/// is left out.
pub fn connections(cluster: &Cluster, source: End<'_>, destination: End<'_>) -> ConnSet {
    let past = past(&cluster.practice, source, destination);
    if past == Past::Everything {
        return ConnSet::all();
    }
    let past = past == Past::NetworkPolicies;
    let families = common_families(source, destination);
    let decide = |family| {
        let egress = direction(
            cluster,
            Direction::Egress,
            (source, destination),
            destination,
            (family, past),
        );
        let ingress = direction(
            cluster,
            Direction::Ingress,
            (destination, source),
            destination,
            (family, past),
        );
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
    cluster: &Cluster,
    towards: Direction,
    (subject, other): (End<'_>, End<'_>),
    destination: End<'_>,
    (family, past): (Option<Family>, bool),
) -> ConnSet {
    let End::Pod(pod) = subject else {
        return ConnSet::all();
    };
    if pod.host_network {
        return ConnSet::all();
    }
    let practice = &cluster.practice;
    let (mut surely, mut perhaps): (bool, Vec<(u32, &PodScope)>) = (false, Vec::new());
    let mut speaking: Vec<Speaking> = Vec::new();
    for (id, policy) in cluster.policies_over(pod.namespace) {
        let taken = policy.rules(towards).filter(|_| counts(practice, policy));
        let Some(rules) = taken else {
            continue;
        };
        let Some(selected) = scope_matches(cluster, &policy.subject, pod) else {
            continue;
        };
        let mut number = u32::try_from(id.index()).unwrap_or(u32::MAX);
        let isolates = policy.tier == Tier::NetworkPolicy;
        if isolates && selected {
            surely = true;
        } else if isolates {
            // Policies of one subject select together.
            let alike = perhaps.iter().find(|(_, other)| **other == policy.subject);
            match alike {
                Some((other, _)) => number = *other,
                None => perhaps.push((number, &policy.subject)),
            }
        }
        let reach = Reach::of(practice, policy.tier);
        // What the plugin may not support is let through by no rule for sure.
        let unsupported = family == Some(Family::V6) && !practice.does(Habit::Ipv6);
        for rule in rules.iter().filter(|_| !(isolates && unsupported)) {
            if let Some(certain) = peers_match(cluster, (&rule.peers, reach), other, family) {
                speaking.push(Speaking {
                    tier: policy.tier,
                    api: policy.kind.api(),
                    priority: policy.priority,
                    policy: number,
                    action: rule.action,
                    selected,
                    certain,
                    connections: on_ports(cluster, (policy.tier, towards), rule, destination),
                });
            }
        }
    }
    let isolation = match perhaps.is_empty() {
        _ if surely => Isolation::Surely,
        true => Isolation::Never,
        false => Isolation::Perhaps(perhaps.into_iter().map(|(number, _)| number).collect()),
    };
    // Past NetworkPolicies, what isolates refuses nothing, and keeps Baseline out all the same.
    let isolation = match isolation {
        Isolation::Perhaps(_) if past => Isolation::Never,
        Isolation::Never | Isolation::Perhaps(_) | Isolation::Surely => isolation,
    };
    if past {
        speaking.push(Speaking {
            tier: Tier::NetworkPolicy,
            api: PolicyApi::NetworkPolicy,
            priority: 0,
            policy: 0,
            action: Action::Accept,
            selected: true,
            certain: true,
            connections: ConnSet::all(),
        });
    }
    // What may isolate adds nothing where another policy surely does.
    let isolates = |rule: &Speaking| rule.tier == Tier::NetworkPolicy;
    speaking.retain(|rule| rule.selected || !isolates(rule) || isolation != Isolation::Surely);
    // Stable: rules of one policy stay in their order.
    speaking.sort_by_key(|rule| (rule.tier, rule.api, rule.priority, rule.policy));
    let clauses: Vec<Clause<'_>> = speaking
        .iter()
        .map(|rule| Clause {
            tier: rule.tier,
            api: rule.api,
            priority: rule.priority,
            policy: rule.policy,
            action: rule.action,
            certain: rule.certain && (rule.selected || isolates(rule)),
            connections: &rule.connections,
        })
        .collect();
    decide(&isolation, &clauses)
}

/// Whether a scope has the pod in it, and if so whether for sure; none if it does not.
fn scope_matches(cluster: &Cluster, scope: &PodScope, pod: &Pod) -> Option<bool> {
    let may = namespace_matches(cluster, &scope.namespaces, pod.namespace)
        && scope.pods.may_match(&pod.labels);
    may.then(|| scope.pods.matches(&pod.labels))
}

fn namespace_matches(cluster: &Cluster, scope: &NamespaceScope, namespace: NamespaceId) -> bool {
    let namespace = cluster.namespaces.at(namespace);
    match scope {
        NamespaceScope::Named(name) => *name == namespace.name,
        NamespaceScope::Matching(selector) => selector.matches(&namespace.labels),
    }
}

/// Whether the peers match, and if so whether for sure; none if they do not.
fn peers_match(
    cluster: &Cluster,
    (peers, reach): (&Peers, Reach),
    other: End<'_>,
    family: Option<Family>,
) -> Option<bool> {
    let Peers::Listed(peers) = peers else {
        return Some(true);
    };
    let matches = peers
        .iter()
        .filter_map(|peer| match (&peer.matches, other) {
            (PeerMatch::Pods(scope), End::Pod(pod)) => {
                scope_matches(cluster, scope, pod).filter(|_| !pod.host_network)
            }
            (PeerMatch::Pods(_), End::Address(_)) => None,
            (PeerMatch::IpBlock(_), End::Pod(pod)) if !reach.matches(pod) => None,
            (PeerMatch::IpBlock(_), other) if addresses(other).is_empty() => Some(false),
            (PeerMatch::IpBlock(block), other) => addresses(other)
                .iter()
                .filter(|address| Some(Family::of(**address)) == family)
                .any(|address| {
                    block.cidr.contains(*address)
                        && !block.except.iter().any(|hole| hole.contains(*address))
                })
                .then_some(true),
            (PeerMatch::Nodes(nodes), End::Pod(pod)) => {
                let node = cluster.node_of(pod).map(|id| cluster.nodes.at(id));
                pod.host_network.then(|| node_fits(nodes, node)).flatten()
            }
            (PeerMatch::Nodes(nodes), End::Address(address)) => {
                let has = |matching| cluster.is_node_address(nodes, matching, address);
                let open = || !has(false) && !cluster.knows_addresses_of(nodes);
                if has(true) {
                    Some(true)
                } else {
                    open().then_some(false)
                }
            }
            // Where a name leads is never sure.
            (PeerMatch::DomainName(pattern), End::Pod(pod)) if !pod.host_network => {
                let namespace = &cluster.namespaces.at(pod.namespace).name;
                let may = cluster.may_lead_to_pods(pattern, namespace);
                may.then_some(false)
            }
            (PeerMatch::DomainName(pattern), End::Pod(_) | End::Address(_)) => {
                (!cluster.leads_to_service(pattern)).then_some(false)
            }
        });
    matches.max()
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

/// The connections that the ports of a rule match on `destination`.
fn on_ports(
    cluster: &Cluster,
    of: (Tier, Direction),
    rule: &Rule,
    destination: End<'_>,
) -> ConnSet {
    let ports = SurePorts::of(cluster, of, &rule.ports);
    match destination {
        End::Pod(pod) => ports.at(pod),
        End::Address(_) => ports.numbered,
    }
}
