//! The reference evaluator: one flow in, a verdict with its reasons out, by reading
//! `docs/semantics.md` literally. Slow and obvious on purpose; it never meets `compile`.
//!
//! `S` numbers in comments are the statements of that page. Everything is three-valued: what the
//! input does not say, or the API leaves open, stays open until it turns out not to matter.

#![deny(clippy::wildcard_enum_match_arm)]

mod cluster_tier;
mod describe;
mod exemption;
mod flow;
mod half;
mod hit;
mod matching;
mod named;
mod outcomes;
mod phrase;
mod reading;
mod reason;
mod rules;
mod step;
mod tiers;
mod truth;
mod unknown;

pub use describe::{EndNames, Place, Tried};
pub use flow::{Endpoint, Flow, Verdict};
pub use hit::{Hit, Miss, PeerFault, PeerMiss, PortMiss, RuleRef};
pub use phrase::{list, pods_in_words, rule_in_words, tier_name};
pub use reason::{Basis, Exemption, Half, NotSubject, Stage, Trace};
pub use step::{Came, Met, Step};
pub use unknown::{End, Unknown};

use crate::model::{Cluster, Direction, Habit, PolicyKind, Practice, Says};
use crate::net::Family;
use exemption::{Exemptions, read_exemptions};
use reading::Reading;
use std::collections::BTreeSet;
use tiers::read_half;
use truth::Truth;

/// The verdict on `flow` in `cluster`, with its reasons.
pub fn trace(cluster: &Cluster, flow: &Flow<'_>) -> Trace {
    trace_under(cluster, &cluster.practice, flow)
}

/// The same over one IP family, where the flow may take several (S49).
pub fn trace_over(cluster: &Cluster, flow: &Flow<'_>, family: Option<Family>) -> Trace {
    let practice = &cluster.practice;
    let exempt = read_exemptions(cluster, practice, flow);
    judge((cluster, practice), (flow, family), &exempt, &half_truth)
}

/// The same with another plugin.
fn trace_under(cluster: &Cluster, practice: &Practice, flow: &Flow<'_>) -> Trace {
    let exempt = read_exemptions(cluster, practice, flow);
    judge((cluster, practice), (flow, None), &exempt, &half_truth)
}

/// What was told of a flow, with the habits of the plugin without which the verdict would be another.
pub fn with_habits(cluster: &Cluster, flow: &Flow<'_>, mut told: Trace) -> Trace {
    let verdict = |practice| trace_under(cluster, &practice, flow).verdict;
    let practice = &cluster.practice;
    // On the way there a Service may have opened or decided it: that is no habit of this list.
    if told.verdict == Verdict::Undecided || told.verdict != verdict(practice.clone()) {
        return told;
    }
    let changes = |habit: &Habit| verdict(practice.clone().without(*habit)) != told.verdict;
    told.habits = practice.own().filter(changes).collect();
    if told.habits.is_empty() && verdict(Practice::default()) != told.verdict {
        // Each alone is enough.
        let instead = |habit: &Habit| {
            let says = practice.says(*habit);
            verdict(Practice::default().with(*habit, says, "")) == told.verdict
        };
        told.habits = practice.own().filter(instead).collect();
    }
    told
}

/// The same where a pod reaches itself through a Service. What a NetworkPolicy refuses is open
/// then, and so is what an AdminNetworkPolicy does; what a ClusterNetworkPolicy decides holds (S54).
pub fn trace_itself_through_service(cluster: &Cluster, flow: &Flow<'_>) -> Trace {
    trace_itself_over(cluster, flow, None)
}

