//! The figures at the top of the page, and what reaches the internet or is reached from there.

use super::markup::{Markup, text};
use super::page::Page;
use crate::diag::Severity;
use crate::query::overview::{Entry, Link};
use crate::render::entries::{level, names};
use crate::render::{count, percent_encoded};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of a list before it is folded.
const ROWS: usize = 10;
/// Names in a row.
const NAMES: usize = 3;

/// The figures.
pub(super) fn tiles(page: &Page<'_>, out: &mut Markup) {
    let overview = page.overview;
    let inside = || overview.entries.iter().filter(|it| it.namespace.is_some());
    let namespaces: BTreeSet<_> = inside().filter_map(|it| it.namespace).collect();
    let workloads: usize = inside().map(Entry::count).sum();
    let (all, connected) = overview.pairs();
    let (reached, reaching) = (Side::In.whole(page), Side::Out.whole(page));
    let levels = |severity| page.findings.report.count(severity);
    let (errors, warnings) = (levels(Severity::Error), levels(Severity::Warning));
    let left_out = overview.left_out.len();
    let worse = |number: usize, class: &'static str| if number > 0 { class } else { "good" };
    let mut tiles = vec![
        (namespaces.len(), "namespaces".to_owned(), ""),
        (workloads, "workloads".into(), ""),
        (
            connected,
            format!("of {} pairs connected", grouped(all)),
            "",
        ),
        (
            reached,
            "reachable from the internet".into(),
            worse(reached, "bad"),
        ),
        (
            reaching,
            "can reach the internet".into(),
            worse(reaching, "warn"),
        ),
        (errors, "errors".into(), worse(errors, "bad")),
        (warnings, "warnings".into(), worse(warnings, "warn")),
    ];
    if left_out > 0 {
        tiles.push((left_out, "left out: see below".into(), "warn"));
    }
    out.raw("<ul class=\"tiles\">");
    for (number, what, class) in tiles {
        out.raw(&format!(
            "<li class=\"{class}\"><b>{}</b> <span>{}</span></li>",
            grouped(number),
            text(&what)
        ));
    }
    out.raw("</ul>\n");
}

/// `12,345`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Which way connections with the internet go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    In,
    Out,
}

impl Side {
    /// The ends of a link: outside, and inside the cluster.
    fn ends(self, link: &Link) -> (usize, usize) {
        match self {
            Self::In => (link.from, link.to),
            Self::Out => (link.to, link.from),
        }
    }

    /// Entries of the cluster with connections to or from places outside: what the connections with
    /// the internet are, and of which there are only some with other addresses.
    fn entries(self, page: &Page<'_>) -> (Vec<(usize, usize)>, BTreeSet<usize>) {
        let overview = page.overview;
        let internet = overview.internet();
        let mut whole: Vec<(usize, usize)> = Vec::new();
        let mut some: BTreeSet<usize> = BTreeSet::new();
        for link in &overview.links {
            let (outside, inside) = self.ends(link);
            let is_outside = overview
                .entries
                .get(outside)
                .is_some_and(|it| it.namespace.is_none());
            if !is_outside {
                continue;
            }
            if Some(outside) == internet {
                whole.push((inside, link.connections));
            } else {
                some.insert(inside);
            }
        }
        for (inside, _) in &whole {
            some.remove(inside);
        }
        whole.sort_unstable();
        (whole, some)
    }

    /// How many workloads there are with connections of the whole internet.
    fn whole(self, page: &Page<'_>) -> usize {
        let (whole, _) = self.entries(page);
        members(page, whole.iter().map(|(entry, _)| *entry))
    }
}

fn members(page: &Page<'_>, entries: impl Iterator<Item = usize>) -> usize {
    let entries = entries.filter_map(|place| page.overview.entries.get(place));
    entries.map(Entry::count).sum()
}

