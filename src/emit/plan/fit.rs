//! What keeps a cluster from being written as a ruleset, and what should be known of one that is.
//!
//! A ruleset sees addresses and never pods. So an address must tell who has it: if two pods share
//! one, no rule can let one through and stop the other. Only a node and the pods in its network may
//! share, for policies do not govern these. Likewise a namespace whose labels nobody knows must not
//! decide whom a policy means. All such problems are collected before anything is written, because
//! a ruleset that is nearly right is worse than none.
//!
//! Cost: one look-up per address; the scopes of all policies × the namespaces with unknown labels.

use crate::model::{
    Cluster, Direction, NAMESPACE_NAME_LABEL, NamespaceId, NamespaceScope, Origin, PeerMatch,
    Peers, PodId, Policy, PolicyId,
};
use crate::net::Family;
use crate::selector::Selector;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Why a ruleset could not say what the policies say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// There are pods, and none has an address: rulesets are about addresses.
    NoAddress,
    /// A pod has two addresses of one family, which the API refuses.
    TwoAddresses {
        /// The pod, as it is printed.
        pod: String,
        /// The pod in its manifest.
        origin: Origin,
    },
    /// Two pods, two nodes, or a pod and a node that it does not share the network of, have one address.
    SharedAddress {
        /// The address.
        address: IpAddr,
        /// The first, as it is printed.
        first: String,
        /// The second.
        second: String,
        /// The second in its manifest.
        origin: Origin,
    },
    /// Labels of a namespace that is not in the input would decide whom a policy means.
    UnknownLabels {
        /// The policy.
        policy: PolicyId,
        /// The part of it: its subject, or a peer.
        origin: Origin,
        /// The namespace.
        namespace: NamespaceId,
    },
    /// A rule names whoever a name leads to, and rulesets are about addresses.
    DomainName {
        /// The policy.
        policy: PolicyId,
        /// The field path of the peer.
        path: String,
        /// The peer.
        origin: Origin,
    },
    /// A rule names nodes of which not every address is in the input.
    UnknownNodes {
        /// The policy.
        policy: PolicyId,
        /// The field path of the peer.
        path: String,
        /// The peer.
        origin: Origin,
    },
}

/// What should be known of a ruleset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Policies govern these pods, and they have no address yet, so the ruleset cannot.
    WithoutAddress(Vec<PodId>),
    /// Policies govern these pods, and it is not known on which node they are, so the ruleset of a node
    /// does not.
    WithoutNode(Vec<PodId>),
    /// There are policies, and no pod that they govern has an address.
    Nobody,
    /// Of two policies over one pod nothing says which comes first: they have one priority (S11), or are
    /// of two APIs (S99). The first does here.
    NoOrder(PolicyId, PolicyId),
}

/// Who has an address.
struct Holder<'c> {
    /// As it is printed.
    name: String,
    /// The node whose network it is.
    node: Option<&'c str>,
    /// Whether it is a pod with a network of its own.
    own: bool,
}

/// Looks for addresses that do not tell who sends.
pub(super) fn addresses(cluster: &Cluster, unfit: &mut Vec<Unfit>) {
    let mut seen: BTreeMap<IpAddr, Holder<'_>> = BTreeMap::new();
    for node in cluster.nodes.rows() {
        for &ip in &node.ips {
            let holder = Holder {
                name: format!("node {}", node.name),
                node: Some(&node.name),
                own: false,
            };
            take(ip, holder, node.origin, &mut seen, unfit);
        }
    }
    for pod in cluster.pods.rows() {
        let families: BTreeSet<Family> = pod.ips.iter().map(|&ip| Family::of(ip)).collect();
        if families.len() < pod.ips.len() {
            unfit.push(Unfit::TwoAddresses {
                pod: cluster.pod_name(pod),
                origin: pod.origin,
            });
            continue;
        }
        for &ip in &pod.ips {
            let holder = Holder {
                name: cluster.pod_name(pod),
                node: pod.node.as_deref(),
                own: !pod.host_network,
            };
            take(ip, holder, pod.origin, &mut seen, unfit);
        }
    }
    let mut own = cluster.pods.rows().iter().filter(|pod| !pod.host_network);
    let some = own.clone().next().is_some();
    if some && own.all(|pod| pod.ips.is_empty()) {
        unfit.push(Unfit::NoAddress);
    }
}

