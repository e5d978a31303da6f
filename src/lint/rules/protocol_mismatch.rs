//! A port over another protocol than it is served.
//!
//! ## What it does
//! Reports a port of a rule that is served at the destination, by what pods declare or Services lead
//! to, but over other protocols only; or whose name pods have over other protocols only.
//!
//! ## Why it matters
//! A rule opens a port for one protocol, TCP where it does not say. The service stays unreachable.
//!
//! ## Example
//! ```yaml
//! ports: [{port: 5060}]      # the container port is 5060/UDP
//! ```
//!
//! ## Use instead
//! ```yaml
//! ports: [{port: 5060, protocol: UDP}]
//! ```
//!
//! ## Limits
//! Silent where the same policy opens the port for the right protocol, too (DNS over TCP and UDP,
//! HTTP/3), where the rule also names addresses, and for rules about all pods of a namespace, or about
//! pods of namespaces that are not named (`namespaceSelector: {}`), unless the input has all of them.
//! Reported whether the protocol is written or omitted; `protocol-omitted` then reports nothing.

use crate::lint::context::{AppId, Context, PortAt, PortTrouble};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::PortTest;
use crate::net::Protocol;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check::Flows(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for (port, trouble) in context.port_troubles() {
        if let PortTrouble::Protocol { others } = trouble {
            facts.add(fact(context, port, others));
        }
    }
}

fn fact(context: &Context<'_>, port: &PortAt<'_>, others: &BTreeMap<Protocol, AppId>) -> Fact {
    let policy = port.at.policy;
    let (shown, protocol) = match &port.port.test {
        PortTest::Range {
            protocol, first, ..
        } => (first.to_string(), Some(*protocol)),
        PortTest::Named { name, protocol } => (name.to_string(), *protocol),
    };
    let protocol = protocol.unwrap_or(Protocol::Tcp);
    let names: Vec<&str> = others.keys().map(|it| it.name()).collect();
    let names = names.join(" and ");
    let written = context.field(policy, &format!("{}.protocol", port.path()));
    let path = match written {
        Some(_) => format!("{}.protocol", port.path()),
        None => port.number_path(),
    };
    let said = if written.is_some() {
        ""
    } else {
        ", where no protocol is written"
    };
    let message = format!("port `{shown}` is opened over {protocol}, but served over {names}");
    let mut fact = Fact::new(context.policy_ref(policy), &path, message)
        .at(
            context.span(policy, &path),
            format!("opens {protocol}{said}"),
        )
        .means(format!(
            "this rule does not allow connections to port `{shown}` over {names}"
        ));
    for (protocol, &app) in others.iter().take(2) {
        let app = context.apps().at(app);
        let declared = &context.cluster.pods.at(app.pod()).ports;
        let alike = |pod| context.cluster.pods.at(pod).ports == *declared;
        let name = context.names_where(app.pod(), alike);
        let text = format!("{name} serves it over {protocol}");
        fact = fact.at(app.origin.span, text);
    }
    let Some(other) = others.keys().next() else {
        return fact;
    };
    let fact = fact
        .fix(format!("write `protocol: {other}`"))
        .paste(format!("- port: {shown}\n  protocol: {other}\n"));
    match written {
        Some(it) => fact.edit(it.span, other.name()),
        None => fact,
    }
}
