//! Rulesets with one mistake each: packets show every one of them. What passes unnoticed is listed
//! with the reason why it is no mistake.

mod equivalent;
mod hooks;
mod ipt;
mod nft;
mod scenarios;
mod text;

use super::super::available::{Tool, available};
use super::super::emitted::Emitted;
use super::super::lab::Lab;
use super::super::load::{Iptables, Node, Variant};
use super::super::probe::Probe;
use super::clusters;
use super::table::table;
use netpolc::model::{Cluster, Objects};
use scenarios::Scenarios;
use std::collections::{BTreeMap, BTreeSet};
use text::Mutant;

/// A ruleset that is judged.
struct Judge {
    load: fn(&Node, &str),
    lab: Lab,
    scenarios: Option<Scenarios>,
    probes: Vec<Probe>,
    /// What the ruleset as emitted makes of them.
    passed: Vec<bool>,
    outcomes: Vec<bool>,
    /// Packets that have caught a mutant, by number.
    killers: BTreeSet<usize>,
}

impl Judge {
    /// Of a cluster's ruleset, after a look at whether it is right.
    fn new(objects: &Objects, text: &str, load: fn(&Node, &str), sockets: bool) -> Self {
        let pods = Emitted::of(Cluster::new(objects.clone())).pods();
        let known = table(objects);
        let probes: Vec<Probe> = known.iter().map(|(probe, _)| *probe).collect();
        let lab = Lab::new(&pods).expect("a lab");
        load(&lab, text);
        let passed = lab.probe(&probes).expect("packets");
        for ((probe, allowed), passed) in known.iter().zip(&passed) {
            let right = allowed.is_none_or(|allowed| allowed == *passed);
            assert!(right, "{probe:?} passes: {passed}");
        }
        let judged = known.iter().filter(|(_, allowed)| allowed.is_some());
        let judged = judged.count();
        assert!(
            judged * 10 > probes.len() * 8,
            "{judged} of {}",
            probes.len()
        );
        let scenarios = sockets.then(|| {
            let pod = |name: &str| pods.iter().find(|pod| pod.name == name).cloned();
            let [client, server] = ["shop/client", "shop/web"].map(|name| pod(name).expect(name));
            Scenarios::new(client, server, 53).expect("a lab")
        });
        let mut judge = Judge {
            load,
            lab,
            scenarios,
            probes,
            passed,
            outcomes: Vec::new(),
            killers: BTreeSet::new(),
        };
        judge.outcomes = judge.acted(text);
        assert!(
            judge.outcomes.iter().all(|works| *works),
            "{:?}",
            judge.outcomes
        );
        judge
    }

    /// What works. On a busy machine an answer may be late, so what did not is tried again.
    fn acted(&self, text: &str) -> Vec<bool> {
        let outcomes = self.scenarios.as_ref().map(|scenarios| {
            (self.load)(scenarios.node(), text);
            let mut outcomes = scenarios.outcomes();
            for _ in 0..2 {
                if outcomes.contains(&false) {
                    let again = scenarios.outcomes();
                    let both = outcomes.iter().zip(again);
                    outcomes = both.map(|(one, other)| *one || other).collect();
                }
            }
            outcomes
        });
        outcomes.unwrap_or_default()
    }

    /// Whether packets show that a ruleset is not the one emitted: first those that showed it of
    /// others, then all, in two parts.
    fn catches(&mut self, text: &str) -> bool {
        (self.load)(&self.lab, text);
        let half = self.probes.len() / 5;
        let all = 0..self.probes.len();
        let (mut early, mut late): (Vec<usize>, Vec<usize>) = all.partition(|at| *at < half);
        early.retain(|at| !self.killers.contains(at));
        late.retain(|at| !self.killers.contains(at));
        let killers: Vec<usize> = self.killers.iter().copied().collect();
        for part in [killers, early, late] {
            let probes: Vec<Probe> = part.iter().map(|&at| self.probes[at]).collect();
            let passed = self.lab.probe(&probes).expect("packets");
            let other = part
                .iter()
                .zip(passed)
                .find(|(at, passed)| self.passed[**at] != *passed);
            if let Some((&at, _)) = other {
                self.killers.insert(at);
                return true;
            }
        }
        self.acted(text) != self.outcomes
    }

