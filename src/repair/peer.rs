//! Whom a rule has to name so that it speaks of an end of a flow.

use crate::model::{
    Cluster, IpBlock, NAMESPACE_NAME_LABEL, NamespaceScope, PeerMatch, Pod, PodNature, PodScope,
    template_labels,
};
use crate::net::Cidr;
use crate::selector::Selector;
use crate::trace::{Endpoint, Flow};
use std::net::IpAddr;
use std::sync::Arc;

/// Labels by which people name an application, as few as possible first.
const NAMES: [&[&str]; 6] = [
    &["app.kubernetes.io/name"],
    &["app"],
    &["k8s-app"],
    &["name"],
    &["app.kubernetes.io/name", "app.kubernetes.io/instance"],
    &["app.kubernetes.io/name", "app.kubernetes.io/component"],
];

/// Labels that change from one release to the next.
const PASSING: [&str; 3] = [
    "app.kubernetes.io/version",
    "helm.sh/chart",
    "app.kubernetes.io/managed-by",
];

/// A flow that is to be let through, and who is meant at its ends.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The flow.
    pub flow: Flow<'a>,
    /// Who opens it.
    pub source: Meant,
    /// Who is to answer.
    pub destination: Meant,
}

/// For whom an end of a flow stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Meant {
    /// For itself, and the other pods of its workload.
    #[default]
    Itself,
    /// For every pod of its namespace.
    Namespace,
    /// For every pod.
    Everyone,
    /// For the addresses of a prefix.
    Block(Cidr),
}

/// A peer that matches an end in a policy of `home`; none where no peer can.
pub(super) fn peer(
    cluster: &Cluster,
    (end, meant): (Endpoint<'_>, Meant),
    home: Option<&Arc<str>>,
) -> Option<PeerMatch> {
    let block = |cidr| {
        PeerMatch::IpBlock(IpBlock {
            cidr,
            except: Vec::new(),
        })
    };
    let host = |address: &IpAddr| block(Cidr::host(*address));
    match end {
        Endpoint::Address(address) => match meant {
            Meant::Block(cidr) if cidr.contains(address) => Some(block(cidr)),
            Meant::Block(_) | Meant::Itself | Meant::Namespace | Meant::Everyone => {
                Some(host(&address))
            }
        },
        Endpoint::Node(node) => node.ips().first().map(host),
        Endpoint::Pod(pod) if pod.host_network => pod.ips.first().map(host),
        Endpoint::Pod(pod) => {
            let name = &cluster.namespaces.at(pod.namespace).name;
            let namespaces = match meant {
                Meant::Everyone => NamespaceScope::Matching(Selector::everything()),
                Meant::Namespace | Meant::Itself | Meant::Block(_) if home == Some(name) => {
                    NamespaceScope::Named(Arc::clone(name))
                }
                Meant::Namespace | Meant::Itself | Meant::Block(_) => {
                    NamespaceScope::Matching(Selector::labels([(NAMESPACE_NAME_LABEL, &**name)]))
                }
            };
            let pods = pods_of(cluster, pod, meant);
            Some(PeerMatch::Pods(PodScope { namespaces, pods }))
        }
    }
}

/// What selects a pod, or all that it stands for, in its namespace.
pub(super) fn pods_of(cluster: &Cluster, pod: &Pod, meant: Meant) -> Selector {
    match meant {
        Meant::Namespace | Meant::Everyone => Selector::everything(),
        Meant::Itself | Meant::Block(_) => identity(cluster, pod),
    }
}

/// The fewest labels that select the pods which all the labels of its template select: those by
/// which people name an application, if they do.
fn identity(cluster: &Cluster, pod: &Pod) -> Selector {
    let own = template_labels(&pod.labels);
    let own: Vec<(&str, &str)> = own.iter().map(|(key, value)| (&**key, &**value)).collect();
    let whole = Selector::labels(own.iter().copied());
    if pod.nature == PodNature::Hypothetical {
        return whole;
    }
    let pods = cluster.pods.rows().iter();
    let near: Vec<&Pod> = pods.filter(|it| it.namespace == pod.namespace).collect();
    let selects_alike = |fewer: &Selector| {
        near.iter()
            .all(|it| fewer.may_match(&it.labels) == whole.may_match(&it.labels))
    };
    let named = NAMES.iter().filter_map(|keys| {
        let has = |key: &&str| own.iter().find(|(other, _)| other == key).copied();
        let labels: Vec<(&str, &str)> = keys.iter().filter_map(has).collect();
        (labels.len() == keys.len()).then(|| Selector::labels(labels))
    });
    let lasting = own.iter().filter(|(key, _)| !PASSING.contains(key));
    let lasting = Selector::labels(lasting.copied());
    let mut fewer = named.chain([lasting]);
    fewer.find(selects_alike).unwrap_or(whole)
}