/// That over one IP family.
pub fn trace_itself_over(cluster: &Cluster, flow: &Flow<'_>, family: Option<Family>) -> Trace {
    let practice = &cluster.practice;
    let stops =
        |hit: &Hit| cluster.policies.at(hit.rule.policy).kind == PolicyKind::ClusterNetworkPolicy;
    let half = |half: &Half| match &half.basis {
        Basis::ClusterRule { hits, .. } if hits.iter().any(stops) => half_truth(half),
        Basis::NoRule | Basis::ClusterRule { .. } if half.verdict == Verdict::Deny => {
            let past = match half.direction {
                Direction::Egress => Habit::ItselfOut,
                Direction::Ingress => Habit::ItselfIn,
            };
            match practice.says(past) {
                Says::Yes => Truth::Yes,
                Says::No => half_truth(half),
                Says::Open => Truth::maybe(Unknown::ItselfThroughService),
            }
        }
        Basis::NotSubject(_)
        | Basis::NotIsolated
        | Basis::Allowed(_)
        | Basis::NoRule
        | Basis::ClusterRule { .. }
        | Basis::Undecided => half_truth(half),
    };
    let mut told = judge(
        (cluster, practice),
        (flow, family),
        &Exemptions::default(),
        &half,
    );
    if told.verdict == Verdict::Allow {
        let past = [
            (&told.egress, Habit::ItselfOut),
            (&told.ingress, Habit::ItselfIn),
        ];
        let past = past
            .into_iter()
            .filter(|(half, _)| half.basis == Basis::NoRule);
        told.habits = past.map(|(_, habit)| habit).collect();
    }
    told
}

/// What a direction says of a flow.
type Reads<'a> = &'a dyn Fn(&Half) -> Truth;

fn judge(
    (cluster, practice): (&Cluster, &Practice),
    (flow, family): (&Flow<'_>, Option<Family>),
    exemptions: &Exemptions,
    half: Reads<'_>,
) -> Trace {
    let (first, second) = Reading::all(cluster, practice, (flow, family));
    let first = read(&first, exemptions, half);
    let second = second.map(|reading| read(&reading, exemptions, half));
    let exempt = first.exempt && second.as_ref().is_none_or(|second| second.exempt);
    let unknowns = unknowns(&first, second.as_ref());
    let told = match second {
        Some(second) if second.weight() < first.weight() => second,
        Some(_) | None => first,
    };
    Trace {
        verdict: match &told.truth {
            _ if !unknowns.is_empty() => Verdict::Undecided,
            Truth::Yes => Verdict::Allow,
            Truth::No => Verdict::Deny,
            Truth::Maybe(_) => Verdict::Undecided,
        },
        exemption: exemptions.told(exempt),
        egress: told.egress,
        ingress: told.ingress,
        unknowns: unknowns.into_iter().collect(),
        habits: Vec::new(),
    }
}

/// A flow as one reading has it.
struct ReadFlow {
    family: Option<Family>,
    egress: Half,
    ingress: Half,
    truth: Truth,
    /// Whether no policy can stop it.
    exempt: bool,
}

impl ReadFlow {
    /// Of two readings the lighter is told: one that refuses, else one that is open.
    fn weight(&self) -> u8 {
        match self.truth {
            Truth::No => 0,
            Truth::Maybe(_) => 1,
            Truth::Yes => 2,
        }
    }
}

/// S2: allowed if both directions allow it, or if no policy can stop it.
fn read(reading: &Reading<'_>, exemptions: &Exemptions, half: Reads<'_>) -> ReadFlow {
    let egress = read_half(reading, Direction::Egress);
    let ingress = read_half(reading, Direction::Ingress);
    let both = half(&egress).and(half(&ingress));
    let denied = egress.denied.clone().or(ingress.denied.clone());
    let exempt = exemptions.hold(&denied);
    ReadFlow {
        family: reading.family(),
        exempt: exempt.is_certain(),
        truth: exempt.or(both),
        egress,
        ingress,
    }
}

fn half_truth(half: &Half) -> Truth {
    match half.verdict {
        Verdict::Allow => Truth::Yes,
        Verdict::Deny => Truth::No,
        Verdict::Undecided => Truth::Maybe(half.unknowns.iter().cloned().collect()),
    }
}

/// S49: what the readings hang on, and whether one lets the flow through and the other does not.
fn unknowns(first: &ReadFlow, second: Option<&ReadFlow>) -> BTreeSet<Unknown> {
    let mut unknowns = first.truth.unknowns();
    let Some(second) = second else {
        return unknowns;
    };
    unknowns.extend(second.truth.unknowns());
    let (allowing, refusing) = match (&first.truth, &second.truth) {
        (Truth::Yes, Truth::No) => (first, second),
        (Truth::No, Truth::Yes) => (second, first),
        (Truth::Yes | Truth::No | Truth::Maybe(_), _) => return unknowns,
    };
    if let (Some(allowed), Some(denied)) = (allowing.family, refusing.family) {
        unknowns.insert(Unknown::Family { allowed, denied });
    }
    unknowns
}
