//! Ports of rules: what they come to at a destination, and which ports cover which.

use super::Context;
use crate::model::{PodId, PortTest, Ports, ServicePort};
use crate::net::{ConnSet, PortSet, Protocol};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The ports of a rule wherever it is looked at: numbers that are the same everywhere, and names
/// that each destination pod gives a number to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PortCover {
    /// Numbers.
    pub fixed: ConnSet,
    /// Names; without a protocol: of whichever the container port has.
    pub names: BTreeSet<(Arc<str>, Option<Protocol>)>,
}

impl PortCover {
    /// The ports of a rule.
    pub fn of(ports: &Ports) -> Self {
        let named = ports.named();
        Self {
            fixed: ports.numbered(),
            names: named
                .map(|(name, protocol)| (Arc::clone(name), protocol))
                .collect(),
        }
    }

    /// One entry of `ports`.
    pub fn test(test: &PortTest) -> Self {
        match test {
            PortTest::Range {
                protocol,
                first,
                last,
            } => Self {
                fixed: ConnSet::of(*protocol, PortSet::range(*first, *last)),
                names: BTreeSet::new(),
            },
            PortTest::Named { name, protocol } => Self {
                fixed: ConnSet::none(),
                names: [(Arc::clone(name), *protocol)].into(),
            },
        }
    }

    /// All ports of several.
    pub fn together<'p>(covers: impl Iterator<Item = &'p Self>) -> Self {
        let mut names = BTreeSet::new();
        let mut fixed = Vec::new();
        for cover in covers {
            names.extend(cover.names.iter().cloned());
            fixed.push(&cover.fixed);
        }
        Self {
            fixed: ConnSet::union_of(fixed),
            names,
        }
    }

    /// Whether `other` may have a part in what these open. To names every number may.
    pub fn meets(&self, other: &Self) -> bool {
        !self.names.is_empty() || self.fixed.overlaps(&other.fixed)
    }

    /// Whether `other` is open wherever these are, at any destination that could be.
    pub fn is_within(&self, other: &Self) -> bool {
        let whole = |protocol: Protocol| other.fixed.ports(protocol).is_all();
        let named = |(name, protocol): &(Arc<str>, Option<Protocol>)| {
            other.names.contains(&(Arc::clone(name), *protocol))
                || other.names.contains(&(Arc::clone(name), None))
                || protocol.map_or_else(|| other.fixed.is_all(), whole)
        };
        self.fixed.is_subset(&other.fixed) && self.names.iter().all(named)
    }
}

impl Context<'_> {
    /// The connections that a rule's ports come to at a destination pod. A name that the pod does
    /// not have comes to nothing, and so does every name at a pod in the network of its node.
    pub fn ports_at(&self, ports: &Ports, destination: PodId) -> ConnSet {
        ports.at(self.cluster.pods.at(destination))
    }

    /// What a port of a Service leads to at one of its pods; nothing where the pod does not have
    /// the port's name.
    pub fn target_at(&self, port: &ServicePort, destination: PodId) -> ConnSet {
        let pod = self.cluster.pods.at(destination);
        let numbers = port.served_by(pod).into_iter();
        let ports = PortSet::from_ranges(numbers.map(|number| (number, number)));
        ConnSet::of(port.protocol, ports)
    }
}
