//! What keeps a cluster from being written as a ruleset, and what should be known of one that is.

use crate::model::{
    Cluster, NAMESPACE_NAME_LABEL, NamespaceId, NamespaceScope, Origin, PeerMatch, Peers, PodId,
    PolicyId,
};
use crate::selector::Selector;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Why a ruleset could not say what the policies say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// No pod has an address: rulesets are about addresses.
    NoAddress,
    /// Two pods, or a pod and a node, have one address.
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
}

/// What should be known of a ruleset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Policies govern these pods, and they have no address yet, so the ruleset cannot.
    WithoutAddress(Vec<PodId>),
    /// Two policies over one pod have one priority, and the API lets either come first (S11): the first
    /// does here.
    SamePriority(PolicyId, PolicyId),
}

/// Looks for addresses that do not tell who sends.
pub(super) fn addresses(cluster: &Cluster, unfit: &mut Vec<Unfit>) {
    let mut seen: BTreeMap<IpAddr, String> = BTreeMap::new();
    for node in cluster.nodes.rows() {
        for &ip in &node.ips {
            seen.insert(ip, format!("node {}", node.name));
        }
    }
    let pods = cluster.pods.rows().iter();
    let mut any = false;
    for pod in pods.filter(|pod| !pod.host_network) {
        let name = cluster.pod_name(pod);
        for &address in &pod.ips {
            any = true;
            match seen.get(&address) {
                Some(first) => unfit.push(Unfit::SharedAddress {
                    address,
                    first: first.clone(),
                    second: name.clone(),
                    origin: pod.origin,
                }),
                None => {
                    seen.insert(address, name.clone());
                }
            }
        }
    }
    if !any {
        unfit.push(Unfit::NoAddress);
    }
}

/// Looks for selectors of namespaces that ask for labels which nobody knows (S32).
pub(super) fn unknown_labels(cluster: &Cluster, unfit: &mut Vec<Unfit>) {
    let namespaces = cluster.namespaces.iter();
    let mentioned: Vec<NamespaceId> = namespaces
        .filter(|(_, namespace)| !namespace.declared)
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
        for rule in policy.ingress.iter().chain(&policy.egress).flatten() {
            let Peers::Listed(peers) = &rule.peers else {
                continue;
            };
            for peer in peers {
                if let PeerMatch::Pods(scope) = &peer.matches {
                    look(&scope.namespaces, peer.origin);
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
