//! A selector on a label that changes with every rollout.
//!
//! ## What it does
//! Reports selectors that compare a label which controllers give to pods anew with every revision or
//! run: `pod-template-hash`, `controller-revision-hash`, `pod-template-generation`, `controller-uid`,
//! and the name of a Job that a CronJob made.
//!
//! ## Why it matters
//! The value changes with the next rollout. After that, the selector silently matches nothing.
//!
//! ## Example
//! ```yaml
//! podSelector: {matchLabels: {app: web, pod-template-hash: 7d4b9c8f6}}
//! ```
//!
//! ## Use instead
//! ```yaml
//! podSelector: {matchLabels: {app: web}}
//! ```
//!
//! ## Limits
//! Only comparisons with values are reported, not `Exists`. `job-name` is reported only where its value
//! ends in a time as a CronJob writes it: a Job that somebody named keeps its name. Labels that name
//! one pod of a StatefulSet are stable and not reported. `policy-selects-nothing` and
//! `peer-selects-nothing` do not report such a selector as well.

use crate::lint::context::{Context, ScopeAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::selector::{Operator, Requirement, Selector};

pub(super) const CHECK: Check = Check::Context(check);

/// Labels whose value is another one after each rollout or run.
const VOLATILE: [&str; 6] = [
    "pod-template-hash",
    "rollouts-pod-template-hash",
    "controller-revision-hash",
    "pod-template-generation",
    "controller-uid",
    "batch.kubernetes.io/controller-uid",
];

/// Labels that hold the name of a Job.
const JOB_NAMES: [&str; 2] = ["job-name", "batch.kubernetes.io/job-name"];

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context.scopes() {
        let selector = &at.scope.pods;
        if !selector.requirements().iter().any(is_volatile) {
            continue;
        }
        let paths = context.requirement_paths(at.policy, &at.pods_path());
        for (index, requirement) in selector.requirements().iter().enumerate() {
            if is_volatile(requirement) {
                let path = paths.get(index).cloned();
                let path = path.unwrap_or_else(|| at.pods_path());
                facts.add(fact(context, &at, requirement, &path));
            }
        }
    }
}

/// Whether a selector asks for a value that will be another one: no wonder if nobody has it.
pub(super) fn asks_volatile(selector: &Selector) -> bool {
    let mut asked = selector.requirements().iter();
    asked.any(|it| it.operator == Operator::In && is_volatile(it))
}

fn is_volatile(requirement: &Requirement) -> bool {
    let compares = matches!(requirement.operator, Operator::In | Operator::NotIn);
    let key = &&*requirement.key;
    let mut values = requirement.values.iter();
    compares && (VOLATILE.contains(key) || JOB_NAMES.contains(key) && values.any(|it| is_run(it)))
}

/// Whether a Job's name is one that a CronJob gives: with the scheduled time in minutes, or, before
/// 1.21, in seconds.
fn is_run(name: &str) -> bool {
    let suffix = name.rsplit_once('-').map(|(_, suffix)| suffix);
    suffix.is_some_and(|it| {
        (8..=10).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn fact(context: &Context<'_>, at: &ScopeAt<'_>, requirement: &Requirement, path: &str) -> Fact {
    let part = context.field(at.policy, path);
    let place = part.map_or_else(|| context.span(at.policy, path), |it| Some(it.whole()));
    let job = JOB_NAMES.contains(&&*requirement.key);
    let when = if job { "run" } else { "rollout" };
    let message = format!("the label `{}` changes with every {when}", requirement.key);
    let means = match (requirement.operator, at.peer) {
        (Operator::NotIn, _) => format!("after the next {when} this excludes nobody"),
        (_, None) => format!("after the next {when} this policy governs no pod"),
        (_, Some(_)) => format!("after the next {when} this peer matches nobody"),
    };
    Fact::new(context.policy_ref(at.policy), path, message)
        .at(place, format!("a different value after the next {when}"))
        .means(means)
        .fix("select by labels that you set yourself")
}
