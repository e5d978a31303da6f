//! A port name that leads to different numbers.
//!
//! ## What it does
//! Reports a named port of a rule that is one number on some pods at the destination, and another one
//! on others. For egress under Cilium (`cni: cilium` in the settings) it is a warning.
//!
//! ## Why it matters
//! Kubernetes resolves the name on each pod, so each pod is open on its own number, while the policy
//! shows a single name. Network plugins that resolve names once for the whole cluster take one of the
//! numbers, or none.
//!
//! ## Example
//! ```yaml
//! ports: [{port: http}]      # 8080 on shop/web, 3000 on shop/api
//! ```
//!
//! ## Use instead
//! ```yaml
//! ports: [{port: 8080}, {port: 3000}]      # opens both on both
//! ```
//!
//! ## Limits
//! Different numbers may be intended: that is the purpose of port names.

use crate::lint::context::{AppId, Context, PortAt, PortTrouble};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, PortTest};
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check::Flows(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let resolved_once = context.cluster.practice.plugin() == "cilium";
    for (port, trouble) in context.port_troubles() {
        if let PortTrouble::Inconsistent { numbers } = trouble
            && let PortTest::Named { name, .. } = &port.port.test
        {
            let fact = fact(context, port, name, numbers);
            let fails = resolved_once && port.at.direction == Direction::Egress;
            facts.add(if fails { fact.shown() } else { fact });
        }
    }
}

fn fact(
    context: &Context<'_>,
    port: &PortAt<'_>,
    name: &str,
    numbers: &BTreeMap<u16, AppId>,
) -> Fact {
    let policy = port.at.policy;
    let path = port.number_path();
    let shown = numbers.iter().take(4).map(|(number, &app)| {
        let pod = context.apps().at(app).pod();
        let declared = &context.cluster.pods.at(pod).ports;
        let alike = |pod| context.cluster.pods.at(pod).ports == *declared;
        format!("{number} on {}", context.names_where(pod, alike))
    });
    let shown = shown.collect::<Vec<_>>().join(", ");
    let message = format!("`{name}` is not the same port on all these pods");
    let mut fact = Fact::new(context.policy_ref(policy), &path, message)
        .at(context.span(policy, &path), "several ports")
        .means(format!("opens {shown}"))
        .fix("write a number to open one port, or if the network plugin resolves names only once");
    for (number, &app) in numbers.iter().take(2) {
        let app = context.apps().at(app);
        fact = fact.at(app.origin.span, format!("`{name}` is {number} here"));
    }
    fact
}
