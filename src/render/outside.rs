//! Addresses outside the cluster as people read them.

use crate::net::{AddressSet, Cidr, Family};

/// `every address outside`, `internet`, prefixes, and ranges where they are none. IPv6 is left out
/// where nothing makes it differ; `has_v6` says whether something does.
pub(super) fn names(addresses: &AddressSet, has_v6: bool, ranges: bool) -> Vec<String> {
    let (v4, v6) = (addresses.v4().is_all(), addresses.v6().is_all());
    if v4 && (v6 || !has_v6) {
        return vec!["every address outside".to_owned()];
    }
    let mut names = Vec::new();
    let mut rest = addresses.clone();
    for (full, name, family) in [(v4, "IPv4", Family::V4), (v6, "IPv6", Family::V6)] {
        if full {
            names.push(format!("every {name} address outside"));
            rest = rest.difference(&AddressSet::from_cidrs([Cidr::everything(family)]));
        }
    }
    if ranges {
        names.extend(rest.range_names());
        return names;
    }
    let internet = AddressSet::internet();
    let holds_v4 = internet.v4().is_subset(rest.v4());
    let holds_v6 = !has_v6 || internet.v6().is_subset(rest.v6());
    if holds_v4 && holds_v6 {
        names.push("internet".to_owned());
        rest = rest.difference(&internet);
    }
    names.extend(rest.block_names());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_by_a_word_is_called_so() {
        let set = |cidrs: &[&str]| {
            AddressSet::from_cidrs(cidrs.iter().map(|it| Cidr::parse(it).expect("a prefix")))
        };
        let told = |set: &AddressSet, has_v6| names(set, has_v6, false);
        assert_eq!(told(&set(&["0.0.0.0/0"]), false), ["every address outside"]);
        assert_eq!(
            told(&set(&["0.0.0.0/0", "fd00::/8"]), true),
            ["every IPv4 address outside", "fd00::/8"]
        );
        let public = AddressSet::internet();
        assert_eq!(told(&public, true), ["internet"]);
        assert_eq!(told(&public.only(Family::V4), false), ["internet"]);
        let more = public.union(&set(&["10.0.0.0/8"]));
        assert_eq!(told(&more, true), ["internet", "10.0.0.0/8"]);
        let less = set(&["192.0.2.0/25", "192.0.2.128/26"]);
        assert_eq!(told(&less, false), ["192.0.2.0-192.0.2.191"]);
        let block = set(&["192.0.2.0/24"]);
        assert_eq!(told(&block, false), ["192.0.2.0/24"]);
        assert_eq!(names(&block, false, true), ["192.0.2.0-192.0.2.255"]);
    }
}