/// A node and the pods in its network share its addresses; nobody else shares one.
fn take<'c>(
    address: IpAddr,
    holder: Holder<'c>,
    origin: Origin,
    seen: &mut BTreeMap<IpAddr, Holder<'c>>,
    unfit: &mut Vec<Unfit>,
) {
    let Some(first) = seen.get(&address) else {
        seen.insert(address, holder);
        return;
    };
    let one_network = match (first.node, holder.node) {
        (Some(a), Some(b)) => a == b,
        (None, _) | (_, None) => true,
    };
    if first.own || holder.own || !one_network {
        unfit.push(Unfit::SharedAddress {
            address,
            first: first.name.clone(),
            second: holder.name,
            origin,
        });
    }
}

/// Looks for selectors of namespaces that ask for labels which nobody knows (S32).
pub(super) fn unknown_labels(cluster: &Cluster, unfit: &mut Vec<Unfit>) {
    let namespaces = cluster.namespaces.iter();
    let pods = cluster.pods.rows().iter();
    let homes: BTreeSet<NamespaceId> = pods
        .filter(|pod| !pod.host_network && !pod.ips.is_empty())
        .map(|pod| pod.namespace)
        .collect();
    let mentioned: Vec<NamespaceId> = namespaces
        .filter(|(id, namespace)| !namespace.declared && homes.contains(id))
        .map(|(id, _)| id)
        .collect();
    if mentioned.is_empty() {
        return;
    }
    for (id, policy) in cluster.policies.iter() {
        let mut look = |scope: &NamespaceScope, origin| {
            if let NamespaceScope::Matching(selector) = scope {
                let mut open = mentioned.iter();
                let open = open.find(|&&namespace| is_open(cluster, selector, namespace));
                unfit.extend(open.map(|&namespace| Unfit::UnknownLabels {
                    policy: id,
                    origin,
                    namespace,
                }));
            }
        };
        look(&policy.subject.namespaces, policy.subject_origin);
        for rule in policy.all_rules() {
            let Peers::Listed(peers) = &rule.peers else {
                continue;
            };
            for peer in peers {
                if let Some(scope) = peer.scope() {
                    look(&scope.namespaces, peer.origin);
                }
            }
        }
    }
}

/// Looks for peers of which the addresses are not known: names (S98), and nodes that are not in the input
/// or have none there (S97).
pub(super) fn unknown_addresses(cluster: &Cluster, unfit: &mut Vec<Unfit>) {
    for (policy, what) in cluster.policies.iter() {
        for direction in Direction::BOTH {
            let rules = what.rules(direction).unwrap_or_default();
            let rules = rules.iter().enumerate();
            let peers = rules.flat_map(|(index, rule)| {
                let peers = rule.peers.listed().iter();
                peers.map(move |peer| (index, peer))
            });
            for (index, peer) in peers {
                let path = || Policy::peer_path(direction, index, peer);
                let origin = peer.origin;
                match &peer.matches {
                    PeerMatch::DomainName(_) => unfit.push(Unfit::DomainName {
                        policy,
                        path: path(),
                        origin,
                    }),
                    PeerMatch::Nodes(nodes) if !cluster.knows_addresses_of(nodes) => {
                        unfit.push(Unfit::UnknownNodes {
                            policy,
                            path: path(),
                            origin,
                        });
                    }
                    PeerMatch::Nodes(_) | PeerMatch::Pods(_) | PeerMatch::IpBlock(_) => {}
                }
            }
        }
    }
}

/// Whether a selector's word on a namespace hangs on labels that are not known.
fn is_open(cluster: &Cluster, selector: &Selector, id: NamespaceId) -> bool {
    let labels = &cluster.namespaces.at(id).labels;
    let (known, unknown): (Vec<_>, Vec<_>) = selector
        .requirements()
        .iter()
        .partition(|requirement| *requirement.key == *NAMESPACE_NAME_LABEL);
    !unknown.is_empty() && known.iter().all(|requirement| requirement.matches(labels))
}
