//! Blocks that are valid and that readers understand in different ways.

use super::Cidr;
use super::sloppy::parse_address;
use std::net::IpAddr;

/// What readers of a valid block understand in different ways (KEP-4858).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// A number has leading zeros, which some parsers read as octal.
    LeadingZeros,
    /// An IPv4 address is written as IPv6.
    Mapped,
    /// Bits are set after the prefix.
    HostBits,
}

impl Cidr {
    /// What is not as newer API servers want it in a text that [`Cidr::parse`] takes
    /// (`validation.IsValidCIDR`).
    pub fn slip(text: &str) -> Option<Slip> {
        let (address, prefix) = text.split_once('/')?;
        if address.parse::<IpAddr>().is_err() || (prefix.len() > 1 && prefix.starts_with('0')) {
            return Some(Slip::LeadingZeros);
        }
        let address = parse_address(address)?;
        if matches!(address, IpAddr::V6(it) if it.to_ipv4_mapped().is_some()) {
            return Some(Slip::Mapped);
        }
        let cidr = Self::parse(text).ok()?;
        (cidr.first() != address).then_some(Slip::HostBits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_what_newer_api_servers_refuse() {
        for text in [
            "10.0.0.0/8",
            "0.0.0.0/0",
            "::/0",
            "::10.0.0.0/104",
            "FD00::/8",
        ] {
            assert_eq!(Cidr::slip(text), None, "{text}");
        }
        for (text, slip) in [
            ("10.1.2.3/8", Slip::HostBits),
            ("fd00::1/64", Slip::HostBits),
            ("010.0.0.0/8", Slip::LeadingZeros),
            ("10.0.0.00/8", Slip::LeadingZeros),
            ("10.0.0.0/08", Slip::LeadingZeros),
            ("2001:0db8::/032", Slip::LeadingZeros),
            ("64:ff9b::192.0.02.0/120", Slip::LeadingZeros),
            ("::ffff:10.0.0.0/104", Slip::Mapped),
            ("::ffff:10.0.0.0/8", Slip::Mapped),
        ] {
            assert_eq!(Cidr::slip(text), Some(slip), "{text}");
        }
    }
}
