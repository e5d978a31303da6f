//! Single values as nft and ipset print them: numbers, addresses, ports and words for protocols.
//!
//! A value is refused where it could be meant in more than one way: a prefix with a bit set behind
//! its length, or a name in the place of an address, for which nft would ask the network.

use super::{Unreadable, unreadable};
use crate::net::{Cidr, Family, PortSet, Protocol};
use std::net::IpAddr;

/// A number as it is printed.
pub(super) fn number(text: &str, line: usize) -> Result<u32, Unreadable> {
    match text.parse::<u32>() {
        Ok(number) if number.to_string() == text => Ok(number),
        _ => unreadable(line, format!("`{text}` is no number of ours")),
    }
}

/// A protocol with ports, as nft and ipset write it.
pub(super) fn protocol(name: &str, line: usize) -> Result<Protocol, Unreadable> {
    match name {
        "tcp" => Ok(Protocol::Tcp),
        "udp" => Ok(Protocol::Udp),
        "sctp" => Ok(Protocol::Sctp),
        other => unreadable(line, format!("`{other}` is no protocol of ours")),
    }
}

/// The number of a type of `ICMPv6` (RFC 4861).
pub(super) fn icmpv6_type(name: &str, line: usize) -> Result<u8, Unreadable> {
    match name {
        "nd-router-solicit" => Ok(133),
        "nd-router-advert" => Ok(134),
        "nd-neighbor-solicit" => Ok(135),
        "nd-neighbor-advert" => Ok(136),
        "nd-redirect" => Ok(137),
        other => unreadable(line, format!("`{other}` is no ICMPv6 type of ours")),
    }
}

/// An address as it is printed.
pub(super) fn address(text: &str, line: usize) -> Result<IpAddr, Unreadable> {
    match text.parse() {
        Ok(address) => Ok(address),
        // nft would take a name for a host and ask the network.
        Err(_) => unreadable(line, format!("`{text}` is no address")),
    }
}

/// A prefix as it is printed, with no bit set behind its length.
pub(super) fn prefix(text: &str, line: usize) -> Result<Cidr, Unreadable> {
    let strict = |cidr: &Cidr| {
        let first = text
            .split_once('/')
            .map(|(first, _)| first.parse::<IpAddr>());
        first == Some(Ok(cidr.first()))
    };
    match Cidr::parse(text).ok().filter(strict) {
        Some(cidr) => Ok(cidr),
        None => unreadable(line, format!("`{text}` is no prefix")),
    }
}

/// `A`, `A/LENGTH` or `A-B`: first and last address.
pub(super) fn span(text: &str, line: usize) -> Result<(IpAddr, IpAddr), Unreadable> {
    if text.contains('/') {
        let cidr = prefix(text, line)?;
        return Ok((cidr.first(), cidr.last()));
    }
    let Some((first, last)) = text.split_once('-') else {
        let address = address(text, line)?;
        return Ok((address, address));
    };
    let (first, last) = (address(first, line)?, address(last, line)?);
    if Family::of(first) != Family::of(last) || first > last {
        return unreadable(line, format!("`{text}` is no range"));
    }
    Ok((first, last))
}

/// `80` or `80-81`, where `dash` stands between the two.
pub(super) fn ports(text: &str, dash: char, line: usize) -> Result<PortSet, Unreadable> {
    let number = |text: &str| {
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u16>().ok().filter(|_| plain)
    };
    let (first, last) = text.split_once(dash).unwrap_or((text, text));
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => Ok(PortSet::range(first, last)),
        _ => unreadable(line, format!("`{text}` is no port")),
    }
}
