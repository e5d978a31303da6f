//! What carries a proof: the smallest selection of parts of policies with which it goes through.
//!
//! Whoever reads that a claim holds wants to know which of hundreds of rules it hangs on. The core
//! that a solver gives away itself may hold parts that are not needed, and may change with its
//! version. So each part of a policy gets a switch, and a selection is searched by asking whether
//! the proof goes through with some of them (`decide`). First whole policies are left out, most of
//! them together, then parts of those that stay.
//!
//! Which of several smallest selections is found depends on the order of the policies' names only,
//! not on the solver. A part is needed if all others together do not do without it; where some are
//! not, other selections would do as well.

use super::claim::{Flows, Goal};
use super::decide::{Engine, MOST_ASSUMED, Unfound};
use super::encode::{Encoder, Field, Switch, SwitchRole};
use super::flows::{Case, one_direction};
use super::formula::Formula;
use super::outcome::{Core, CorePart};
use super::premise::Setting;
use super::query::PartName;
use super::session::{Nobody, Part, Session};
use crate::model::{Cluster, Origin, Policy, PolicyId};
use std::collections::{BTreeMap, BTreeSet};

/// The parts that the proofs of `cases` need, taken together.
pub(super) fn of_cases<'a>(
    cases: &[Case<'a>],
    (setting, all, goal): (&Setting<'a>, &'a [Flows<'a>], Goal),
    new_encoder: &dyn Fn() -> Encoder<'a>,
    engine: &dyn Engine,
) -> Core {
    match needed_by(cases, (setting, all, goal), new_encoder, engine) {
        Ok(parts) => Core::Parts(parts),
        Err(Unfound::GaveUp) => Core::Unasked,
        Err(Unfound::TooMany) => Core::TooMany,
    }
}

fn needed_by<'a>(
    cases: &[Case<'a>],
    (setting, all, goal): (&Setting<'a>, &'a [Flows<'a>], Goal),
    new_encoder: &dyn Fn() -> Encoder<'a>,
    engine: &dyn Engine,
) -> Result<Vec<CorePart>, Unfound> {
    let cluster = setting.cluster;
    let mut needed: BTreeSet<Switch> = BTreeSet::new();
    let mut nobody = Nobody;
    let encoder = new_encoder().with_switches(goal);
    let mut session = Session::new(encoder, engine, &mut nobody, "core");
    let mut known: BTreeSet<Vec<Formula>> = BTreeSet::new();
    let mut irreplaceable: BTreeSet<Switch> = BTreeSet::new();
    for case in cases {
        let Some(flows) = all.get(case.flows) else {
            continue;
        };
        let parts = refutation(&mut session, setting, flows, goal, case);
        let key: Vec<Formula> = parts.iter().map(|(_, formula)| *formula).collect();
        if known.insert(key) {
            let own = of_one(&mut session, cluster, &parts, &needed)?;
            let all = spoken(&mut session, &parts).len();
            if own.len().saturating_mul(all) > MOST_ASSUMED {
                return Err(Unfound::TooMany);
            }
            for &switch in &own {
                if !irreplaceable.contains(&switch) && is_needed(&mut session, &parts, switch) {
                    irreplaceable.insert(switch);
                }
            }
            needed.extend(own);
        }
    }
    Ok(described(cluster, &needed, &irreplaceable))
}

/// What cannot hold in a case.
fn refutation<'a>(
    session: &mut Session<'_, 'a>,
    setting: &Setting<'a>,
    flows: &Flows<'a>,
    goal: Goal,
    case: &Case<'a>,
) -> Vec<Part> {
    let (source, destination) = (&case.source, &case.destination);
    let cluster = setting.cluster;
    let premise = session.encoder.premise(setting, flows, source, destination);
    let claim = if let Some(direction) = case.by {
        one_direction(session, cluster, direction, source, destination)
    } else {
        let flow = session.encoder.flow(cluster, source, destination);
        session.encoder.against(goal, flow).may
    };
    vec![(PartName::Premise, premise.may), (PartName::Claim, claim)]
}

/// Everything that policies say and that has a say in a proof.
fn spoken(session: &mut Session<'_, '_>, parts: &[Part]) -> Vec<(Switch, Formula)> {
    let formulas: Vec<Formula> = parts.iter().map(|(_, formula)| *formula).collect();
    let variables = session.encoder.formulas.variables_of(&formulas);
    let variables: BTreeSet<_> = variables.into_iter().collect();
    session.encoder.switches(&variables)
}

/// Whether a proof does not go through with all parts but this; not if that is not known.
fn is_needed(session: &mut Session<'_, '_>, parts: &[Part], switch: Switch) -> bool {
    let others = spoken(session, parts).into_iter();
    let counted = others.filter_map(|(other, counts)| (other != switch).then_some(counts));
    let counted: Vec<Formula> = counted.collect();
    // One part, for the parts of a question have names of their own.
    let all_counted = session.encoder.formulas.all(counted);
    let all = parts
        .iter()
        .copied()
        .chain([(PartName::Others, all_counted)]);
    let all: Vec<Part> = all.collect();
    session.possible(&all) == Ok(true)
}

/// The parts that one proof needs.
fn of_one(
    session: &mut Session<'_, '_>,
    cluster: &Cluster,
    parts: &[Part],
    already: &BTreeSet<Switch>,
) -> Result<Vec<Switch>, Unfound> {
    let switches = spoken(session, parts);
    // What other cases need anyway is kept to the last, and so stays rather than something new.
    let mut by_policy: BTreeMap<(bool, String, PolicyId), Vec<(Switch, Formula)>> = BTreeMap::new();
    for (switch, counts) in switches {
        let name = cluster.policies.at(switch.policy).full_name();
        let old = already.iter().any(|other| other.policy == switch.policy);
        let key = (!old, name, switch.policy);
        by_policy.entry(key).or_default().push((switch, counts));
    }
    let groups: Vec<Vec<(Switch, Formula)>> = by_policy.into_values().collect();
    let counts = |group: &Vec<(Switch, Formula)>| group.iter().map(|(_, counts)| *counts).collect();
    let policies: Vec<Vec<Formula>> = groups.iter().map(counts).collect();
    let kept = session.minimal(parts, &policies)?;
    let kept: Vec<(Switch, Formula)> = kept
        .into_iter()
        .filter_map(|index| groups.get(index))
        .flatten()
        .copied()
        .collect();
    let single: Vec<Vec<Formula>> = kept.iter().map(|(_, counts)| vec![*counts]).collect();
    let needed = session.minimal(parts, &single)?;
    let needed = needed.into_iter().filter_map(|index| kept.get(index));
    Ok(needed.map(|(switch, _)| *switch).collect())
}

/// The parts in words, sorted by policy and field.
fn described(
    cluster: &Cluster,
    switches: &BTreeSet<Switch>,
    irreplaceable: &BTreeSet<Switch>,
) -> Vec<CorePart> {
    let mut parts: Vec<CorePart> = switches
        .iter()
        .map(|switch| CorePart {
            needed: irreplaceable.contains(switch),
            ..part(cluster.policies.at(switch.policy), *switch)
        })
        .collect();
    parts.sort_by(|a, b| (&a.policy, &a.field, &a.role).cmp(&(&b.policy, &b.field, &b.role)));
    parts
}

fn part(policy: &Policy, switch: Switch) -> CorePart {
    let subject = if policy.namespace.is_some() {
        "spec.podSelector"
    } else {
        "spec.subject"
    };
    let place = |direction, index: usize| {
        let rules = policy.rules(direction).unwrap_or_default();
        let origin = rules.get(index).map(|rule| rule.origin);
        (
            Policy::rule_path(direction, index),
            origin.unwrap_or_default(),
        )
    };
    let (field, origin): (String, Origin) = match switch.field {
        Field::Subject => (subject.to_owned(), policy.subject_origin),
        Field::Rule(direction, index) => place(direction, index),
        Field::Peers(direction, index) => {
            let (path, origin) = place(direction, index);
            (format!("{path}.{}", direction.peers_field()), origin)
        }
        Field::Ports(direction, index) => {
            let (path, origin) = place(direction, index);
            (format!("{path}.{}", policy.kind.ports_field()), origin)
        }
    };
    let role = match (switch.role, switch.field) {
        (SwitchRole::Isolates(direction), _) => format!("isolates the pods for {direction}"),
        (SwitchRole::Confines(direction), _) => {
            format!("selects other pods for {direction}")
        }
        (SwitchRole::Narrows, Field::Ports(..)) => "does not name these ports".to_owned(),
        (SwitchRole::Narrows, _) => "does not name them".to_owned(),
        (SwitchRole::Decides, Field::Rule(direction, index)) => {
            let rules = policy.rules(direction).unwrap_or_default();
            let action = rules.get(index).map(|rule| rule.action);
            match action {
                Some(crate::model::Action::Accept) | None => "lets them through",
                Some(crate::model::Action::Deny) => "refuses them",
                Some(crate::model::Action::Pass) => "leaves them to the next tier",
            }
            .to_owned()
        }
        (SwitchRole::Decides, _) => "decides".to_owned(),
    };
    CorePart {
        policy: format!("{} {}", policy.kind.name(), policy.full_name()),
        field,
        role,
        needed: false,
        origin,
    }
}