    /// Every mutant is caught, or listed as one that is right, and not both.
    fn hold(mut self, mutants: &[Mutant], equivalent: &[(&str, &[&str])]) {
        let mut seen = BTreeSet::new();
        let twice = mutants.iter().find(|mutant| !seen.insert(&mutant.name));
        assert!(twice.is_none(), "{:?}", twice.map(|mutant| &mutant.name));
        let listed: BTreeSet<&str> = equivalent
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        // Every eighth one in an everyday run; all with `NETPOLC_CLUSTERS`.
        let all = std::env::var_os("NETPOLC_CLUSTERS").is_some();
        let mut survivors = BTreeSet::new();
        for (index, mutant) in mutants.iter().enumerate() {
            let now = all || index % 8 == 0 || listed.contains(&*mutant.name);
            if now && !self.catches(&mutant.text) {
                survivors.insert(&*mutant.name);
            }
        }
        let missed: Vec<_> = survivors.difference(&listed).collect();
        let caught: Vec<_> = listed.difference(&survivors).collect();
        assert!(
            missed.is_empty() && caught.is_empty(),
            "not caught: {missed:#?}\nlisted, but caught: {caught:#?}"
        );
    }
}

/// How many mutants there are of each sort: of the cluster without tiers,
const IN_PLAIN: [(&str, usize); 16] = [
    ("block", 44),
    ("element added", 14),
    ("element missing", 93),
    ("hook", 22),
    ("jump", 4),
    ("line dropped", 47),
    ("order", 5),
    ("peers ignored", 13),
    ("port", 34),
    ("ports ignored", 12),
    ("protocol", 22),
    ("verdict", 22),
    ("wrong end", 30),
    ("wrong group", 11),
    ("wrong map", 4),
    ("wrong set", 10),
];

/// of the rules of the one with tiers,
const IN_TIERS: [(&str, usize); 11] = [
    ("block", 44),
    ("jump", 5),
    ("line dropped", 48),
    ("order", 15),
    ("peers ignored", 21),
    ("port", 42),
    ("ports ignored", 19),
    ("protocol", 18),
    ("verdict", 26),
    ("wrong end", 41),
    ("wrong set", 15),
];

/// and of the files of iptables.
const IN_IPTABLES: [(&str, usize); 7] = [
    ("element missing", 44),
    ("line dropped", 125),
    ("peers ignored", 20),
    ("port", 32),
    ("protocol", 15),
    ("word", 99),
    ("wrong set", 18),
];

/// How many there are of each sort: an edit that no longer fits the text is one less.
fn counted(mutants: &[Mutant]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for mutant in mutants {
        *counts.entry(mutant.kind).or_default() += 1;
    }
    counts
}

fn load_nft(node: &Node, text: &str) {
    node.load_nft(text)
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
}

fn nft_text(objects: &Objects) -> String {
    Emitted::of(Cluster::new(objects.clone())).nft()
}

#[test]
fn packets_show_every_mistake_in_an_nft_file() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let objects = clusters::plain();
    let text = nft_text(&objects);
    let mutants = nft::mutants(&text, true);
    assert_eq!(counted(&mutants), BTreeMap::from(IN_PLAIN));
    Judge::new(&objects, &text, load_nft, true).hold(&mutants, &equivalent::PLAIN);
}

#[test]
fn packets_show_every_mistake_in_an_nft_file_of_three_tiers() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let objects = clusters::tiers();
    let text = nft_text(&objects);
    let mutants = nft::mutants(&text, false);
    assert_eq!(counted(&mutants), BTreeMap::from(IN_TIERS));
    Judge::new(&objects, &text, load_nft, false).hold(&mutants, &equivalent::TIERS);
}

fn load_ipt(node: &Node, text: &str) {
    node.flush().expect("it can be emptied");
    let [ipset, v4, v6] = ipt::split(text);
    let jump = |text: &str| text.replace("COMMIT\n", "-I FORWARD 1 -j NP-FORWARD\nCOMMIT\n");
    let ruleset = Iptables {
        variant: Variant::Nft,
        ipset,
        v4: &jump(v4),
        v6: &jump(v6),
    };
    node.load_iptables(&ruleset)
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
}

#[test]
fn packets_show_every_mistake_in_files_of_iptables() {
    if !available(&[Tool::Iptables(Variant::Nft)]) {
        return;
    }
    let objects = clusters::plain();
    let text = ipt::joined(&Emitted::of(Cluster::new(objects.clone())).iptables());
    let mutants = ipt::mutants(&text);
    assert_eq!(counted(&mutants), BTreeMap::from(IN_IPTABLES));
    Judge::new(&objects, &text, load_ipt, true).hold(&mutants, &equivalent::IPTABLES);
}
