//! Addresses that the registries set apart.

use super::{AddressSet, Cidr};
use std::sync::LazyLock;

/// Address space that is not the public internet (IANA special-purpose registries, RFC 6890).
pub const PRIVATE_OR_SPECIAL: [&str; 20] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "::/3",
    "4000::/2",
    "8000::/1",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
];

/// Addresses that never leave the machine or pod that sends to them (RFC 1122, RFC 4291).
const LOOPBACK: [&str; 2] = ["127.0.0.0/8", "::1/128"];

/// Addresses that no router passes on: from a pod they lead to its node, or to what the node puts
/// there (RFC 3927, RFC 4291).
const LINK_LOCAL: [&str; 2] = ["169.254.0.0/16", "fe80::/10"];

impl AddressSet {
    /// The public internet: everything but [`PRIVATE_OR_SPECIAL`].
    pub fn internet() -> Self {
        static INTERNET: LazyLock<AddressSet> = LazyLock::new(|| {
            AddressSet::all().difference(&AddressSet::of_texts(&PRIVATE_OR_SPECIAL))
        });
        INTERNET.clone()
    }

    /// The loopback addresses, which never leave the pod.
    pub fn loopback() -> Self {
        static LOCAL: LazyLock<AddressSet> = LazyLock::new(|| AddressSet::of_texts(&LOOPBACK));
        LOCAL.clone()
    }

    /// The link-local addresses, which never leave the node.
    pub fn link_local() -> Self {
        static LOCAL: LazyLock<AddressSet> = LazyLock::new(|| AddressSet::of_texts(&LINK_LOCAL));
        LOCAL.clone()
    }

    fn of_texts(texts: &[&str]) -> Self {
        let all = texts.iter();
        Self::from_cidrs(all.filter_map(|text| Cidr::parse(text).ok()))
    }
}
