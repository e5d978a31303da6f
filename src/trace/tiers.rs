//! One direction of a flow: the tiers in order, until one decides.

use super::cluster_tier::{Asked, read_cluster_tier};
use super::hit::rank;
use super::matching::scope_fits;
use super::outcomes::Outcomes;
use super::reading::{Reading, subject_end};
use super::rules::read_rule;
use super::truth::Truth;
use super::{Basis, Endpoint, Half, Miss, NotSubject, RuleRef, Stage, Unknown, Verdict};
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
        stages: Vec::new(),
        unknowns: Vec::new(),
        denied: Truth::No,
    }
}

/// S6: Admin, NetworkPolicy, Baseline; what none of them decides is allowed.
fn read_tiers(reading: &Reading<'_>, direction: Direction, subject: &Pod) -> Half {
    let namespaced = read_network_policies(reading, direction, subject);
    let asked = Asked {
        reading,
        direction,
        subject,
        without: &[],
    };
    let mut half = decide(asked, &namespaced);
    let deciding = half
        .stages
        .iter()
        .map(|stage| deciding(&half, stage, reading));
    let deciding: Vec<Vec<RuleRef>> = deciding.collect();
    for (stage, rules) in half.stages.iter_mut().zip(&deciding) {
        let asked = Asked {
            without: rules,
            ..asked
        };
        let without = || Half {
            stages: Vec::new(),
            ..decide(asked, &namespaced)
        };
        stage.without = (!rules.is_empty()).then(|| Box::new(without()));
    }
    half
}

/// The rules of a tier that decide a direction, or leave it to the next tier.
fn deciding(half: &Half, stage: &Stage, reading: &Reading<'_>) -> Vec<RuleRef> {
    let hits = match &half.basis {
        // Which of them decide is not known.
        Basis::Undecided => return Vec::new(),
        Basis::ClusterRule { hits, .. } => hits.as_slice(),
        Basis::NotSubject(_) | Basis::NotIsolated | Basis::Allowed(_) | Basis::NoRule => &[],
    };
    let all = half.passes.iter().chain(hits).map(|hit| hit.rule);
    let policies = &reading.cluster.policies;
    all.filter(|rule| policies.at(rule.policy).tier == stage.tier)
        .collect()
}

/// The first tier that decides.
fn decide(asked: Asked<'_, '_>, namespaced: &Namespaced) -> Half {
    let tiers = [
        (Tier::Admin, read_cluster_tier(asked, Tier::Admin)),
        (Tier::NetworkPolicy, namespaced.outcomes.clone()),
        (Tier::Baseline, read_cluster_tier(asked, Tier::Baseline)),
    ];
    let mut total = Outcomes {
        next: true,
        ..Outcomes::default()
    };
    let (mut by_rule, mut by_isolation) = (false, false);
    let mut stages = Vec::new();
    for (tier, said) in tiers {
        stages.push(Stage {
            tier,
            reached: total.next,
            came: said.came(),
            unknowns: said.open(),
            steps: said.steps,
            without: None,
        });
        if !total.next {
            continue;
        }
        let refuses = match tier {
            Tier::NetworkPolicy => &mut by_isolation,
            Tier::Admin | Tier::Baseline => &mut by_rule,
        };
        *refuses |= said.deny;
        total.allow |= said.allow;
        total.deny |= said.deny;
        total.next = said.next;
        total.basis = said.basis.or(total.basis);
        total.passes.extend(said.passes);
        total.unknowns.extend(said.unknowns);
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
        ..conclude(asked.direction, total, stages, namespaced)
    }
}

fn conclude(
    direction: Direction,
    total: Outcomes,
    stages: Vec<Stage>,
    namespaced: &Namespaced,
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
        isolating: namespaced.isolating.clone(),
        passes: total.passes,
        misses: if verdict == Verdict::Allow || decided_elsewhere {
            Vec::new()
        } else {
            namespaced.misses.clone()
        },
        stages,
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
    misses.sort_by_key(rank);
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
        steps: Vec::new(),
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
