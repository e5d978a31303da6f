//! Whom the way to a Service lets in, whatever policies say: the filter of its load balancer, and
//! addresses that are met inside the cluster only (S62).

use crate::endpoint::Door;
use crate::model::{Service, ServiceKind};
use crate::net::AddressSet;

/// Whom a way lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admits {
    /// All who dial.
    All,
    /// Nobody of them.
    Nobody,
    /// It has an address inside the cluster only, and they are outside.
    OnlyInside,
    /// Perhaps not all: the load balancer takes connections from other addresses.
    Ranges,
}

/// Whom a door of a Service lets in of clients with these addresses, where they are known; `outside` the
/// cluster or in it.
pub fn admits(
    service: &Service,
    door: Door,
    outside: bool,
    sources: Option<&AddressSet>,
) -> Admits {
    let own = &service.outside;
    let at_balancer = match door {
        Door::Outside(address) => own.balanced.contains(&address),
        Door::Name | Door::Balancer => outside,
        Door::Endpoints => return Admits::All,
        Door::Inside | Door::NodePort(_) | Door::HostPort(..) => false,
    };
    if outside && (door == Door::Inside || !service.is_met_from_outside()) {
        return Admits::OnlyInside;
    }
    let ranges = &own.source_ranges;
    if !at_balancer || service.kind != ServiceKind::LoadBalancer || ranges.is_empty() {
        return Admits::All;
    }
    // One that is met itself is beyond what is known of kube-proxy.
    if !outside && !own.proxied.is_empty() {
        return Admits::All;
    }
    let Some(sources) = sources else {
        return Admits::Ranges;
    };
    let left = sources.difference(ranges);
    if left.is_empty() {
        return Admits::All;
    }
    // Without ports of nodes, there is no other way in.
    let only_way = match door {
        Door::Outside(_) => true,
        Door::Name => !own.node_ports && own.external_ips.is_empty(),
        Door::Inside
        | Door::Balancer
        | Door::Endpoints
        | Door::NodePort(_)
        | Door::HostPort(..) => false,
    };
    let filters = only_way && own.proxied.is_empty() && !own.balanced.is_empty();
    if filters && left == *sources {
        Admits::Nobody
    } else {
        Admits::Ranges
    }
}

/// Why nobody is let in.
pub fn kept_out(service: &Service) -> String {
    format!(
        "the load balancer of Service `{}/{}` takes connections from other addresses only \
         (`loadBalancerSourceRanges`)",
        service.namespace, service.name
    )
}
