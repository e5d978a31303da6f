//! Files for `iptables-restore` and `ip6tables-restore`, with the sets that they name.
//!
//! A ruleset is proved by what its text says, so a misread line would make the proof worthless. The
//! reader therefore takes only the forms that it knows in full, and refuses all else with its line:
//! another option, `!`, or two spaces. It also holds the tools' own limits, the length of names and
//! the ports of a `multiport`, because a text that they refuse says nothing.

use super::build::{Builder, SetKind};
use super::ipset::Sets;
use super::set::add;
use super::values::{ports, prefix, protocol};
use super::{Chain, Hook, Match, PacketEnd, Ruleset, Statement, Unreadable, Verdict, unreadable};
use crate::net::{ConnSet, Family, Protocol};
use std::collections::BTreeMap;

/// How the name of the chain ends that FORWARD is to jump to.
pub const ENTRY: &str = "-FORWARD";

/// The longest name of a chain.
const LONGEST_NAME: usize = 28;

/// How many ports a `multiport` holds; a range counts as two.
const MOST_PORTS: usize = 15;

/// Reads the three files of a ruleset: the program for IPv4, and that for IPv6. FORWARD is to jump to
/// the chain of which the name ends in [`ENTRY`]; what returns from there was let through.
///
/// # Errors
/// The first line that is not in the part of the languages that is written here, or that the tools
/// would refuse.
pub fn iptables(ipset: &str, v4: &str, v6: &str) -> Result<[Ruleset; 2], Unreadable> {
    let file = |name: &'static str| {
        move |problem: Unreadable| Unreadable {
            line: problem.line,
            what: format!("{name}: {}", problem.what),
        }
    };
    let sets = Sets::read(ipset).map_err(file("sets"))?;
    let v4 = family(v4, &sets, Family::V4).map_err(file("rules for IPv4"))?;
    let v6 = family(v6, &sets, Family::V6).map_err(file("rules for IPv6"))?;
    Ok([v4, v6])
}

fn family(text: &str, sets: &Sets<'_>, family: Family) -> Result<Ruleset, Unreadable> {
    let mut builder = Builder::new();
    sets.make(family, &mut builder)?;
    let mut reader = Reader {
        builder,
        family,
        chains: Vec::new(),
        by_name: BTreeMap::new(),
        place: Place::Before,
    };
    let mut last = 1;
    for (index, line) in text.lines().enumerate() {
        last = index + 1;
        reader.line(line, last)?;
    }
    if reader.place != Place::Behind {
        return unreadable(last, "the file ends without `COMMIT`");
    }
    reader.finish(last)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Within,
    Behind,
}

struct Reader<'t> {
    builder: Builder,
    family: Family,
    chains: Vec<Chain>,
    by_name: BTreeMap<&'t str, usize>,
    place: Place,
}

impl<'t> Reader<'t> {
    fn line(&mut self, line: &'t str, number: usize) -> Result<(), Unreadable> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        match (self.place, line) {
            (Place::Before, "*filter") => self.place = Place::Within,
            (Place::Within, "COMMIT") => self.place = Place::Behind,
            (Place::Within, _) if line.starts_with(':') => self.declare(line, number)?,
            (Place::Within, _) if line.starts_with("-A ") => self.append(line, number)?,
            (Place::Before | Place::Within | Place::Behind, _) => {
                return unreadable(number, "no line of ours");
            }
        }
        Ok(())
    }

    /// `:NAME - [0:0]`
    fn declare(&mut self, line: &'t str, number: usize) -> Result<(), Unreadable> {
        let name = line.strip_prefix(':');
        let name = name.and_then(|rest| rest.strip_suffix(" - [0:0]"));
        let plain = |name: &&str| {
            let fits = !name.is_empty() && name.len() <= LONGEST_NAME;
            fits && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        };
        let Some(name) = name.filter(plain).filter(|name| !name.starts_with('-')) else {
            return unreadable(number, "no chain of ours");
        };
        if matches!(
            name,
            "FORWARD" | "INPUT" | "OUTPUT" | "ACCEPT" | "DROP" | "RETURN"
        ) {
            return unreadable(number, format!("`{name}` is no name for a chain of ours"));
        }
        if self.by_name.insert(name, self.chains.len()).is_some() {
            return unreadable(number, format!("the chain `{name}` is there twice"));
        }
        self.chains.push(Chain {
            name: name.to_owned(),
            line: number,
            statements: Vec::new(),
        });
        Ok(())
    }

    fn append(&mut self, line: &str, number: usize) -> Result<(), Unreadable> {
        let words = words(line, number)?;
        let mut words = words.iter().map(String::as_str).skip(1);
        let name = words.next().unwrap_or_default();
        let Some(&index) = self.by_name.get(name) else {
            return unreadable(number, format!("the chain `{name}` is not there"));
        };
        let mut rule = Rule::new(self.family, number);
        while let Some(option) = words.next() {
            rule.option(option, &mut words, &mut self.builder)?;
        }
        let statement = rule.finish()?;
        if let Some(chain) = self.chains.get_mut(index) {
            chain.statements.push(statement);
        }
        Ok(())
    }

    fn finish(mut self, last: usize) -> Result<Ruleset, Unreadable> {
        let entries = self
            .chains
            .iter()
            .filter(|chain| chain.name.ends_with(ENTRY));
        let entries: Vec<String> = entries.map(|chain| chain.name.clone()).collect();
        let [entry] = entries.as_slice() else {
            return unreadable(last, format!("not one chain whose name ends in `{ENTRY}`"));
        };
        for chain in self.chains {
            self.builder.make_chain(chain)?;
        }
        let chain = self.builder.chain(entry, last);
        self.builder.hook(Hook {
            chain,
            priority: 0,
            accepts: true,
        });
        // It is reached from FORWARD.
        self.builder.finish(1)
    }
}

