//! Exposure as text: lines for grep and diff in the form that np-guard's analyzer has, a table, and Markdown.

use super::matrix::Extent;
use super::table::table;
use super::{md, visible};
use crate::model::{Cluster, Direction, NAMESPACE_NAME_LABEL, Origin};
use crate::query::exposure::{Among, Exposed, ExposedPeer, Exposure, Who};
use crate::selector::{Operator, Requirement, Selector};
use crate::source::SourceMap;
use std::fmt::Write as _;
use std::io::{self, Write};

/// What texts take their names and places from.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Its files.
    pub sources: &'a SourceMap,
}

/// Writes the sections that stand below the lines of a matrix; an empty line before them where there
/// were some.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn txt(exposure: &Exposure, after_lines: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::from(if after_lines { "\n" } else { "" });
    text.push_str("Exposure Analysis Result:\n");
    let all = exposure.workloads.iter();
    let names = all.clone().filter(|it| it.peers.iter().any(is_listed));
    let names = names.map(|it| visible(&it.workload).chars().count());
    let width = names.max().unwrap_or_default();
    for (direction, title, arrow) in [
        (Direction::Egress, "Egress Exposure:", "=>"),
        (Direction::Ingress, "Ingress Exposure:", "<="),
    ] {
        let here = all.clone().filter(|it| it.direction == direction);
        let mut lines: Vec<(&str, String, String)> = Vec::new();
        for workload in here {
            let peers = workload.peers.iter().filter(|it| is_listed(it));
            let peers = peers.map(|it| (who(&it.who), it.connections.to_string()));
            lines.extend(peers.map(|(who, on)| (workload.workload.as_str(), who, on)));
        }
        lines.sort_unstable();
        if lines.is_empty() {
            continue;
        }
        text.push_str(title);
        text.push('\n');
        for (workload, who, on) in lines {
            let (workload, who, on) = (visible(workload), visible(&who), visible(&on));
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{workload:width$} \t{arrow} \t{who} : {on}");
        }
        text.push('\n');
    }
    let open = all.filter(|it| !it.governed).map(|it| {
        let way = match it.direction {
            Direction::Egress => "Egress",
            Direction::Ingress => "Ingress",
        };
        format!("{} is not protected on {way}\n", visible(&it.workload))
    });
    let mut open: Vec<String> = open.collect();
    open.sort_unstable();
    if !open.is_empty() {
        text.push_str("Workloads not protected by network policies:\n");
        text.extend(open);
    }
    out.write_all(text.as_bytes())
}

fn is_listed(peer: &ExposedPeer) -> bool {
    !peer.shown
}

/// `entire-cluster`, `shop/[pod with {app=web}]`, `[all namespaces]/[all pods]`.
fn who(who: &Who) -> String {
    let among = match who {
        Who::Everyone => return "entire-cluster".into(),
        Who::Outside(range) => return range.clone(),
        Who::Pods(among) => among,
    };
    let namespaces = match name_of(among) {
        Some(name) => name.to_owned(),
        None if among.namespaces.is_everything() => "[all namespaces]".into(),
        None => format!("[namespace with {{{}}}]", selector(&among.namespaces)),
    };
    let pods = if among.pods.is_everything() {
        "[all pods]".into()
    } else {
        format!("[pod with {{{}}}]", selector(&among.pods))
    };
    format!("{namespaces}/{pods}")
}

/// The name of the one namespace that is meant, where it is meant by its name alone.
fn name_of(among: &Among) -> Option<&str> {
    let [one] = among.namespaces.requirements() else {
        return None;
    };
    let name = one.values.first().filter(|_| is_label(one))?;
    (*one.key == *NAMESPACE_NAME_LABEL).then_some(name)
}

fn is_label(requirement: &Requirement) -> bool {
    requirement.operator == Operator::In && requirement.values.len() == 1
}

/// Labels first, then expressions: `app=web,{Key:tier,Operator:In,Values:[a b],}`.
fn selector(selector: &Selector) -> String {
    let (labels, others): (Vec<_>, Vec<_>) =
        selector.requirements().iter().partition(|it| is_label(it));
    let mut labels: Vec<String> = labels.into_iter().map(ToString::to_string).collect();
    let mut others: Vec<String> = others
        .into_iter()
        .map(|it| {
            let (key, operator) = (&it.key, it.operator.name());
            let values = it.values.join(" ");
            format!("{{Key:{key},Operator:{operator},Values:[{values}],}}")
        })
        .collect();
    labels.sort_unstable();
    labels.dedup();
    others.sort_unstable();
    labels.extend(others);
    labels.join(",")
}

/// The same for people: `pods with app=web in namespace shop`.
fn in_words(peer: &ExposedPeer) -> String {
    let among = match &peer.who {
        Who::Everyone => {
            let but = if peer.less { ", with exceptions" } else { "" };
            return format!("any pod in any namespace{but}");
        }
        Who::Outside(range) => return range.clone(),
        Who::Pods(among) => among,
    };
    let pods = if among.pods.is_everything() {
        "any pod".into()
    } else {
        format!("a pod with {}", among.pods)
    };
    let namespaces = match name_of(among) {
        Some(name) => format!("namespace {name}"),
        None if among.namespaces.is_everything() => "any namespace".into(),
        None => format!("a namespace with {}", among.namespaces),
    };
    let but = if peer.less { ", with exceptions" } else { "" };
    format!("{pods} in {namespaces}{but}")
}

/// One row of a table: workload, direction, who, connections, why.
fn rows(exposure: &Exposure, shown: Shown<'_>) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for workload in &exposure.workloads {
        let peers = workload.peers.iter();
        let listed = |it: &&ExposedPeer| is_listed(it) || workload.is_exception(it);
        // The matrix above has the addresses outside.
        let inside = |it: &&ExposedPeer| !matches!(it.who, Who::Outside(_));
        for peer in peers.filter(inside).filter(listed) {
            rows.push(vec![
                workload.workload.clone(),
                workload.direction.to_string(),
                in_words(peer),
                peer.connections.to_string(),
                why(workload, peer, shown),
            ]);
        }
    }
    rows
}

/// The rules that have a say in a line.
fn why(workload: &Exposed, peer: &ExposedPeer, shown: Shown<'_>) -> String {
    if !workload.governed {
        return "no policy governs it".into();
    }
    let place = |origin: Origin| {
        let line = origin.span.map(|span| shown.sources.line(span));
        line.map_or_else(String::new, |line| format!(" ({line})"))
    };
    let rules = peer.rules.iter();
    let rules: Vec<String> = rules
        .map(|rule| rule.describe_at(shown.cluster, &place))
        .collect();
    rules.join(",\n")
}

const HEADER: [&str; 5] = ["WORKLOAD", "DIRECTION", "OTHER END", "CONNECTIONS", "BY"];

/// The table; nothing where there is no line.
pub fn text(exposure: &Exposure, extent: Extent, shown: Shown<'_>) -> String {
    let rows = rows(exposure, shown);
    if rows.is_empty() {
        return String::new();
    }
    table(&HEADER, &rows, extent.width)
}

/// Writes a table in Markdown.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn markdown(exposure: &Exposure, shown: Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "\n| Workload | Direction | Other end | Connections | By |"
    )?;
    writeln!(out, "| --- | --- | --- | --- | --- |")?;
    for row in rows(exposure, shown) {
        let cells: Vec<String> = row
            .iter()
            .map(|it| md::cell(&it.replace('\n', " ")))
            .collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}
