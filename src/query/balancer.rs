//! What a load balancer lets in, and what is open of a way from outside.

use crate::endpoint::Door;
use crate::model::{Cluster, Service, ServiceId, ServiceKind};
use crate::trace::{Endpoint, Flow, Unknown};

/// The filter of kube-proxy at the address of a load balancer (`loadBalancerSourceRanges`), where
/// it surely refuses the client.
pub(super) fn refused_at_balancer(
    cluster: &Cluster,
    service: Option<(ServiceId, &Service)>,
    door: Door,
    flow: &Flow<'_>,
) -> Option<String> {
    let (_, service) = service?;
    let outside = &service.outside;
    let ranges = &outside.source_ranges;
    let at_address = match door {
        Door::Outside(address) => outside.balanced.contains(&address),
        // Without ports of nodes, there is no other way in.
        Door::Name => {
            let other = outside.node_ports || !outside.external_ips.is_empty();
            !other && matches!(flow.source, Endpoint::Address(_))
        }
        Door::Inside
        | Door::Balancer
        | Door::Endpoints
        | Door::NodePort(_)
        | Door::HostPort(..) => false,
    };
    let refuses = at_address
        && service.kind == ServiceKind::LoadBalancer
        && outside.proxied.is_empty()
        && !outside.balanced.is_empty()
        && !ranges.is_empty();
    let addresses = match flow.source {
        Endpoint::Address(address) => vec![address],
        Endpoint::Pod(pod) => pod.ips.clone(),
        Endpoint::Node(id) => cluster.nodes.at(id).ips.clone(),
    };
    let known = !addresses.is_empty();
    let outside_all = addresses.into_iter().all(|it| !ranges.contains(it));
    (refuses && known && outside_all).then(|| {
        format!(
            "the load balancer of Service `{}/{}` takes connections from other addresses only \
             (`loadBalancerSourceRanges`)",
            service.namespace, service.name
        )
    })
}

/// What leaves the way itself open for a client outside.
pub(super) fn doubts(
    cluster: &Cluster,
    service: Option<(ServiceId, &Service)>,
    door: Door,
    flow: &Flow<'_>,
) -> Vec<Unknown> {
    if let (Endpoint::Pod(pod), Some((id, service)), Door::Outside(address)) =
        (flow.source, service, door)
    {
        let filtered = service.outside.balanced.contains(&address)
            && !service.outside.source_ranges.is_empty();
        let open = filtered && pod.ips.is_empty();
        return open
            .then_some(Unknown::SourceRanges(id))
            .into_iter()
            .collect();
    }
    let (Endpoint::Address(client), Some((id, found))) = (flow.source, service) else {
        return Vec::new();
    };
    if door == Door::Endpoints {
        return Vec::new();
    }
    let only_inside = door == Door::Inside || !found.is_met_from_outside();
    if only_inside {
        return vec![Unknown::InsideOnly(id)];
    }
    let ranges = &found.outside.source_ranges;
    if refused_at_balancer(cluster, service, door, flow).is_some() {
        return Vec::new();
    }
    let at_balancer = match door {
        Door::Name | Door::Balancer => true,
        Door::Outside(address) => found.outside.balanced.contains(&address),
        Door::Inside | Door::Endpoints | Door::NodePort(_) | Door::HostPort(..) => false,
    };
    let balanced = found.kind == ServiceKind::LoadBalancer && at_balancer;
    if balanced && !ranges.is_empty() && !ranges.contains(client) {
        return vec![Unknown::SourceRanges(id)];
    }
    Vec::new()
}
