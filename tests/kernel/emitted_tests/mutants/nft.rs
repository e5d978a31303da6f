//! One edit in an nft file.

use super::super::table::moved;
use super::hooks::edit_hooks;
use super::text::{Line, Mutant, Mutants, once, other_protocol, ports_moved};
use netpolc::net::Cidr;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// `p_`, 20 digits: the letter and the name.
fn fingerprint(word: &str) -> Option<(&str, &str)> {
    let name = word.get(..22)?;
    let (letter, digits) = name.split_once('_')?;
    let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (hex && digits.len() == 20).then_some((letter, name))
}

/// The comment of a set; of a group, by whom it isolates.
fn said_of(text: &str, name: &str) -> Option<String> {
    let quoted = |line: &str| line.split('"').nth(1).map(str::to_owned);
    let begins =
        |line: &&str| line.starts_with('\t') && line.ends_with(" {") && line.contains(name);
    let mut block = text.lines().skip_while(|line| !begins(line));
    let head = block.next()?;
    let mut inside = block.take_while(|line| *line != "\t}");
    if head.starts_with("\tset ") {
        inside
            .find(|line| line.starts_with("\t\tcomment "))
            .and_then(quoted)
    } else {
        inside
            .find(|line| line.contains("-isolated by "))
            .and_then(quoted)
    }
}

/// The addresses of a pod that is free to do everything.
const FREE: [&str; 2] = ["10.1.0.8", "fd01::8"];

/// What a text is made of, where an edit puts one thing in another's place.
struct Parts<'t> {
    /// Peer sets by what their names end in.
    sets: Vec<&'t str>,
    groups: Vec<&'t str>,
    /// Addresses that are governed.
    pods: Vec<&'t str>,
}

/// Every mutant of a file, each sort over and over wherever it fits; of all of it, or of rules
/// and groups only.
pub fn mutants(text: &str, all: bool) -> Vec<Mutant> {
    // Elements in one line each.
    let text = text.replace(",\n\t\t\t     ", ", ");
    let mut mutants = Mutants::of(&text, fingerprint, said_of);
    let lines = mutants.lines();
    let parts = Parts::of(&lines);
    let mut seen = BTreeSet::new();
    for (index, line) in lines.iter().enumerate() {
        // What tells rulesets apart is no rule.
        if line.block.starts_with("set ruleset_") {
            continue;
        }
        let rules = line.block.starts_with("chain ") && !line.block.ends_with("_hook");
        if !rules && !all {
            continue;
        }
        let chain = line.block.strip_prefix("chain ");
        match (chain, line.text.strip_prefix("elements = { ")) {
            (_, Some(elements)) => {
                let elements = elements.strip_suffix(" }").expect("one line");
                edit_elements(&mut mutants, &parts, line, elements);
            }
            // What stands in several chains is edited in the first.
            (Some(chain), None)
                if !line.text.starts_with("type ") && seen.insert((&chain[..2], line.text)) =>
            {
                mutants.with("line dropped", line.number, None, &told(line));
                if verdict(line.text).is_some() {
                    edit_peer(&mut mutants, &parts, line);
                }
                // Their twins of IPv4 are edited.
                if !family(line.text) {
                    edit_verdict(&mut mutants, line);
                    edit_ports(&mut mutants, line);
                }
                let mut rest = lines[index + 1..]
                    .iter()
                    .take_while(|next| next.block == line.block);
                let next = rest.find(|next| family(next.text) == family(line.text));
                if let Some(next) = next.filter(|next| verdict(next.text) != verdict(line.text)) {
                    let both = (line.number, next.number);
                    mutants.swapped("order", both, &told(line));
                }
            }
            _ => {}
        }
    }
    if all {
        edit_hooks(&mut mutants, &lines);
    }
    mutants.made
}

pub fn told(line: &Line<'_>) -> String {
    // A rule says by itself whose it is.
    match verdict(line.text) {
        Some(_) if !line.text.starts_with("counter") => line.text.to_owned(),
        _ => format!("{}: {}", line.block, line.text),
    }
}

/// The verdict of a rule; none of other lines.
fn verdict(line: &str) -> Option<&str> {
    let (before, _) = line.split_once(" comment ")?;
    before.rsplit(' ').next()
}

fn family(line: &str) -> bool {
    line.contains("ip6 ")
}

