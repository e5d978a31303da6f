//! IP families, and CIDRs as the API server reads them.

use super::sloppy::parse_address;
use ipnetwork::IpNetwork;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An IP family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl std::fmt::Display for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        })
    }
}

impl Family {
    /// The family of an address.
    pub fn of(address: IpAddr) -> Self {
        if address.is_ipv4() {
            Self::V4
        } else {
            Self::V6
        }
    }
}

/// A network prefix; bits past the prefix length are zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr(IpNetwork);

/// Why a text is not a CIDR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CidrError {
    /// There is no `/`.
    #[error("has no prefix length")]
    NoPrefix,
    /// The part before the `/` is not an address.
    #[error("does not start with an IP address")]
    Address,
    /// The part after the `/` is not a number within the family's length.
    #[error("has a prefix length that is not a number from 0 to {0}")]
    Prefix(u8),
}

impl Cidr {
    /// Reads `ADDRESS/LENGTH` as the API server does (`netutils.ParseCIDRSloppy`): leading zeros
    /// in IPv4 octets are decimal, host bits are dropped. Masks and signs are refused.
    ///
    /// # Errors
    /// [`CidrError`] says which part is not as it must be.
    pub fn parse(text: &str) -> Result<Self, CidrError> {
        let (address, prefix) = text.split_once('/').ok_or(CidrError::NoPrefix)?;
        let address = parse_address(address).ok_or(CidrError::Address)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let length = prefix
            .parse::<u8>()
            .ok()
            .filter(|&length| digits && length <= longest);
        let length = length.ok_or(CidrError::Prefix(longest))?;
        Self::new(address, length).ok_or(CidrError::Prefix(longest))
    }

    /// The prefix of `length` bits around `address`; none if the length is past the family's.
    pub fn new(address: IpAddr, length: u8) -> Option<Self> {
        let network = IpNetwork::new(address, length).ok()?;
        IpNetwork::new(network.network(), length).ok().map(Self)
    }

    /// The prefix that holds one address.
    pub fn host(address: IpAddr) -> Self {
        Self(IpNetwork::from(address))
    }

    /// Every address of a family.
    pub fn everything(family: Family) -> Self {
        let unspecified = match family {
            Family::V4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            Family::V6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        // Length 0 exists in both families, so the fallback is never taken.
        Self::new(unspecified, 0).unwrap_or(Self::host(unspecified))
    }

    /// The family of its addresses.
    pub fn family(self) -> Family {
        Family::of(self.0.ip())
    }

    /// The prefix length in bits.
    pub fn length(self) -> u8 {
        self.0.prefix()
    }

    /// Its first address.
    pub fn first(self) -> IpAddr {
        self.0.network()
    }

    /// Its last address.
    pub fn last(self) -> IpAddr {
        self.0.broadcast()
    }

    /// Whether it holds `address`.
    pub fn contains(self, address: IpAddr) -> bool {
        self.0.contains(address)
    }

    /// Whether it holds all of `other` and more.
    pub fn strictly_contains(self, other: Self) -> bool {
        self.family() == other.family()
            && self.length() < other.length()
            && self.contains(other.first())
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0.ip(), self.0.prefix())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cidrs_are_read_as_the_api_server_reads_them() {
        let read = |text: &str| Cidr::parse(text).map(|cidr| cidr.to_string());
        assert_eq!(read("10.1.2.3/8"), Ok("10.0.0.0/8".into()));
        assert_eq!(read("010.0.0.0/8"), Ok("10.0.0.0/8".into()));
        assert_eq!(read("0.0.0.0/0"), Ok("0.0.0.0/0".into()));
        assert_eq!(read("2001:db8::1/64"), Ok("2001:db8::/64".into()));
        assert_eq!(read("10.0.0.1"), Err(CidrError::NoPrefix));
        assert_eq!(read("10.0.0/8"), Err(CidrError::Address));
        assert_eq!(read("10.0.0.0/33"), Err(CidrError::Prefix(32)));
        assert_eq!(read("10.0.0.0/+8"), Err(CidrError::Prefix(32)));
        assert_eq!(read("10.0.0.0/255.0.0.0"), Err(CidrError::Prefix(32)));
        assert_eq!(read("::/129"), Err(CidrError::Prefix(128)));
        assert_eq!(read(""), Err(CidrError::NoPrefix));
        assert_eq!(
            read("64:ff9b::192.0.02.0/120"),
            Ok("64:ff9b::c000:200/120".into())
        );
        assert_eq!(read("::1.2.3/120"), Err(CidrError::Address));
        assert_eq!(read("1.2.3.4:1/32"), Err(CidrError::Address));
    }

    #[test]
    fn containment_is_strict_and_within_a_family() {
        let cidr = |text: &str| Cidr::parse(text).expect("a CIDR");
        assert!(cidr("10.0.0.0/8").strictly_contains(cidr("10.1.0.0/16")));
        assert!(!cidr("10.0.0.0/8").strictly_contains(cidr("10.0.0.0/8")));
        assert!(!cidr("10.0.0.0/8").strictly_contains(cidr("11.0.0.0/16")));
        assert!(!cidr("::/0").strictly_contains(cidr("10.0.0.0/8")));
        assert_eq!(Cidr::everything(Family::V6).to_string(), "::/0");
    }
}
