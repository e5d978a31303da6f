//! Sets of addresses as prefixes.

use super::addresses::AddressSet;
use super::cidr::Cidr;
use std::net::IpAddr;

impl AddressSet {
    /// The fewest prefixes that hold these addresses, in their order: those of IPv4 first.
    pub fn cidrs(&self) -> impl Iterator<Item = Cidr> {
        self.ranges().flat_map(|(first, last)| Blocks {
            rest: Some((number(first), number(last))),
            is_v4: first.is_ipv4(),
        })
    }

    /// Each range as a prefix where it is one, else as `first-last`.
    pub fn block_names(&self) -> impl Iterator<Item = String> {
        self.ranges().map(|(first, last)| {
            let mut blocks = AddressSet::range(first, last).cidrs().collect::<Vec<_>>();
            match (blocks.pop(), blocks.is_empty()) {
                (Some(_), true) if first == last => first.to_string(),
                (Some(block), true) => block.to_string(),
                _ => format!("{first}-{last}"),
            }
        })
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The prefixes of one range.
struct Blocks {
    rest: Option<(u128, u128)>,
    is_v4: bool,
}

impl Iterator for Blocks {
    type Item = Cidr;

    fn next(&mut self) -> Option<Cidr> {
        let (first, last) = self.rest.take()?;
        let width: u32 = if self.is_v4 { 32 } else { 128 };
        // As many low bits as are zero in the first address and fit before the last.
        let mut bits = first.trailing_zeros().min(width);
        let end = |bits: u32| first | u128::MAX.checked_shr(128 - bits).unwrap_or(0);
        while bits > 0 && end(bits) > last {
            bits -= 1;
        }
        let behind = end(bits);
        self.rest = (behind < last).then(|| (behind + 1, last));
        let address = if self.is_v4 {
            IpAddr::from(u32::try_from(first).ok()?.to_be_bytes())
        } else {
            IpAddr::from(first.to_be_bytes())
        };
        Cidr::new(address, u8::try_from(width - bits).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(cidrs: &[&str]) -> AddressSet {
        AddressSet::from_cidrs(cidrs.iter().map(|it| Cidr::parse(it).expect("a prefix")))
    }

    fn cidrs(set: &AddressSet) -> Vec<String> {
        set.cidrs().map(|it| it.to_string()).collect()
    }

    #[test]
    fn ranges_fall_into_prefixes() {
        for all in [
            &["0.0.0.0/0"][..],
            &["10.0.0.0/8", "::/0"],
            &["10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/30"],
            &["255.255.255.255/32", "ffff::/16"],
            &["fd00::/127", "fd00::2/128"],
        ] {
            assert_eq!(cidrs(&set(all)), all);
        }
        assert_eq!(cidrs(&set(&["10.0.0.0/9", "10.128.0.0/9"])), ["10.0.0.0/8"]);
        assert_eq!(cidrs(&AddressSet::none()), [""; 0]);
    }

    #[test]
    fn what_is_no_prefix_is_a_range() {
        let names: Vec<String> =
            set(&["10.0.0.0/8", "192.0.2.1/32", "192.0.2.4/31", "192.0.2.6/32"])
                .block_names()
                .collect();
        assert_eq!(names, ["10.0.0.0/8", "192.0.2.1", "192.0.2.4-192.0.2.6"]);
    }
}
