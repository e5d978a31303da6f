//! The peers of a NetworkPolicy rule. Source: `networking/v1` `NetworkPolicyPeer`, `IPBlock` and
//! their validation (`ValidateNetworkPolicyPeer`, `ValidateIPBlock`).

use super::policy::PolicyReader;
use crate::diag::{Finding, Severity};
use crate::input::node::{Node, Value};
use crate::input::report::{Path, shown};
use crate::model::{IpBlock, NamespaceScope, Origin, Peer, PeerMatch, PeerPlace, Peers, PodScope};
use crate::net::{Cidr, CidrError, Slip};
use std::net::IpAddr;
use std::sync::Arc;

impl PolicyReader<'_, '_> {
    /// The peers at `node`; everyone where there is none, or an empty list.
    pub(super) fn peers(
        &mut self,
        node: Option<&Node>,
        namespace: &Arc<str>,
        path: &Path<'_>,
    ) -> Peers {
        let items = node.map_or(&[][..], Node::items);
        if items.is_empty() {
            return Peers::Anyone;
        }
        let mut listed = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let matches = self.peer(item, namespace, &path.index(index));
            listed.extend(matches.map(|matches| Peer {
                matches,
                place: PeerPlace::entry(index),
                origin: Origin::at(self.report.place.of(item)),
            }));
        }
        Peers::Listed(listed)
    }

    fn peer(&mut self, node: &Node, namespace: &Arc<str>, path: &Path<'_>) -> Option<PeerMatch> {
        if !node.is_null() && !matches!(node.value, Value::Map(_)) {
            return None;
        }
        let pods = node.get("podSelector");
        let namespaces = node.get("namespaceSelector");
        if let Some(block) = node.get("ipBlock") {
            if pods.or(namespaces).is_some() {
                let what = "a peer with `ipBlock` must not have a selector too";
                let help = "write two peers, each with its own `- `";
                self.report
                    .error_help("invalid-value", path, node, what, help);
                return None;
            }
            // The check against the schema has reported all else.
            if !matches!(block.value, Value::Map(_)) {
                return None;
            }
            return self
                .ip_block(block, &path.field("ipBlock"))
                .map(PeerMatch::IpBlock);
        }
        if pods.or(namespaces).is_none() {
            // What is unknown here is reported, and is what was meant to be a peer.
            let known = ["podSelector", "namespaceSelector", "ipBlock"];
            let mut fields = node.entries().iter();
            if fields.any(|entry| !known.contains(&&*entry.key)) {
                return None;
            }
            let help = "write `podSelector: {}` for all pods of the namespace, or leave the list out to match everyone";
            self.report
                .error_help("required", path, node, "must specify a peer", help);
            return None;
        }
        let scope = match namespaces {
            Some(_) => NamespaceScope::Matching(
                self.selector(namespaces, &path.field("namespaceSelector")),
            ),
            None => NamespaceScope::Named(Arc::clone(namespace)),
        };
        Some(PeerMatch::Pods(PodScope {
            namespaces: scope,
            pods: self.selector(pods, &path.field("podSelector")),
        }))
    }

    /// The block at `node`.
    pub(in crate::input) fn ip_block(&mut self, node: &Node, path: &Path<'_>) -> Option<IpBlock> {
        let (cidr_node, text) = self.required_text(node, "cidr", path)?;
        let cidr = self.cidr(cidr_node, text, &path.field("cidr"))?;
        let mut except = Vec::new();
        let path = path.field("except");
        for (index, item) in node
            .get("except")
            .map_or(&[][..], Node::items)
            .iter()
            .enumerate()
        {
            let path = path.index(index);
            let Some(hole) = self.cidr(item, item.text().unwrap_or_default(), &path) else {
                continue;
            };
            if !cidr.strictly_contains(hole) {
                let what = format!("`{hole}` is not strictly within the `cidr` {cidr}");
                let finding =
                    self.report
                        .about(Severity::Error, "except-outside-cidr", &path, item, &what);
                let finding = finding.at(
                    self.report.place.of(cidr_node),
                    "the block that it is excluded from",
                );
                self.report.add(finding.help(help_of_hole(cidr, hole)));
            }
            except.push(hole);
        }
        Some(IpBlock { cidr, except })
    }

    /// The prefix that `text`, which stands at `node`, says.
    pub(in crate::input) fn cidr(
        &mut self,
        node: &Node,
        text: &str,
        path: &Path<'_>,
    ) -> Option<Cidr> {
        match Cidr::parse(text) {
            Ok(cidr) => {
                self.tell_of_slip(cidr, node, text, path);
                Some(cidr)
            }
            Err(error) => {
                let what = format!("invalid CIDR `{}`: it {error}", shown(text));
                let finding =
                    self.report
                        .about(Severity::Error, "invalid-value", path, node, &what);
                let suffix = if text.contains(':') { "/128" } else { "/32" };
                let alone = format!("{text}{suffix}");
                self.report.add(match error {
                    CidrError::NoPrefix if Cidr::parse(&alone).is_ok() => {
                        finding.help(format!("write `{alone}` for this one address"))
                    }
                    CidrError::NoPrefix | CidrError::Address | CidrError::Prefix(_) => finding,
                });
                None
            }
        }
    }

    /// Older API servers take host bits, leading zeros and IPv4-mapped blocks, and network plugins
    /// differ in what they make of them; from 1.36 on they are refused in new objects (KEP-4858).
    fn tell_of_slip(&mut self, cidr: Cidr, node: &Node, text: &str, path: &Path<'_>) {
        let Some(slip) = Cidr::slip(text) else {
            return;
        };
        let mapped = match (slip, cidr.first()) {
            (Slip::Mapped, IpAddr::V6(first)) => {
                let length = cidr.length().checked_sub(96);
                first.to_ipv4_mapped().zip(length)
            }
            _ => None,
        };
        let what = match slip {
            Slip::Mapped => "is an IPv4-mapped IPv6 block",
            Slip::LeadingZeros => "has leading zeros, which some parsers read as octal",
            Slip::HostBits => "has bits set after its prefix",
        };
        let help = match (slip, mapped) {
            (Slip::Mapped, Some((first, length))) => {
                format!("write `{first}/{length}` if IPv4 addresses are meant")
            }
            (Slip::Mapped, None) => "write IPv4 addresses in IPv4 notation".to_owned(),
            (Slip::LeadingZeros | Slip::HostBits, _) => help_of_slip(cidr, text),
        };
        let message = format!("`{path}`: `{}` {what}", shown(text));
        let place = self.report.place.of(node);
        let finding = if self.refuses_slips {
            let label = "API servers of 1.36 and later refuse this in new objects";
            let finding = Finding::error("ambiguous-cidr", message).at(place, label);
            finding.help(format!(
                "{help}; for an older API server, add `--kubernetes-version 1.35`"
            ))
        } else {
            let label = match slip {
                Slip::Mapped => "read as IPv6 addresses".to_owned(),
                Slip::LeadingZeros | Slip::HostBits => format!("read as `{cidr}`"),
            };
            let finding = Finding::warning("ambiguous-cidr", message).at(place, label);
            finding.help(help)
        };
        self.report.add(finding);
    }
}

/// What to write instead of a block with bits set after its prefix. `10.1.2.3/0` is every address there
/// is, and whoever writes out an address hardly means that.
pub(super) fn help_of_slip(cidr: Cidr, text: &str) -> String {
    let address = text.split('/').next().and_then(|it| it.parse().ok());
    match address {
        Some(address) if cidr.length() == 0 && Cidr::host(address).first() != cidr.first() => {
            format!(
                "write `{}` for this one address, or `{cidr}` for every address",
                Cidr::host(address)
            )
        }
        Some(_) | None => format!("write `{cidr}`"),
    }
}

/// What to write instead of a hole that is not strictly within its block.
fn help_of_hole(cidr: Cidr, hole: Cidr) -> String {
    if hole == cidr || hole.strictly_contains(cidr) {
        "nothing would be left of the block: remove the peer, or write a smaller `except`"
            .to_owned()
    } else {
        format!(
            "the block does not contain these addresses: remove the entry, or write one within {cidr}"
        )
    }
}
