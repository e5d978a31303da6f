//! One question under several network plugins: what each makes of it, and where they part.

use super::answer::{Answer, Pair};
use crate::model::{Cluster, Habit, Policy, Practice, Says};
use crate::trace::{Endpoint, Flow, Unknown, Verdict, with_habits};
use std::collections::BTreeSet;

/// What is left of an answer under one plugin.
#[derive(Debug, Clone)]
pub struct UnderPlugin {
    /// What the plugin does.
    pub practice: Practice,
    /// The verdict.
    pub verdict: Verdict,
    /// The habits of the plugin that the verdict hangs on.
    pub habits: BTreeSet<Habit>,
}

impl UnderPlugin {
    /// That of an answer.
    pub fn of(practice: &Practice, answer: &Answer) -> Self {
        let pairs = answer.legs.iter().flat_map(|leg| &leg.pairs);
        let telling = pairs.filter(|pair| pair.verdict == answer.verdict);
        Self {
            practice: practice.clone(),
            verdict: answer.verdict,
            habits: telling.flat_map(habits).collect(),
        }
    }
}

/// A pair between two ends, with the habits of the plugin that its verdict hangs on.
pub(super) fn named(
    cluster: &Cluster,
    (source, destination): (Endpoint<'_>, Endpoint<'_>),
    mut pair: Pair,
) -> Pair {
    let (protocol, port) = pair.example;
    let flow = Flow {
        source,
        destination,
        protocol,
        port,
    };
    pair.reason = with_habits(cluster, &flow, pair.reason);
    pair
}

/// The habits that the verdict of a pair hangs on.
fn habits(pair: &Pair) -> impl Iterator<Item = Habit> {
    let open = pair.reason.unknowns.iter();
    let open = open.filter_map(Unknown::habit);
    pair.reason.habits.iter().copied().chain(open)
}

/// The verdict of all; open where they part.
pub fn together(all: &[UnderPlugin]) -> Verdict {
    let mut verdicts = all.iter().map(|one| one.verdict);
    match verdicts.next() {
        Some(first) if verdicts.all(|other| other == first) => first,
        Some(_) | None => Verdict::Undecided,
    }
}

/// The habits on which plugins part, where their verdicts differ: those of some that others do not
/// share.
pub fn partings(all: &[UnderPlugin]) -> Vec<Habit> {
    let mut verdicts = all.iter().map(|one| one.verdict);
    let first = verdicts.next();
    if verdicts.all(|other| Some(other) == first) {
        return Vec::new();
    }
    let named: BTreeSet<Habit> = all
        .iter()
        .flat_map(|one| one.habits.iter().copied())
        .collect();
    let differs = |habit: &Habit| {
        let mut says = all.iter().map(|one| one.practice.says(*habit));
        let first = says.next();
        says.any(|other| Some(other) != first)
    };
    named.into_iter().filter(differs).collect()
}

/// Whether the plugin lets ping through whatever policies say, and that is what a protocol stands for.
pub(super) fn lets_ping(cluster: &Cluster, protocol: &str) -> bool {
    let icmp = ["icmp", "icmpv6"]
        .iter()
        .any(|it| protocol.eq_ignore_ascii_case(it));
    icmp && cluster.practice.does(Habit::Ping)
}

/// What is not known of the plugin and the documents say of all: connections that hang on it are not
/// sure. Only what some policy makes use of.
pub fn left_open(cluster: &Cluster) -> Vec<Habit> {
    let practice = &cluster.practice;
    let open =
        |habit: &Habit| habit.documented() == Says::Yes && practice.says(*habit) == Says::Open;
    let rules = || cluster.policies.rows().iter().flat_map(Policy::all_rules);
    let ports = || rules().flat_map(|rule| rule.ports.listed());
    let blocks = || rules().any(|rule| rule.blocks().next().is_some());
    let names = || rules().any(|rule| rule.ports.named().next().is_some());
    let of_packets = [Habit::Sctp, Habit::Ipv6];
    let used = |habit: &Habit| {
        (*habit == Habit::BlocksMatchPods && blocks())
            || (*habit == Habit::BlocksMatchNodes && blocks())
            || (*habit == Habit::EndPorts && ports().any(|entry| entry.end_port))
            || (*habit == Habit::NamedPorts && names())
            || (of_packets.contains(habit) && !cluster.policies.rows().is_empty())
    };
    let all = Habit::ALL.into_iter();
    all.filter(|habit| open(habit) && used(habit)).collect()
}
