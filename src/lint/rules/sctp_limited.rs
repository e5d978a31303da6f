//! SCTP under a network plugin with little or no support for it.
//!
//! ## What it does
//! Reports an entry of `ports` with `protocol: SCTP` where it is not known that the network plugin that is
//! told or detected applies policies to SCTP. Under Cilium: reports a port of a Service over SCTP that
//! leads to another port of the pods.
//!
//! ## Why it matters
//! Policies for SCTP need a plugin that supports it; others may let such packets through or drop them.
//! Cilium does not rewrite ports of SCTP, so clients of such a Service reach nobody.
//!
//! ## Example
//! ```yaml
//! ports: [{port: 3868, protocol: SCTP}]   # cni: weave
//! ```
//!
//! ## Use instead
//! ```yaml
//! # under Cilium, the same port twice
//! ports: [{port: 3868, targetPort: 3868, protocol: SCTP}]
//! ```
//!
//! ## Limits
//! What is not known of a plugin may work. `docs/profiles.md` lists what is.

use super::isolated_but_served::service_ref;
use crate::lint::context::{Context, PortAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Habit, PortTest, Service, ServicePort, TargetPort, Tier};
use crate::net::Protocol;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let practice = &context.cluster.practice;
    if !practice.does(Habit::Sctp) {
        for port in context.ports() {
            let sctp = match &port.port.test {
                PortTest::Range { protocol, .. } => *protocol == Protocol::Sctp,
                PortTest::Named { protocol, .. } => *protocol == Some(Protocol::Sctp),
            };
            if sctp && port.at.policy.tier == Tier::NetworkPolicy {
                facts.add(of_policy(context, &port));
            }
        }
    }
    if practice.plugin() == "cilium" {
        for service in context.cluster.services.rows() {
            for (index, port) in service.ports.iter().enumerate() {
                let elsewhere =
                    matches!(port.target, TargetPort::Number(number) if number != port.port);
                if port.protocol == Protocol::Sctp && elsewhere {
                    facts.add(of_service(context, service, (index, port)));
                }
            }
        }
    }
}

fn of_policy(context: &Context<'_>, port: &PortAt<'_>) -> Fact {
    let policy = port.at.policy;
    let path = format!("{}.protocol", port.path());
    let message = context.cluster.practice.describe(Habit::Sctp);
    Fact::new(context.policy_ref(policy), &path, message)
        .at(context.span(policy, &path), "SCTP")
        .means("such packets may be let through or dropped, whatever the rule says")
        .fix("try it out with this plugin, or use TCP")
}

fn of_service(
    context: &Context<'_>,
    service: &Service,
    (index, port): (usize, &ServicePort),
) -> Fact {
    let path = format!("spec.ports[{index}].targetPort");
    let written = context.written_at(service.origin);
    let span = written.map(|it| it.root.nearest(&path).span);
    let message = format!(
        "cilium does not rewrite ports of SCTP, and port {} leads to another",
        port.port
    );
    Fact::new(service_ref(service), &path, message)
        .at(span.or(service.origin.span), "another port")
        .means("clients of this port reach nobody")
        .fix("give the Service the port that the pods listen on")
}
