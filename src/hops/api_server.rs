//! Where the API server is: the endpoints of `default/kubernetes`, which it writes itself (S84).

use crate::model::Cluster;
use crate::net::Protocol;
use std::net::IpAddr;

/// Its addresses with their own ports, over TCP; empty where they are not in the input.
pub fn endpoints(cluster: &Cluster) -> Vec<(IpAddr, u16)> {
    let Some(id) = cluster.service("default", "kubernetes") else {
        return Vec::new();
    };
    let all = cluster.services.at(id).endpoints.iter();
    let each = all.flat_map(|it| {
        let ports = it
            .ports
            .iter()
            .filter(|port| port.protocol == Protocol::Tcp);
        ports.filter_map(|port| Some((it.address, port.port?)))
    });
    each.collect()
}
