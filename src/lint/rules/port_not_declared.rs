//! A port that no selected pod declares.
//!
//! ## What it does
//! Reports a numeric port of an ingress rule that no pod of the policy declares as a container port
//! and no Service leads to, although each of these pods declares some port.
//!
//! ## Why it matters
//! It may be a typo, or a port that is no longer served: an opening that nobody needs.
//!
//! ## Example
//! ```yaml
//! ports: [{port: 8081}]      # the containers declare 8080
//! ```
//!
//! ## Use instead
//! ```yaml
//! ports: [{port: 8080}]
//! ```
//!
//! ## Limits
//! Only checked when asked for (`--strict`), and never more than a note: `containerPort` is only
//! information, and a container may listen on ports that it does not declare. A port of a Service is
//! `service-port-used`, one of another protocol `protocol-mismatch`, one of nodes
//! `nodeport-number-used`.

use crate::lint::context::{Context, PortAt, PortTrouble};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::PortTest;
use crate::net::Protocol;

pub(super) const CHECK: Check = Check::Flows(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for (port, trouble) in context.port_troubles() {
        if let PortTrouble::Undeclared { declared } = trouble
            && let PortTest::Range { first, .. } = &port.port.test
        {
            facts.add(fact(context, port, *first, declared));
        }
    }
}

fn fact<'a>(
    context: &Context<'a>,
    port: &PortAt<'a>,
    number: u16,
    declared: &[(u16, Protocol)],
) -> Fact {
    let policy = port.at.policy;
    let path = port.number_path();
    let listed = declared.iter().take(6);
    let listed: Vec<String> = listed
        .map(|(number, protocol)| format!("{number}/{protocol}"))
        .collect();
    let more = if declared.len() > listed.len() {
        " and more"
    } else {
        ""
    };
    let message = format!("no selected pod declares port `{number}`");
    let mut fact = Fact::new(context.policy_ref(policy), &path, message)
        .at(context.span(policy, &path), "declared by no container")
        .means(format!(
            "the selected pods declare {}{more}",
            listed.join(", ")
        ))
        .fix("write a port that they serve, declare this one, or remove the entry");
    for namespace in context.destination_namespaces(&port.at) {
        fact = fact.within(&namespace);
    }
    fact
}
