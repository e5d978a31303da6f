//! Namespaces and nodes.

use super::Build;
use super::meta::{Meta, Text, nullable};
use crate::input::validate;
use crate::model::{Clue, Namespace, Node};
use crate::net::Cidr;
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
    spec: RawNodeSpec<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    status: RawNodeStatus<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawNodeSpec<'a> {
    #[serde(borrow, rename = "podCIDR")]
    pod_cidr: Text<'a>,
    #[serde(borrow, rename = "podCIDRs", deserialize_with = "nullable")]
    pod_cidrs: Vec<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawNodeStatus<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    node_info: RawNodeInfo<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    addresses: Vec<RawNodeAddress<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawNodeInfo<'a> {
    #[serde(borrow)]
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
                let ip = build.address(&entry.address, path);
                ips.extend(ip.filter(|ip| !ips.contains(ip)));
            }
        }
        let kubelet = build.optional(&self.status.node_info.kubelet_version);
        build.clues.extend(kubelet.map(Clue::Kubelet));
        Node {
            name: self.metadata.name(build),
            labels: self.metadata.labels.labels(build),
            ips,
            pod_cidrs: self.spec.pod_cidrs(build),
            kubelet_version: build.optional(&self.status.node_info.kubelet_version),
            origin: build.origin,
        }
    }
}

impl RawNodeSpec<'_> {
    /// `podCIDRs`; `podCIDR` where only that is given.
    fn pod_cidrs(&self, build: &mut Build<'_>) -> Vec<Cidr> {
        let texts = match self.pod_cidrs.as_slice() {
            [] => std::slice::from_ref(&self.pod_cidr),
            texts => texts,
        };
        let mut cidrs = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            match Cidr::parse(text) {
                Ok(cidr) => cidrs.push(cidr),
                Err(_) if text.is_empty() => {}
                Err(_) => {
                    let path = match self.pod_cidrs.len() {
                        0 => "spec.podCIDR".to_owned(),
                        _ => format!("spec.podCIDRs[{index}]"),
                    };
                    build.issue("invalid-value", path, "not a block of addresses");
                }
            }
        }
        cidrs
    }
}
