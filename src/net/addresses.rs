//! Sets of IPv4 and IPv6 addresses.

use super::RangeSet;
use super::cidr::{Cidr, Family};
use std::borrow::Borrow;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A set of IPv4 and IPv6 addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AddressSet {
    v4: RangeSet<u32>,
    v6: RangeSet<u128>,
}

impl AddressSet {
    /// No address.
    pub const fn none() -> Self {
        Self {
            v4: RangeSet::none(),
            v6: RangeSet::none(),
        }
    }

    /// Every address of both families.
    pub fn all() -> Self {
        Self {
            v4: RangeSet::all(),
            v6: RangeSet::all(),
        }
    }

    /// The addresses of both sets of ranges.
    pub fn from_parts(v4: RangeSet<u32>, v6: RangeSet<u128>) -> Self {
        Self { v4, v6 }
    }

    /// The IPv4 addresses, as numbers.
    pub fn v4(&self) -> &RangeSet<u32> {
        &self.v4
    }

    /// The IPv6 addresses, as numbers.
    pub fn v6(&self) -> &RangeSet<u128> {
        &self.v6
    }

    /// The addresses of `cidrs`.
    pub fn from_cidrs(cidrs: impl IntoIterator<Item = Cidr>) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for cidr in cidrs {
            match (cidr.first(), cidr.last()) {
                (IpAddr::V4(first), IpAddr::V4(last)) => v4.push((first.to_bits(), last.to_bits())),
                (IpAddr::V6(first), IpAddr::V6(last)) => v6.push((first.to_bits(), last.to_bits())),
                // A prefix does not change family between its ends.
                (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => {}
            }
        }
        Self {
            v4: RangeSet::from_ranges(v4),
            v6: RangeSet::from_ranges(v6),
        }
    }

    /// The addresses of all of these sets: one sort of their ranges, where adding one set after the
    /// other would cost the square of their number.
    pub fn union_of<S: Borrow<Self>>(sets: impl IntoIterator<Item = S>) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for set in sets {
            v4.extend_from_slice(set.borrow().v4.ranges());
            v6.extend_from_slice(set.borrow().v6.ranges());
        }
        Self {
            v4: RangeSet::from_ranges(v4),
            v6: RangeSet::from_ranges(v6),
        }
    }

    /// The addresses of single hosts.
    pub fn from_hosts(hosts: impl IntoIterator<Item = IpAddr>) -> Self {
        Self::from_cidrs(hosts.into_iter().map(Cidr::host))
    }

    /// The addresses from `first` to `last`, of one family; empty if they are not.
    pub fn range(first: IpAddr, last: IpAddr) -> Self {
        match (first, last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => Self {
                v4: RangeSet::range(first.to_bits(), last.to_bits()),
                v6: RangeSet::none(),
            },
            (IpAddr::V6(first), IpAddr::V6(last)) => Self {
                v4: RangeSet::none(),
                v6: RangeSet::range(first.to_bits(), last.to_bits()),
            },
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => Self::none(),
        }
    }

    /// The addresses of one family.
    #[must_use]
    pub fn only(&self, family: Family) -> Self {
        match family {
            Family::V4 => Self {
                v4: self.v4.clone(),
                v6: RangeSet::none(),
            },
            Family::V6 => Self {
                v4: RangeSet::none(),
                v6: self.v6.clone(),
            },
        }
    }

    /// Whether no address is in the set.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Whether `address` is in the set.
    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => self.v4.contains(address.to_bits()),
            IpAddr::V6(address) => self.v6.contains(address.to_bits()),
        }
    }

    /// The least address of the set, IPv4 before IPv6.
    pub fn first(&self) -> Option<IpAddr> {
        let v4 = self
            .v4
            .ranges()
            .first()
            .map(|&(first, _)| IpAddr::V4(Ipv4Addr::from_bits(first)));
        v4.or_else(|| {
            self.v6
                .ranges()
                .first()
                .map(|&(first, _)| IpAddr::V6(Ipv6Addr::from_bits(first)))
        })
    }

    /// The ranges in order by their ends: `10.0.0.1`, `10.0.0.8-10.0.0.15`.
    pub fn range_names(&self) -> impl Iterator<Item = String> {
        self.ranges().map(|(first, last)| {
            if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            }
        })
    }

    /// The ranges as pairs of addresses, IPv4 first.
    pub fn ranges(&self) -> impl Iterator<Item = (IpAddr, IpAddr)> {
        let v4 = self.v4.ranges().iter();
        let v6 = self.v6.ranges().iter();
        v4.map(|&(a, b)| {
            (
                IpAddr::V4(Ipv4Addr::from_bits(a)),
                IpAddr::V4(Ipv4Addr::from_bits(b)),
            )
        })
        .chain(v6.map(|&(a, b)| {
            (
                IpAddr::V6(Ipv6Addr::from_bits(a)),
                IpAddr::V6(Ipv6Addr::from_bits(b)),
            )
        }))
    }

    /// The addresses in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self {
            v4: self.v4.union(&other.v4),
            v6: self.v6.union(&other.v6),
        }
    }

    /// The addresses in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            v4: self.v4.intersection(&other.v4),
            v6: self.v6.intersection(&other.v6),
        }
    }

    /// The addresses of this set that are not in `other`.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self {
            v4: self.v4.difference(&other.v4),
            v6: self.v6.difference(&other.v6),
        }
    }
}

impl fmt::Display for AddressSet {
    /// `10.0.0.0-10.255.255.255,fd00::-fd00::ff`, the ranges in order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (first, last)) in self.ranges().enumerate() {
            write!(f, "{}{first}-{last}", if index > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_internet_is_what_is_routed_publicly() {
        let internet = AddressSet::internet();
        let has = |text: &str| internet.contains(text.parse().expect("an address"));
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "172.32.0.1",
            "223.255.255.255",
            "2606:4700::1111",
        ] {
            assert!(has(public), "{public}");
        }
        for other in [
            "10.0.0.1",
            "172.31.255.255",
            "100.127.0.1",
            "224.0.0.1",
            "fd00::1",
            "::1",
        ] {
            assert!(!has(other), "{other}");
        }
    }

    #[test]
    fn sets_print_as_ranges() {
        let set = AddressSet::from_cidrs(
            ["10.0.0.0/8", "11.0.0.0/8", "fd00::/120"]
                .map(|text| Cidr::parse(text).expect("a CIDR")),
        );
        assert_eq!(set.to_string(), "10.0.0.0-11.255.255.255,fd00::-fd00::ff");
    }
}
