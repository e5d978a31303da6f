//! The changed edges as graphs: never told by colour alone.

use super::told::{Told, connections};
use crate::diff::{Change, Sign};
use crate::render::{dot, mermaid};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How an edge looks: its colour, and its line.
fn look(sign: Sign) -> (&'static str, &'static str) {
    match sign {
        Sign::Opened => ("#1a7f37", "solid"),
        Sign::Closed => ("#cf222e", "dashed"),
        Sign::Changed => ("#9a6700", "bold"),
    }
}

pub(super) fn to_dot(told: &Told<'_>) -> String {
    let mut out = String::from("digraph diff {\n  rankdir=LR;\n  node [shape=box];\n");
    for name in nodes(told).keys() {
        let _ = writeln!(out, "  {};", dot::quoted(name));
    }
    for change in &told.diff.changes {
        let (colour, style) = look(change.sign());
        let _ = writeln!(
            out,
            "  {} -> {} [label={}, color=\"{colour}\", fontcolor=\"{colour}\", style={style}];",
            dot::quoted(&change.from),
            dot::quoted(&change.to),
            dot::quoted(&label(change)),
        );
    }
    out.push_str("}\n");
    out
}

pub(super) fn to_mermaid(told: &Told<'_>) -> String {
    let mut out = String::from("flowchart LR\n");
    let nodes = nodes(told);
    for (name, number) in &nodes {
        let _ = writeln!(out, "  n{number}[{}]", mermaid::quoted(name));
    }
    for (place, change) in told.diff.changes.iter().enumerate() {
        let of = |name: &str| nodes.get(name).copied().unwrap_or_default();
        let arrow = match change.sign() {
            Sign::Opened => "-->",
            Sign::Closed => "-.->",
            Sign::Changed => "==>",
        };
        let _ = writeln!(
            out,
            "  n{} {arrow}|{}| n{}",
            of(&change.from),
            mermaid::quoted(&label(change)),
            of(&change.to)
        );
        let (colour, _) = look(change.sign());
        let _ = writeln!(out, "  linkStyle {place} stroke:{colour},color:{colour}");
    }
    out
}

fn label(change: &Change) -> String {
    format!("{} {}", change.sign().symbol(), connections(change))
}

/// The ends by name, numbered in their order.
fn nodes<'a>(told: &Told<'a>) -> BTreeMap<&'a str, usize> {
    let changes = told.diff.changes.iter();
    let names = changes.flat_map(|it| [it.from.as_str(), it.to.as_str()]);
    let mut nodes: BTreeMap<&str, usize> = names.map(|name| (name, 0)).collect();
    for (number, place) in nodes.values_mut().enumerate() {
        *place = number;
    }
    nodes
}
