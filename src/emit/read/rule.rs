//! One rule of an nft chain.
//!
//! A rule is tests and then a verdict; behind the verdict only a comment may follow. All tests must
//! hold, so a test that went unseen would make the rule match too much: a word that is not known is
//! refused and never skipped.
//!
//! One form looks odd: `ip saddr . meta mark & 7 | 7 @x`. Whatever the packet's mark is, the
//! expression is 7, so it asks set 7 of the many in `x` about the source.

use super::build::{Builder, SetKind};
use super::lexer::{Cursor, Token};
use super::values::{icmpv6_type, number, ports, protocol, span};
use super::{Match, PacketEnd, Statement, Unreadable, Verdict, unreadable};
use crate::net::{ConnSet, Family};

/// Reads a rule with what ends it.
pub(super) fn rule(
    cursor: &mut Cursor<'_>,
    builder: &mut Builder,
) -> Result<Statement, Unreadable> {
    let mut statement = Statement {
        matches: Vec::new(),
        verdict: None,
        comment: None,
        line: cursor.line(),
    };
    while let Token::Word(word) = cursor.peek() {
        let line = cursor.line();
        match word {
            "comment" => {
                cursor.next();
                statement.comment = Some(cursor.quoted()?.to_owned());
                break;
            }
            _ if statement.verdict.is_some() => {
                return unreadable(line, format!("`{word}` stands behind a verdict"));
            }
            "counter" => {
                cursor.next();
            }
            "ip" | "ip6" => addresses(cursor, builder, &mut statement)?,
            "meta" => meta(cursor, builder, &mut statement)?,
            "tcp" | "udp" | "sctp" => {
                let protocol = protocol(word, line)?;
                cursor.next();
                cursor.words(&["dport"])?;
                let ports = ports(cursor.word("a port")?, '-', line)?;
                let test = Match::Connection(ConnSet::of(protocol, ports));
                statement.matches.push(test);
            }
            "ct" => {
                established(cursor)?;
                statement.matches.push(Match::Established);
            }
            "icmpv6" => {
                cursor.words(&["icmpv6", "type"])?;
                let name = cursor.word("a type")?;
                statement.matches.push(match name.strip_prefix('@') {
                    Some(name) => Match::Icmpv6In(builder.set(name, SetKind::Icmpv6, line)),
                    None => Match::Icmpv6(icmpv6_type(name, line)?),
                });
            }
            "fib" => {
                cursor.words(&["fib", "saddr", "type", "local"])?;
                statement.matches.push(Match::SourceLocal);
            }
            _ => statement.verdict = Some(verdict(cursor, builder)?),
        }
    }
    cursor.end()?;
    Ok(statement)
}

/// A verdict.
pub(super) fn verdict(
    cursor: &mut Cursor<'_>,
    builder: &mut Builder,
) -> Result<Verdict, Unreadable> {
    let line = cursor.line();
    match cursor.word("a verdict")? {
        "accept" => Ok(Verdict::Accept),
        "drop" => Ok(Verdict::Drop),
        "return" => Ok(Verdict::Return),
        "jump" => Ok(Verdict::Jump(builder.chain(cursor.word("a chain")?, line))),
        "goto" => Ok(Verdict::Goto(builder.chain(cursor.word("a chain")?, line))),
        other => unreadable(line, format!("`{other}` is in no rule of ours")),
    }
}

/// `ip saddr …`: one end, both, or the destination with protocol and port; of a set, a map, or as it
/// is written.
fn addresses(
    cursor: &mut Cursor<'_>,
    builder: &mut Builder,
    statement: &mut Statement,
) -> Result<(), Unreadable> {
    let line = cursor.line();
    let header = cursor.word("`ip` or `ip6`")?;
    let family = match header {
        "ip" => Family::V4,
        _ => Family::V6,
    };
    let end = end(cursor)?;
    if cursor.skip_word(".") {
        let test = if cursor.peek() == Token::Word("meta") && cursor.is_second("mark") {
            let number = number_words(cursor)?;
            let name = set_name(cursor)?;
            Match::In(end, builder.set_of(name, number, family, line))
        } else if cursor.skip_word("meta") {
            port_words(cursor)?;
            match end {
                PacketEnd::Destination => {
                    let kind = SetKind::Destinations(family);
                    Match::DestinationIn(builder.set(set_name(cursor)?, kind, line))
                }
                PacketEnd::Source => {
                    return unreadable(line, "a source with the destination's port");
                }
            }
        } else {
            cursor.words(&[header])?;
            if self::end(cursor)? == end {
                return unreadable(line, "an end with itself");
            }
            let kind = SetKind::Pairs(family);
            Match::Pair(end, builder.set(set_name(cursor)?, kind, line))
        };
        statement.matches.push(test);
        return Ok(());
    }
    if cursor.skip_word("vmap") {
        let map = builder.map(set_name(cursor)?, family, line);
        statement.verdict = Some(Verdict::Lookup { end, map });
        return Ok(());
    }
    let word = cursor.word("an address")?;
    let test = if let Some(name) = word.strip_prefix('@') {
        Match::In(end, builder.set(name, SetKind::Addresses(family), line))
    } else {
        let (first, last) = span(word, line)?;
        if Family::of(first) != family {
            return unreadable(line, format!("`{word}` is of the other family"));
        }
        Match::Within(end, first, last)
    };
    statement.matches.push(test);
    Ok(())
}

fn end(cursor: &mut Cursor<'_>) -> Result<PacketEnd, Unreadable> {
    let line = cursor.line();
    match cursor.word("an end")? {
        "saddr" => Ok(PacketEnd::Source),
        "daddr" => Ok(PacketEnd::Destination),
        other => unreadable(line, format!("`{other}` is no end")),
    }
}

fn set_name<'t>(cursor: &mut Cursor<'t>) -> Result<&'t str, Unreadable> {
    let line = cursor.line();
    let word = cursor.word("a set")?;
    match word.strip_prefix('@') {
        Some(name) => Ok(name),
        None => unreadable(line, format!("`{word}` is no set")),
    }
}

/// `meta mark & 7 | 7`: whatever the mark is, this is 7, and the same number must stand on both sides.
fn number_words(cursor: &mut Cursor<'_>) -> Result<u32, Unreadable> {
    cursor.words(&["meta", "mark", "&"])?;
    let line = cursor.line();
    let kept = number(cursor.word("a number")?, line)?;
    cursor.words(&["|"])?;
    if number(cursor.word("a number")?, line)? == kept {
        return Ok(kept);
    }
    unreadable(line, "something of the packet's mark is left")
}

/// `l4proto . th dport`, behind `meta`. A port without the protocol would match bytes of packets that
/// have none.
fn port_words(cursor: &mut Cursor<'_>) -> Result<(), Unreadable> {
    cursor.words(&["l4proto", ".", "th", "dport"])
}

fn meta(
    cursor: &mut Cursor<'_>,
    builder: &mut Builder,
    statement: &mut Statement,
) -> Result<(), Unreadable> {
    let line = cursor.line();
    cursor.words(&["meta", "l4proto"])?;
    let test = if cursor.skip_word(".") {
        cursor.words(&["th", "dport"])?;
        Match::ConnectionIn(builder.set(set_name(cursor)?, SetKind::Connections, line))
    } else {
        Match::Protocol(protocol(cursor.word("a protocol")?, line)?)
    };
    statement.matches.push(test);
    Ok(())
}

/// `ct state established,related`
fn established(cursor: &mut Cursor<'_>) -> Result<(), Unreadable> {
    cursor.words(&["ct", "state", "established"])?;
    cursor.mark(',')?;
    cursor.words(&["related"])
}
