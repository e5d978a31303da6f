//! What the kernel holds after a load is what the text says, element by element: tools have been
//! known to lose or change one of thousands without a word.

use super::super::available::{Tool, available};
use super::super::emitted::{Emitted, load_iptables};
use super::super::lab::Lab;
use super::super::load::Variant;
use super::written::{namespace, node, objects, pod, policy, with_ports};
use netpolc::model::{Cluster, Objects, PodObject};
use netpolc::net::{Cidr, Protocol};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

fn numbered(number: usize) -> PodObject {
    let (high, low) = (number / 250, number % 250);
    let v4 = format!("10.{}.{}.{low}", 50 + high / 250, high % 250);
    let v6 = format!("fd01::{:x}:{:x}", number >> 16, number & 0xffff);
    pod(&format!("shop/pod-{number}"), "many", &[&v4, &v6], "n1")
}

/// Thousands of elements in every kind of set: pods, blocks, named ports, ranges of ports, what is
/// exempt, and maps.
fn large() -> Objects {
    let http = |number| {
        let port = 1 + u16::try_from(number).expect("few");
        with_ports(numbered(number), &[("http", Protocol::Tcp, port)])
    };
    let blocks: Vec<String> = (0..1500)
        .flat_map(|n| {
            let (high, low) = (n / 250, n % 250);
            [
                format!(
                    "block 198.{}.{low}.0/24 except 198.{0}.{low}.{high}/32",
                    18 + high
                ),
                format!("block 2001:db8:{n:x}::/48 except 2001:db8:{n:x}::{low:x}/128"),
            ]
        })
        .collect();
    let blocks: Vec<&str> = blocks.iter().map(String::as_str).collect();
    let ports: Vec<String> = (1..2000_u16)
        .map(|n| {
            format!(
                "{}/{}-{}",
                ["TCP", "UDP", "SCTP"][usize::from(n) % 3],
                n * 30,
                n * 30 + n % 20
            )
        })
        .collect();
    let ports: Vec<&str> = ports.iter().map(String::as_str).collect();
    let singles: Vec<String> = (1..2000_u16).map(|n| format!("TCP/{}", n * 30)).collect();
    let singles: Vec<&str> = singles.iter().map(String::as_str).collect();
    objects(
        vec![namespace("shop", ("team", "a"))],
        vec![node("n1", &["10.0.1.1", "fd00::101"])],
        (0..3000).map(http).collect(),
        vec![
            policy("shop/many", "pods *")
                .from(&["pods app=many"], &ports)
                .from(&blocks, &singles)
                .to(&["pods *"], &["TCP/http"]),
        ],
    )
}

/// One element as first and last of each of its parts, however it is written.
fn canonical(element: &str) -> String {
    let part = |part: &str| {
        if let Ok(cidr) = Cidr::parse(part) {
            return format!("{}-{}", cidr.first(), cidr.last());
        }
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let address = |text: &str| {
            text.parse::<IpAddr>()
                .map_or(text.to_owned(), |ip| ip.to_string())
        };
        if part.starts_with("nd-") {
            return part.to_owned();
        }
        format!("{}-{}", address(first), address(last))
    };
    let (key, value) = element.split_once(" : ").unwrap_or((element, ""));
    let parts: Vec<String> = key.split(" . ").map(part).collect();
    format!("{} : {value}", parts.join(" . "))
}

/// An element as nft lists it, as a file would have it.
fn told(element: &Value) -> String {
    let two = |pair: &Value, mark: &str| format!("{}{mark}{}", told(&pair[0]), told(&pair[1]));
    match element {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(_) => two(element, " : "),
        Value::Object(fields) => {
            let (kind, value) = fields.iter().next().expect("a kind");
            match kind.as_str() {
                "concat" => {
                    let parts = value.as_array().expect("parts").iter().map(told);
                    parts.collect::<Vec<_>>().join(" . ")
                }
                "range" => two(value, "-"),
                "prefix" => prefix(
                    &told(&value["addr"]),
                    value["len"].as_u64().expect("a length"),
                ),
                "goto" => format!("goto {}", told(&value["target"])),
                "elem" => told(&value["val"]),
                other => panic!("{other}"),
            }
        }
        other => panic!("{other}"),
    }
}

