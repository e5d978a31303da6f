//! Connections to pods of which the ports are not known: numbers, and names that nothing resolves.

use crate::model::Ports;
use crate::net::{ConnSet, Protocol};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// Connections by number, and those to ports by their names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Traffic {
    /// Those by number.
    pub numbered: ConnSet,
    /// Names of container ports, each with the protocol that the port must have. None is here that the
    /// numbers cover whatever it resolves to.
    pub names: BTreeSet<(Option<Protocol>, Arc<str>)>,
}

impl Traffic {
    /// Connections by number.
    pub(super) fn of(numbered: ConnSet) -> Self {
        Self {
            numbered,
            names: BTreeSet::new(),
        }
    }

    /// What entries of `ports` match at a pod of which nothing is known.
    pub(super) fn unresolved(ports: &Ports) -> Self {
        let names = ports.named();
        let names = names.map(|(name, protocol)| (protocol, Arc::clone(name)));
        let all = Self {
            numbered: ports.numbered(),
            names: names.collect(),
        };
        all.settled()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.numbered.is_empty() && self.names.is_empty()
    }

    /// Either.
    pub(super) fn union(&self, other: &Self) -> Self {
        let all = Self {
            numbered: self.numbered.union(&other.numbered),
            names: &self.names | &other.names,
        };
        all.settled()
    }

    /// These without others. A number stays where only a name is taken away.
    pub(super) fn difference(&self, other: &Self) -> Self {
        let covers = |name: &(Option<Protocol>, Arc<str>)| {
            covers(&other.numbered, name.0) || other.names.contains(name)
        };
        let names = self.names.iter().filter(|name| !covers(name));
        Self {
            numbered: self.numbered.difference(&other.numbered),
            names: names.cloned().collect(),
        }
    }

    /// Both.
    pub(super) fn intersection(&self, other: &Self) -> Self {
        let within = |a: &Self, b: &Self| {
            let names = a.names.iter();
            let names = names.filter(|name| covers(&b.numbered, name.0) || b.names.contains(*name));
            names.cloned().collect::<BTreeSet<_>>()
        };
        Self {
            numbered: self.numbered.intersection(&other.numbered),
            names: &within(self, other) | &within(other, self),
        }
    }

    fn settled(mut self) -> Self {
        let numbered = &self.numbered;
        self.names.retain(|name| !covers(numbered, name.0));
        self
    }
}

/// Whether numbers hold every port that a name of a protocol may stand for.
fn covers(numbered: &ConnSet, protocol: Option<Protocol>) -> bool {
    match protocol {
        Some(protocol) => numbered.ports(protocol).is_all(),
        None => numbered.is_all(),
    }
}

impl fmt::Display for Traffic {
    /// `TCP 80,http,UDP 53`; a name without a protocol stands behind a space: ` http`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.names.is_empty() {
            return self.numbered.fmt(f);
        }
        let names = |wanted: Option<Protocol>| {
            let all = self.names.iter();
            let all = all.filter(move |(protocol, _)| *protocol == wanted);
            all.map(|(_, name)| name.to_string())
        };
        let mut parts = Vec::new();
        let free: Vec<String> = names(None).collect();
        if !free.is_empty() {
            parts.push(format!(" {}", free.join(",")));
        }
        for protocol in Protocol::ALL {
            let numbers = self.numbered.ports(protocol).range_names();
            let all: Vec<String> = numbers.chain(names(Some(protocol))).collect();
            if !all.is_empty() {
                parts.push(format!("{protocol} {}", all.join(",")));
            }
        }
        f.write_str(&parts.join(","))
    }
}
