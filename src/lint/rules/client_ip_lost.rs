//! Client addresses that a Service replaces before policies see them.
//!
//! ## What it does
//! Reports a Service of type `LoadBalancer` or `NodePort` with `externalTrafficPolicy: Cluster` (the
//! default), whose pods let only public addresses in on the Service's port, and no node.
//!
//! ## Why it matters
//! With `Cluster`, the node that receives a connection forwards it with its own address as the source.
//! The policy sees the node instead of the client, and denies the connection. Allowing the nodes would
//! allow every client.
//!
//! ## Example
//! ```yaml
//! # Service: type LoadBalancer; the policy on its pods:
//! ingress:
//!   - from: [{ipBlock: {cidr: 198.51.100.0/24}}]   # the office
//! ```
//!
//! ## Use instead
//! ```yaml
//! # in the Service
//! spec:
//!   type: LoadBalancer
//!   externalTrafficPolicy: Local
//! ```
//!
//! ## Limits
//! Where the nodes are neither in the input nor in the settings (`nodeCIDRs`), any block of private
//! addresses could belong to nodes; pods that allow such a block are not reported. Load balancers that
//! send to pods directly keep the client's address, so Services with annotations or a
//! `loadBalancerClass` that could ask for one are skipped.

use crate::lint::context::{AppId, Context};
use crate::lint::fact::{Fact, Facts, ObjectRef};
use crate::lint::rule::Check;
use crate::model::{
    Action, Direction, PeerMatch, Peers, PolicyId, Service, ServiceKind, ServicePort,
};
use crate::net::AddressSet;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let nodes = context.cluster.nodes.rows().iter();
    let nodes = AddressSet::from_hosts(nodes.flat_map(|node| node.ips.iter().copied()));
    let told = AddressSet::from_cidrs(context.settings.node_cidrs.iter().copied());
    let nodes = nodes.union(&told);
    for service in context.cluster.services.rows() {
        if !hides_clients(context, service) {
            continue;
        }
        for app in context.apps_of(&context.backends(service)) {
            let mut ports = service.ports.iter();
            let lost = ports.find_map(|port| Some((port, closing(context, app, port, &nodes)?)));
            if let Some((port, policy)) = lost {
                facts.add(fact(context, service, port, policy));
                break;
            }
        }
    }
}

/// Whether connections to a Service from outside surely come from a node's address.
fn hides_clients(context: &Context<'_>, service: &Service) -> bool {
    let outside = matches!(
        service.kind,
        ServiceKind::LoadBalancer | ServiceKind::NodePort
    );
    let Some(written) = context.written_at(service.origin) else {
        return false;
    };
    let cluster = !service.outside.keeps_source;
    let plain = written.root.at("spec.loadBalancerClass").is_none()
        && written
            .root
            .at("metadata.annotations")
            .is_none_or(|it| it.fields().is_empty());
    outside && cluster && plain
}

/// A policy that lets clients in by their public address on a port, where no policy lets nodes in.
fn closing(
    context: &Context<'_>,
    app: AppId,
    port: &ServicePort,
    nodes: &AddressSet,
) -> Option<PolicyId> {
    let pod = context.apps().at(app).pod();
    let target = context.target_at(port, pod);
    if target.is_empty() || context.may_come_open(pod, Direction::Ingress, (pod, &target)) {
        return None;
    }
    let mut closing = None;
    for (id, policy) in context.may_isolate(pod, Direction::Ingress) {
        for rule in policy.ingress.iter().flatten() {
            if rule.action != Action::Accept
                || context
                    .ports_at(&rule.ports, pod)
                    .intersection(&target)
                    .is_empty()
            {
                continue;
            }
            let Peers::Listed(peers) = &rule.peers else {
                return None;
            };
            for peer in peers {
                let PeerMatch::IpBlock(block) = &peer.matches else {
                    continue;
                };
                let addresses = block.addresses();
                if could_be_node(&addresses, nodes) {
                    return None;
                }
                if !addresses.is_empty() {
                    closing.get_or_insert(id);
                }
            }
        }
    }
    closing
}

/// Whether a block could have nodes in it: where they are not known, any that is not public could.
fn could_be_node(addresses: &AddressSet, nodes: &AddressSet) -> bool {
    if nodes.is_empty() {
        let test = [
            "192.0.2.0/24",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "2001:db8::/32",
        ];
        let test = test
            .iter()
            .filter_map(|it| crate::net::Cidr::parse(it).ok());
        let public = AddressSet::internet().union(&AddressSet::from_cidrs(test));
        !addresses.difference(&public).is_empty()
    } else {
        !addresses.intersection(nodes).is_empty()
    }
}

fn fact(context: &Context<'_>, service: &Service, port: &ServicePort, id: PolicyId) -> Fact {
    let policy = context.cluster.policies.at(id);
    let object = ObjectRef {
        kind: "Service".into(),
        namespace: Some(service.namespace.clone()),
        name: service.name.clone(),
    };
    let message = format!(
        "clients of port {} are allowed by address, but the Service replaces their address",
        port.port
    );
    let written = context.written_at(service.origin);
    let field = written.and_then(|it| it.root.at("spec.externalTrafficPolicy"));
    let place = field.map(|it| it.span).or(service.origin.span);
    Fact::new(object, "spec.externalTrafficPolicy", message)
        .at(
            place,
            "`externalTrafficPolicy` is `Cluster`: the source is a node's address",
        )
        .at(policy.origin.span, "allows outside addresses, but no node")
        .means("connections from outside arrive with the address of a node and are denied")
        .fix("set `externalTrafficPolicy: Local`, so that pods see the address of the client")
        .paste("externalTrafficPolicy: Local\n")
}
