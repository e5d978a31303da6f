//! A port of a Service that nobody can reach.
//!
//! ## What it does
//! Reports a port of a Service that nobody can reach: every pod in the input and every outside address
//! is stopped by a policy, either on the pods of the Service or on the sender.
//!
//! ## Why it matters
//! Both sides must allow a connection. A Service is unreachable if the pods it accepts are not allowed
//! to send to it.
//!
//! ## Example
//! ```yaml
//! # the pods of Service shop/db let app=web in, whose egress allows DNS only
//! ```
//!
//! ## Use instead
//! ```yaml
//! # in the policy on app=web
//! egress:
//!   - to: [{podSelector: {matchLabels: {app: db}}}]
//!     ports: [{port: 5432}]
//! ```
//!
//! ## Limits
//! If the pods accept nobody on any port, `isolated-but-served` reports it and this rule does not.
//! Always a note: a port may be there for nobody. Silent where only some of the cluster is in the input
//! and a rule for the port is for pods of another namespace, for all of its own, or for pods that the
//! input does not have: they may come. Not reported either if `service-port-used` reports the port.
//! Services of the cluster's own namespaces are skipped.

use super::isolated_but_served::{Led, has_wrong_port, ports, rules_for, service_ref};
use crate::lint::context::{Context, Extent};
use crate::lint::fact::{Fact, Facts};
use crate::lint::need::Need;
use crate::lint::rule::Check;
use crate::model::{Direction, NamespaceScope, PeerMatch, Peers, PodId, Service};
use crate::net::ConnSet;

pub(super) const CHECK: Check = Check::Flows(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for service in context.cluster.services.rows() {
        let ports = ports(context, service);
        let open = |it: &Led<'_>, both| {
            let mut pods = it.pods.iter();
            pods.any(|(pod, to)| context.is_open(*pod, to, both))
        };
        let dead: Vec<&Led<'_>> = ports.iter().filter(|it| !open(it, true)).collect();
        if dead.is_empty() || !ports.iter().any(|it| open(it, false)) {
            continue;
        }
        for led in dead {
            let mut pods = led.pods.iter();
            if pods.any(|(pod, to)| is_for_unknown(context, *pod, to))
                || has_wrong_port(context, (service, led.index), &Direction::BOTH)
            {
                continue;
            }
            facts.add(fact(context, service, led, open(led, false)));
        }
    }
}

/// Whether a rule for the port names pods that the input need not have: of other namespaces, of all its
/// own, or such as are not there.
fn is_for_unknown(context: &Context<'_>, pod: PodId, to: &ConnSet) -> bool {
    let own = context.cluster.pods.at(pod).namespace;
    let own = &context.cluster.namespaces.at(own).name;
    let mut rules = rules_for(context, pod, to);
    rules.any(|rule| match &rule.peers {
        Peers::Anyone => false,
        Peers::Listed(peers) => peers.iter().any(|peer| match &peer.matches {
            PeerMatch::IpBlock(_) | PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => false,
            PeerMatch::Pods(scope) => {
                let here = matches!(&scope.namespaces, NamespaceScope::Named(it) if it == own);
                let known = here && !scope.pods.is_everything() && !context.pods(scope).is_empty();
                !known && !context.has_all_pods_of(&scope.namespaces)
            }
        }),
    })
}

fn fact(context: &Context<'_>, service: &Service, led: &Led<'_>, lets_in: bool) -> Fact {
    let pods: Vec<_> = led.pods.iter().map(|(pod, _)| *pod).collect();
    let to = ConnSet::union_of(led.pods.iter().map(|(_, target)| target));
    let (names, _) = context.names(&pods);
    let Service {
        namespace, name, ..
    } = service;
    let (means, fix) = if lets_in {
        (
            format!("the peers that {names} accepts on {to} may not send there"),
            "allow it in an egress rule of the intended clients, or remove the port",
        )
    } else {
        (
            format!("{names} accepts nobody on {to}"),
            "allow it in an ingress rule on the pods, or remove the port",
        )
    };
    let here = match context.inventory.within(Need::Workloads, namespace) {
        Extent::Complete => "",
        Extent::Partial | Extent::None => " in the input",
    };
    let path = format!("spec.ports[{}]", led.index);
    let written = context.written_at(service.origin);
    let span = written.map(|it| it.root.nearest(&path).span);
    Fact::new(
        service_ref(service),
        &path,
        format!(
            "nobody{here} can reach port {} of Service `{namespace}/{name}`",
            led.port.port
        ),
    )
    .at(
        span.or(service.origin.span),
        format!("leads to {to} of {names}"),
    )
    .means(means)
    .within(namespace)
    .fix(fix)
}
