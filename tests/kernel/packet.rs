//! First packets of connections, as Ethernet frames with right checksums, and how to know one of
//! them again.

use super::topology::{FAR, NEAR};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a packet asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A SYN to a port.
    Tcp(u16),
    /// A datagram to a port.
    Udp(u16),
    /// An INIT to a port.
    Sctp(u16),
    /// An echo request of the address family.
    Icmp,
    /// Four bytes of another protocol, by its number. 50, ESP, has no ports.
    Other(u8),
}

impl Kind {
    /// The destination port, where there is one.
    pub fn port(self) -> Option<u16> {
        match self {
            Kind::Tcp(port) | Kind::Udp(port) | Kind::Sctp(port) => Some(port),
            Kind::Icmp | Kind::Other(_) => None,
        }
    }

    fn number(self, v4: bool) -> u8 {
        match self {
            Kind::Tcp(_) => TCP,
            Kind::Udp(_) => UDP,
            Kind::Sctp(_) => SCTP,
            Kind::Icmp if v4 => ICMP,
            Kind::Icmp => ICMP_V6,
            Kind::Other(number) => number,
        }
    }
}

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP_V6: u8 = 58;
const SCTP: u8 = 132;

/// Bytes of an Ethernet header.
const ETHERNET: usize = 14;

/// A frame for the node: what `from` sends to `to`. `id` tells it from all others and is not zero;
/// `source_port` is used where the kind has ports. Both addresses are of one family.
pub fn frame(from: IpAddr, to: IpAddr, kind: Kind, source_port: u16, id: u32) -> Vec<u8> {
    let mut bytes = [NEAR, FAR].concat();
    match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            let pseudo = [from.octets(), to.octets()].concat();
            let body = body(kind, true, &pseudo, source_port, id);
            bytes.extend(0x0800_u16.to_be_bytes());
            bytes.extend(header_v4(from, to, kind.number(true), body.len(), id));
            bytes.extend(body);
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            let pseudo = [from.octets(), to.octets()].concat();
            let body = body(kind, false, &pseudo, source_port, id);
            bytes.extend(0x86dd_u16.to_be_bytes());
            bytes.extend(header_v6(from, to, kind.number(false), body.len(), id));
            bytes.extend(body);
        }
        _ => panic!("{from} and {to} are not of one family"),
    }
    bytes
}

/// The lower bits of an id stand in the header too, where `nft monitor trace` prints them.
fn header_v4(from: Ipv4Addr, to: Ipv4Addr, protocol: u8, length: usize, id: u32) -> Vec<u8> {
    let total = u16::try_from(20 + length).expect("a short packet");
    let [_, _, high, low] = id.to_be_bytes();
    let mut bytes = vec![0x45, 0];
    bytes.extend(total.to_be_bytes());
    bytes.extend([high, low, 0, 0, 64, protocol, 0, 0]);
    bytes.extend(from.octets());
    bytes.extend(to.octets());
    let sum = checksum(&bytes);
    bytes[10..12].copy_from_slice(&sum.to_be_bytes());
    bytes
}

fn header_v6(from: Ipv6Addr, to: Ipv6Addr, protocol: u8, length: usize, id: u32) -> Vec<u8> {
    let length = u16::try_from(length).expect("a short packet");
    let mut bytes = (0x6000_0000 | (id & 0xffff)).to_be_bytes().to_vec();
    bytes.extend(length.to_be_bytes());
    bytes.extend([protocol, 64]);
    bytes.extend(from.octets());
    bytes.extend(to.octets());
    bytes
}

