//! The port of a Service on nodes, where the port of its pods is meant.
//!
//! ## What it does
//! Reports a port of a rule that is a `nodePort` of a Service, which leads to another port of the pods
//! at the destination, while nothing there declares the port or is served at it.
//!
//! ## Why it matters
//! What arrives at a node is translated before policies are asked: they see the pod's own port. The
//! rule opens a port at which nobody listens.
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
//! Only node ports that a manifest of the input writes. Silent where the same policy opens the right
//! port, too, where the rule also names addresses (of nodes, perhaps), and for rules about all pods of
//! a namespace, or about pods of namespaces that are not named, unless the input has all of them. A port that is also a Service's own is
//! `service-port-used`.

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
    let message = format!(
        "`{number}` is the port of Service `{service}` on nodes; its pods listen on {listens}"
    );
    let fact = Fact::new(context.policy_ref(policy), &path, message)
        .at(context.span(policy, &path), "nothing is served here")
        .at(
            context.lead_span(lead),
            format!("nodePort {number} leads to {listens}"),
        )
        .means(format!(
            "what arrives at a node's port {number} gets to the pods at port {listens}, which this rule does not open"
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
