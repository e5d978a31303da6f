//! The node port of a Service instead of the port of its pods.
//!
//! ## What it does
//! Reports a port of a rule that is a `nodePort` of a Service, which leads to another port of the pods
//! at the destination, while nothing there declares the port or is served at it.
//!
//! ## Why it matters
//! Traffic to a node port is translated before policies apply, so they see the pod's own port. The rule
//! opens a port that nobody listens on.
//!
//! ## Example
//! ```yaml
//! # Service web: nodePort 30080, targetPort 8080
//! ingress:
//!   - ports: [{port: 30080}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! ingress:
//!   - ports: [{port: 8080}]
//! ```
//!
//! ## Limits
//! Only node ports that are written in a manifest. Silent where the same policy opens the right port,
//! too, where the rule also names addresses (of nodes, perhaps), and for rules about all pods of a
//! namespace, or about pods of namespaces that are not named, unless the input has all of them. A port
//! that is also a Service's own is `service-port-used`.

use super::service_port_used::{instead, list, targets};
use crate::lint::context::{Context, Lead, PortAt, PortTrouble};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Flows(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for (port, trouble) in context.port_troubles() {
        if let PortTrouble::NodePort { leads } = trouble
            && let Some(lead) = leads.first()
        {
            facts.add(fact(context, port, lead, leads));
        }
    }
}

fn fact(context: &Context<'_>, port: &PortAt<'_>, lead: &Lead<'_>, leads: &[Lead<'_>]) -> Fact {
    let policy = port.at.policy;
    let path = port.number_path();
    let number = lead.port().node_port.unwrap_or_default();
    let service = format!("{}/{}", lead.service.namespace, lead.service.name);
    let listens = list(&targets(leads));
    let message =
        format!("`{number}` is the node port of Service `{service}`; its pods listen on {listens}");
    let fact = Fact::new(context.policy_ref(policy), &path, message)
        .at(context.span(policy, &path), "nothing is served here")
        .at(
            context.lead_span(lead),
            format!("nodePort {number} leads to {listens}"),
        )
        .means(format!(
            "connections to node port {number} reach the pods on port {listens}, which this rule does not open"
        ));
    let Some(text) = instead(leads) else {
        return fact.fix(format!("write an entry for each of {listens}"));
    };
    let protocol = lead.protocol();
    let fact = fact
        .fix(format!("write `port: {text}`"))
        .paste(format!("- port: {text}\n  protocol: {protocol}\n"));
    match context.field(policy, &path) {
        Some(it) => fact.edit(it.span, text),
        None => fact,
    }
}
