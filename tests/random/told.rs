//! What two judges say of one flow, with the statements of `docs/semantics.md` by which `trace`
//! decides it.

use super::failing::Failure;
use netpolc::model::{Cluster, Pod, PodNature};
use netpolc::render::text::verdict_word;
use netpolc::trace::{
    Basis, EndNames, Endpoint, Exemption, Flow, Half, NotSubject, Trace, Unknown, trace,
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
        Endpoint::Node(id) => format!("node/{}", cluster.nodes.at(id).name),
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
    let mut say = |statement: u16, said: &str| {
        cited.insert(statement);
        let _ = writeln!(out, "  S{statement}: {said}");
    };
    if let Some(exemption) = told.exemption {
        say(of_exemption(exemption), exemption.describe());
    }
    for half in [&told.egress, &told.ingress] {
        let verdict = verdict_word(half.verdict);
        let said = half.describe(cluster, names);
        say(
            of_half(half),
            &format!("{} {verdict}: {said}", half.direction),
        );
        for miss in half.misses.iter().take(3) {
            say(16, &format!("no match: {}", miss.describe(cluster, names)));
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

/// The first line of a statement.
fn statement_of_the_page(number: u16) -> String {
    let page = include_str!("../../docs/semantics.md");
    let start = format!("- **S{number}**");
    let line = page.lines().find(|line| line.starts_with(&start));
    let line = line.unwrap_or(&start).trim_start_matches("- ");
    line.replace("**", "")
}

/// The statement by which a half is decided.
fn of_half(half: &Half) -> u16 {
    match &half.basis {
        Basis::NotSubject(NotSubject::Outside | NotSubject::Node) => 3,
        Basis::NotSubject(NotSubject::HostNetwork) => 57,
        Basis::NotIsolated => 15,
        Basis::Allowed(_) | Basis::NoRule => 16,
        Basis::ClusterRule { .. } => 7,
        Basis::Undecided => half.unknowns.first().map_or(2, of_unknown),
    }
}

fn of_exemption(exemption: Exemption) -> u16 {
    match exemption {
        Exemption::SamePod => 52,
        Exemption::NodeToItsPod => 55,
        Exemption::Loopback => 71,
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
        Unknown::Family { .. } => 49,
        Unknown::OwnNode => 69,
        Unknown::LinkLocal(_) => 70,
        Unknown::ItselfThroughService => 54,
        Unknown::RewrittenSource(_)
        | Unknown::OutsideDoor(_)
        | Unknown::InsideOnly(_)
        | Unknown::SourceRanges(_)
        | Unknown::NodePort(_) => 62,
    }
}
