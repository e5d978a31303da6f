//! A webhook or an extension of the API, whose pods the API server may not call.
//!
//! ## What it does
//! Reports a webhook (`ValidatingWebhookConfiguration`, `MutatingWebhookConfiguration`, the conversion of a
//! `CustomResourceDefinition`) or an `APIService` that leads to pods which let nobody in there but pods.
//!
//! ## Why it matters
//! The API server is no pod that a selector could match: it runs in the network of its nodes, or outside
//! the cluster. Its calls time out, and with `failurePolicy: Fail` so does every change of the objects that
//! the webhook is for.
//!
//! ## Example
//! ```yaml
//! # the pods behind the webhook's Service
//! podSelector: {matchLabels: {app: webhook}}
//! ingress:
//!   - from: [{namespaceSelector: {}}]
//!     ports: [{port: 9443}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! podSelector: {matchLabels: {app: webhook}}
//! ingress:
//!   - ports: [{port: 9443}]   # or from: the ipBlock of the control plane
//! ```
//!
//! ## Limits
//! Any `ipBlock` on the port counts as the control plane's: its addresses are not known. Silent where a
//! peer may be for pods of `kube-system`, through which some hosters tunnel what the API server sends
//! (konnectivity), and where only some of the pods are closed. What is on the pod's own node gets in whatever
//! policies say, so that a cluster of one node shows nothing. Monitoring that a `ServiceMonitor` asks for is
//! done by pods, of which `half-open-egress` speaks.

use super::isolated_but_served::{ports_of_all, rules_for};
use crate::lint::context::{Call, Context, cover};
use crate::lint::fact::{Fact, Facts, ObjectRef};
use crate::lint::rule::Check;
use crate::model::{Direction, NamespaceScope, PeerMatch, Peers, PodId, Rule, Service};
use crate::net::{ConnSet, Protocol};

pub(super) const CHECK: Check = Check::Context(check);

/// Where agents run that carry calls of the API server into the cluster.
const SYSTEM: &str = "kube-system";

fn check(context: &Context<'_>, facts: &mut Facts) {
    if !context.has_one_tier() {
        return;
    }
    for call in context.calls() {
        let services = context.cluster.services.rows().iter();
        let mut services =
            services.filter(|it| *it.namespace == *call.namespace && *it.name == *call.name);
        if let (Some(service), None) = (services.next(), services.next())
            && let Some(fact) = blocked(context, call, service)
        {
            facts.add(fact);
        }
    }
}

/// Whether a call to a Service is found to be refused.
pub(super) fn is_told(context: &Context<'_>, service: &Service) -> bool {
    let calls = context.calls().iter();
    let mut calls =
        calls.filter(|it| *it.namespace == *service.namespace && *it.name == *service.name);
    calls.any(|call| blocked(context, call, service).is_some())
}

/// That none of the pods behind the port lets an address in.
fn blocked(context: &Context<'_>, call: &Call<'_>, service: &Service) -> Option<Fact> {
    let led = ports_of_all(context, service).into_iter();
    let led = led
        .filter(|it| (it.port.port, it.port.protocol) == (call.port, Protocol::Tcp))
        .flat_map(|it| it.pods);
    let led: Vec<(PodId, ConnSet)> = led.collect();
    let closed = led.iter().all(|(pod, to)| is_closed(context, *pod, to));
    let (first, _) = led.first().filter(|_| closed)?;
    let pods: Vec<PodId> = led.iter().map(|(pod, _)| *pod).collect();
    let to = led.iter().map(|(_, to)| to);
    let to = to.fold(ConnSet::none(), |all, to| all.union(to));
    let (names, _) = context.names(&pods);
    let (namespace, name) = (&service.namespace, &service.name);
    let object = ObjectRef {
        kind: call.caller.kind.clone(),
        namespace: None,
        name: call.caller.name.clone(),
    };
    let message = format!(
        "the API server calls Service `{namespace}/{name}`, whose pods ({names}) let no address in on {to}"
    );
    let mut fact = Fact::new(object, &call.path, message)
        .at(call.part.span, "is called by the API server")
        .means("calls of the API server are refused: no selector of pods matches it")
        .fix(format!(
            "let the addresses of the control plane in on {to}, or everyone on this port"
        ))
        .within(namespace);
    let isolating = context.isolating(*first, Direction::Ingress).iter();
    for policy in isolating.take(3).map(|&id| context.cluster.policies.at(id)) {
        fact = fact.at(policy.origin.span, "isolates its pods for ingress");
    }
    let target = to.ports(Protocol::Tcp).ranges().first();
    Some(match target {
        Some((port, _)) => fact.paste(format!(
            "- ports:\n    - port: {port}\n      protocol: TCP\n"
        )),
        None => fact,
    })
}

/// Whether nobody but pods gets in, and none of `kube-system` either.
fn is_closed(context: &Context<'_>, pod: PodId, to: &ConnSet) -> bool {
    !context.cluster.pods.at(pod).host_network
        && !context.isolating(pod, Direction::Ingress).is_empty()
        && !context.may_come_open(pod, Direction::Ingress, (pod, to))
        && !rules_for(context, pod, to).any(|rule| may_let_in(context, pod, rule))
}

/// Whether a rule may be for the API server or what carries its calls.
fn may_let_in(context: &Context<'_>, pod: PodId, rule: &Rule) -> bool {
    let Peers::Listed(peers) = &rule.peers else {
        return true;
    };
    let own = context.cluster.pods.at(pod).namespace;
    let own = &context.cluster.namespaces.at(own).name;
    let system = context.cluster.namespace(SYSTEM);
    let system = system.map(|id| context.cluster.namespaces.at(id));
    peers.iter().any(|peer| match &peer.matches {
        PeerMatch::IpBlock(block) => !block.addresses().is_empty(),
        PeerMatch::Pods(scope) => match (&scope.namespaces, system) {
            (NamespaceScope::Named(_), _) => **own == *SYSTEM,
            (NamespaceScope::Matching(it), Some(system)) if system.declared => {
                it.matches(&system.labels)
            }
            (NamespaceScope::Matching(it), _) => cover::may_match(it, &SYSTEM.into()),
        },
    })
}
