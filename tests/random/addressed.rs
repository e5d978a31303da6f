//! Random clusters made fit for rulesets: every pod has its own address, and pods have nodes.

use netpolc::model::{Node, Objects, Origin};
use netpolc::net::Family;
use netpolc::selector::Labels;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The addresses of the two nodes, of which the second has IPv4 only.
const NODES: [(&str, &[&str]); 2] = [("n1", &["10.0.1.1", "fd00::101"]), ("n2", &["10.0.1.2"])];

/// The same objects with no address given twice, on nodes chosen by `number`.
pub(crate) fn addressed(mut objects: Objects, number: usize) -> Objects {
    let mut taken = BTreeSet::new();
    for (index, pod) in objects.pods.iter_mut().enumerate() {
        for ip in &mut pod.ips {
            while !taken.insert(*ip) {
                *ip = next(*ip);
            }
        }
        pod.node = match (index + number) % 4 {
            0 => Some("n1".into()),
            1 | 2 => Some("n2".into()),
            _ => None,
        };
    }
    let ip = |text: &&str| text.parse().expect("an address");
    objects.nodes = NODES
        .iter()
        .map(|(name, ips)| Node {
            kubelet_version: None,
            pod_cidrs: Vec::new(),
            name: (*name).into(),
            labels: Labels::default(),
            ips: ips.iter().map(ip).collect(),
            origin: Origin::default(),
        })
        .collect();
    objects
}

/// The next of the nine addresses of a family that pods have, around and around.
fn next(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            Ipv4Addr::from_bits((address.to_bits() & !0xff) + (address.to_bits() & 0xff) % 9 + 1)
                .into()
        }
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits((address.to_bits() & !0xff) + (address.to_bits() & 0xff) % 9 + 1)
                .into()
        }
    }
}

/// What is left of a cluster for packets of one family: who has no address of it, is not there.
pub(crate) fn in_family(objects: &Objects, family: Family) -> Objects {
    let mut objects = objects.clone();
    let of_family = |ip: &IpAddr| Family::of(*ip) == family;
    for pod in &mut objects.pods {
        pod.ips.retain(of_family);
    }
    objects.pods.retain(|pod| !pod.ips.is_empty());
    objects.workloads.clear();
    for node in &mut objects.nodes {
        node.ips.retain(of_family);
    }
    objects
}
