//! Sets and maps of an nft table.
//!
//! An element of a set is kept as its parts between dots, because its type may stand behind it in
//! the text; only when the whole set was read is each part read as the type says. Elements that
//! overlap are refused by some versions of nft and joined by others. Here they are always refused,
//! as is one that stands there twice: a text whose meaning depends on the version proves nothing.
//!
//! A set of type `ipv4_addr . mark` is many sets in one: the element `10.0.0.1 . 7` puts the
//! address into set number 7. It is taken apart here into plain sets of addresses, so nothing
//! behind the reader knows of it. Cost: the elements, and sorting them.

use super::build::{Builder, SetKind};
use super::lexer::{Cursor, Token};
use super::rule::verdict;
use super::values::{address, icmpv6_type, number, ports, protocol, span};
use super::{Members, Unreadable, VerdictMap, unreadable};
use crate::net::{AddressSet, ConnSet, Family, PortSet, Protocol};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// An element as it is written: the parts between its dots, and the line.
type Element<'t> = (Vec<&'t str>, usize);

/// What stands in front of the elements.
struct Header<'t> {
    /// The words of the type.
    kind: Vec<&'t str>,
    interval: bool,
}

/// Reads a set, behind its keyword.
pub(super) fn set(
    cursor: &mut Cursor<'_>,
    builder: &mut Builder,
    line: usize,
) -> Result<(), Unreadable> {
    let name = cursor.word("a name")?;
    let mut elements: Vec<Element<'_>> = Vec::new();
    let header = object(cursor, |cursor| {
        elements.push((parts(cursor)?, cursor.line()));
        Ok(())
    })?;
    let many = match header.kind.as_slice() {
        ["ipv4_addr", ".", "mark"] => Some(Family::V4),
        ["ipv6_addr", ".", "mark"] => Some(Family::V6),
        _ => None,
    };
    if let Some(family) = many {
        if header.interval {
            return unreadable(line, "intervals in a set of single elements");
        }
        return builder.make_sets(name, line, family, numbered(&elements, family)?);
    }
    let kind = match header.kind.as_slice() {
        ["ipv4_addr"] => SetKind::Addresses(Family::V4),
        ["ipv6_addr"] => SetKind::Addresses(Family::V6),
        ["ipv4_addr", ".", "ipv4_addr"] => SetKind::Pairs(Family::V4),
        ["ipv6_addr", ".", "ipv6_addr"] => SetKind::Pairs(Family::V6),
        ["inet_proto", ".", "inet_service"] => SetKind::Connections,
        ["ipv4_addr", ".", "inet_proto", ".", "inet_service"] => SetKind::Destinations(Family::V4),
        ["ipv6_addr", ".", "inet_proto", ".", "inet_service"] => SetKind::Destinations(Family::V6),
        ["icmpv6_type"] => SetKind::Icmpv6,
        other => {
            return unreadable(
                line,
                format!("sets of type `{}` are none of ours", other.join(" ")),
            );
        }
    };
    let members = match kind {
        SetKind::Addresses(family) => addresses(&elements, family, header.interval)?,
        SetKind::Connections => connections(&elements, header.interval)?,
        SetKind::Pairs(_) | SetKind::Destinations(_) | SetKind::Icmpv6 if header.interval => {
            return unreadable(line, "intervals in a set of single elements");
        }
        SetKind::Pairs(family) => pairs(&elements, family)?,
        SetKind::Destinations(family) => destinations(&elements, family)?,
        SetKind::Icmpv6 => icmpv6_types(&elements)?,
    };
    builder.make_set(name, line, kind, members)
}

