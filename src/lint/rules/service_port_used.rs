//! The port of a Service instead of the port of its pods.
//!
//! ## What it does
//! Reports a port of a rule that is the port of a Service, whose pods are served at another one
//! (`targetPort`), while nothing at the destination declares the port or is served at it. Names of
//! target ports are looked up in the pods. It is an error where that holds of all pods at the
//! destination to which a Service leads.
//!
//! ## Why it matters
//! The address and port of a Service are translated before policies apply, so policies see the pod's
//! own port. The rule opens a port that nobody listens on, and the intended connections are denied.
//!
//! ## Example
//! ```yaml
//! # Service web: port 80, targetPort 8080
//! ingress:
//!   - ports: [{port: 80}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! ingress:
//!   - ports: [{port: 8080}]   # or the name of the container port
//! ```
//!
//! ## Limits
//! The pods that count are, for ingress, those of the policy, and for egress, those that the peers
//! match. Silent where the policies of the same pods together open the right port for some of the same
//! peers, as policies add up; where the rule also names addresses, which may be served at that port; for headless Services, which translate
//! nothing; and for rules about all pods of a namespace, or about pods of namespaces that are not
//! named (`namespaceSelector: {}`), unless the input has all of them. A pod may listen on a port that
//! it does not declare.

use crate::lint::context::{Context, Lead, PortAt, PortTrouble};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, TargetPort};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::Flows(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for (port, trouble) in context.port_troubles() {
        if let PortTrouble::ServicePort { leads, all } = trouble
            && let Some(lead) = leads.first()
        {
            let fact = fact(context, port, lead, leads);
            facts.add(if *all { fact.shown() } else { fact });
        }
    }
}

/// The ports that Services lead to, in order.
pub(super) fn targets(leads: &[Lead<'_>]) -> BTreeSet<u16> {
    let targets = leads.iter().flat_map(|lead| &*lead.targets);
    targets.copied().collect()
}

/// `8080`, or `8080 and 9090`.
pub(super) fn list(ports: &BTreeSet<u16>) -> String {
    let ports: Vec<String> = ports.iter().map(|port| format!("`{port}`")).collect();
    match ports.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => ports.concat(),
    }
}

/// How to write the ports instead: the one number, or the name that leads to all of them.
pub(super) fn instead(leads: &[Lead<'_>]) -> Option<String> {
    let targets = targets(leads);
    let mut targets = targets.iter();
    if let (Some(target), None) = (targets.next(), targets.next()) {
        return Some(target.to_string());
    }
    let mut names = leads.iter().map(|lead| match &lead.port().target {
        TargetPort::Named(name) => Some(name),
        TargetPort::Number(_) => None,
    });
    let first = names.next()??;
    names
        .all(|name| name == Some(first))
        .then(|| first.to_string())
}

fn fact(context: &Context<'_>, port: &PortAt<'_>, lead: &Lead<'_>, leads: &[Lead<'_>]) -> Fact {
    let policy = port.at.policy;
    let path = port.number_path();
    let number = lead.port().port;
    let service = format!("{}/{}", lead.service.namespace, lead.service.name);
    let targets = targets(leads);
    let message = format!(
        "`{number}` is the port of Service `{service}`; its pods listen on {}",
        list(&targets)
    );
    let app = context.apps().at(lead.app);
    let labels = |pod| &context.cluster.pods.at(pod).labels;
    let is_behind = |pod| {
        let selector = lead.service.selector.as_ref();
        selector.is_some_and(|it| it.matches(labels(pod)))
    };
    let (listens, who) = (list(&targets), context.names_where(app.pod(), is_behind));
    let means = match port.at.direction {
        Direction::Ingress => format!(
            "connections to `{service}` arrive at port {listens} of {who}, which this rule does not open"
        ),
        Direction::Egress => format!(
            "connections to `{service}` leave for port {listens} of {who}, which this rule does not open"
        ),
    };
    let fact = Fact::new(context.policy_ref(policy), &path, message)
        .at(context.span(policy, &path), "nothing is served here")
        .at(
            context.lead_span(lead),
            format!("port {number} leads to {listens}"),
        )
        .means(means);
    let written = context.field(policy, &path).map(|part| part.span);
    match instead(leads) {
        Some(text) => {
            let protocol = lead.protocol();
            let fact = fact
                .fix(format!("write `port: {text}`"))
                .paste(format!("- port: {text}\n  protocol: {protocol}\n"));
            match written {
                Some(span) => fact.edit(span, text),
                None => fact,
            }
        }
        None => fact.fix(format!("write an entry for each of {listens}")),
    }
}
