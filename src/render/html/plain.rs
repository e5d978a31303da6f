//! The matrix by namespaces as a plain table, for readers without script.

use super::markup::Markup;
use super::page::Page;
use crate::model::NamespaceId;
use std::collections::{BTreeMap, BTreeSet};

/// Namespaces of which a table can be read.
const NAMESPACES: usize = 30;

/// Which namespaces reach which; nothing where there are too many.
pub(super) fn table(page: &Page<'_>, out: &mut Markup) {
    let overview = page.overview;
    let of = |place: usize| overview.entries.get(place).map(|it| it.namespace);
    let mut cells: BTreeMap<(Option<NamespaceId>, Option<NamespaceId>), usize> = BTreeMap::new();
    for link in &overview.links {
        if let (Some(from), Some(to)) = (of(link.from), of(link.to)) {
            *cells.entry((from, to)).or_default() += 1;
        }
    }
    let used: BTreeSet<Option<NamespaceId>> =
        cells.keys().flat_map(|(from, to)| [*from, *to]).collect();
    if used.is_empty() || used.len() > NAMESPACES {
        return;
    }
    let name = |id: &Option<NamespaceId>| match id {
        Some(id) => page.cluster.namespaces.at(*id).name.to_string(),
        None => "outside the cluster".to_owned(),
    };
    out.raw("<table><caption>Rows open connections, columns answer them; the figure counts entries that are connected.</caption>\n<tr><th>from \\ to</th>");
    for to in &used {
        out.raw("<th>");
        out.text(&name(to));
        out.raw("</th>");
    }
    out.raw("</tr>\n");
    for from in &used {
        out.raw("<tr><th>");
        out.text(&name(from));
        out.raw("</th>");
        for to in &used {
            let cell = cells.get(&(*from, *to)).map(ToString::to_string);
            out.raw(&format!("<td>{}</td>", cell.unwrap_or_default()));
        }
        out.raw("</tr>\n");
    }
    out.raw("</table>\n");
}
