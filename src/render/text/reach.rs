//! What one end reaches, or who reaches it.

use super::{Teller, connections};
use crate::net::AddressSet;
use crate::query::listing::{ListedClass, ListedRow, Listing};
use crate::render::outside;
use std::collections::BTreeMap;

/// The widest column of connections; longer ones have a line of their own.
const WIDEST: usize = 24;

/// Which end a listing is about, as it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reached {
    /// What is reached from here.
    From(String),
    /// Who reaches this.
    To(String),
}

impl Teller<'_> {
    /// A listing of one end: the others by what they may.
    pub fn reach(&self, of: &Reached, listing: &Listing) -> String {
        let mut out = String::new();
        let mut groups: BTreeMap<&[usize], Vec<&ListedRow>> = BTreeMap::new();
        for row in &listing.rows {
            let own = match of {
                Reached::From(_) => &row.from,
                Reached::To(_) => &row.to,
            };
            groups.entry(own).or_default().push(row);
        }
        let (title, nothing) = match of {
            Reached::From(title) => (title, format!("{title} reaches nobody.")),
            Reached::To(title) => (title, format!("nobody reaches {title}.")),
        };
        if groups.is_empty() && listing.from_controllers.is_empty() {
            self.paragraph(&mut out, 0, 0, &nothing);
        }
        let single = groups.len() == 1;
        for (own, rows) in groups {
            let names = if single {
                vec![title.clone()]
            } else {
                members(listing, own)
            };
            let does = match (of, names.as_slice()) {
                (Reached::From(_), [_]) => "reaches",
                (Reached::From(_), _) => "reach",
                (Reached::To(_), [_]) => "is reached by",
                (Reached::To(_), _) => "are reached by",
            };
            let head = format!("{} {does}:", names.join(", "));
            self.paragraph(&mut out, 0, 2, &head);
            let lines: Vec<(String, String)> = rows
                .iter()
                .map(|row| {
                    let others = match of {
                        Reached::From(_) => &row.to,
                        Reached::To(_) => &row.from,
                    };
                    let names = members(listing, others).join(", ");
                    (connections(&row.connections), names)
                })
                .collect();
            self.columns(&mut out, &lines);
        }
        if !listing.from_controllers.is_empty() {
            let head = "an ingress controller that is not in the input reaches:";
            self.paragraph(&mut out, 0, 2, head);
            let lines = listing.from_controllers.iter();
            let lines: Vec<(String, String)> = lines
                .map(|(name, set)| (connections(set), name.clone()))
                .collect();
            self.columns(&mut out, &lines);
        }
        out
    }

    /// Lines of two columns.
    fn columns(&self, out: &mut String, lines: &[(String, String)]) {
        let widths = lines.iter().map(|(label, _)| label.chars().count());
        let fitting = widths.filter(|width| *width <= WIDEST);
        let column = fitting.max().unwrap_or(WIDEST) + 2;
        for (label, text) in lines {
            if label.chars().count() > WIDEST {
                self.paragraph(out, 2, 2, label);
                self.labelled(out, 2, column, "", text);
            } else {
                self.labelled(out, 2, column, label, text);
            }
        }
    }
}

/// What classes consist of, addresses by their blocks.
fn members(listing: &Listing, places: &[usize]) -> Vec<String> {
    let classes = places
        .iter()
        .filter_map(|place| listing.classes.get(*place));
    let classes: Vec<&ListedClass> = classes.collect();
    let pods = classes.iter().flat_map(|class| {
        let members = class.members.iter();
        members.filter(|name| !name.ends_with("[External]"))
    });
    let mut all: Vec<String> = pods.cloned().collect();
    let addresses = AddressSet::union_of(classes.iter().map(|class| &class.addresses));
    let has_v6 = listing
        .classes
        .iter()
        .any(|it| !it.addresses.v6().is_empty());
    all.extend(outside::names(&addresses, has_v6, false));
    all
}
