//! One edit in the files of iptables: rules of IPv4, sets of both families.

use super::text::{Mutant, Mutants, once, other_protocol, ports_moved};
use netpolc::emit::iptables::Files;
use std::collections::BTreeSet;

const V4: &str = "#### rules.v4\n";
const V6: &str = "#### rules.v6\n";

/// The files as one text.
pub fn joined(files: &Files) -> String {
    [&files.ipset, V4, &files.v4, V6, &files.v6].concat()
}

/// The sets, and the rules of both families.
pub fn split(text: &str) -> [&str; 3] {
    let (ipset, rest) = text.split_once(V4).expect("rules of IPv4");
    let (v4, v6) = rest.split_once(V6).expect("rules of IPv6");
    [ipset, v4, v6]
}

/// `NP-G-`, 20 digits: the letter and the name.
fn fingerprint(word: &str) -> Option<(&str, &str)> {
    let is_digits = |at: &usize| {
        let digits = word.get(at + 1..at + 21).map(str::bytes);
        digits.is_some_and(|mut digits| digits.all(|byte| byte.is_ascii_hexdigit()))
    };
    let mut dashes = word.match_indices('-').map(|(at, _)| at);
    let start = dashes.find(is_digits)?;
    let name = word.get(..start + 21)?;
    let letter = name.get(..start)?.rsplit('-').next()?;
    Some((letter, name))
}

/// The comment of the first rule about a set; of a group, by whom it isolates.
fn said_of(text: &str, name: &str) -> Option<String> {
    let chain = format!("-A {name}");
    let mut about = text
        .lines()
        .filter(|line| line.starts_with("-A ") && line.contains(name));
    let told = about.find(|line| {
        let own = line.starts_with(&chain);
        if own {
            line.contains("-isolated by ")
        } else {
            line.contains("--match-set")
        }
    });
    told?.split('"').nth(1).map(str::to_owned)
}

/// Every mutant of the files, each sort wherever it fits.
pub fn mutants(text: &str) -> Vec<Mutant> {
    let mut mutants = Mutants::of(text, fingerprint, said_of);
    let created = text.lines().filter_map(|line| line.strip_prefix("create "));
    let sets: Vec<(&str, &str)> = created
        .filter_map(|line| line.split_once(' '))
        .map(|(name, kind)| {
            (
                name,
                kind.split(" hashsize").next().expect("the first part"),
            )
        })
        .collect();
    let six = text.find(V6).expect("rules of IPv6");
    let mut seen = BTreeSet::new();
    let mut at = 0;
    for (number, line) in text.lines().enumerate() {
        let v6 = at > six;
        at += line.len() + 1;
        if line.starts_with("add ") {
            mutants.with("element missing", number, None, line);
        }
        let Some((_, rule)) = line
            .strip_prefix("-A ")
            .and_then(|rule| rule.split_once(' '))
        else {
            continue;
        };
        if rule.contains("comment") && !seen.insert((v6, rule)) {
            continue;
        }
        let words = if v6 {
            format!("v6: {line}")
        } else {
            line.to_owned()
        };
        mutants.with("line dropped", number, None, &words);
        if !v6 {
            edit_rule(&mut mutants, &sets, number, line);
        }
    }
    mutants.made
}

fn edit_rule(mutants: &mut Mutants<'_>, sets: &[(&str, &str)], number: usize, line: &str) {
    let mut edit = |kind, old: &str, new: &str| {
        let edited = once(line, old, new);
        mutants.with(
            kind,
            number,
            Some(&edited),
            &format!("{line}: {old} => {new}"),
        );
    };
    for (old, new) in [
        (" -j RETURN", " -j ACCEPT"),
        (" -j RETURN", " -j DROP"),
        (" -j DROP", " -j RETURN"),
        (" -j DROP", " -j ACCEPT"),
        (" -g ", " -j "),
        (" -j NP-EG", " -g NP-EG"),
        (" -j NP-IN", " -g NP-IN"),
        ("ESTABLISHED,RELATED", "NEW,ESTABLISHED"),
        ("ESTABLISHED,RELATED", "ESTABLISHED"),
        ("ESTABLISHED,RELATED", "RELATED"),
        (" src ", " dst "),
        (" dst ", " src "),
        (" dst,dst ", " src,dst "),
        (" dst,dst ", " dst,src "),
        ("-s ", "-d "),
        ("-d ", "-s "),
    ] {
        let pair = ["-s ", "-d "].iter().all(|flag| line.contains(flag));
        // Behind our chain nobody else decides here, and hosts come one after the other.
        let plain = match (old, new) {
            (" -j RETURN", " -j ACCEPT") => line.contains("egress[0]"),
            (" -g ", _) => line.contains(" 10.1.0.1/32"),
            _ => true,
        };
        if plain && line.contains(old) && !(pair && (old == "-s " || old == "-d ")) {
            edit("word", old, new);
        }
    }
    let words: Vec<&str> = line.split(' ').collect();
    for (at, word) in words.iter().enumerate() {
        let after = |by: usize| words.get(at + by).copied().unwrap_or_default();
        match *word {
            "--dport" => {
                for new in ports_moved(after(1), ':') {
                    edit(
                        "port",
                        &format!("--dport {}", after(1)),
                        &format!("--dport {new}"),
                    );
                }
            }
            "--dports" => {
                for port in after(1).split(',') {
                    for new in ports_moved(port, ':') {
                        let all: Vec<&str> = after(1)
                            .split(',')
                            .map(|each| if each == port { &*new } else { each })
                            .collect();
                        edit("port", after(1), &all.join(","));
                    }
                }
            }
            "-p" => {
                let other = other_protocol(after(1));
                let old = if after(2) == "-m" && after(3) == after(1) {
                    format!("-p {0} -m {0} ", after(1))
                } else {
                    format!("-p {} ", after(1))
                };
                edit("protocol", &old, &old.replace(after(1), other));
            }
            "--match-set" => {
                let (_, kind) = sets
                    .iter()
                    .find(|(name, _)| *name == after(1))
                    .expect("a set");
                let same: Vec<&str> = sets
                    .iter()
                    .filter(|(_, other)| other == kind)
                    .map(|(name, _)| *name)
                    .collect();
                let place = same
                    .iter()
                    .position(|name| *name == after(1))
                    .expect("itself");
                let other = same[(place + 1) % same.len()];
                if other != after(1) {
                    edit("wrong set", after(1), other);
                }
                edit(
                    "peers ignored",
                    &format!("-m set --match-set {} {} ", after(1), after(2)),
                    "",
                );
            }
            _ => {}
        }
    }
}