/// The two lists.
pub(super) fn internet(page: &Page<'_>, out: &mut Markup) {
    out.raw("<section class=\"card\" id=\"glance\"><h2>The internet at a glance</h2><div class=\"cols\">\n");
    let sides = [
        (
            Side::In,
            "Reachable from the internet",
            "from certain addresses only",
        ),
        (
            Side::Out,
            "Can reach the internet",
            "to certain addresses only",
        ),
    ];
    for (side, head, only) in sides {
        let (whole, some) = side.entries(page);
        let number = members(page, whole.iter().map(|(entry, _)| *entry));
        out.raw(&format!(
            "<div><h3>{head} <span class=\"dim\">· {}</span></h3>\n",
            workloads(number)
        ));
        list(page, &whole, out);
        if !some.is_empty() {
            let number = members(page, some.iter().copied());
            out.raw(&format!(
                "<p class=\"dim\">{} more {only}.</p>\n",
                grouped(number)
            ));
        }
        out.raw("</div>\n");
    }
    out.raw("</div>\n");
    controllers(page, out);
    out.raw("</section>\n");
}

/// What controllers of Ingresses reach of which no pod was read: whoever reaches these reaches that.
fn controllers(page: &Page<'_>, out: &mut Markup) {
    let reached = &page.overview.from_controllers;
    if reached.is_empty() {
        return;
    }
    let number = workloads(reached.len());
    out.raw(&format!("<h3>Behind Ingress controllers that are not in the input <span class=\"dim\">· {number}</span></h3>\n<table><tr><th>workload</th><th>ports</th></tr>\n"));
    for (name, connections) in reached {
        out.raw("<tr><td class=\"m\">");
        out.text(name);
        out.raw("</td><td>");
        out.span(
            &format!("chip l{}", level(connections)),
            &connections.to_string(),
        );
        out.raw("</td></tr>\n");
    }
    out.raw("</table>\n");
}

fn workloads(number: usize) -> String {
    count(number, "workload", "workloads")
}

/// Entries by namespace and connections, in rows.
fn list(page: &Page<'_>, whole: &[(usize, usize)], out: &mut Markup) {
    let mut rows: BTreeMap<(String, usize), Vec<String>> = BTreeMap::new();
    for (place, connections) in whole {
        let Some(entry) = page.overview.entries.get(*place) else {
            continue;
        };
        let namespace = entry
            .namespace
            .map(|id| page.cluster.namespaces.at(id).name.to_string());
        let row = rows
            .entry((namespace.unwrap_or_default(), *connections))
            .or_default();
        row.extend(names(page.cluster, entry));
    }
    if rows.is_empty() {
        out.raw("<p class=\"dim\">None.</p>\n");
        return;
    }
    let rows: Vec<_> = rows.into_iter().collect();
    let (first, rest) = rows.split_at(rows.len().min(ROWS));
    table(page, first, out);
    if !rest.is_empty() {
        out.raw(&format!(
            "<details><summary>{} more rows</summary>\n",
            rest.len()
        ));
        table(page, rest, out);
        out.raw("</details>\n");
    }
}

type Row = ((String, usize), Vec<String>);

fn table(page: &Page<'_>, rows: &[Row], out: &mut Markup) {
    out.raw("<table><tr><th>workload</th><th>ports</th></tr>\n");
    for ((namespace, connections), names) in rows {
        out.raw("<tr><td class=\"m\">");
        let shown = names.iter().take(NAMES);
        for (number, name) in shown.enumerate() {
            let full = format!("{namespace}/{name}");
            let comma = if number > 0 { ", " } else { "" };
            out.raw(&format!(
                "{comma}<a class=\"w\" href=\"#focus={}\">{}</a>",
                percent_encoded(&full, b"-_."),
                text(&full)
            ));
        }
        if let Some(more) = names.len().checked_sub(NAMES).filter(|more| *more > 0) {
            out.raw(&format!(" <span class=\"dim\">and {more} more</span>"));
        }
        out.raw("</td><td>");
        if let Some(set) = page.overview.connections.get(*connections) {
            out.span(&format!("chip l{}", level(set)), &set.to_string());
        }
        out.raw("</td></tr>\n");
    }
    out.raw("</table>\n");
}
