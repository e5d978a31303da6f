//! Protocols, ports, and sets of connections (protocol and destination port).

use super::RangeSet;
use crate::table::listed;
use std::borrow::Borrow;
use std::fmt;

listed! {
    /// A transport protocol that a policy can name.
    ///
    /// Ordered as the line format prints them. Source: `v1.Protocol` (`TCP`, `UDP`, `SCTP`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Protocol {
        /// Stream Control Transmission Protocol.
        Sctp,
        /// Transmission Control Protocol; the default.
        Tcp,
        /// User Datagram Protocol.
        Udp,
    }
}

impl Protocol {
    /// The name as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sctp => "SCTP",
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
        }
    }

    /// The name in small letters, as packet filters and ClusterNetworkPolicies write it.
    pub fn small_name(self) -> &'static str {
        match self {
            Self::Sctp => "sctp",
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }

    /// All of them, the most usual first.
    pub fn by_use() -> [Self; Self::ALL.len()] {
        let mut all = Self::ALL;
        all.sort_unstable_by_key(|protocol| match protocol {
            Self::Tcp => 0,
            Self::Udp => 1,
            Self::Sctp => 2,
        });
        all
    }

    /// The protocol of an API name; the API is case-sensitive.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|protocol| protocol.name() == name)
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something for each protocol.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ByProtocol<T>([T; Protocol::ALL.len()]);

impl<T> ByProtocol<T> {
    /// What `make` gives for each.
    pub fn from_fn(make: impl FnMut(Protocol) -> T) -> Self {
        Self(Protocol::ALL.map(make))
    }

    /// What there is for one.
    pub fn of(&self, protocol: Protocol) -> &T {
        let [sctp, tcp, udp] = &self.0;
        match protocol {
            Protocol::Sctp => sctp,
            Protocol::Tcp => tcp,
            Protocol::Udp => udp,
        }
    }

    /// The same, to be changed.
    pub fn of_mut(&mut self, protocol: Protocol) -> &mut T {
        let [sctp, tcp, udp] = &mut self.0;
        match protocol {
            Protocol::Sctp => sctp,
            Protocol::Tcp => tcp,
            Protocol::Udp => udp,
        }
    }
}

/// The ports of one protocol from one to another, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortRange {
    /// The protocol.
    pub protocol: Protocol,
    /// The first port.
    pub first: u16,
    /// The last port.
    pub last: u16,
}

impl fmt::Display for PortRange {
    /// `TCP 80`, `TCP 8000-8080`, `every TCP port`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            protocol,
            first,
            last,
        } = *self;
        if (first, last) == (1, u16::MAX) {
            write!(f, "every {protocol} port")
        } else {
            write!(f, "{protocol} {}", PortSet::range(first, last))
        }
    }
}

/// Destination ports, 1 to 65535.
pub type PortSet = RangeSet<u16>;

impl fmt::Display for PortSet {
    /// `80,443,8000-8080`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, range) in self.range_names().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            f.write_str(&range)?;
        }
        Ok(())
    }
}

impl PortSet {
    /// The ranges in order, in words: `80`, `8000-8080`.
    pub fn range_names(&self) -> impl Iterator<Item = String> {
        self.ranges().iter().map(|(first, last)| {
            if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            }
        })
    }
}

/// A set of connections: for each protocol the destination ports.
///
/// Only TCP, UDP and SCTP are in it: what a policy means for ICMP and other protocols is left to
/// the network plugin (Kubernetes documentation, "Network Policies").
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ConnSet(ByProtocol<PortSet>);

impl ConnSet {
    /// No connection.
    pub const fn none() -> Self {
        Self(ByProtocol([const { PortSet::none() }; Protocol::ALL.len()]))
    }

    /// Every connection.
    pub fn all() -> Self {
        Self(ByProtocol::from_fn(|_| PortSet::all()))
    }

    /// The connections of one protocol to `ports`.
    pub fn of(protocol: Protocol, ports: PortSet) -> Self {
        let mut set = Self::none();
        *set.0.of_mut(protocol) = ports;
        set
    }

    /// The connections to all of these ranges of ports: one sort, where adding one range after the
    /// other would cost the square of their number.
    pub fn of_ranges(ranges: impl IntoIterator<Item = (Protocol, u16, u16)>) -> Self {
        let mut all: ByProtocol<Vec<(u16, u16)>> = ByProtocol::default();
        for (protocol, first, last) in ranges {
            all.of_mut(protocol).push((first, last));
        }
        Self(ByProtocol(all.0.map(PortSet::from_ranges)))
    }