/// Reads a map, behind its keyword.
pub(super) fn map(
    cursor: &mut Cursor<'_>,
    builder: &mut Builder,
    line: usize,
) -> Result<(), Unreadable> {
    let name = cursor.word("a name")?;
    let mut map = VerdictMap {
        name: name.to_owned(),
        line,
        elements: BTreeMap::new(),
    };
    let mut families = BTreeSet::new();
    let header = object(cursor, |cursor| {
        let line = cursor.line();
        let key = address(cursor.word("an address")?, line)?;
        families.insert(Family::of(key));
        cursor.words(&[":"])?;
        let verdict = verdict(cursor, builder)?;
        if map.elements.insert(key, (verdict, line)).is_some() {
            return unreadable(line, format!("`{key}` is there twice"));
        }
        Ok(())
    })?;
    let family = match header.kind.as_slice() {
        ["ipv4_addr", ":", "verdict"] => Family::V4,
        ["ipv6_addr", ":", "verdict"] => Family::V6,
        other => {
            return unreadable(
                line,
                format!("maps of type `{}` are none of ours", other.join(" ")),
            );
        }
    };
    if header.interval || families.iter().any(|other| *other != family) {
        return unreadable(line, "a map with elements that are not of its type");
    }
    builder.make_map(map, family)
}

/// `{ type …; flags interval; comment "…"; elements = { …, … } }`: each part at most once.
fn object<'t>(
    cursor: &mut Cursor<'t>,
    mut element: impl FnMut(&mut Cursor<'t>) -> Result<(), Unreadable>,
) -> Result<Header<'t>, Unreadable> {
    let mut seen: Vec<&str> = Vec::new();
    let mut header = Header {
        kind: Vec::new(),
        interval: false,
    };
    cursor.mark('{')?;
    loop {
        cursor.skip_ends();
        if cursor.skip_mark('}') {
            return Ok(header);
        }
        let line = cursor.line();
        let part = cursor.word("a part of a set")?;
        if seen.contains(&part) {
            return unreadable(line, format!("`{part}` is there twice"));
        }
        seen.push(part);
        match part {
            "type" => {
                while let Token::Word(word) = cursor.peek() {
                    header.kind.push(word);
                    cursor.next();
                }
            }
            "flags" => {
                cursor.words(&["interval"])?;
                header.interval = true;
            }
            "comment" => {
                cursor.quoted()?;
            }
            "elements" => {
                cursor.mark('=')?;
                elements(cursor, &mut element)?;
            }
            other => return unreadable(line, format!("`{other}` is in no set of ours")),
        }
        cursor.end()?;
    }
}

/// `{ …, … }`, on any number of lines; at least one.
fn elements<'t>(
    cursor: &mut Cursor<'t>,
    element: &mut impl FnMut(&mut Cursor<'t>) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    cursor.mark('{')?;
    loop {
        cursor.skip_ends();
        element(cursor)?;
        cursor.skip_ends();
        if cursor.skip_mark('}') {
            return Ok(());
        }
        cursor.mark(',')?;
    }
}

/// `10.0.0.1 . tcp . 80` as its three parts.
fn parts<'t>(cursor: &mut Cursor<'t>) -> Result<Vec<&'t str>, Unreadable> {
    let mut parts = vec![cursor.word("an element")?];
    while cursor.skip_word(".") {
        parts.push(cursor.word("a part of an element")?);
    }
    Ok(parts)
}

