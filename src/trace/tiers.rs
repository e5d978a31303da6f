//! One direction of a flow: the tiers in order, until one decides.

use super::cluster_tier::read_cluster_tier;
use super::matching::scope_fits;
use super::outcomes::Outcomes;
use super::reading::{Reading, subject_end};
use super::rules::{distance, read_rule};
use super::truth::Truth;
use super::{Basis, Endpoint, Half, Miss, NotSubject, RuleRef, Unknown, Verdict};
use crate::model::{Direction, Habit, Pod, PodScope, Policy, PolicyId, Says, Tier};
use crate::net::{Family, Protocol};
use std::collections::HashMap;

/// What the policies on the subject's end say of the flow.
pub(super) fn read_half(reading: &Reading<'_>, direction: Direction) -> Half {
    match reading.endpoint(subject_end(direction)) {
        // S3: policies govern pods only.
        Endpoint::Address(_) => not_subject(direction, NotSubject::Outside),
        Endpoint::Node(_) => not_subject(direction, NotSubject::Node),
        // S57: and of them those with a network of their own.
        Endpoint::Pod(pod) if pod.host_network => not_subject(direction, NotSubject::HostNetwork),
        // S86: and none where the plugin enforces nothing.
        Endpoint::Pod(_) if reading.practice.says(Habit::Enforces) == Says::No => {
            not_subject(direction, NotSubject::Unenforced)
        }
        Endpoint::Pod(pod) => loosened(reading, pod, read_tiers(reading, direction, pod)),
    }
}

/// S86: what is refused is open where the plugin may not enforce it.
fn loosened(reading: &Reading<'_>, subject: &Pod, half: Half) -> Half {
    // A pod that is only imagined may have no controller, too.
    let is_bare = subject.workload.is_none();
    let over = [(Habit::Enforces, true), (Habit::BarePods, is_bare)];
    let lacking = over.into_iter();
    let lacking = lacking.filter(|(habit, matters)| *matters && !reading.practice.does(*habit));
    let open: Vec<Unknown> = lacking.map(|(habit, _)| Unknown::Habit(habit)).collect();
    if open.is_empty() || half.verdict == Verdict::Allow {
        return half;
    }
    let mut unknowns: Vec<Unknown> = half.unknowns.into_iter().chain(open).collect();
    unknowns.sort_unstable();
    let perhaps = Truth::Maybe(unknowns.iter().cloned().collect());
    Half {
        verdict: Verdict::Undecided,
        basis: Basis::Undecided,
        unknowns,
        denied: half.denied.and(perhaps),
        ..half
    }
}

fn not_subject(direction: Direction, why: NotSubject) -> Half {
    Half {
        direction,
        verdict: Verdict::Allow,
        basis: Basis::NotSubject(why),
        isolating: Vec::new(),
        passes: Vec::new(),
        misses: Vec::new(),
        unknowns: Vec::new(),
        denied: Truth::No,
    }
}

/// S6: Admin, NetworkPolicy, Baseline; what none of them decides is allowed.
fn read_tiers(reading: &Reading<'_>, direction: Direction, subject: &Pod) -> Half {
    let namespaced = read_network_policies(reading, direction, subject);
    let (isolating, misses) = (namespaced.isolating, namespaced.misses);
    let tiers = [
        read_cluster_tier(reading, direction, subject, Tier::Admin),
        namespaced.outcomes,
        read_cluster_tier(reading, direction, subject, Tier::Baseline),
    ];
    let mut total = Outcomes {
        next: true,
        ..Outcomes::default()
    };
    let (mut by_rule, mut by_isolation) = (false, false);
    for (place, tier) in tiers.into_iter().enumerate() {
        if !total.next {
            break;
        }
        let refuses = if place == 1 {
            &mut by_isolation
        } else {
            &mut by_rule
        };
        *refuses |= tier.deny;
        total.allow |= tier.allow;
        total.deny |= tier.deny;
        total.next = tier.next;
        total.basis = tier.basis.or(total.basis);
        total.passes.extend(tier.passes);
        total.unknowns.extend(tier.unknowns);
    }
    if total.next {
        total.allow = true;
        total.basis = Some(Basis::NotIsolated);
    }
    let denied = match (by_rule, total.allow || by_isolation) {
        (false, _) => Truth::No,
        (true, false) => Truth::Yes,
        (true, true) => Truth::Maybe(total.unknowns.clone()),
    };
    Half {
        denied,
        ..conclude(direction, total, isolating, misses)
    }
}