/// The words of a rule; `\` stands before what is meant as it is in quotes.
fn words(line: &str, number: usize) -> Result<Vec<String>, Unreadable> {
    let mut words = Vec::new();
    let mut rest = line.chars();
    let mut word = String::new();
    while let Some(c) = rest.next() {
        match c {
            ' ' if word.is_empty() => return unreadable(number, "two spaces"),
            ' ' => words.push(std::mem::take(&mut word)),
            '"' if word.is_empty() => {
                let Some(text) = quoted(&mut rest) else {
                    return unreadable(number, "a quote is not closed");
                };
                words.push(text);
                if !matches!(rest.next(), Some(' ') | None) {
                    return unreadable(number, "a quote that ends within a word");
                }
            }
            c if c.is_ascii_graphic() && !"\"'\\".contains(c) => word.push(c),
            c => return unreadable(number, format!("`{}` is in no rule", c.escape_debug())),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    Ok(words)
}

fn quoted(rest: &mut std::str::Chars<'_>) -> Option<String> {
    let mut text = String::new();
    loop {
        match rest.next()? {
            '"' => return Some(text),
            '\\' => text.push(rest.next()?),
            c => text.push(c),
        }
    }
}

/// A rule so far.
struct Rule {
    family: Family,
    line: usize,
    /// What was given that may be given once.
    given: Vec<String>,
    protocol: Option<Named>,
    ports: Option<ConnSet>,
    matches: Vec<Match>,
    verdict: Option<Verdict>,
    comment: Option<String>,
}

/// The word behind `-p`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Ports(Protocol),
    Icmpv6,
}

impl Rule {
    fn new(family: Family, line: usize) -> Self {
        Self {
            family,
            line,
            given: Vec::new(),
            protocol: None,
            ports: None,
            matches: Vec::new(),
            verdict: None,
            comment: None,
        }
    }

    fn option<'w>(
        &mut self,
        option: &str,
        words: &mut impl Iterator<Item = &'w str>,
        builder: &mut Builder,
    ) -> Result<(), Unreadable> {
        let line = self.line;
        let Some(value) = words.next() else {
            return unreadable(line, format!("`{option}` has nothing behind it"));
        };
        // Sets may be matched twice, the rest once.
        if (option, value) != ("-m", "set") {
            let key = match option {
                "-m" => value,
                "-j" | "-g" => "target",
                other => other,
            };
            if self.given.iter().any(|given| given == key) {
                return unreadable(line, format!("`{key}` is there twice"));
            }
            self.given.push(key.to_owned());
        }
        match option {
            "-s" => self.block(PacketEnd::Source, value),
            "-d" => self.block(PacketEnd::Destination, value),
            "-p" if value == "ipv6-icmp" => {
                self.protocol = Some(Named::Icmpv6);
                Ok(())
            }
            "-p" => {
                self.protocol = Some(Named::Ports(protocol(value, line)?));
                Ok(())
            }
            "-m" => self.module(value, words, builder),
            "-j" => {
                self.verdict = Some(match value {
                    "ACCEPT" => Verdict::Accept,
                    "DROP" => Verdict::Drop,
                    "RETURN" => Verdict::Return,
                    chain => Verdict::Jump(builder.chain(chain, line)),
                });
                Ok(())
            }
            "-g" => {
                self.verdict = Some(Verdict::Goto(builder.chain(value, line)));
                Ok(())
            }
            other => unreadable(line, format!("`{other}` is in no rule of ours")),
        }
    }

    fn block(&mut self, end: PacketEnd, value: &str) -> Result<(), Unreadable> {
        let cidr = prefix(value, self.line)?;
        if cidr.family() != self.family {
            return unreadable(self.line, format!("`{value}` is of the other family"));
        }
        let test = Match::Within(end, cidr.first(), cidr.last());
        self.matches.push(test);
        Ok(())
    }

    fn module<'w>(
        &mut self,
        module: &str,
        words: &mut impl Iterator<Item = &'w str>,
        builder: &mut Builder,
    ) -> Result<(), Unreadable> {
        let line = self.line;
        let option = words.next().unwrap_or_default();
        let value = words.next().unwrap_or_default();
        match (module, option) {
            ("tcp" | "udp" | "sctp", "--dport") => {
                let own = protocol(module, line)?;
                let ports = ports(value, ':', line)?;
                self.connection(Some(own), &ConnSet::of(own, ports))
            }
            ("multiport", "--dports") => self.multiport(value),
            ("conntrack", "--ctstate") if value == "ESTABLISHED,RELATED" => {
                self.matches.push(Match::Established);
                Ok(())
            }
            ("icmp6", "--icmpv6-type") if self.protocol == Some(Named::Icmpv6) => {
                match value.parse::<u8>() {
                    Ok(kind) if self.family == Family::V6 => {
                        self.matches.push(Match::Icmpv6(kind));
                        Ok(())
                    }
                    Ok(_) | Err(_) => unreadable(line, format!("`{value}` is no type here")),
                }
            }
            ("addrtype", "--src-type") if value == "LOCAL" => {
                self.matches.push(Match::SourceLocal);
                Ok(())
            }
            ("comment", "--comment") => {
                self.comment = Some(value.to_owned());
                Ok(())
            }
            ("set", "--match-set") => {
                let kind = SetKind::Addresses(self.family);
                let test = match words.next().unwrap_or_default() {
                    "src" => Match::In(PacketEnd::Source, builder.set(value, kind, line)),
                    "dst" => Match::In(PacketEnd::Destination, builder.set(value, kind, line)),
                    "dst,dst" => {
                        let kind = SetKind::Destinations(self.family);
                        Match::DestinationIn(builder.set(value, kind, line))
                    }
                    other => return unreadable(line, format!("`{other}` is no end of ours")),
                };
                self.matches.push(test);
                Ok(())
            }
            _ => unreadable(
                line,
                format!("`-m {module} {option}` is in no rule of ours"),
            ),
        }
    }

    /// Ports stand for nothing without the protocol before them.
    fn connection(
        &mut self,
        own: Option<Protocol>,
        connections: &ConnSet,
    ) -> Result<(), Unreadable> {
        let fits = matches!(self.protocol, Some(Named::Ports(named)) if own.is_none_or(|own| own == named));
        if !fits || self.ports.is_some() {
            return unreadable(self.line, "ports that do not fit the protocol, or twice");
        }
        self.ports = Some(connections.clone());
        Ok(())
    }

    fn multiport(&mut self, list: &str) -> Result<(), Unreadable> {
        let Some(Named::Ports(protocol)) = self.protocol else {
            return unreadable(self.line, "ports without a protocol that has them");
        };
        let (mut connections, mut count) = (ConnSet::none(), 0);
        for part in list.split(',') {
            count += if part.contains(':') { 2 } else { 1 };
            add(
                &mut connections,
                (protocol, ports(part, ':', self.line)?),
                self.line,
            )?;
        }
        if count > MOST_PORTS {
            return unreadable(self.line, format!("more than {MOST_PORTS} ports"));
        }
        self.connection(None, &connections)
    }

    fn finish(mut self) -> Result<Statement, Unreadable> {
        match (self.protocol, self.ports) {
            (Some(Named::Ports(protocol)), None) => self.matches.push(Match::Protocol(protocol)),
            (Some(Named::Ports(_)), Some(ports)) => self.matches.push(Match::Connection(ports)),
            (Some(Named::Icmpv6), _) => {
                let typed = |test: &Match| matches!(test, Match::Icmpv6(_));
                if !self.matches.iter().any(typed) {
                    return unreadable(self.line, "ICMPv6 of any type");
                }
            }
            (None, _) => {}
        }
        Ok(Statement {
            matches: self.matches,
            verdict: self.verdict,
            comment: self.comment,
            line: self.line,
        })
    }
}
