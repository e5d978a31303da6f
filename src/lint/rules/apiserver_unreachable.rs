//! A pod that has a token for the API server but cannot reach it.
//!
//! ## What it does
//! Reports a workload that asks for a token (`automountServiceAccountToken: true` in its pod template), is
//! isolated for egress, and may send over TCP 443 or 6443 to no address at all.
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

use crate::lint::context::matching::{blocks, on_address};
use crate::lint::context::{App, Context};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, Peers, PodId, Policy, PolicyId};
use crate::net::Protocol;
use crate::table::Table;

pub(super) const CHECK: Check = Check::Context(check);

/// Where templates say that a token is wanted.
const FIELDS: [&str; 2] = [
    "spec.template.spec.automountServiceAccountToken",
    "spec.jobTemplate.spec.template.spec.automountServiceAccountToken",
];

fn check(context: &Context<'_>, facts: &mut Facts) {
    let reaches: Table<PolicyId, bool> = context
        .policies()
        .map(|(_, policy)| reaches(policy))
        .collect();
    let is_closed = |pod: &PodId| {
        let isolating = context.isolating(*pod, Direction::Egress);
        let mut landing = context.landing_on(context.cluster.pods.at(*pod));
        !isolating.is_empty()
            && !context
                .may_isolate(*pod, Direction::Egress)
                .any(|(id, _)| *reaches.at(id))
            && !landing.any(|(id, _)| *reaches.at(id))
    };
    for apps in context.apps_by_owner() {
        let closed: Vec<PodId> = apps.iter().map(App::pod).filter(is_closed).collect();
        if let Some(fact) = fact(context, &closed) {
            facts.add(fact);
        }
    }
}

/// Whether a policy opens a port of the API server at some address.
fn reaches(policy: &Policy) -> bool {
    let mut rules = policy.egress.iter().flatten();
    rules.any(|rule| {
        let open = on_address(&rule.ports);
        let port = [443, 6443]
            .iter()
            .any(|&it| open.contains(Protocol::Tcp, it));
        let addresses = rule.peers == Peers::Anyone || blocks(rule).next().is_some();
        rule.action == Action::Accept && port && addresses
    })
}

fn fact(context: &Context<'_>, closed: &[PodId]) -> Option<Fact> {
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
    Some(
        Fact::new(object, field, message)
            .at(part.span, "requests a token for the API server")
            .at(policy.origin.span, "isolates it for egress")
            .means("no policy allows TCP 443 or 6443 to any address, and selectors do not match the API server")
            .fix("allow the addresses and the port of the API server (`kubectl get endpointslices -l kubernetes.io/service-name=kubernetes`)")
            .paste("- to:\n    - ipBlock:\n        cidr: 192.0.2.10/32   # address of the API server\n  ports:\n    - port: 6443\n      protocol: TCP\n"),
    )
}
