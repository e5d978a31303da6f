//! Elements of sets and maps as text: in lines of a readable length.

use crate::net::Cidr;
use std::fmt::{self, Write as _};
use std::net::IpAddr;

/// Where a line is ended, in characters.
const WIDTH: usize = 100;

/// Under the first element, as nft itself lists them.
const NEXT_LINE: &str = ",\n\t\t\t     ";

/// How wide the text in front of the first element of a line is taken to be.
const MARGIN: usize = 29;

/// Writes `elements = { .. }`; nothing for none, for which nft has no word.
pub(super) fn elements<T: fmt::Display>(out: &mut String, all: impl IntoIterator<Item = T>) {
    let mut column = 0;
    let mut first = true;
    let mut text = String::new();
    for element in all {
        text.clear();
        // Writing to a string cannot fail.
        let _ = write!(text, "{element}");
        if first {
            out.push_str("\t\telements = { ");
            column = MARGIN;
        } else if column + text.len() + 2 > WIDTH {
            out.push_str(NEXT_LINE);
            column = MARGIN;
        } else {
            out.push_str(", ");
            column += 2;
        }
        out.push_str(&text);
        column += text.len();
        first = false;
    }
    if !first {
        out.push_str(" }\n");
    }
}

/// The addresses from the first to the last, of one family, as an element: `10.0.0.0/8` where a prefix
/// says it, else `10.0.0.0-10.0.0.2`.
pub(super) struct Addresses(pub(super) IpAddr, pub(super) IpAddr);

impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(first, last) = *self;
        if first == last {
            return write!(f, "{first}");
        }
        match prefix(first, last) {
            Some(cidr) => write!(f, "{cidr}"),
            None => write!(f, "{first}-{last}"),
        }
    }
}

/// The prefix that holds the addresses of a range and no other, if there is one.
fn prefix(first: IpAddr, last: IpAddr) -> Option<Cidr> {
    let same = match (first, last) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return None,
    };
    let cidr = Cidr::new(first, u8::try_from(same).ok()?)?;
    (cidr.first() == first && cidr.last() == last).then_some(cidr)
}
