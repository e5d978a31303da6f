//! A Service whose pods accept nobody.
//!
//! ## What it does
//! Reports a Service if none of its pods accepts anybody on its ports: no pod in the input and no
//! address outside the cluster matches an ingress rule for these ports.
//!
//! ## Why it matters
//! A Service exists to be reached. Usually a rule is missing: a policy isolates the pods, and nobody
//! added a rule for their clients.
//!
//! ## Example
//! ```yaml
//! # Service shop/web: port 80, targetPort 8080; the only policy on its pods:
//! podSelector: {}
//! policyTypes: [Ingress]
//! ```
//!
//! ## Use instead
//! ```yaml
//! # one more policy
//! podSelector: {matchLabels: {app: web}}
//! policyTypes: [Ingress]
//! ingress:
//!   - from: [{podSelector: {}}]
//!     ports: [{port: 8080}]
//! ```
//!
//! ## Limits
//! If at least one port can be reached, this rule reports nothing; `unreachable-service` reports the
//! other ports. Silent too where a rule for the port is for every pod of the namespace, or for another
//! namespace, whose pods the input need not have; and where a rule names the port of the Service, not
//! that of the pods, which `service-port-used` reports. What comes in through a node port or a load
//! balancer may count as traffic of the pod's own node, which no policy stops. A policy whose manifest
//! names no namespace, where that of the pods does, may end up there (or the other way round): what it
//! allows counts as open. A note if only part of the cluster is in the input. Services of the cluster's
//! own namespaces are skipped.

use crate::lint::context::{Context, Extent, PortTrouble};
use crate::lint::fact::{Fact, Facts, ObjectRef};
use crate::lint::need::Need;
use crate::lint::rule::Check;
use crate::model::{
    Direction, NamespaceScope, PeerMatch, Peers, PodId, Rule, Service, ServicePort,
};
use crate::net::ConnSet;

pub(super) const CHECK: Check = Check::Flows(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for service in context.cluster.services.rows() {
        let ports = ports(context, service);
        let closed = |it: &Led<'_>| {
            it.pods
                .iter()
                .all(|(pod, to)| !context.is_open(*pod, to, false))
        };
        let mut led = ports.iter().flat_map(|it| &it.pods);
        if !ports.is_empty()
            && ports.iter().all(closed)
            && !led.any(|(pod, to)| may_come(context, *pod, to))
            && !ports
                .iter()
                .any(|it| has_wrong_port(context, (service, it.index), &[Direction::Ingress]))
        {
            facts.add(fact(context, service, &ports));
        }
    }
}

/// Whether a rule for the port is for whoever is in the pod's namespace, or for another namespace: the
/// input need not have those.
fn may_come(context: &Context<'_>, pod: PodId, to: &ConnSet) -> bool {
    let own = context.cluster.pods.at(pod).namespace;
    let own = &context.cluster.namespaces.at(own).name;
    rules_for(context, pod, to).any(|rule| match &rule.peers {
        Peers::Anyone => true,
        Peers::Listed(peers) => peers.iter().any(|peer| match &peer.matches {
            PeerMatch::IpBlock(_) | PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => true,
            PeerMatch::Pods(scope) => {
                let here = matches!(&scope.namespaces, NamespaceScope::Named(it) if it == own);
                !here || scope.pods.is_everything()
            }
        }),
    })
}

/// Whether a rule of these directions names a port of a Service where that of the pods is meant: set
/// right, it lets somebody through.
pub(super) fn has_wrong_port(
    context: &Context<'_>,
    (service, index): (&Service, usize),
    directions: &[Direction],
) -> bool {
    let mut troubles = context.port_troubles().iter();
    troubles.any(|(port, trouble)| {
        if !directions.contains(&port.at.direction) {
            return false;
        }
        let PortTrouble::ServicePort { leads, .. } = trouble else {
            return false;
        };
        let mut leads = leads.iter();
        leads.any(|it| std::ptr::eq(it.service, service) && it.index == index)
    })
}

