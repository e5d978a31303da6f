//! A port name that no container port has.
//!
//! ## What it does
//! Reports a named port of a rule that no pod at the destination declares: for ingress no pod of the
//! policy, for egress no pod that the peers match.
//!
//! ## Why it matters
//! A name is resolved in the container ports of the destination pod. If no port has it, the entry
//! allows nothing. The port names of a Service do not count.
//!
//! ## Example
//! ```yaml
//! ports: [{port: http}]      # the container port is called web
//! ```
//!
//! ## Use instead
//! ```yaml
//! ports: [{port: web}]       # or the number
//! ```
//!
//! ## Limits
//! Silent without workloads, and where the rule matches no pod at all (`policy-selects-nothing` or
//! `peer-selects-nothing` says so). A note if only part of the cluster is in the input. Egress to
//! everyone is not looked at. A name that pods have over another protocol is `protocol-mismatch`.

use crate::lint::context::{Context, Lead, PortAt, PortTrouble};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{PortTest, TargetPort};
use crate::spelling::distance;

pub(super) const CHECK: Check = Check::Flows(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for (port, trouble) in context.port_troubles() {
        if let PortTrouble::Unresolved { leads, names } = trouble
            && let PortTest::Named { name, .. } = &port.port.test
        {
            facts.add(fact(context, port, name, (leads, names)));
        }
    }
}

fn fact<'a>(
    context: &Context<'a>,
    port: &PortAt<'a>,
    name: &str,
    (leads, names): (&[Lead<'a>], &[&str]),
) -> Fact {
    let policy = port.at.policy;
    let path = port.number_path();
    let message = format!("none of these pods has a container port named `{name}`");
    let mut fact = Fact::new(context.policy_ref(policy), &path, message)
        .at(context.span(policy, &path), "resolves to no port")
        .means("this entry opens nothing");
    for namespace in context.destination_namespaces(&port.at) {
        fact = fact.within(&namespace);
    }
    if let Some(lead) = leads.first() {
        fact = fact.at(
            context.lead_span(lead),
            "the name of a Service's port does not count",
        );
        if let [target] = &*lead.targets {
            let port = match &lead.port().target {
                TargetPort::Named(name) => name.to_string(),
                TargetPort::Number(_) => target.to_string(),
            };
            return fact
                .fix(format!(
                    "write `port: {port}`, the target of the Service's port"
                ))
                .paste(format!("- port: {port}\n  protocol: {}\n", lead.protocol()));
        }
    }
    let near = names
        .iter()
        .map(|other| (distance(name, other), other))
        .filter(|(distance, other)| *distance <= name.len() / 4 || other.contains(name));
    match (near.min(), names) {
        (Some((_, near)), _) => fact.fix(format!("write `port: {near}`, which they have")),
        (None, []) => fact.fix("write the number, or give the container port this name"),
        (None, names) => {
            let names: Vec<_> = names.iter().take(5).map(|it| format!("`{it}`")).collect();
            fact.fix(format!(
                "write the number, or a name that they have: {}",
                names.join(", ")
            ))
        }
    }
}
