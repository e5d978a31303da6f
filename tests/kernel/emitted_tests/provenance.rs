//! The rules that decide in the kernel are those that `trace` names.

use super::super::available::{Tool, available};
use super::super::emitted::{Backend, Emitted};
use super::super::lab::Lab;
use super::super::probe::Probe;
use super::super::trace::{Decision, Traced};
use super::clusters;
use super::table::flows;
use netpolc::model::{Cluster, Direction, Objects, PolicyId, PolicyKind, Tier};
use netpolc::trace::{Basis, Half, Hit, NotSubject, Trace, Verdict, trace};

/// What one direction may say.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    /// A rule with one of these comments.
    By(Vec<String>),
    /// A rule without a comment: no policy can stop the packet.
    Exempt,
    /// None.
    Nothing,
}

/// What each direction may say, and whether it accepts.
type Halves = [(Said, bool); 2];

fn policy(cluster: &Cluster, id: PolicyId) -> String {
    let policy = cluster.policies.at(id);
    match policy.kind {
        PolicyKind::NetworkPolicy => policy.full_name(),
        kind => format!("{} {}", kind.name(), policy.full_name()),
    }
}

fn expected(cluster: &Cluster, half: &Half) -> Said {
    let hits = |hits: &[Hit]| {
        let words = |hit: &Hit| {
            let rule = hit.rule;
            let stands = cluster.policies.at(rule.policy);
            let place = match (stands.tier, stands.kind) {
                (Tier::NetworkPolicy, _) => String::new(),
                (_, PolicyKind::BaselineAdminNetworkPolicy) => ", Baseline".into(),
                (tier, _) => format!(", {tier:?} {}", stands.priority),
            };
            format!(
                "{} {}[{}]{place}",
                policy(cluster, rule.policy),
                rule.direction,
                rule.index
            )
        };
        Said::By(hits.iter().map(words).collect())
    };
    match &half.basis {
        Basis::NotSubject(_) | Basis::NotIsolated => Said::Nothing,
        Basis::Allowed(allowed) => hits(allowed),
        Basis::ClusterRule { hits: first, .. } => hits(first),
        Basis::NoRule => {
            let more = match half.isolating.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let by = half.isolating.iter().map(|&id| policy(cluster, id));
            let direction = half.direction;
            Said::By(
                by.map(|by| format!("{direction}-isolated by {by}{more}"))
                    .collect(),
            )
        }
        Basis::Undecided => panic!("{half:?}"),
    }
}

fn holds(expected: &Said, decision: &Decision) -> bool {
    match (expected, &decision.comment) {
        (Said::By(words), Some(comment)) => words.contains(comment),
        (Said::Exempt, None) => !decision.by_policy && decision.accepted,
        (Said::Nothing, None) => decision.by_policy && decision.accepted,
        _ => false,
    }
}

/// Whether the decisions are those of the halves, in order; the first that drops is the last.
fn agrees(known: &Halves, traced: &Traced) -> bool {
    let [egress, ingress] = known;
    let halves: Vec<_> = if egress.1 {
        vec![egress, ingress]
    } else {
        vec![egress]
    };
    let decisions = &traced.decisions;
    decisions.len() == halves.len()
        && halves
            .iter()
            .zip(decisions)
            .all(|((said, accepted), decision)| {
                holds(said, decision) && decision.accepted == *accepted
            })
}

/// Every flow of `nth` is sent.
fn names_what_decides(objects: &Objects, nth: usize) {
    if !available(&[Tool::Nft]) {
        return;
    }
    let mut known: Vec<(Probe, Trace, Halves)> = Vec::new();
    let mut number = 0;
    flows(objects, |cluster, flow, probe| {
        number += 1;
        let told = trace(cluster, flow);
        if number % nth == 0 && told.verdict != Verdict::Undecided {
            let halves = Direction::BOTH.map(|direction| {
                let half = told.half(direction);
                if told.exemption.is_some() {
                    (Said::Exempt, true)
                } else {
                    (expected(cluster, half), half.verdict == Verdict::Allow)
                }
            });
            known.push((probe, told, halves));
        }
    });
    let emitted = Emitted::of(Cluster::new(objects.clone()));
    let lab = Lab::new(&emitted.pods()).expect("a lab");
    emitted.load(&lab, Backend::Nftables).expect("it loads");
    let probes: Vec<Probe> = known.iter().map(|(probe, ..)| *probe).collect();
    let traced = lab.trace(&probes).expect("a trace of each");
    let mut kinds = [0; 3];
    for ((probe, told, halves), traced) in known.iter().zip(traced) {
        // Of what no policy governs, exemption or not, nothing is to be said.
        // S69: rulesets let a pod reach its own node before any policy is asked.
        let to_node = matches!(told.ingress.basis, Basis::NotSubject(NotSubject::Node));
        let passes = told.verdict == Verdict::Allow && to_node;
        let free = (told.exemption.is_some() || passes)
            && traced
                .decisions
                .iter()
                .all(|one| one.accepted && one.comment.is_none());
        assert!(
            free || agrees(halves, &traced),
            "{probe:?}: {told:#?}, but {traced:#?}"
        );
        for (said, _) in halves {
            kinds[match said {
                Said::By(_) => 0,
                Said::Exempt => 1,
                Said::Nothing => 2,
            }] += 1;
        }
    }
    assert!(kinds.iter().all(|count| *count > 10), "{kinds:?}");
}

#[test]
fn rules_of_policies_name_themselves() {
    names_what_decides(&clusters::plain(), 23);
}

#[test]
fn rules_of_every_tier_name_themselves() {
    names_what_decides(&clusters::tiers(), 23);
}