impl<'t> Parts<'t> {
    fn of(lines: &[Line<'t>]) -> Self {
        let mut parts = Parts {
            sets: Vec::new(),
            groups: Vec::new(),
            pods: Vec::new(),
        };
        for line in lines {
            let (kind, name) = line.block.split_once(' ').expect("kind and name");
            let peers = name.starts_with("p_") || name.starts_with("b_");
            if kind == "set" && peers && !parts.sets.contains(&name) {
                parts.sets.push(name);
            }
            if kind == "chain" && name.starts_with("g_") && !parts.groups.contains(&name) {
                parts.groups.push(name);
            }
            let elements = line.text.strip_prefix("elements = { ");
            if let Some(elements) = elements.filter(|_| kind == "map") {
                let keys = elements
                    .split(", ")
                    .filter_map(|element| element.split(' ').next());
                parts.pods.extend(keys);
            }
        }
        parts.pods.sort_unstable();
        parts.pods.dedup();
        parts
    }

    /// The set of the same family after this one.
    fn other_set(&self, name: &str) -> &'t str {
        let same: Vec<&str> = self
            .sets
            .iter()
            .copied()
            .filter(|set| set[22..] == name[22..])
            .collect();
        next(&same, name)
    }
}

fn next<'t>(all: &[&'t str], one: &str) -> &'t str {
    let place = all
        .iter()
        .position(|each| *each == one)
        .expect("it is there");
    all[(place + 1) % all.len()]
}

/// A line in which `new` stands for `old`.
fn edit(mutants: &mut Mutants<'_>, line: &Line<'_>, kind: &'static str, (old, new): (&str, &str)) {
    let edited = format!("\t\t{}", once(line.text, old, new));
    let words = format!("{}: {old} => {new}", told(line));
    mutants.with(kind, line.number, Some(&edited), words.trim_end());
}

fn edit_verdict(mutants: &mut Mutants<'_>, line: &Line<'_>) {
    for (old, new) in [
        ("accept comment", "counter drop comment"),
        ("counter drop comment", "accept comment"),
        ("return comment", "accept comment"),
        ("return comment", "counter drop comment"),
    ] {
        if line.text.contains(old) {
            edit(mutants, line, "verdict", (old, new));
        }
    }
    if let Some(list) = line.text.strip_prefix("jump ") {
        let both = (&*format!("jump {list}"), &*format!("goto {list}"));
        edit(mutants, line, "jump", both);
    }
}

/// The test of the other end: `ip saddr @p_…`, or an address or block in the place of the set.
fn edit_peer(mutants: &mut Mutants<'_>, parts: &Parts<'_>, line: &Line<'_>) {
    let words: Vec<&str> = line.text.split(' ').collect();
    for test in words.windows(3) {
        let [header @ ("ip" | "ip6"), side @ ("saddr" | "daddr"), peer] = *test else {
            continue;
        };
        // The first part of a test of named ports, and tests of maps.
        if peer == "." || peer == "vmap" {
            continue;
        }
        let other = if side == "saddr" { "daddr" } else { "saddr" };
        let turned = (&*format!("{side} {peer} "), &*format!("{other} {peer} "));
        edit(mutants, line, "wrong end", turned);
        match peer.strip_prefix('@') {
            None => {
                for moved in ends_moved(peer) {
                    let moved = format!("{side} {moved} ");
                    edit(mutants, line, "block", (&format!("{side} {peer} "), &moved));
                }
            }
            Some(name) if header == "ip" => {
                edit(mutants, line, "wrong set", (name, parts.other_set(name)));
            }
            Some(_) => {}
        }
        if header == "ip" {
            let ignored = format!("{header} {side} {peer} ");
            edit(mutants, line, "peers ignored", (&ignored, ""));
        }
    }
}

fn edit_ports(mutants: &mut Mutants<'_>, line: &Line<'_>) {
    let words: Vec<&str> = line.text.split(' ').collect();
    match words[..] {
        ["meta", "l4proto", ".", "th", "dport", set, ..] => {
            let test = format!("meta l4proto . th dport {set} ");
            edit(mutants, line, "ports ignored", (&test, ""));
        }
        [
            header,
            "daddr",
            ".",
            "meta",
            "l4proto",
            ".",
            "th",
            "dport",
            set,
            ..,
        ] => {
            let test = format!("{header} daddr . meta l4proto . th dport {set} ");
            edit(mutants, line, "ports ignored", (&test, ""));
        }
        ["meta", "l4proto", protocol, ..] => {
            let test = format!("meta l4proto {protocol} ");
            let other = format!("meta l4proto {} ", other_protocol(protocol));
            edit(mutants, line, "protocol", (&test, &other));
            edit(mutants, line, "ports ignored", (&test, ""));
        }
        [protocol, "dport", ports, ..] => {
            let test = format!("{protocol} dport {ports} ");
            for moved in ports_moved(ports, '-') {
                let moved = format!("{protocol} dport {moved} ");
                edit(mutants, line, "port", (&test, &moved));
            }
            let other = format!("{} dport {ports} ", other_protocol(protocol));
            edit(mutants, line, "protocol", (&test, &other));
            let all = format!("meta l4proto {protocol} ");
            edit(mutants, line, "ports ignored", (&test, &all));
        }
        _ => {}
    }
}

