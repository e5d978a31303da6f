//! What differs, as plain data.

use super::both::Both;
use super::part::Part;
use crate::model::{Cluster, Origin};
use crate::net::ConnSet;
use crate::query::filter::Filter;
use std::collections::BTreeMap;

/// A cluster, and what is asked of it.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Which of its connections; none: it has nothing that is asked about.
    pub filter: Option<&'a Filter>,
    /// What controllers reach of which no pod is in the input.
    pub from_controllers: BTreeMap<String, ConnSet>,
}

/// Parts that together turn a flow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// One, or several that do it only together.
    pub parts: Vec<Part>,
}

/// What differs.
#[derive(Debug, Clone, Default)]
pub struct Diff {
    /// Workloads that came or went, by name; pods without one are listed, too.
    pub workloads: Vec<Came>,
    /// The changes, by source, destination and sign.
    pub changes: Vec<Change>,
    /// What causes them, in the order of the first change of each.
    pub causes: Vec<Cause>,
}

impl Diff {
    /// Whether something differs: connections.
    pub fn is_same(&self) -> bool {
        self.changes.is_empty()
    }

    /// The workload of this name, if it came or went.
    pub fn came(&self, name: &str) -> Option<&Came> {
        let place = self.workloads.binary_search_by(|it| (*it.name).cmp(name));
        place.ok().and_then(|place| self.workloads.get(place))
    }

    /// How many workloads came, or went.
    pub fn count_came(&self, added: bool) -> usize {
        self.workloads.iter().filter(|it| it.added == added).count()
    }

    /// How many changes have a sign.
    pub fn count(&self, sign: Sign) -> usize {
        self.changes.iter().filter(|it| it.sign() == sign).count()
    }
}

/// How a pair changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Nothing passed before.
    Opened,
    /// Nothing passes now.
    Closed,
    /// Something else passes.
    Changed,
}

impl Sign {
    /// `+`, `-` or `~`.
    pub fn symbol(self) -> char {
        match self {
            Self::Opened => '+',
            Self::Closed => '-',
            Self::Changed => '~',
        }
    }
}

/// A pair with other connections than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Who opens them.
    pub from: String,
    /// Who accepts them.
    pub to: String,
    /// Whether the source is outside the cluster, and the destination.
    pub outside: [bool; 2],
    /// What passed, and what passes.
    pub passes: Both<ConnSet>,
    /// Whether an end is on the public internet.
    pub internet: bool,
    /// Whether the ends are in two namespaces.
    pub across: bool,
    /// The workloads of the ends that came, or went.
    pub workloads: Vec<String>,
    /// Places in [`Diff::causes`]: each alone turned it, in whole or in part.
    pub causes: Vec<usize>,
}

impl Change {
    /// How it changed.
    pub fn sign(&self) -> Sign {
        if self.passes.old().is_empty() {
            Sign::Opened
        } else if self.passes.now().is_empty() {
            Sign::Closed
        } else {
            Sign::Changed
        }
    }

    /// What passes now and did not.
    pub fn opened(&self) -> ConnSet {
        self.passes.now().difference(self.passes.old())
    }

    /// What passed and does not now.
    pub fn closed(&self) -> ConnSet {
        self.passes.old().difference(self.passes.now())
    }
}

/// A workload that came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    /// How it is printed.
    pub name: String,
    /// Whether it is new, and not gone.
    pub added: bool,
    /// Where it is, on the side that has it.
    pub origin: Origin,
}
