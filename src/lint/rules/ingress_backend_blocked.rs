//! A backend of an Ingress or a route whose pods refuse the controller.
//!
//! ## What it does
//! Reports a backend of an `Ingress`, a route of the Gateway API or a `Route` of `OpenShift` if none of the
//! pods behind its Service accepts connections from the pods that send the requests on: those of the
//! Ingress controller, of the Gateway, or the routers.
//!
//! ## Why it matters
//! Requests from outside do not come to the backend as they are. The controller takes them and opens
//! connections of its own to the pods, on the ports that these listen on. A policy has to allow the
//! controller, not the clients: else it answers with 502, 503 or 504.
//!
//! ## Example
//! ```yaml
//! # the pods behind the Ingress; the controller runs in the namespace ingress-nginx
//! podSelector: {matchLabels: {app: web}}
//! ingress:
//!   - from: [{podSelector: {}}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! podSelector: {matchLabels: {app: web}}
//! ingress:
//!   - from: [{podSelector: {}}]
//!   - from:
//!       - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}
//!         podSelector: {matchLabels: {app.kubernetes.io/name: ingress-nginx}}
//!     ports: [{port: 8080}]
//! ```
//!
//! ## Limits
//! An error where it is sure which pods the controller's are: by what the settings say
//! (`ingressControllers`), or by the labels that its manifests give them. A warning where that is likely,
//! and where load balancers outside send requests on, which no selector matches. Where the controller is
//! not in the input, a note, and only if the pods accept nobody but some pods of their own namespace.
//! Controllers in the network of their node (`hostNetwork`) are matched by `ipBlock` only; what a node
//! sends to its own pods no policy stops, so that some of their requests get through all the same. Silent
//! if at least one pod behind the Service accepts the controller, where a rule names the port of the
//! Service, which `service-port-used` reports, and for what leads to no Service.

use super::isolated_but_served::{Led, has_wrong_port, ports_of_all, rules_for};
use crate::diag::Severity;
use crate::hops::controllers::{Front, Told, Way, front};
use crate::hops::gateway::Gateways;
use crate::hops::request::BackendPort;
use crate::hops::{Exposed, ingress, openshift};
use crate::lint::context::Context;
use crate::lint::context::yaml::scoped_peer;
use crate::lint::fact::{Fact, Facts, ObjectRef};
use crate::lint::rule::Check;
use crate::model::{
    Direction, GIVEN_LABELS, NAMESPACE_NAME_LABEL, NamespaceScope, PeerMatch, Peers, Pod, PodId,
    PolicyId, Rule, Service, ServicePort, TargetPort,
};
use crate::net::{Cidr, ConnSet, Protocol};
use crate::selector::Selector;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

pub(super) const CHECK: Check = Check::Flows(check);

/// Backends that are the same object's, by its kind, namespace and name, and the Service and port.
type Key<'l> = (&'l str, &'l str, &'l str, &'l str, String);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let cluster = context.cluster;
    let mut all = ingress::backends(cluster);
    all.extend(Gateways::new(cluster).backends());
    all.extend(openshift::backends(cluster));
    if all.is_empty() {
        return;
    }
    let told = Told::of(context.settings);
    let mut fronts = BTreeMap::new();
    let mut known: BTreeSet<Key<'_>> = BTreeSet::new();
    for led in &all {
        let key = (
            led.kind,
            &*led.namespace,
            &*led.name,
            &*led.to.service,
            format!("{:?}", led.to.port),
        );
        if known.contains(&key) {
            continue;
        }
        let front = fronts
            .entry(&led.by)
            .or_insert_with(|| front(cluster, &led.by, 80, &told));
        if let Some(fact) = blocked(context, led, front) {
            known.insert(key);
            facts.add(fact);
        }
    }
}