/// What follows the address header.
fn body(kind: Kind, v4: bool, pseudo: &[u8], source_port: u16, id: u32) -> Vec<u8> {
    let source = source_port.to_be_bytes();
    let id = id.to_be_bytes();
    let number = kind.number(v4);
    match kind {
        Kind::Tcp(port) => {
            // Sequence number, nothing acknowledged, five words of header, SYN, window.
            let rest = [0, 0, 0, 0, 0x50, 0x02, 0xfa, 0xf0, 0, 0, 0, 0];
            let bytes = [&source[..], &port.to_be_bytes(), &id, &rest].concat();
            summed(bytes, 16, pseudo, number)
        }
        Kind::Udp(port) => {
            let bytes = [&source[..], &port.to_be_bytes(), &[0, 12, 0, 0], &id].concat();
            summed(bytes, 6, pseudo, number)
        }
        Kind::Sctp(port) => {
            // No tag yet; then INIT of 20 bytes: its tag, window, one stream each way, first number.
            let header = [&source[..], &port.to_be_bytes(), &[0; 8]].concat();
            let init = [&[1, 0, 0, 20], &id[..], &[0, 1, 0, 0, 0, 1, 0, 1], &id].concat();
            let mut bytes = [header, init].concat();
            let sum = crc32c(&bytes);
            bytes[8..12].copy_from_slice(&sum.to_le_bytes());
            bytes
        }
        Kind::Icmp if v4 => {
            let mut bytes = [&[8, 0, 0, 0], &id[..]].concat();
            let sum = checksum(&bytes);
            bytes[2..4].copy_from_slice(&sum.to_be_bytes());
            bytes
        }
        Kind::Icmp => summed([&[128, 0, 0, 0], &id[..]].concat(), 2, pseudo, number),
        // Like ESP: the index of the association, then a sequence number.
        Kind::Other(_) => [&id[..], &[0, 0, 0, 1]].concat(),
    }
}

/// The body with its checksum at `at`, over the pseudo-header that both families share.
fn summed(mut body: Vec<u8>, at: usize, pseudo: &[u8], protocol: u8) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("a short packet");
    let tail = [&length.to_be_bytes()[..], &[0, protocol]].concat();
    let sum = checksum(&[pseudo, &tail, &body].concat());
    // UDP: a sum of zero would mean that there is none.
    let sum = if sum == 0 && protocol == UDP {
        0xffff
    } else {
        sum
    };
    body[at..at + 2].copy_from_slice(&sum.to_be_bytes());
    body
}

/// The Internet checksum (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|pair| {
        let low = pair.get(1).copied().unwrap_or(0);
        u32::from(u16::from_be_bytes([pair[0], low]))
    });
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).expect("folded")
}

/// The CRC of SCTP (RFC 9260, appendix A), bit by bit: packets are short.
fn crc32c(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            let carry = crc & 1 != 0;
            crc >>= 1;
            if carry {
                crc ^= 0x82f6_3b78;
            }
        }
    }
    !crc
}

/// The id of a frame that `frame` may have made: none where it is of another shape. A frame of
/// other origin can have the shape; its id is then whatever stands there.
pub fn id_of(frame: &[u8]) -> Option<u32> {
    let packet = frame.get(ETHERNET..)?;
    let (protocol, body) = match (frame.get(12)?, frame.get(13)?, packet.first()?) {
        (8, 0, 0x45) => (*packet.get(9)?, packet.get(20..)?),
        (0x86, 0xdd, _) => (*packet.get(6)?, packet.get(40..)?),
        _ => return None,
    };
    let at = match (protocol, body.first()?) {
        (TCP, _) | (ICMP, 8) | (ICMP_V6, 128) => 4,
        (UDP, _) => 8,
        (SCTP, _) => 16,
        (ICMP | ICMP_V6, _) => return None,
        _ => 0,
    };
    let id = body.get(at..at + 4)?;
    Some(u32::from_be_bytes([id[0], id[1], id[2], id[3]]))
}

/// Whether routers forward packets from or to the address at all. The rest says nothing about a
/// ruleset: the kernel drops it before, or delivers it elsewhere.
pub fn is_forwarded(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let zero = address.octets()[0] == 0;
            !(zero || address.is_loopback() || address.is_multicast() || address.is_broadcast())
        }
        IpAddr::V6(address) => {
            let head = address.segments()[0];
            let local = head & 0xffc0 == 0xfe80;
            let mapped = address.to_ipv4_mapped().is_some();
            let low = address.is_unspecified() || address.is_loopback();
            !(local || mapped || low || address.is_multicast())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{checksum, crc32c};

    /// RFC 1071, section 3, and the check value of CRC-32C (RFC 3720, B.4: 32 bytes of zeroes).
    #[test]
    fn sums_are_those_of_the_standards() {
        let sum = checksum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
        assert_eq!(sum, !0xddf2);
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    }
}