/// Ports, too, are listed with prefixes where they can be.
fn prefix(first: &str, length: u64) -> String {
    match first.parse::<u32>() {
        Ok(port) => format!("{port}-{}", port + (1 << (16 - length)) - 1),
        Err(_) => format!("{first}/{length}"),
    }
}

type Sets = BTreeMap<String, BTreeSet<String>>;

/// The sets and maps of a file.
fn written(text: &str) -> Sets {
    let text = text.replace(",\n\t\t\t     ", ", ");
    let mut sets = Sets::new();
    let mut name = String::new();
    for line in text.lines() {
        let head = line
            .strip_prefix("\tset ")
            .or_else(|| line.strip_prefix("\tmap "));
        if let Some(head) = head {
            head.trim_end_matches(" {").clone_into(&mut name);
            sets.insert(name.clone(), BTreeSet::new());
        }
        if let Some(elements) = line.strip_prefix("\t\telements = { ") {
            let elements = elements.strip_suffix(" }").expect("one line").split(", ");
            sets.insert(name.clone(), elements.map(canonical).collect());
        }
    }
    sets
}

fn held(lab: &Lab) -> Sets {
    let listed = lab.listed().expect("a listing");
    let sets = listed
        .iter()
        .filter_map(|entry| entry.get("set").or(entry.get("map")));
    let elements = |set: &Value| {
        let all = set
            .get("elem")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        all.iter()
            .map(|element| canonical(&told(element)))
            .collect()
    };
    sets.map(|set| {
        (
            set["name"].as_str().expect("a name").to_owned(),
            elements(set),
        )
    })
    .collect()
}

fn same(name: &str, written: &BTreeSet<String>, held: &BTreeSet<String>) {
    let lost: Vec<_> = written.difference(held).take(3).collect();
    let made: Vec<_> = held.difference(written).take(3).collect();
    assert!(
        lost.is_empty() && made.is_empty(),
        "{name}: lost {lost:?}, made {made:?}"
    );
}

#[test]
fn the_kernel_holds_every_element_of_an_nft_file() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let emitted = Emitted::of(Cluster::new(large()));
    // Of each family: two sets of pods, named ports, both maps; blocks; a set with ranges and one
    // without; each pod with itself and with its node.
    let expected = BTreeMap::from([
        ("always", 12),
        ("b", 2),
        ("eg", 6),
        ("in", 6),
        ("n", 6),
        ("nd", 0),
        ("p", 12),
        ("ruleset", 0),
        ("t", 2),
    ]);
    holds_nft(&emitted.nft(), &expected);
    let mut sharing = expected.clone();
    let pods = sharing.remove("p").expect("pods");
    sharing.insert("pods", pods);
    holds_nft(&emitted.nft_sharing(), &sharing);
}

fn holds_nft(text: &str, expected: &BTreeMap<&str, usize>) {
    let lab = Lab::new(&[]).expect("a lab");
    lab.load_nft(text).expect("it loads");
    let (written, held) = (written(text), held(&lab));
    // What the kernel lists can be loaded again, and says the same.
    let listed = lab.run("nft", &["list", "ruleset"], "").expect("a listing");
    lab.load_nft(&format!("flush ruleset\n{listed}"))
        .expect("it loads");
    let again = lab.run("nft", &["list", "ruleset"], "").expect("a listing");
    assert_eq!(rules_of(&listed), rules_of(&again));
    assert_eq!(
        written.keys().collect::<Vec<_>>(),
        held.keys().collect::<Vec<_>>()
    );
    let mut thousands: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, elements) in &written {
        same(name, elements, &held[name]);
        let kind = name.split('_').next().expect("a letter");
        *thousands.entry(kind).or_default() += elements.len() / 1000;
    }
    assert_eq!(thousands, *expected);
}