    /// The connections of all of these sets.
    pub fn union_of<S: Borrow<Self>>(sets: impl IntoIterator<Item = S>) -> Self {
        let mut ranges = Vec::new();
        for set in sets {
            ranges.extend(set.borrow().ranges());
        }
        Self::of_ranges(ranges)
    }

    /// Whether some connection is in both sets.
    pub fn overlaps(&self, other: &Self) -> bool {
        let mut protocols = Protocol::ALL.into_iter();
        protocols.any(|protocol| self.ports(protocol).overlaps(other.ports(protocol)))
    }

    /// Adds the connections to a range of ports in place.
    pub fn insert(&mut self, protocol: Protocol, first: u16, last: u16) {
        self.0.of_mut(protocol).insert(first, last);
    }

    /// The ranges of ports of each protocol.
    pub fn ranges(&self) -> impl Iterator<Item = (Protocol, u16, u16)> {
        Protocol::ALL.into_iter().flat_map(|protocol| {
            let ranges = self.ports(protocol).ranges().iter();
            ranges.map(move |&(first, last)| (protocol, first, last))
        })
    }

    /// The destination ports of one protocol.
    pub fn ports(&self, protocol: Protocol) -> &PortSet {
        self.0.of(protocol)
    }

    /// Whether no connection is in the set.
    pub fn is_empty(&self) -> bool {
        Protocol::ALL
            .iter()
            .all(|&protocol| self.ports(protocol).is_empty())
    }

    /// Whether every connection is in the set.
    pub fn is_all(&self) -> bool {
        Protocol::ALL
            .iter()
            .all(|&protocol| self.ports(protocol).is_all())
    }

    /// Whether the connection to `port` over `protocol` is in the set.
    pub fn contains(&self, protocol: Protocol, port: u16) -> bool {
        self.ports(protocol).contains(port)
    }

    fn zip(&self, other: &Self, join: impl Fn(&PortSet, &PortSet) -> PortSet) -> Self {
        Self(ByProtocol::from_fn(|protocol| {
            join(self.ports(protocol), other.ports(protocol))
        }))
    }

    /// The connections in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.zip(other, PortSet::union)
    }

    /// The connections in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.zip(other, PortSet::intersection)
    }

    /// The connections of this set that are not in `other`.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.zip(other, PortSet::difference)
    }

    /// Whether every connection of this set is in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.difference(other).is_empty()
    }
}

impl fmt::Display for ConnSet {
    /// `TCP 80,443,UDP 53`; `All Connections`; `No Connections`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_all() {
            return f.write_str("All Connections");
        }
        let mut some = false;
        for protocol in Protocol::ALL {
            let ports = self.ports(protocol);
            if !ports.is_empty() {
                write!(f, "{}{protocol} {ports}", if some { "," } else { "" })?;
                some = true;
            }
        }
        if some {
            Ok(())
        } else {
            f.write_str("No Connections")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_print_as_the_line_format_has_them() {
        let web = ConnSet::of(
            Protocol::Tcp,
            PortSet::from_ranges([(443, 443), (8000, 8080), (80, 80)]),
        );
        let dns = ConnSet::of(Protocol::Udp, PortSet::single(53));
        assert_eq!(web.union(&dns).to_string(), "TCP 80,443,8000-8080,UDP 53");
        assert_eq!(ConnSet::all().to_string(), "All Connections");
        assert_eq!(ConnSet::none().to_string(), "No Connections");
        assert_eq!(
            ConnSet::all().difference(&dns).to_string(),
            "SCTP 1-65535,TCP 1-65535,UDP 1-52,54-65535"
        );
    }

    #[test]
    fn many_sets_at_once_are_the_same_as_one_after_the_other() {
        let sets = [
            ConnSet::of(Protocol::Tcp, PortSet::range(80, 90)),
            ConnSet::of(Protocol::Udp, PortSet::single(53)),
            ConnSet::of(Protocol::Tcp, PortSet::range(85, 100)),
        ];
        assert_eq!(ConnSet::union_of(&sets).to_string(), "TCP 80-100,UDP 53");
        assert_eq!(ConnSet::union_of(&sets[..0]), ConnSet::none());
    }

    #[test]
    fn all_three_protocols_make_everything() {
        let all = Protocol::ALL.into_iter().fold(ConnSet::none(), |set, p| {
            set.union(&ConnSet::of(p, PortSet::all()))
        });
        assert!(all.is_all());
        assert!(all.difference(&ConnSet::all()).is_empty());
    }
}
