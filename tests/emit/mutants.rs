//! Rulesets with one thing changed: what certifies must find that out, or nothing can be seen to differ.

use super::addressed::in_family;
use super::certify::{Text, planned, proven, refused, wrong};
use super::plan::{draw, everyone};
use super::random;
use super::random::failing::{Checked, Drawn, clusters, on_clusters};
use netpolc::emit::plan::Scope;
use netpolc::emit::read::{Packet, Payload, Ruleset};
use netpolc::model::Cluster;
use netpolc::net::{Cidr, Family, Protocol};
use netpolc::prove::certify::{Difference, Refused};
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

/// How often texts were changed, by kind: and how often that was found out.
type Counts = BTreeMap<&'static str, (usize, usize)>;

/// A way to change a line, where it fits: nothing for a line that goes.
type Edit = (&'static str, fn(&str, &str) -> Option<String>);

/// The word behind `mark` in a line.
fn behind<'l>(line: &'l str, mark: &str) -> Option<&'l str> {
    let (_, rest) = line.split_once(mark)?;
    rest.split(' ').next()
}

/// A line with the port behind `mark` made a range of one more.
fn wider(line: &str, mark: &str, dash: char) -> Option<String> {
    let ports = behind(line, mark)?;
    let (first, last) = ports.split_once(dash).unwrap_or((ports, ports));
    let more = last.parse::<u16>().ok()?.checked_add(1)?;
    let (from, to) = (
        format!("{mark}{ports}"),
        format!("{mark}{first}{dash}{more}"),
    );
    Some(line.replacen(&from, &to, 1))
}

/// A line with the name that begins with `start` exchanged for another of the text, of the same family.
fn other_name(line: &str, text: &str, start: &str) -> Option<String> {
    let own = format!("{start}{}", behind(line, start)?.trim_end_matches(','));
    let family = |name: &str| name.chars().next_back().filter(|_| !start.starts_with('g'));
    let names = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let first = words.next()?;
        let names = ["set", "chain", "create"].contains(&first);
        names.then(|| words.next()).flatten()
    });
    let mut names = names.filter(|name| name.starts_with(start) && *name != own);
    let other = names.find(|name| family(name) == family(&own))?;
    Some(line.replacen(&own, other, 1))
}

/// A rule with a block of IPv4 addresses that has one more.
fn wider_block(line: &str) -> Option<String> {
    let block = behind(line, "ip saddr ").or_else(|| behind(line, "ip daddr "))?;
    let (first, last) = if let Some((first, last)) = block.split_once('-') {
        (first.parse().ok()?, last.parse::<IpAddr>().ok()?)
    } else {
        let cidr = Cidr::parse(block).ok();
        let cidr = cidr.or_else(|| Some(Cidr::host(block.parse().ok()?)))?;
        (cidr.first(), cidr.last())
    };
    let IpAddr::V4(last) = last else { return None };
    let more = Ipv4Addr::from_bits(last.to_bits().checked_add(1)?);
    Some(line.replacen(block, &format!("{first}-{more}"), 1))
}

/// A rule without the addresses that it is written with.
fn block_left_out(line: &str) -> Option<String> {
    ["ip saddr ", "ip daddr ", "ip6 saddr ", "ip6 daddr "]
        .iter()
        .find_map(|end| {
            let block = behind(line, end)?;
            let written = block.starts_with(|c: char| c.is_ascii_hexdigit());
            written.then(|| line.replacen(&format!("{end}{block} "), "", 1))
        })
}

fn exchanged(line: &str, from: &str, to: &str) -> Option<String> {
    line.contains(from).then(|| line.replacen(from, to, 1))
}

/// Whether a line is a rule that counts for first packets of connections.
fn is_rule(line: &str) -> bool {
    let rule = ["accept", "drop", "return", "jump", "vmap"]
        .iter()
        .any(|word| line.contains(word));
    let rule = rule && line.starts_with("\t\t") && !line.contains("elements = ");
    rule && !line.trim_start().starts_with("type ")
        && !line.contains(" : ")
        && !line.contains("icmpv6")
}