/// The lines of a listing that are no elements.
fn rules_of(listing: &str) -> Vec<&str> {
    let lines = listing.lines();
    lines
        .filter(|line| line.starts_with("\t\t") && line.contains(" comment "))
        .collect()
}

/// Lines of `ipset` as sets: a prefix of all bits is left out, and addresses are as we write them.
fn ipset_elements(text: &str) -> Sets {
    let mut sets = Sets::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["create", name, ..] => drop(sets.insert(name.to_owned(), BTreeSet::new())),
            ["add", name, element] => {
                let (address, port) = element.split_once(',').unwrap_or((element, ""));
                let range = canonical(address);
                let set = sets.get_mut(name).expect("created before");
                set.insert(format!("{range},{port}"));
            }
            _ => panic!("{line}"),
        }
    }
    sets
}

/// Rules of our chains, with what the tools write in another order.
fn rules(text: &str) -> Vec<String> {
    let ours = text.lines().filter(|line| line.starts_with("-A NP-"));
    ours.map(|line| line.replace("ESTABLISHED,RELATED", "RELATED,ESTABLISHED"))
        .collect()
}

fn holds_iptables(variant: Variant, save: [&str; 2]) {
    if !available(&[Tool::Iptables(variant)]) {
        return;
    }
    let emitted = Emitted::of(Cluster::new(large()));
    let files = emitted.iptables();
    let lab = Lab::new(&[]).expect("a lab");
    load_iptables(&lab, &files, variant).expect("it loads");
    let held = ipset_elements(&lab.run("ipset", &["save"], "").expect("sets"));
    let written = ipset_elements(&files.ipset);
    assert_eq!(
        written.keys().collect::<Vec<_>>(),
        held.keys().collect::<Vec<_>>()
    );
    for (name, elements) in &written {
        same(name, elements, &held[name]);
    }
    for (save, text) in save.into_iter().zip([&files.v4, &files.v6]) {
        let mut held = rules(&lab.run(save, &["-t", "filter"], "").expect("rules"));
        let mut written = rules(text);
        assert!(written.len() > 3000, "{}", written.len());
        // Chains come in another order; rules of one do not.
        let chain = |rule: &String| rule.split(' ').nth(1).map(str::to_owned);
        held.sort_by_cached_key(chain);
        written.sort_by_cached_key(chain);
        let other = written
            .iter()
            .zip(&held)
            .find(|(written, held)| written != held);
        assert_eq!(other, None);
        assert_eq!(written.len(), held.len());
    }
}

#[test]
fn the_kernel_holds_every_rule_of_iptables() {
    holds_iptables(Variant::Nft, ["iptables-nft-save", "ip6tables-nft-save"]);
}

#[test]
fn the_kernel_holds_every_rule_of_legacy_iptables() {
    holds_iptables(
        Variant::Legacy,
        ["iptables-legacy-save", "ip6tables-legacy-save"],
    );
}

/// `ipset` has room for 65,536 elements if it is told nothing.
#[test]
fn a_set_takes_more_than_the_usual() {
    if !available(&[Tool::Iptables(Variant::Nft)]) {
        return;
    }
    let mut objects = objects(
        vec![namespace("shop", ("team", "a"))],
        Vec::new(),
        (0..70_000).map(numbered).collect(),
        vec![policy("shop/many", "pods app=none").from(&["pods *"], &[])],
    );
    // One that is governed.
    objects
        .pods
        .push(pod("shop/none", "none", &["10.99.0.1"], ""));
    assert!(matches!(&objects.policies[0].ingress, Some(rules) if rules.len() == 1));
    let files = Emitted::of(Cluster::new(objects)).iptables();
    let lab = Lab::new(&[]).expect("a lab");
    load_iptables(&lab, &files, Variant::Nft).expect("it loads");
    let held = ipset_elements(&lab.run("ipset", &["save"], "").expect("sets"));
    let most = held.values().map(BTreeSet::len).max();
    assert_eq!(most, Some(70_001));
}
