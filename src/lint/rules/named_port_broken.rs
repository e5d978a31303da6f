//! A named port under a network plugin that does not look it up.
//!
//! ## What it does
//! Reports an entry of `ports` with a name where the network plugin that is told or detected takes names for
//! something else: OVN-Kubernetes for the whole protocol, Weave Net for a reason to ignore the policy.
//!
//! ## Why it matters
//! Under OVN-Kubernetes `port: http` opens every TCP port. Under Weave Net the whole policy is not there,
//! and if no other one selects the pods, they are open.
//!
//! ## Example
//! ```yaml
//! ports: [{port: http}]   # cni: ovn-kubernetes
//! ```
//!
//! ## Use instead
//! ```yaml
//! ports: [{port: 8080}]
//! ```
//!
//! ## Limits
//! Cluster-wide policies are another matter, and not reported.

use crate::lint::context::{Context, PortAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Habit, PortTest, Tier};
use std::sync::Arc;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let practice = &context.cluster.practice;
    let broken = [Habit::NameOpensProtocol, Habit::NameVoidsPolicy];
    let Some(habit) = broken.into_iter().find(|habit| practice.does(*habit)) else {
        return;
    };
    for port in context.ports() {
        if let PortTest::Named { name, .. } = &port.port.test
            && port.at.policy.tier == Tier::NetworkPolicy
        {
            facts.add(fact(context, &port, name, habit));
        }
    }
}

fn fact(context: &Context<'_>, port: &PortAt<'_>, name: &Arc<str>, habit: Habit) -> Fact {
    let policy = port.at.policy;
    let path = port.number_path();
    let message = context.cluster.practice.describe(habit);
    let means = if habit == Habit::NameVoidsPolicy {
        "the policy is not there, with all its rules".to_owned()
    } else {
        format!("`{name}` opens every port of its protocol")
    };
    Fact::new(context.policy_ref(policy), &path, message)
        .at(context.span(policy, &path), "a name")
        .means(means)
        .fix("write the number")
}