/// That none of the pods behind a backend accepts who sends requests on.
fn blocked(context: &Context<'_>, led: &Exposed, front: &Front) -> Option<Fact> {
    let id = context
        .cluster
        .service(&led.to.namespace, &led.to.service)?;
    let service = context.cluster.services.at(id);
    let ports = ports_of_all(context, service).into_iter();
    let ports: Vec<Led<'_>> = ports.filter(|it| is_meant(&led.to.port, it)).collect();
    let pods: Vec<&(PodId, ConnSet)> = ports.iter().flat_map(|it| &it.pods).collect();
    let wrong = |it: &Led<'_>| has_wrong_port(context, (service, it.index), &[Direction::Ingress]);
    if pods.is_empty() || ports.iter().any(wrong) {
        return None;
    }
    let refuses = |(pod, to): &&(PodId, ConnSet)| match &front.way {
        Way::Pods(from) => from.iter().all(|&from| {
            from != *pod
                && !is_of_its_node(context, from, *pod)
                && !context.may_pass(Direction::Ingress, (from, *pod), to)
        }),
        Way::NoPods => is_closed(context, *pod, to, is_for_an_address),
        Way::NotInInput => {
            context.is_open(*pod, to, false)
                && is_closed(context, *pod, to, |rule| is_for_others(context, *pod, rule))
        }
    };
    if !pods.iter().all(refuses) {
        return None;
    }
    let fact = fact(context, (led, service), front, &pods);
    Some(match front.way {
        Way::Pods(_) if front.is_sure && led.is_sure => fact.shown(),
        Way::Pods(_) | Way::NoPods => fact,
        Way::NotInInput => fact.at_most(Severity::Note),
    })
}

/// Whether a controller is in the network of the node that a pod is on, whose connections to that no
/// policy stops (S55, S60).
fn is_of_its_node(context: &Context<'_>, from: PodId, pod: PodId) -> bool {
    let [from, pod] = [from, pod].map(|id| context.cluster.pods.at(id));
    from.host_network && from.node.is_some() && from.node == pod.node
}

/// Whether a backend means this port of its Service.
fn is_meant(port: &BackendPort, led: &Led<'_>) -> bool {
    let named = |port: &ServicePort, name: &Arc<str>| port.name.as_ref() == Some(name);
    let own = match port {
        BackendPort::Any => true,
        BackendPort::OfService(TargetPort::Number(number)) => led.port.port == *number,
        BackendPort::OfService(TargetPort::Named(name))
        | BackendPort::OfEndpoints(TargetPort::Named(name)) => named(led.port, name),
        BackendPort::OfEndpoints(TargetPort::Number(number)) => {
            let there = ConnSet::of_ranges([(Protocol::Tcp, *number, *number)]);
            led.pods.iter().any(|(_, to)| to.overlaps(&there))
        }
    };
    own && led.port.protocol == Protocol::Tcp
}

/// Whether policies isolate a pod, and no rule that opens its ports is for whom it has to be for.
fn is_closed<'a>(
    context: &Context<'a>,
    pod: PodId,
    to: &ConnSet,
    may_be_for: impl Fn(&'a Rule) -> bool,
) -> bool {
    !context.may_be_opened_first(pod, Direction::Ingress)
        && !context.cluster.pods.at(pod).host_network
        && !context.isolating(pod, Direction::Ingress).is_empty()
        && !context.may_come_open(pod, Direction::Ingress, (pod, to))
        && !rules_for(context, pod, to).any(may_be_for)
}

fn is_for_an_address(rule: &Rule) -> bool {
    match &rule.peers {
        Peers::Anyone => true,
        Peers::Listed(_) => rule.blocks().any(|block| !block.addresses().is_empty()),
    }
}

/// Whether a rule is for addresses, for pods of another namespace or for all of the pod's own.
fn is_for_others<'a>(context: &Context<'a>, pod: PodId, rule: &'a Rule) -> bool {
    let own = context.cluster.pods.at(pod).namespace;
    let own = &context.cluster.namespaces.at(own).name;
    let Peers::Listed(peers) = &rule.peers else {
        return true;
    };
    peers.iter().any(|peer| match &peer.matches {
        PeerMatch::IpBlock(_) | PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => true,
        PeerMatch::Pods(scope) => {
            let here = matches!(&scope.namespaces, NamespaceScope::Named(it) if it == own);
            !here || scope.pods.is_everything() || context.pods(scope).is_empty()
        }
    })
}

