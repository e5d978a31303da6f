//! A pod that has a token for the API server but cannot reach it.
//!
//! ## What it does
//! Reports a workload that asks for a token (`automountServiceAccountToken: true` in its pod template), is
//! isolated for egress, and may not send to the API server: to none of its endpoints, where the input has
//! those of Service `default/kubernetes`, and else over TCP 443 or 6443 to no address at all.
//!
//! ## Why it matters
//! No selector matches the API server: it uses the network of its node, or runs outside the cluster.
//! Only an `ipBlock` or a rule without `to` allows it. Policies see its own address and port, not those
//! of the Service `default/kubernetes` (port 443).
//!
//! ## Example
//! ```yaml
//! egress:
//!   - to: [{namespaceSelector: {}}]
//!     ports: [{port: 443}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! egress:
//!   - to: [{ipBlock: {cidr: 192.168.10.11/32}}]   # kubectl get endpoints kubernetes
//!     ports: [{port: 6443}]
//! ```
//!
//! ## Limits
//! Off by default. Pods that mount a token by default are skipped: few of them use it. netpolc does not
//! read Cilium policies, which can allow it by the entity `kube-apiserver`.

use crate::hops::api_server;
use crate::lint::context::matching::{blocks, on_address};
use crate::lint::context::{App, Context};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, IpBlock, Peers, PodId, Policy, PolicyId};
use crate::net::{Cidr, Protocol};
use crate::table::Table;
use std::net::IpAddr;

pub(super) const CHECK: Check = Check::Context(check);

/// Where templates say that a token is wanted.
const FIELDS: [&str; 2] = [
    "spec.template.spec.automountServiceAccountToken",
    "spec.jobTemplate.spec.template.spec.automountServiceAccountToken",
];

fn check(context: &Context<'_>, facts: &mut Facts) {
    let endpoints = api_server::endpoints(context.cluster);
    let reaches: Table<PolicyId, bool> = context
        .policies()
        .map(|(_, policy)| reaches(policy, &endpoints))
        .collect();
    let is_closed = |pod: &PodId| {
        let isolating = context.isolating(*pod, Direction::Egress);
        let mut landing = context.landing_on(context.cluster.pods.at(*pod));
        !isolating.is_empty()
            && !context.may_be_opened_first(*pod, Direction::Egress)
            && !context
                .may_isolate(*pod, Direction::Egress)
                .any(|(id, _)| *reaches.at(id))
            && !landing.any(|(id, _)| *reaches.at(id))
    };
    for apps in context.apps_by_owner() {
        let closed: Vec<PodId> = apps.iter().map(App::pod).filter(is_closed).collect();
        if let Some(fact) = fact(context, &closed, &endpoints) {
            facts.add(fact);
        }
    }
}

/// Whether a policy opens a port of the API server: at one of its endpoints, or at some address where
/// these are not known.
fn reaches(policy: &Policy, endpoints: &[(IpAddr, u16)]) -> bool {
    let mut rules = policy.egress.iter().flatten();
    rules.any(|rule| {
        let open = on_address(&rule.ports);
        let anyone = rule.peers == Peers::Anyone;
        let there = if endpoints.is_empty() {
            let port = [443, 6443]
                .iter()
                .any(|&it| open.contains(Protocol::Tcp, it));
            port && (anyone || blocks(rule).next().is_some())
        } else {
            endpoints.iter().any(|(address, port)| {
                let has = |block: &IpBlock| block.addresses().contains(*address);
                let named = anyone || blocks(rule).any(|(_, block)| has(block));
                named && open.contains(Protocol::Tcp, *port)
            })
        };
        rule.action == Action::Accept && there
    })
}

fn fact(context: &Context<'_>, closed: &[PodId], endpoints: &[(IpAddr, u16)]) -> Option<Fact> {
    let &pod = closed.first()?;
    let workload = context.cluster.pods.at(pod).workload?;
    let workload = context.cluster.workloads.at(workload);
    let written = context.written_at(workload.origin)?;
    let wants = FIELDS.iter().find_map(|&field| {
        let part = written.root.at(field)?;
        (part.value == crate::written::Value::Bool(true)).then_some((field, part))
    });
    let (field, part) = wants?;
    let isolating = context.isolating(pod, Direction::Egress).first();
    let policy = isolating.map(|&id| context.cluster.policies.at(id))?;
    let object = context.owner_ref(pod);
    let (names, _) = context.names(closed);
    let message = format!("{names} cannot reach the API server");
    let (means, paste) = match endpoints.first() {
        None => (
            "no policy allows TCP 443 or 6443 to any address, and selectors do not match the API server"
                .to_owned(),
            rule_for("192.0.2.10/32   # address of the API server", 6443),
        ),
        Some(&(address, number)) => (
            format!(
                "no policy allows TCP {number} to {address}, which policies see behind Service \
                 `default/kubernetes`, and selectors do not match the API server"
            ),
            rule_for(&Cidr::host(address).to_string(), number),
        ),
    };
    Some(
        Fact::new(object, field, message)
            .at(part.span, "requests a token for the API server")
            .at(policy.origin.span, "isolates it for egress")
            .means(means)
            .fix("allow the addresses and the port of the API server (`kubectl get endpointslices -l kubernetes.io/service-name=kubernetes`)")
            .paste(paste),
    )
}

/// The rule that lets it be reached, as an item of `egress`.
fn rule_for(block: &str, port: u16) -> String {
    format!(
        "- to:\n    - ipBlock:\n        cidr: {block}\n  ports:\n    - port: {port}\n      protocol: TCP\n"
    )
}
