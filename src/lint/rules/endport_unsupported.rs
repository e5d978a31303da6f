//! An `endPort` that the network plugin passes over.
//!
//! ## What it does
//! Reports an `endPort` where the network plugin that is told or detected ignores it, or did so before
//! some version and none is told.
//!
//! ## Why it matters
//! A plugin without `endPort` takes the entry for its `port` alone, and does not say so: the other
//! ports of the range stay closed.
//!
//! ## Example
//! ```yaml
//! ports: [{port: 32000, endPort: 32002}]   # cni: weave
//! ```
//!
//! ## Use instead
//! ```yaml
//! ports: [{port: 32000}, {port: 32001}, {port: 32002}]
//! ```
//!
//! ## Limits
//! A warning where it hangs on the version, which can be told: `cni: cilium@1.17`.

use crate::lint::context::{Context, PortAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Habit, PortTest, Says, Tier};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    if context.cluster.practice.does(Habit::EndPorts) {
        return;
    }
    for port in context.ports() {
        if let PortTest::Range { first, last, .. } = port.port.test
            && port.port.end_port
            && first != last
            && port.at.policy.tier == Tier::NetworkPolicy
        {
            facts.add(fact(context, &port, first));
        }
    }
}

fn fact(context: &Context<'_>, port: &PortAt<'_>, first: u16) -> Fact {
    let policy = port.at.policy;
    let path = format!("{}.endPort", port.path());
    let practice = &context.cluster.practice;
    let message = practice.describe(Habit::EndPorts);
    let fact = Fact::new(context.policy_ref(policy), &path, message)
        .at(context.span(policy, &path), "passed over")
        .fix("list the ports one by one");
    if practice.says(Habit::EndPorts) == Says::No {
        fact.means(format!("opens port {first} only")).shown()
    } else {
        fact.means(format!("may open port {first} only"))
    }
}