fn edit_elements(mutants: &mut Mutants<'_>, parts: &Parts<'_>, line: &Line<'_>, elements: &str) {
    let all: Vec<&str> = elements.split(", ").collect();
    let (_, name) = line.block.split_once(' ').expect("kind and name");
    let mut put = |kind, all: &[&str], words: &str| {
        let new = format!("\t\telements = {{ {} }}", all.join(", "));
        let new = (!all.is_empty()).then_some(&*new);
        mutants.with(kind, line.number, new, &format!("{}: {words}", line.block));
    };
    for (at, element) in all.iter().enumerate() {
        let mut rest = all.clone();
        rest.remove(at);
        put("element missing", &rest, element);
        let mut replaced = |kind, new: &str| {
            let mut changed = all.clone();
            changed[at] = new;
            put(kind, &changed, &format!("{element} => {new}"));
        };
        if name.starts_with("b_") {
            for new in ends_moved(element) {
                replaced("block", &new);
            }
        }
        let target = element.split_once(" : goto ");
        if let Some((key, target)) = target.filter(|_| name.ends_with("v4")) {
            let other = next(&parts.groups, target);
            replaced("wrong group", &format!("{key} : goto {other}"));
        }
        if name.starts_with("t_") || name.starts_with("n_") {
            let (before, range) = element.rsplit_once(" . ").expect("a port");
            let protocol = before.rsplit(' ').next().expect("a protocol");
            for new in ports_moved(range, '-') {
                // A set without ranges takes none.
                if name.starts_with("n_") && new.contains('-') {
                    continue;
                }
                if !elements.contains('-') && new.contains('-') {
                    continue;
                }
                replaced("port", &format!("{before} . {new}"));
            }
            replaced(
                "protocol",
                &once(element, protocol, other_protocol(protocol)),
            );
        }
    }
    if line.block.starts_with("map ") {
        let jumping: Vec<String> = all
            .iter()
            .map(|element| once(element, "goto", "jump"))
            .collect();
        let jumping: Vec<&str> = jumping.iter().map(String::as_str).collect();
        put("jump", &jumping, "goto => jump");
    }
    let v6 = name.ends_with("v6");
    if name.starts_with("p_") {
        let more = if v6 { FREE[1] } else { FREE[0] };
        if !all.contains(&more) {
            let mut longer = all.clone();
            longer.push(more);
            put("element added", &longer, more);
        }
    }
    if name.starts_with("always") {
        let mut pods = parts.pods.iter().filter(|pod| pod.contains(':') == v6);
        let (first, last) = (
            pods.next().expect("a pod"),
            pods.next_back().expect("a pod"),
        );
        let more = format!("{first} . {last}");
        let mut longer = all.clone();
        longer.push(&more);
        put("element added", &longer, &more);
    }
}

/// A block with an end moved by one address.
fn ends_moved(element: &str) -> Vec<String> {
    let (first, last): (IpAddr, IpAddr) = match (element.split_once('-'), element.contains('/')) {
        (Some((first, last)), _) => (first.parse().expect("one"), last.parse().expect("one")),
        (None, true) => {
            let cidr = Cidr::parse(element).expect("a CIDR");
            (cidr.first(), cidr.last())
        }
        (None, false) => {
            let host = element.parse().expect("an address");
            (host, host)
        }
    };
    let by = |address, by| moved(address, by).expect("not the last address of all");
    let mut moved = vec![(by(first, -1), last), (first, by(last, 1))];
    if first < last {
        moved.extend([(by(first, 1), last), (first, by(last, -1))]);
    }
    moved
        .into_iter()
        .map(|(first, last)| format!("{first}-{last}"))
        .collect()
}
