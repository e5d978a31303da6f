//! A port of a database or control plane that policies open to everyone.
//!
//! ## What it does
//! Reports an ingress rule that opens a port to every pod of the cluster or to most of the internet,
//! where a pod that the policy governs declares the port, and it is one on which databases, caches and
//! control planes listen.
//!
//! ## Why it matters
//! Many of these have no password, or a well-known one. A policy is often the only protection against
//! an attacker who has broken into any pod.
//!
//! ## Example
//! ```yaml
//! podSelector: {matchLabels: {app: db}}     # containerPort 5432
//! ingress:
//!   - from: [{namespaceSelector: {}}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! ingress:
//!   - from: [{podSelector: {matchLabels: {app: api}}}]
//!     ports: [{port: 5432}]
//! ```
//!
//! ## Limits
//! Ports are those that containers declare, of this list: 1433, 1521, 2379, 2380, 3306, 5432, 5984,
//! 6379, 9042, 9200, 9300, 11211, 27017 (TCP). `pod-not-isolated-ingress` reports pods that no policy
//! isolates. "Most of the internet" means more than half of its addresses.

use crate::lint::context::world::is_most_of_internet;
use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, IpBlock, NamespaceScope, Peer, Peers, PodId, Tier};
use crate::net::{AddressSet, ConnSet, Family, PortSet, Protocol};

pub(super) const CHECK: Check = Check::Context(check);

/// Ports and what listens on them.
const SENSITIVE: [(u16, &str); 13] = [
    (1433, "SQL Server"),
    (1521, "Oracle Database"),
    (2379, "etcd"),
    (2380, "etcd"),
    (3306, "MySQL"),
    (5432, "PostgreSQL"),
    (5984, "CouchDB"),
    (6379, "Redis"),
    (9042, "Cassandra"),
    (9200, "Elasticsearch"),
    (9300, "Elasticsearch"),
    (11211, "memcached"),
    (27017, "MongoDB"),
];

/// To whom a rule opens its ports.
#[derive(Clone, Copy)]
enum Everyone {
    Anyone,
    EveryPod,
    Internet,
}

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context.rules() {
        if at.direction != Direction::Ingress || at.policy.tier != Tier::NetworkPolicy {
            continue;
        }
        let Some(everyone) = everyone(&at.rule.peers) else {
            continue;
        };
        let apps = context.apps_of(context.subject(at.id));
        let denied = context.may_be_denied_first(&at);
        let exposed = apps.into_iter().filter(|_| !denied).filter_map(|app| {
            let pod = context.apps().at(app).pod();
            let (port, what) = sensitive(context, &at, pod)?;
            Some((pod, port, what))
        });
        let exposed: Vec<(PodId, u16, &str)> = exposed.collect();
        if let Some(&first) = exposed.first() {
            facts.add(fact(context, &at, everyone, first, &exposed));
        }
    }
}

fn everyone(peers: &Peers) -> Option<Everyone> {
    let Peers::Listed(peers) = peers else {
        return Some(Everyone::Anyone);
    };
    let every_pod = peers.iter().filter_map(Peer::scope).any(|scope| {
        let every_namespace =
            matches!(&scope.namespaces, NamespaceScope::Matching(it) if it.is_everything());
        every_namespace && scope.pods.is_everything()
    });
    let blocks = peers.iter().filter_map(Peer::block);
    let addresses = AddressSet::union_of(blocks.map(IpBlock::addresses));
    if every_pod {
        Some(Everyone::EveryPod)
    } else if [Family::V4, Family::V6]
        .iter()
        .any(|it| is_most_of_internet(&addresses, *it))
    {
        Some(Everyone::Internet)
    } else {
        None
    }
}

/// The first sensitive port that a pod declares and the rule opens.
fn sensitive(context: &Context<'_>, at: &RuleAt<'_>, pod: PodId) -> Option<(u16, &'static str)> {
    let open = context.ports_at(&at.rule.ports, pod);
    let declared = context.cluster.pods.at(pod).ports.iter();
    let declared = declared.filter(|port| port.protocol == Protocol::Tcp);
    let open = declared.filter(|port| open.contains(Protocol::Tcp, port.port));
    let known = open.filter_map(|port| SENSITIVE.iter().find(|(number, _)| *number == port.port));
    known.copied().min()
}

fn fact(
    context: &Context<'_>,
    at: &RuleAt<'_>,
    everyone: Everyone,
    (pod, port, what): (PodId, u16, &str),
    exposed: &[(PodId, u16, &str)],
) -> Fact {
    let pods: Vec<PodId> = exposed.iter().map(|(pod, ..)| *pod).collect();
    let (names, _) = context.names(&pods);
    let whom = match everyone {
        Everyone::Anyone => "everyone, inside and outside the cluster",
        Everyone::EveryPod => "every pod of the cluster",
        Everyone::Internet => "the internet",
    };
    let opened = ConnSet::of(Protocol::Tcp, PortSet::single(port));
    let is_exposed = |it: PodId| exposed.iter().any(|one| (one.0, one.1) == (it, port));
    let one = context.names_where(pod, is_exposed);
    let app = context.apps().at(context.app_of(pod));
    let path = at.path();
    Fact::new(
        context.policy_ref(at.policy),
        &path,
        format!("opens {opened} ({what}) of {names} to {whom}"),
    )
    .at(
        context.span(at.policy, &path),
        format!("opens it to {whom}"),
    )
    .at(app.origin.span, format!("declares port {port}"))
    .means(format!("{whom} may connect to {opened} of {one}"))
    .fix("let in only the pods that use it")
}
