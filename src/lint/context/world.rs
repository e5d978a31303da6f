//! Which blocks are the world.

use crate::model::IpBlock;
use crate::net::{AddressSet, Family};

/// Whether a block is every address of a family, with holes that leave most of the internet.
pub(in crate::lint) fn is_world(block: &IpBlock) -> bool {
    if block.cidr.length() > 0 {
        return false;
    }
    is_most_of_internet(&block.addresses(), block.cidr.family())
}

/// Whether more than half of the public addresses of a family are there.
pub(in crate::lint) fn is_most_of_internet(addresses: &AddressSet, family: Family) -> bool {
    let internet = AddressSet::internet().only(family);
    let open = internet.intersection(addresses);
    count(&open) > count(&internet) / 2
}

/// Whether a block leaves out no address that is not public.
pub(in crate::lint) fn leaves_inside_open(block: &IpBlock) -> bool {
    let holes = AddressSet::from_cidrs(block.except.iter().copied());
    holes.difference(&AddressSet::internet()).is_empty()
}

/// How many addresses a set of one family has, at most 2¹²⁸-1.
fn count(set: &AddressSet) -> u128 {
    let v4 = set.v4().ranges().iter();
    let v4: u128 = v4.map(|&(a, b)| u128::from(b - a) + 1).sum();
    let v6 = set.v6().ranges().iter();
    let v6 = v6.map(|&(a, b)| (b - a).saturating_add(1));
    v6.fold(v4, u128::saturating_add)
}

/// The name of a family, as people write it.
pub(in crate::lint) fn name(family: Family) -> &'static str {
    match family {
        Family::V4 => "IPv4",
        Family::V6 => "IPv6",
    }
}
