//! Namespaces and nodes.

use super::Build;
use super::meta::{Meta, Text, nullable};
use super::pod::address;
use crate::input::validate;
use crate::model::{Clue, Namespace, Node};
use serde::Deserialize;
use std::net::IpAddr;

/// A Namespace. Source: `v1.Namespace`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawNamespace<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: Meta<'a>,
}

impl RawNamespace<'_> {
    /// The namespace.
    pub(in crate::input) fn build(&self, build: &mut Build<'_>) -> Namespace {
        let name = self.metadata.name_as(validate::dns_label, build);
        let labels = self.metadata.labels.labels(build);
        Namespace::declared(&name, &labels, build.origin)
    }
}

/// A Node. Source: `v1.Node`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawNode<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: Meta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    status: RawNodeStatus<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawNodeStatus<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    addresses: Vec<RawNodeAddress<'a>>,
    #[serde(borrow, rename = "nodeInfo", deserialize_with = "nullable")]
    node_info: RawNodeInfo<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawNodeInfo<'a> {
    #[serde(borrow, rename = "kubeletVersion")]
    kubelet_version: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawNodeAddress<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    address: Text<'a>,
}

impl RawNode<'_> {
    /// The node. Host names among its addresses are left out.
    pub(in crate::input) fn build(&self, build: &mut Build<'_>) -> Node {
        let mut ips: Vec<IpAddr> = Vec::new();
        for (index, entry) in self.status.addresses.iter().enumerate() {
            if entry.kind.ends_with("IP") {
                let path = format!("status.addresses[{index}].address");
                let ip = address(&entry.address, path, build);
                ips.extend(ip.filter(|ip| !ips.contains(ip)));
            }
        }
        let kubelet = build.optional(&self.status.node_info.kubelet_version);
        build.clues.extend(kubelet.map(Clue::Kubelet));
        Node {
            name: self.metadata.name(build),
            labels: self.metadata.labels.labels(build),
            ips,
            origin: build.origin,
        }
    }
}