/// The ingress rules on a pod, or perhaps on it, that open some of the ports there.
pub(super) fn rules_for<'a>(
    context: &Context<'a>,
    pod: PodId,
    to: &ConnSet,
) -> impl Iterator<Item = &'a Rule> {
    let rules = context.rules_on(pod, Direction::Ingress);
    rules.filter(move |rule| {
        let open = context.ports_at(&rule.ports, pod);
        !open.intersection(to).is_empty()
    })
}

/// A port of a Service, and where it leads.
pub(super) struct Led<'a> {
    /// Its place in the list, from 0.
    pub(super) index: usize,
    /// The port.
    pub(super) port: &'a ServicePort,
    /// Pods behind it, at least one, each with the port there.
    pub(super) pods: Vec<(PodId, ConnSet)>,
}

/// The ports of a Service that lead to pods. None where the Service is the cluster's own.
pub(super) fn ports<'a>(context: &Context<'_>, service: &'a Service) -> Vec<Led<'a>> {
    let namespace = context.cluster.namespace(&service.namespace);
    if namespace.is_none_or(|id| context.is_system(id)) {
        return Vec::new();
    }
    ports_of_all(context, service)
}

/// The same of any Service.
pub(super) fn ports_of_all<'a>(context: &Context<'_>, service: &'a Service) -> Vec<Led<'a>> {
    let backends = context.backends_unlike(service);
    let led = service.ports.iter().enumerate().map(|(index, port)| {
        let pods = backends.iter();
        let pods = pods.map(|&pod| (pod, context.target_at(port, pod)));
        Led {
            index,
            port,
            pods: pods.filter(|(_, to)| !to.is_empty()).collect(),
        }
    });
    led.filter(|it| !it.pods.is_empty()).collect()
}

/// The object of a Service.
pub(super) fn service_ref(service: &Service) -> ObjectRef {
    ObjectRef {
        kind: "Service".into(),
        namespace: Some(service.namespace.clone()),
        name: service.name.clone(),
    }
}

fn fact(context: &Context<'_>, service: &Service, ports: &[Led<'_>]) -> Fact {
    let mut pods = Vec::new();
    let mut targets = Vec::new();
    for (pod, to) in ports.iter().flat_map(|it| &it.pods) {
        pods.push(*pod);
        targets.push(to);
    }
    let targets = ConnSet::union_of(targets);
    let (names, count) = context.names(&pods);
    let mut led = ports.iter().flat_map(|it| &it.pods);
    let ruled = led.any(|(pod, to)| rules_for(context, *pod, to).next().is_some());
    let (namespace, name) = (&service.namespace, &service.name);
    let message = if ruled {
        format!(
            "Service `{namespace}/{name}`: no pod of the input matches the ingress rules of {names} for {targets}"
        )
    } else {
        let lets = if count > 1 { "let" } else { "lets" };
        format!(
            "Service `{namespace}/{name}` leads to {names}, which {lets} nobody in on {targets}"
        )
    };
    let fact = Fact::new(service_ref(service), "", message)
        .at(service.origin.span, "nobody can reach its pods")
        .means(match context.inventory.within(Need::Workloads, namespace) {
            Extent::Complete => {
                "no pod and no outside address matches an ingress rule for its target ports"
            }
            Extent::Partial | Extent::None => {
                "no pod of the input and no outside address matches an ingress rule for its target ports"
            }
        })
        .within(&service.namespace);
    let isolating = pods
        .first()
        .map(|&pod| context.isolating(pod, Direction::Ingress));
    let isolating = isolating.unwrap_or_default();
    let fact = context.with_policies(fact, isolating, "isolates its pods for ingress");
    match isolating.first().map(|&id| context.cluster.policies.at(id)) {
        Some(policy) => fact.fix(format!(
            "allow its clients on {targets} in an ingress rule of NetworkPolicy `{}`; policies see the ports of pods, not of the Service",
            policy.full_name()
        )),
        None => fact,
    }
}
