//! A webhook or API extension whose pods the API server cannot reach.
//!
//! ## What it does
//! Reports a webhook (`ValidatingWebhookConfiguration`, `MutatingWebhookConfiguration`, the conversion
//! of a `CustomResourceDefinition`) or an `APIService` whose pods accept only other pods on that port.
//!
//! ## Why it matters
//! No selector matches the API server: it uses the network of its node, or runs outside the cluster.
//! Its calls time out. With `failurePolicy: Fail`, every change of the objects that the webhook covers
//! fails too.
//!
//! ## Example
//! ```yaml
//! # the pods behind the webhook's Service
//! podSelector: {matchLabels: {app: webhook}}
//! ingress:
//!   - from: [{podSelector: {}}]
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
//! Where the endpoints of Service `default/kubernetes` are not in the input, any `ipBlock` on the port counts
//! as the control plane's. Silent where a
//! peer is for pods of `kube-system`, as `namespaceSelector: {}` is, through which some hosters tunnel
//! what the API server sends (konnectivity); where one asks for pods called `kube-apiserver`, or by
//! `OpenShift`'s label for what is in the network of nodes; where a rule names the port of the Service,
//! which `service-port-used` reports; and where only some of the pods are closed. Policies do not stop
//! traffic from a pod's own node, so the mistake does not show in a cluster with one node. Scrapes for
//! a `ServiceMonitor` come from pods; `half-open-egress` reports these. A note if only part of the
//! cluster is in the input.

use super::isolated_but_served::{has_wrong_port, ports_of_all, rules_for};
use crate::hops::api_server;
use crate::lint::context::{Call, Context};
use crate::lint::fact::{Fact, Facts, ObjectRef};
use crate::lint::rule::Check;
use crate::model::{
    Direction, NAMESPACE_NAME_LABEL, NamespaceScope, PeerMatch, Peers, PodId, PolicyId, Rule,
    Service,
};
use crate::net::{AddressSet, ConnSet, Protocol};
use crate::selector::{Labels, Operator, Requirement, Selector};
use std::collections::BTreeSet;
use std::fmt::Write as _;

pub(super) const CHECK: Check = Check::Context(check);

/// Where agents run that carry calls of the API server into the cluster.
const SYSTEM: &str = "kube-system";

/// Labels that it may have where the input does not say.
const SYSTEM_LABELS: [(&str, &str); 3] = [
    (NAMESPACE_NAME_LABEL, SYSTEM),
    ("name", SYSTEM),
    ("control-plane", "true"),
];

/// What `OpenShift` labels namespaces with that stand for what is in the network of nodes.
const HOST_NETWORK: &str = "policy-group.network.openshift.io/host-network";

/// What pods of a hosted control plane are labelled with.
const API_SERVER: &str = "kube-apiserver";

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut told = BTreeSet::new();
    for call in context.calls() {
        // One configuration may have many webhooks, mostly behind one Service.
        let caller = (&call.caller.kind, &call.caller.name);
        if !told.insert((caller, call.namespace, call.name, call.port)) {
            continue;
        }
        let services = context.cluster.services.rows().iter();
        let mut services =
            services.filter(|it| *it.namespace == *call.namespace && *it.name == *call.name);
        if let (Some(service), None) = (services.next(), services.next())
            && let Some(fact) = blocked(context, &call, service)
        {
            facts.add(fact);
        }
    }
}

/// That none of the pods behind the port lets an address in.
fn blocked(context: &Context<'_>, call: &Call<'_>, service: &Service) -> Option<Fact> {
    let mut led = ports_of_all(context, service).into_iter();
    let led = led.find(|it| (it.port.port, it.port.protocol) == (call.port, Protocol::Tcp))?;
    let wrong = has_wrong_port(context, (service, led.index), &[Direction::Ingress]);
    let led = led.pods;
    if wrong || !led.iter().all(|(pod, to)| is_closed(context, *pod, to)) {
        return None;
    }
    let pods: Vec<PodId> = led.iter().map(|(pod, _)| *pod).collect();
    let to = led.iter().map(|(_, to)| to);
    let to = ConnSet::union_of(to);
    let (names, _) = context.names(&pods);
    let (namespace, name) = (&service.namespace, &service.name);
    let object = ObjectRef {
        kind: call.caller.kind.clone(),
        namespace: None,
        name: call.caller.name.clone(),
    };
    let message = format!(
        "the API server calls Service `{namespace}/{name}`, but its pods ({names}) accept no address on {to}"
    );
    let fact = Fact::new(object, &call.path, message)
        .at(call.part.span, "is called by the API server")
        .means("calls from the API server are denied: no pod selector matches it")
        .fix(format!(
            "allow the addresses of the control plane on {to}, or everyone on this port"
        ))
        .within(namespace);
    let isolating = pods
        .iter()
        .flat_map(|&pod| context.isolating(pod, Direction::Ingress));
    let policies: BTreeSet<PolicyId> = isolating.copied().collect();
    let policies = Vec::from_iter(policies);
    let fact = context.with_policies(fact, &policies, "isolates its pods for ingress");
    let mut paste = "- ports:\n".to_owned();
    for (first, last) in to.ports(Protocol::Tcp).ranges() {
        for port in *first..=*last {
            // Writing to a String cannot fail.
            let _ = write!(paste, "    - port: {port}\n      protocol: TCP\n");
        }
    }
    Some(fact.paste(paste))
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
    let endpoints = api_server::endpoints(context.cluster);
    let has_it = |addresses: &AddressSet| {
        let mut all = endpoints.iter();
        all.any(|(address, _)| addresses.contains(*address))
    };
    let own = context.cluster.pods.at(pod).namespace;
    let own = &context.cluster.namespaces.at(own).name;
    let system = context.cluster.namespace(SYSTEM);
    let system = system.map(|id| context.cluster.namespaces.at(id));
    let labels = match system {
        Some(system) if system.declared => system.labels.clone(),
        Some(_) | None => Labels::from_pairs(SYSTEM_LABELS),
    };
    peers.iter().any(|peer| match &peer.matches {
        PeerMatch::IpBlock(block) if endpoints.is_empty() => !block.addresses().is_empty(),
        PeerMatch::IpBlock(block) => has_it(&block.addresses()),
        PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => true,
        PeerMatch::Pods(scope) => {
            asks(&scope.pods, |it| {
                it.values.iter().any(|value| **value == *API_SERVER)
            }) || match &scope.namespaces {
                NamespaceScope::Named(_) => **own == *SYSTEM,
                NamespaceScope::Matching(selector) => {
                    selector.matches(&labels) || asks(selector, |it| *it.key == *HOST_NETWORK)
                }
            }
        }
    })
}

/// Whether a selector asks for a label that fits.
fn asks(selector: &Selector, fits: impl Fn(&Requirement) -> bool) -> bool {
    let mut asked = selector.requirements().iter();
    asked.any(|it| matches!(it.operator, Operator::In | Operator::Exists) && fits(it))
}