fn fact(
    context: &Context<'_>,
    (led, service): (&Exposed, &Service),
    front: &Front,
    pods: &[&(PodId, ConnSet)],
) -> Fact {
    let to = ConnSet::union_of(pods.iter().map(|(_, to)| to));
    let behind: Vec<PodId> = pods.iter().map(|(pod, _)| *pod).collect();
    let (names, _) = context.names(&behind);
    let object = ObjectRef {
        kind: led.kind.into(),
        namespace: Some(Arc::clone(&led.namespace)),
        name: Arc::clone(&led.name),
    };
    let (whom, means) = match &front.way {
        Way::Pods(from) => {
            let (controller, _) = context.names(from);
            (
                controller.clone(),
                format!(
                    "the controller opens the connections, not the clients: {}",
                    front.why
                ),
            )
        }
        Way::NoPods => (
            "the load balancer outside".to_owned(),
            format!("no selector matches who sends requests on ({})", front.why),
        ),
        Way::NotInInput => (
            "pods of the controller in another namespace".to_owned(),
            format!("{}, and policies have to allow its pods", front.why),
        ),
    };
    let message = format!(
        "leads to Service `{}/{}`, but its pods ({names}) do not accept {whom} on {to}",
        service.namespace, service.name
    );
    let written = context.written_at(led.to.origin);
    let span = written.map(|it| it.root.nearest(&led.field).span);
    let fact = Fact::new(object, &led.field, message)
        .at(
            span.or(led.to.origin.span),
            "requests for this backend come from the controller",
        )
        .means(means);
    let isolating = behind
        .iter()
        .flat_map(|&pod| context.isolating(pod, Direction::Ingress));
    let policies: BTreeSet<PolicyId> = isolating.copied().collect();
    let policies = Vec::from_iter(policies);
    let fact = context.with_policies(fact, &policies, "isolates the pods for ingress");
    with_fix(context, fact, front, &to)
}

/// Which `from` would let the controller in.
fn with_fix(context: &Context<'_>, fact: Fact, front: &Front, to: &ConnSet) -> Fact {
    let Way::Pods(from) = &front.way else {
        let whom = match front.way {
            Way::NoPods => "the addresses of the load balancer (`ipBlock`)",
            Way::NotInInput | Way::Pods(_) => "the pods of the controller and their namespace",
        };
        return fact.fix(format!("allow {whom} on {to} in an ingress rule"));
    };
    let pods = || from.iter().map(|&id| context.cluster.pods.at(id));
    let mut yaml = "- from:\n".to_owned();
    let what = if pods().any(|pod| pod.host_network) {
        for block in node_blocks(context, pods()) {
            // Writing to a String cannot fail.
            let _ = write!(yaml, "    - ipBlock:\n        cidr: {block}\n");
        }
        format!(
            "allow the addresses of the controller's nodes on {to}: it uses their network (hostNetwork), and no \
             selector matches it"
        )
    } else {
        if let Some(pod) = pods().next() {
            yaml += &peer(context, pod);
        }
        format!("allow the pods of the controller on {to} in an ingress rule")
    };
    yaml += "  ports:\n";
    for (first, last) in to.ports(Protocol::Tcp).ranges() {
        for port in *first..=*last {
            let _ = write!(yaml, "    - port: {port}\n      protocol: TCP\n");
        }
    }
    fact.fix(what).paste(yaml)
}

/// The addresses of pods in the network of their node, or of those nodes.
fn node_blocks<'p>(context: &Context<'_>, pods: impl Iterator<Item = &'p Pod>) -> BTreeSet<String> {
    let nodes = context.cluster.nodes.rows();
    let mut blocks = BTreeSet::new();
    for pod in pods {
        let own = nodes
            .iter()
            .filter(|node| pod.node.as_ref() == Some(&node.name));
        let own: Vec<_> = pod
            .ips
            .iter()
            .chain(own.flat_map(|node| &node.ips))
            .collect();
        let all = nodes.iter().flat_map(|node| &node.ips);
        let known = if own.is_empty() { all.collect() } else { own };
        blocks.extend(known.into_iter().map(|ip| Cidr::host(*ip).to_string()));
    }
    if blocks.is_empty() {
        blocks.insert("192.0.2.0/24   # the addresses of the nodes".to_owned());
    }
    blocks
}

/// Pods like this one in its namespace, as an entry of `from`.
fn peer(context: &Context<'_>, pod: &Pod) -> String {
    let namespace = &*context.cluster.namespaces.at(pod.namespace).name;
    let labels = pod.labels.iter();
    let own = labels.filter(|(key, _)| !GIVEN_LABELS.contains(&&***key));
    let selector = Selector::labels(own.map(|(key, value)| (&**key, &**value)));
    let peer = scoped_peer(
        &Selector::labels([(NAMESPACE_NAME_LABEL, namespace)]),
        &selector,
    );
    let lines = peer.lines().map(|line| format!("    {line}"));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}
