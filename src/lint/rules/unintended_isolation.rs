//! A policy that allows something, and thereby isolates the pods.
//!
//! ## What it does
//! Reports a policy with `allow` in its name that is the only one to isolate some pods in a direction:
//! without it they would be open.
//!
//! ## Why it matters
//! The first policy that selects a pod for a direction denies everything that it does not allow. So a
//! policy that was meant to add a permission can take all others away: with `allow-dns` as the only
//! egress policy, nothing but DNS is left.
//!
//! ## Example
//! ```yaml
//! metadata: {name: allow-dns}
//! spec:
//!   podSelector: {}
//!   policyTypes: [Egress]
//!   egress: [{ports: [{port: 53, protocol: UDP}]}]
//! ```
//!
//! ## Use instead
//! A policy whose name says that it isolates, such as a default deny, with separate policies for
//! permissions.
//!
//! ## Limits
//! Off by default: policies that allow and isolate at once are common, and usually intended. A policy
//! that opens a direction to everyone is not reported.

use crate::lint::context::Context;
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, Peers, PodId, Policy, PolicyId, Ports, Tier};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for (id, policy) in context.policies() {
        if policy.tier != Tier::NetworkPolicy || !is_called_allow(&policy.name) {
            continue;
        }
        for direction in Direction::BOTH {
            let Some(rules) = policy.rules(direction) else {
                continue;
            };
            let opens =
                |rule: &crate::model::Rule| rule.peers == Peers::Anyone && rule.ports == Ports::Any;
            let alone = alone(context, id, direction);
            if !alone.is_empty() && !rules.iter().any(opens) {
                facts.add(fact(context, policy, direction, &alone));
            }
        }
    }
}

fn is_called_allow(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| matches!(word, "allow" | "allows" | "permit"))
}

/// The pods that this policy alone isolates.
fn alone(context: &Context<'_>, id: PolicyId, direction: Direction) -> Vec<PodId> {
    let pods = context.subject(id).iter().copied();
    pods.filter(|&pod| context.is_alone_on(pod, direction, id))
        .filter(|&pod| {
            let mut landing = context.landing_on(context.cluster.pods.at(pod));
            !landing.any(|(_, it)| it.rules(direction).is_some())
        })
        // Without the policy these would not be open.
        .filter(|&pod| !context.may_be_denied_by_tiers(pod, direction))
        .collect()
}

fn fact(context: &Context<'_>, policy: &Policy, direction: Direction, alone: &[PodId]) -> Fact {
    let (names, _) = context.names(alone);
    let path = "spec.podSelector";
    let refused = match direction {
        Direction::Ingress => "lets nobody else in to them",
        Direction::Egress => "lets them connect to nobody else",
    };
    Fact::new(
        context.policy_ref(policy),
        path,
        format!("the only policy that isolates {names} for {direction}"),
    )
    .at(policy.subject_origin.span, "isolates what it selects")
    .means(format!(
        "without this policy {direction} of these pods is open; it {refused}"
    ))
    .fix(format!(
        "if this is intended, make it explicit with a separate default deny for {direction}"
    ))
}