const NFTABLES: [Edit; 15] = [
    ("rule dropped", |line, _| is_rule(line).then(String::new)),
    ("IPv6 twin dropped", |line, _| {
        (is_rule(line) && line.contains("ip6 ")).then(String::new)
    }),
    ("port widened", |line, _| wider(line, "dport ", '-')),
    ("pods exchanged", |line, text| {
        line.contains("@p_")
            .then(|| other_name(line, text, "p_"))
            .flatten()
    }),
    ("number exchanged", |line, _| {
        let number: u32 = behind(line, "meta mark & ")?.parse().ok()?;
        let other = if number == 1 { 2 } else { number - 1 };
        let words = |number: u32| format!("meta mark & {number} | {number} @");
        exchanged(line, &words(number), &words(other))
    }),
    ("block widened", |line, _| wider_block(line)),
    ("block left out", |line, _| block_left_out(line)),
    ("group exchanged", |line, text| {
        line.contains(": goto g_")
            .then(|| other_name(line, text, "g_"))
            .flatten()
    }),
    ("accept for drop", |line, _| {
        exchanged(line, "counter drop", "accept")
    }),
    ("drop for accept", |line, _| {
        exchanged(line, " accept comment", " drop comment")
    }),
    ("goto for jump", |line, _| {
        exchanged(line, "\tjump ", "\tgoto ")
    }),
    ("policy exchanged", |line, _| {
        exchanged(line, "policy accept", "policy drop")
    }),
    ("end exchanged", |line, _| {
        exchanged(line, "saddr @", "daddr @")
    }),
    ("protocol exchanged", |line, _| {
        exchanged(line, "tcp dport", "udp dport")
    }),
    ("element removed", |line, _| {
        let (before, rest) = line.split_once("elements = { ")?;
        let (_, after) = rest.split_once(", ")?;
        Some(format!("{before}elements = {{ {after}"))
    }),
];

const IPTABLES: [Edit; 10] = [
    ("rule dropped", |line, _| {
        (line.starts_with("-A ") && !line.contains("icmp6")).then(String::new)
    }),
    ("element removed", |line, _| {
        line.starts_with("add ").then(String::new)
    }),
    ("port widened", |line, _| wider(line, "--dport ", ':')),
    ("pods exchanged", |line, text| {
        line.contains("match-set NP-P-")
            .then(|| other_name(line, text, "NP-P-"))
            .flatten()
    }),
    ("RETURN for DROP", |line, _| {
        exchanged(line, "-j DROP", "-j RETURN")
    }),
    ("DROP for RETURN", |line, _| {
        exchanged(line, "-j RETURN", "-j DROP")
    }),
    ("goto for jump", |line, _| {
        exchanged(line, " -j NP-", " -g NP-")
    }),
    ("prefix widened", |line, _| exchanged(line, "/32 ", "/31 ")),
    ("end exchanged", |line, _| exchanged(line, " src ", " dst ")),
    ("protocol exchanged", |line, _| {
        exchanged(line, "-p tcp -m tcp", "-p udp -m udp")
    }),
];

/// The text with a line changed; which of the lines that fit, `choice` says.
fn changed(
    text: &str,
    all: &str,
    edit: fn(&str, &str) -> Option<String>,
    choice: usize,
) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let fitting = lines.iter().enumerate();
    let fitting: Vec<(usize, String)> = fitting
        .filter_map(|(index, line)| Some((index, edit(line, all)?)))
        .collect();
    let (index, new) = fitting.get(choice % fitting.len().max(1))?;
    let line = |(number, line): (usize, &&str)| match number == *index {
        true if new.is_empty() => String::new(),
        true => format!("{new}\n"),
        false => format!("{line}\n"),
    };
    Some(lines.iter().enumerate().map(line).collect())
}

/// One text for each kind of change that fits.
fn mutants(text: &Text, choice: usize) -> Vec<(&'static str, Text)> {
    let mut mutants = Vec::new();
    match text {
        Text::Nftables(text) => {
            for (kind, edit) in NFTABLES {
                let new = changed(text, text, edit, choice);
                mutants.extend(new.map(|new| (kind, Text::Nftables(new))));
            }
        }
        Text::Iptables(files) => {
            let [sets, ..] = files;
            for (kind, edit) in IPTABLES {
                for (number, file) in files.iter().enumerate() {
                    let mut new = files.clone();
                    let file = changed(file, sets, edit, choice);
                    if let Some((place, file)) = new.get_mut(number).zip(file) {
                        *place = file;
                        mutants.push((kind, Text::Iptables(new)));
                    }
                }
            }
        }
    }
    mutants
}

/// What `trace` surely says of packets between all addresses, on both sides of every boundary.
fn expected(drawn: &Drawn) -> Vec<(Packet, bool)> {
    let mut all = Vec::new();
    for family in [Family::V4, Family::V6] {
        let cluster = seen_by(drawn, family);
        let ends = everyone(&cluster, family);
        for &(source, from) in &ends {
            for &(destination, to) in &ends {
                if let (Endpoint::Address(_), Endpoint::Address(_)) = (source, destination) {
                    continue;
                }
                for (protocol, port) in Protocol::ALL
                    .into_iter()
                    .flat_map(|each| random::PORTS.map(|port| (each, port)))
                {
                    let flow = Flow {
                        source,
                        destination,
                        protocol,
                        port,
                    };
                    let packet = packet(from, to, protocol, port);
                    match trace(&cluster, &flow).verdict {
                        Verdict::Allow => all.push((packet, true)),
                        Verdict::Deny => all.push((packet, false)),
                        Verdict::Undecided => {}
                    }
                }
            }
        }
    }
    all
}

