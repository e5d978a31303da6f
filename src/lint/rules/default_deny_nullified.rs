//! A default deny that another policy opens to everyone.
//!
//! ## What it does
//! Reports a policy that denies everything to every pod of its namespace, where other policies of the
//! namespace open every pod to everyone, on every port, in all directions that it denies.
//!
//! ## Why it matters
//! Policies only add to what is allowed. Next to a policy that allows everything, a default deny has no
//! effect, but looks as if it had.
//!
//! ## Example
//! ```yaml
//! spec: {podSelector: {}, policyTypes: [Ingress]}                  # default-deny
//! ---
//! spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}   # allow-all
//! ```
//!
//! ## Use instead
//! Delete the policy that allows everything, or let it select only the pods that should be open.
//!
//! ## Limits
//! If a default deny covers both directions and only one is opened, there is no finding: this is a
//! common way to write a namespace with free egress.

use crate::lint::context::Context;
use crate::lint::context::PortCover;
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, Peers, Policy, Tier};
use crate::net::ConnSet;
use std::collections::HashMap;

pub(super) const CHECK: Check = Check::Context(check);

/// The policies that open every pod of a namespace to everyone, and on which ports together.
#[derive(Default)]
struct Opened<'a> {
    ports: ConnSet,
    by: Vec<(&'a Policy, usize)>,
}

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut opened: HashMap<(&str, Direction), Opened<'_>> = HashMap::new();
    for (_, policy) in context.policies().filter(|(_, it)| speaks_of_all(it)) {
        let namespace = policy.namespace.as_deref().unwrap_or_default();
        for direction in Direction::BOTH {
            let rules = policy.rules(direction).unwrap_or_default();
            for (index, rule) in rules.iter().enumerate() {
                if rule.peers == Peers::Anyone {
                    let opened = opened.entry((namespace, direction)).or_default();
                    opened.ports = opened.ports.union(&PortCover::of(&rule.ports).fixed);
                    opened.by.push((policy, index));
                }
            }
        }
    }
    for (_, policy) in context.policies().filter(|(_, it)| speaks_of_all(it)) {
        let namespace = policy.namespace.as_deref().unwrap_or_default();
        let denied = Direction::BOTH.into_iter();
        let denied: Vec<Direction> = denied.filter(|&it| policy.rules(it).is_some()).collect();
        let silent = denied
            .iter()
            .all(|&it| policy.rules(it).is_some_and(<[_]>::is_empty));
        let void = |it: &Direction| {
            let opened = opened.get(&(namespace, *it));
            opened.is_some_and(|opened| opened.ports.is_all())
        };
        // Then something is denied here, if not by this policy.
        let elsewhere = denied.iter().any(|&it| {
            let mut rules = context.deciding(Tier::Admin, it);
            rules.any(|rule| rule.at.rule.action == Action::Deny)
        });
        if silent && !denied.is_empty() && denied.iter().all(void) && !elsewhere {
            let by = denied.iter().filter_map(|&it| {
                let opened = opened.get(&(namespace, it))?;
                let &(policy, index) = opened.by.first()?;
                Some((it, policy, index))
            });
            let by: Vec<_> = by.collect();
            facts.add(fact(context, policy, &by));
        }
    }
}

fn speaks_of_all(policy: &Policy) -> bool {
    policy.tier == Tier::NetworkPolicy && policy.subject.pods.is_everything()
}

fn fact(context: &Context<'_>, policy: &Policy, by: &[(Direction, &Policy, usize)]) -> Fact {
    let mut names: Vec<String> = by
        .iter()
        .map(|(_, policy, _)| format!("`{}`", policy.name))
        .collect();
    names.dedup();
    let directions: Vec<&str> = by.iter().map(|(direction, ..)| direction.name()).collect();
    let (names, directions) = (names.join(" and "), directions.join(" and "));
    let mut fact = Fact::new(
        context.policy_ref(policy),
        "",
        format!("denies nothing: {names} opens every pod to everyone"),
    )
    .at(
        policy.origin.span,
        "denies everything, but another policy allows it",
    );
    for (direction, other, index) in by {
        let path = Policy::rule_path(*direction, *index);
        fact = fact.at(context.span(other, &path), "opens every pod to everyone");
    }
    fact.means(format!(
        "no {directions} in namespace `{}` is denied",
        policy.namespace.as_deref().unwrap_or_default()
    ))
    .fix(format!(
        "delete {names}, or let it select only the pods that should be open"
    ))
}
