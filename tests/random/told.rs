//! What two judges say of one flow, with the statements of `docs/semantics.md` by which `trace`
//! decides it.

use super::failing::Failure;
use netpolc::model::{Cluster, NamespaceScope, PeerMatch, Pod, PodNature, PortTest, Ports};
use netpolc::render::text::verdict_word;
use netpolc::trace::{
    Basis, EndNames, Endpoint, Exemption, Flow, Half, Hit, Miss, NotSubject, PeerFault, Trace,
    Unknown, trace,
};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// How the command line calls an end.
fn name(cluster: &Cluster, end: Endpoint<'_>) -> String {
    let of_pod = |pod: &Pod| {
        let namespace = &cluster.namespaces.at(pod.namespace).name;
        let workload = pod.workload.map(|id| &cluster.workloads.at(id).owner);
        match (pod.nature, workload) {
            (PodNature::StandIn | PodNature::Replica, Some(owner)) => {
                format!("{namespace}/{}/{}", owner.kind.to_lowercase(), owner.name)
            }
            _ => format!("{namespace}/pod/{}", pod.name),
        }
    };
    match end {
        Endpoint::Pod(pod) => of_pod(pod),
        Endpoint::Node(end) => match (cluster.node_ends(end.node).len(), end.ips().first()) {
            (2.., Some(address)) => address.to_string(),
            _ => format!("node/{}", cluster.nodes.at(end.node).name),
        },
        Endpoint::Address(address) => address.to_string(),
    }
}

/// The command that asks about a flow.
fn command(cluster: &Cluster, flow: &Flow<'_>) -> String {
    let [source, destination] = [flow.source, flow.destination].map(|end| name(cluster, end));
    let protocol = flow.protocol.name().to_ascii_lowercase();
    format!("can {source} {destination} --port {}/{protocol}", flow.port)
}

/// A flow of which a judge says something else than `trace`: who that is, where it stands in `src`,
/// and what it says.
pub(crate) fn flow(cluster: &Cluster, flow: &Flow<'_>, other: &str, says: &str) -> Failure {
    let told = trace(cluster, flow);
    let words = format!(
        "{}\n  trace (src/trace) says {}\n  {other} says {says}\n\n{}",
        title(cluster, flow),
        verdict_word(told.verdict),
        reasons(cluster, flow, &told)
    );
    Failure::new(words).shown_by(command(cluster, flow))
}

/// What `trace` says of a flow, and why.
pub(crate) fn of_flow(cluster: &Cluster, flow: &Flow<'_>) -> String {
    let told = trace(cluster, flow);
    let verdict = verdict_word(told.verdict);
    let (title, reasons) = (title(cluster, flow), reasons(cluster, flow, &told));
    format!("{title} {verdict}\n{reasons}")
}

fn title(cluster: &Cluster, flow: &Flow<'_>) -> String {
    let [source, destination] = [flow.source, flow.destination].map(|end| name(cluster, end));
    format!(
        "{source} to {destination} on {} {}:",
        flow.protocol, flow.port
    )
}

/// Why `trace` says what it says, half by half, and the statements in full.
fn reasons(cluster: &Cluster, flow: &Flow<'_>, told: &Trace) -> String {
    let [source, destination] = [flow.source, flow.destination].map(|end| name(cluster, end));
    let names = EndNames {
        source: &source,
        destination: &destination,
    };
    let mut out = "what trace goes by:\n".to_owned();
    let mut cited = BTreeSet::new();
    for half in [&told.egress, &told.ingress] {
        if let Basis::Allowed(hits) | Basis::ClusterRule { hits, .. } = &half.basis {
            cited.extend(
                hits.first()
                    .into_iter()
                    .flat_map(|hit| of_hit(cluster, hit)),
            );
        }
    }
    let mut say = |statement: u16, said: &str| {
        cited.insert(statement);
        let _ = writeln!(out, "  S{statement}: {said}");
    };
    if let Some(exemption) = told.exemption {
        say(of_exemption(exemption), exemption.describe());
    }
    for half in [&told.egress, &told.ingress] {
        let verdict = verdict_word(half.verdict);
        let said = half.describe_in_full(cluster, names);
        say(
            of_half(half),
            &format!("{} {verdict}: {said}", half.direction),
        );
        for miss in half.misses.iter().take(3) {
            let said = miss.describe(cluster, names);
            say(of_miss(miss), &format!("no match: {said}"));
        }
    }
    for unknown in &told.unknowns {
        say(of_unknown(unknown), &unknown.describe(cluster, names));
    }
    out.push_str("in docs/semantics.md:\n");
    for statement in cited {
        let _ = writeln!(out, "  {}", statement_of_the_page(statement));
    }
    out
}