fn addresses(
    elements: &[Element<'_>],
    family: Family,
    interval: bool,
) -> Result<Members, Unreadable> {
    let mut spans = Vec::new();
    for (parts, line) in elements {
        let [text] = parts.as_slice() else {
            return unreadable(*line, "an element that is no address");
        };
        let (first, last) = span(text, *line)?;
        if Family::of(first) != family || (!interval && text.contains(['/', '-'])) {
            return unreadable(*line, format!("`{text}` is not of the type of the set"));
        }
        spans.push((first, last, *line));
    }
    spans.sort_unstable();
    for pair in spans.windows(2) {
        // What overlaps is refused by nft, or joined, depending on its version.
        if let [(_, last, _), (first, _, line)] = pair
            && first <= last
        {
            return unreadable(*line, format!("`{first}` is in two elements"));
        }
    }
    let (mut v4, mut v6) = (Vec::new(), Vec::new());
    for (first, last, _) in spans {
        match (first, last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => v4.push((first.to_bits(), last.to_bits())),
            (IpAddr::V6(first), IpAddr::V6(last)) => v6.push((first.to_bits(), last.to_bits())),
            // Refused above.
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => {}
        }
    }
    let (v4, v6) = (v4.into_iter(), v6.into_iter());
    Ok(Members::Addresses(AddressSet::from_parts(
        crate::net::RangeSet::from_ranges(v4),
        crate::net::RangeSet::from_ranges(v6),
    )))
}

/// The addresses of each number.
fn numbered(
    elements: &[Element<'_>],
    family: Family,
) -> Result<BTreeMap<u32, AddressSet>, Unreadable> {
    let mut all: BTreeMap<u32, BTreeSet<IpAddr>> = BTreeMap::new();
    for (parts, line) in elements {
        let [text, with] = parts.as_slice() else {
            return unreadable(*line, "an element that is no address with a number");
        };
        let (address, with) = (address(text, *line)?, number(with, *line)?);
        if Family::of(address) != family || !all.entry(with).or_default().insert(address) {
            return unreadable(*line, format!("`{text} . {with}` does not fit the set"));
        }
    }
    let sets = all.into_iter();
    let sets = sets.map(|(with, addresses)| (with, AddressSet::from_hosts(addresses)));
    Ok(sets.collect())
}

fn pairs(elements: &[Element<'_>], family: Family) -> Result<Members, Unreadable> {
    let mut all = BTreeSet::new();
    for (parts, line) in elements {
        let [from, to] = parts.as_slice() else {
            return unreadable(*line, "an element that is no pair of addresses");
        };
        let pair = (address(from, *line)?, address(to, *line)?);
        if [pair.0, pair.1]
            .iter()
            .any(|&end| Family::of(end) != family)
            || !all.insert(pair)
        {
            return unreadable(*line, format!("`{from} . {to}` does not fit the set"));
        }
    }
    Ok(Members::Pairs(all))
}

/// A protocol with its ports; whether they may be a range.
fn connection(
    (named, text): (&str, &str),
    ranges: bool,
    line: usize,
) -> Result<(Protocol, PortSet), Unreadable> {
    if !ranges && text.contains('-') {
        return unreadable(line, "a range in a set of single elements");
    }
    Ok((protocol(named, line)?, ports(text, '-', line)?))
}

fn connections(elements: &[Element<'_>], interval: bool) -> Result<Members, Unreadable> {
    let mut all = ConnSet::none();
    for (parts, line) in elements {
        let [protocol, ports] = parts.as_slice() else {
            return unreadable(*line, "an element that is no protocol with a port");
        };
        add(
            &mut all,
            connection((protocol, ports), interval, *line)?,
            *line,
        )?;
    }
    Ok(Members::Connections(all))
}

/// Adds what is not there yet.
pub(super) fn add(
    all: &mut ConnSet,
    (protocol, ports): (Protocol, PortSet),
    line: usize,
) -> Result<(), Unreadable> {
    for &(first, last) in ports.ranges() {
        if all.ports(protocol).meets(first, last) {
            return unreadable(line, format!("{protocol} {ports} is in two elements"));
        }
        all.insert(protocol, first, last);
    }
    Ok(())
}

fn destinations(elements: &[Element<'_>], family: Family) -> Result<Members, Unreadable> {
    let mut all: BTreeMap<IpAddr, ConnSet> = BTreeMap::new();
    for (parts, line) in elements {
        let [to, protocol, ports] = parts.as_slice() else {
            return unreadable(
                *line,
                "an element that is no address with protocol and port",
            );
        };
        let to = address(to, *line)?;
        if Family::of(to) != family {
            return unreadable(*line, format!("`{to}` is not of the type of the set"));
        }
        let connection = connection((protocol, ports), false, *line)?;
        add(all.entry(to).or_default(), connection, *line)?;
    }
    Ok(Members::Destinations(all))
}

fn icmpv6_types(elements: &[Element<'_>]) -> Result<Members, Unreadable> {
    let mut all = BTreeSet::new();
    for (parts, line) in elements {
        let [name] = parts.as_slice() else {
            return unreadable(*line, "an element that is no ICMPv6 type");
        };
        if !all.insert(icmpv6_type(name, *line)?) {
            return unreadable(*line, format!("`{name}` is there twice"));
        }
    }
    Ok(Members::Icmpv6(all))
}
