//! Addresses as they are written, read as the API server does.

use std::net::IpAddr;

/// Reads an address as the API server does: leading zeros in IPv4 octets are decimal.
///
/// Source: `netutils.ParseIPSloppy`.
pub(super) fn parse_address(text: &str) -> Option<IpAddr> {
    // The last groups of an IPv6 address may be written as an IPv4 address.
    let (groups, octets) = text.split_at(text.rfind(':').map_or(0, |colon| colon + 1));
    if !octets.contains('.') {
        return text.parse().ok();
    }
    let octets: Vec<&str> = octets.split('.').map(without_leading_zeros).collect();
    format!("{groups}{}", octets.join(".")).parse().ok()
}

fn without_leading_zeros(octet: &str) -> &str {
    match octet.trim_start_matches('0') {
        "" if !octet.is_empty() => "0",
        rest => rest,
    }
}