/// A statement in full, in one line.
fn statement_of_the_page(number: u16) -> String {
    let page = include_str!("../../docs/semantics.md");
    let start = format!("- **S{number}**");
    let lines = page.lines().skip_while(|line| !line.starts_with(&start));
    let lines = lines
        .enumerate()
        .take_while(|(index, line)| *index == 0 || line.starts_with("  "));
    let words: Vec<&str> = lines.map(|(_, line)| line.trim()).collect();
    words.join(" ").trim_start_matches("- ").replace("**", "")
}

/// The statement by which a half is decided.
fn of_half(half: &Half) -> u16 {
    match &half.basis {
        Basis::NotSubject(NotSubject::Outside | NotSubject::Node) => 3,
        Basis::NotSubject(NotSubject::HostNetwork) => 57,
        Basis::NotSubject(NotSubject::Unenforced) => 86,
        Basis::NotIsolated => 15,
        Basis::Allowed(_) | Basis::NoRule => 16,
        Basis::ClusterRule { .. } => 7,
        Basis::Undecided => half.unknowns.first().map_or(2, of_unknown),
    }
}

/// The statements by which a rule matches: by its peer and by its port.
fn of_hit(cluster: &Cluster, hit: &Hit) -> [u16; 2] {
    let rule = hit.rule.rule(cluster);
    let peer = rule.and_then(|rule| rule.peers.listed().get(hit.peer?));
    let port = rule.and_then(|rule| match &rule.ports {
        Ports::Any => None,
        Ports::Listed(ports) => ports.get(hit.port?),
    });
    let by_peer = match peer.map(|peer| &peer.matches) {
        None => 22,
        Some(PeerMatch::IpBlock(_)) => 44,
        Some(PeerMatch::Nodes(_)) => 97,
        Some(PeerMatch::DomainName(_)) => 98,
        Some(PeerMatch::Pods(scope)) => match scope.namespaces {
            NamespaceScope::Named(_) => 26,
            NamespaceScope::Matching(_) => 24,
        },
    };
    let by_port = match port.map(|port| &port.test) {
        None => 22,
        Some(PortTest::Range { .. }) => 35,
        Some(PortTest::Named { .. }) => 36,
    };
    [by_peer, by_port]
}

/// The statement by which a rule does not match.
fn of_miss(miss: &Miss) -> u16 {
    let fault = miss.peers.first().and_then(|peer| peer.faults.first());
    match (fault, &miss.ports) {
        (Some(PeerFault::PodLabel { .. }), _) => 30,
        (Some(PeerFault::NamespaceLabel { .. }), _) => 25,
        (Some(PeerFault::OtherNamespace { .. }), _) => 26,
        (Some(PeerFault::NotInBlock { .. }), _) => 44,
        (Some(PeerFault::AddressNotKnown), _) => 47,
        (Some(PeerFault::HostNetwork), _) => 58,
        (Some(PeerFault::NotAPod), _) => 27,
        (Some(PeerFault::BlockSkips), _) => 45,
        (Some(PeerFault::OtherNode), _) => 97,
        (Some(PeerFault::NeverNamed), _) => 98,
        (None, Some(_)) => 35,
        (None, None) => 16,
    }
}

fn of_exemption(exemption: Exemption) -> u16 {
    match exemption {
        Exemption::SamePod => 52,
        Exemption::NodeToItsPod => 55,
        Exemption::Loopback => 71,
        Exemption::PodToItsNode => 69,
        Exemption::SharedNode => 60,
    }
}

/// The statement that leaves something open.
fn of_unknown(unknown: &Unknown) -> u16 {
    match unknown {
        Unknown::NamespaceLabels { .. } => 32,
        Unknown::PodLabel { .. } => 75,
        Unknown::Count => 53,
        Unknown::Address(_) => 47,
        Unknown::NamedPort(_) => 41,
        Unknown::Node => 56,
        Unknown::SharedNode => 60,
        Unknown::EqualPriority(_) => 11,
        Unknown::NoOrder(_) => 99,
        Unknown::NodeLabels { .. } | Unknown::NodeAddress(_) => 97,
        Unknown::DomainName { .. } => 98,
        Unknown::Family { .. } => 49,
        Unknown::OwnNode => 69,
        Unknown::Habit(habit) => habit.statements().first().copied().unwrap_or_default(),
        Unknown::LinkLocal(_) => 70,
        Unknown::ItselfThroughService => 54,
        Unknown::LocalPods(_) => 78,
        Unknown::RewrittenSource(_)
        | Unknown::OutsideDoor(_)
        | Unknown::InsideOnly(_)
        | Unknown::SourceRanges(_)
        | Unknown::NodePort(_) => 62,
    }
}