fn conclude(
    direction: Direction,
    total: Outcomes,
    isolating: Vec<PolicyId>,
    misses: Vec<Miss>,
) -> Half {
    // S5: undecided only where the verdict may be either.
    let (verdict, basis) = match (total.allow, total.deny) {
        (true, true) => (Verdict::Undecided, Basis::Undecided),
        (false, _) => (Verdict::Deny, total.basis.unwrap_or(Basis::NoRule)),
        (true, false) => (Verdict::Allow, total.basis.unwrap_or(Basis::NotIsolated)),
    };
    let decided_elsewhere = matches!(basis, Basis::ClusterRule { .. });
    Half {
        direction,
        verdict,
        basis,
        isolating,
        passes: total.passes,
        misses: if verdict == Verdict::Allow || decided_elsewhere {
            Vec::new()
        } else {
            misses
        },
        unknowns: if verdict == Verdict::Undecided {
            total.unknowns.into_iter().collect()
        } else {
            Vec::new()
        },
        denied: Truth::No,
    }
}

struct Namespaced {
    outcomes: Outcomes,
    isolating: Vec<PolicyId>,
    misses: Vec<Miss>,
}

/// The NetworkPolicy tier.
fn read_network_policies(reading: &Reading<'_>, direction: Direction, subject: &Pod) -> Namespaced {
    let (mut isolated, mut allowed) = (Truth::No, Truth::No);
    // Whether the rules of policies of one subject match: these select the pod together.
    let mut opening: HashMap<&PodScope, Truth> = HashMap::new();
    let (mut isolating, mut hits, mut misses) = (Vec::new(), Vec::new(), Vec::new());
    for (policy_id, policy) in reading.cluster.policies_over(subject.namespace) {
        // S14: a policy isolates the pods that it selects, in the directions that it governs.
        let Some(rules) = policy
            .rules(direction)
            .filter(|_| policy.tier == Tier::NetworkPolicy)
        else {
            continue;
        };
        // S89: some plugins take none that names a port.
        if reading.practice.does(Habit::NameVoidsPolicy) && names_a_port(policy) {
            continue;
        }
        // S17, S18: the pods of its own namespace that its `podSelector` matches.
        let end = subject_end(direction);
        let selected = scope_fits(reading, &policy.subject, subject, end).truth();
        if !selected.is_possible() {
            continue;
        }
        isolating.push(policy_id);
        isolated = isolated.or(selected.clone());
        let mut opens = Truth::No;
        // S16: any rule of any of these policies is enough; S20: without rules there is none.
        for (index, rule) in rules.iter().enumerate() {
            let at = RuleRef {
                policy: policy_id,
                direction,
                index,
            };
            let read = read_rule(reading, at, rule);
            opens = opens.or(read.truth.clone());
            let matches = selected.clone().and(read.truth);
            match matches {
                Truth::Yes => hits.push(read.hit),
                Truth::No => misses.push(read.miss),
                Truth::Maybe(_) => {}
            }
            allowed = allowed.or(matches);
        }
        let together = opening.entry(&policy.subject).or_insert(Truth::No);
        *together = std::mem::replace(together, Truth::No).or(opens);
    }
    // S87: a plugin that has no support for the packets may do either with them.
    let either = isolated.clone().and(unsupported(reading));
    misses.sort_by_key(|miss| (distance(miss), miss.rule));
    let mut unknowns = isolated.unknowns();
    unknowns.extend(allowed.unknowns());
    unknowns.extend(either.unknowns());
    let open = opening.values().any(|opens| !opens.is_certain());
    let outcomes = Outcomes {
        allow: allowed.is_possible() || either.is_possible(),
        // S12: final for isolated pods. S75: what lets the flow through if it selects the pod refuses
        // nothing, whether it does or not.
        deny: (open && !allowed.is_certain()) || either.is_possible(),
        // S15: nothing is said of the others.
        next: !isolated.is_certain(),
        basis: match (&isolated, &allowed) {
            (_, Truth::Yes) => Some(Basis::Allowed(hits)),
            (Truth::Yes, _) => Some(Basis::NoRule),
            (Truth::No | Truth::Maybe(_), Truth::No | Truth::Maybe(_)) => None,
        },
        passes: Vec::new(),
        unknowns,
    };
    Namespaced {
        outcomes,
        isolating,
        misses,
    }
}

/// Of packets that the plugin has no support for, or may have none: what that hangs on.
fn unsupported(reading: &Reading<'_>) -> Truth {
    let practice = reading.practice;
    let over = [
        (Habit::Sctp, reading.flow.protocol == Protocol::Sctp),
        (Habit::Ipv6, reading.packets() == Some(Family::V6)),
    ];
    let lacking = over.into_iter();
    let lacking = lacking.filter(|(habit, is)| *is && !practice.does(*habit));
    Truth::any(lacking.map(|(habit, _)| Truth::maybe(Unknown::Habit(habit))))
}

/// Whether some rule of a policy names a port.
fn names_a_port(policy: &Policy) -> bool {
    policy
        .all_rules()
        .any(|rule| rule.ports.named().next().is_some())
}