fn packet(source: IpAddr, destination: IpAddr, protocol: Protocol, port: u16) -> Packet {
    Packet {
        source,
        destination,
        payload: Payload::Connection(protocol, port),
        local: false,
    }
}

fn judges(ruleset: &[Ruleset; 2], packet: &Packet) -> bool {
    let [v4, v6] = ruleset;
    let own = if packet.source.is_ipv4() { v4 } else { v6 };
    own.verdict(packet).accepted
}

/// What was drawn, as packets of a family see it.
fn seen_by(drawn: &Drawn, family: Family) -> Cluster {
    let mut cluster = Cluster::new(in_family(&drawn.objects, family));
    cluster.practice = drawn.practice.clone();
    cluster
}

/// Whether a difference is one.
fn is_shown(drawn: &Drawn, ruleset: &[Ruleset; 2], told: &Difference) -> bool {
    let (from, to) = (told.source.address, told.destination.address);
    let cluster = seen_by(drawn, Family::of(from));
    let ends = everyone(&cluster, Family::of(from));
    let end = |address: IpAddr| {
        let known = ends.iter().find(|(_, own)| *own == address);
        known.map_or(Endpoint::Address(address), |(end, _)| *end)
    };
    let flow = Flow {
        source: end(from),
        destination: end(to),
        protocol: told.protocol,
        port: told.port,
    };
    let accepted = judges(ruleset, &packet(from, to, told.protocol, told.port));
    let wanted = if accepted {
        Verdict::Deny
    } else {
        Verdict::Allow
    };
    told.accepted == accepted && trace(&cluster, &flow).verdict == wanted
}

fn all_found_out(drawn: &Drawn, counts: &RefCell<Counts>) -> Checked {
    let Some((cluster, scope @ Scope::Cluster, plan)) = planned(drawn) else {
        return Ok(());
    };
    let expected = expected(drawn);
    let choice = drawn.words.iter().map(|&choice| usize::from(choice)).sum();
    for text in [
        Text::nftables(&plan, &cluster),
        Text::iptables(&plan, &cluster),
    ] {
        for (kind, mutant) in mutants(&text, choice) {
            // What is no ruleset of ours any more is found out, too.
            let Ok(ruleset) = mutant.read() else {
                count(counts, kind, true);
                continue;
            };
            let found = proven(&cluster, &Scope::Cluster, &ruleset);
            count(counts, kind, found.is_err());
            match found {
                Ok(_) => {
                    let other = expected
                        .iter()
                        .find(|(packet, passes)| judges(&ruleset, packet) != *passes);
                    if let Some((packet, passes)) = other {
                        let said = format!(
                            "that is certified (src/prove/certify.rs) after a change: {kind}\n{}",
                            unlike(packet, *passes)
                        );
                        return Err(wrong(&scope, &mutant, &said));
                    }
                }
                Err(Refused::Different(told)) if is_shown(drawn, &ruleset, &told) => {}
                Err(Refused::Replies(_)) => {}
                // It is said to differ where it does not.
                Err(why) => return Err(refused(drawn, &scope, &mutant, &why)),
            }
        }
    }
    Ok(())
}

/// A packet that a ruleset judges otherwise than `trace`.
fn unlike(packet: &Packet, passes: bool) -> String {
    let (trace, ruleset) = if passes {
        ("yes", "drops it")
    } else {
        ("no", "lets it through")
    };
    let Payload::Connection(protocol, port) = packet.payload else {
        unreachable!("packets are of connections");
    };
    format!(
        "a packet from {} to {} on {protocol} {port}:\n  trace (src/trace) says {trace}\n  the \
         ruleset {ruleset}",
        packet.source, packet.destination
    )
}

fn count(counts: &RefCell<Counts>, kind: &'static str, found: bool) {
    let mut counts = counts.borrow_mut();
    let (all, out) = counts.entry(kind).or_default();
    *all += 1;
    *out += usize::from(found);
}

#[test]
fn changed_rulesets_are_found_out() {
    let counts = RefCell::new(Counts::new());
    on_clusters(clusters(700, 1400), draw, |drawn| {
        all_found_out(drawn, &counts)
    });
    // A kind of change that is never found out is one that is never seen.
    let counts = counts.into_inner();
    for (kind, _) in NFTABLES.iter().chain(&IPTABLES) {
        let found = counts.get(kind).is_some_and(|(_, out)| *out > 0);
        assert!(found, "{kind}: {counts:?}");
    }
}
