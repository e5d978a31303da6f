//! `networks` and `domainNames` of cluster-wide policies. Each network and each name is a peer of its own.
//!
//! Sources: the patterns and sets of the custom resource definitions, and `isCIDR` of the API server's
//! expressions, which is stricter than what blocks of a `NetworkPolicy` are held against: it reads the text with Go's
//! `netip.ParsePrefix`, and takes no IPv4-mapped IPv6.

use super::cluster_form::MOST_PARTS;
use super::policy::PolicyReader;
use super::policy_peers::help_of_slip;
use crate::diag::{Finding, Severity};
use crate::input::node::Node;
use crate::input::report::{Path, shown};
use crate::input::validate;
use crate::model::{IpBlock, Origin, Peer, PeerList, PeerMatch, PeerPlace};
use crate::net::{Cidr, DomainPattern, Slip};
use std::collections::HashMap;

/// How many characters a CIDR may have.
const LONGEST_CIDR: usize = 43;

impl PolicyReader<'_, '_> {
    /// One peer for each of the networks of an entry of `to`.
    pub(super) fn networks(
        &mut self,
        (entry, node): (usize, &Node),
        path: &Path<'_>,
        peers: &mut Vec<Peer>,
    ) {
        let help = "write at least one, such as `networks: [10.0.0.0/8]`";
        for (index, item, text) in self.texts(node, path, help) {
            let cidr = self.network(item, text, &path.index(index));
            peers.extend(cidr.map(|cidr| Peer {
                matches: PeerMatch::IpBlock(IpBlock {
                    cidr,
                    except: Vec::new(),
                }),
                place: PeerPlace::part(entry, PeerList::Networks, index),
                origin: Origin::at(self.report.place.of(item)),
            }));
        }
    }

    /// One peer for each of the names of an entry of `to`.
    pub(super) fn domain_names(
        &mut self,
        (entry, node): (usize, &Node),
        path: &Path<'_>,
        peers: &mut Vec<Peer>,
    ) {
        let help = "write at least one, such as `domainNames: [\"*.example.com\"]`";
        for (index, item, text) in self.texts(node, path, help) {
            if let Err(what) = validate::domain_pattern(text) {
                let what = format!("invalid domain name `{}`: {what}", shown(text));
                let help = help_of_name(text);
                let path = path.index(index);
                self.report
                    .error_help("invalid-value", &path, item, &what, help);
                continue;
            }
            if text.parse::<std::net::IpAddr>().is_ok() {
                let message = format!(
                    "`{}` is an address, and no name leads to it",
                    path.index(index)
                );
                self.matches_nothing(item, message, &help_of_name(text));
            }
            peers.push(Peer {
                matches: PeerMatch::DomainName(DomainPattern::new(text)),
                place: PeerPlace::part(entry, PeerList::DomainNames, index),
                origin: Origin::at(self.report.place.of(item)),
            });
        }
    }

    /// The texts of a set, with their indexes.
    fn texts<'n>(
        &mut self,
        node: &'n Node,
        path: &Path<'_>,
        help: &str,
    ) -> Vec<(usize, &'n Node, &'n str)> {
        let mut texts = Vec::new();
        let mut first: HashMap<&str, &Node> = HashMap::new();
        let items = self.some(node, MOST_PARTS, path, help);
        for (index, item) in items.iter().enumerate() {
            let path = path.index(index);
            if item.is_null() {
                self.null_item(item, &path, "text");
            }
            let Some(text) = item.text() else {
                continue;
            };
            if let Some(first) = first.get(text) {
                let what = format!("`{}` stands here twice", shown(text));
                let error = Severity::Error;
                let finding = self
                    .report
                    .about(error, "invalid-value", &path, item, &what);
                let finding = finding.at(self.report.place.of(first), "first here");
                self.report.add(finding.help("remove one of the two"));
                continue;
            }
            first.insert(text, item);
            texts.push((index, item, text));
        }
        texts
    }

    fn network(&mut self, node: &Node, text: &str, path: &Path<'_>) -> Option<Cidr> {
        if text.chars().count() > LONGEST_CIDR {
            let what = "must not be longer than 43 characters";
            let help = "write the address in its short form, such as `fd00::/8`";
            self.report
                .error_help("invalid-value", path, node, what, help);
            return None;
        }
        let refused = |what: &str, help: String| {
            let what = format!("invalid CIDR `{}`: it {what}", shown(text));
            self.report
                .error_help("invalid-value", path, node, &what, help);
            None
        };
        let cidr = match Cidr::parse(text) {
            Ok(cidr) => cidr,
            Err(_) if text.contains('%') => {
                return refused("has a zone", "remove what begins with `%`".to_owned());
            }
            // It says what to write.
            Err(_) => return self.cidr(node, text, path),
        };
        match Cidr::slip(text) {
            None => Some(cidr),
            Some(Slip::LeadingZeros) => refused("has leading zeros", format!("write `{cidr}`")),
            Some(Slip::Mapped) => refused(
                "is an IPv4-mapped IPv6 block",
                "write IPv4 addresses in IPv4 notation".to_owned(),
            ),
            Some(Slip::HostBits) => {
                let message = format!("`{path}`: `{text}` has bits set after its prefix");
                let finding = Finding::warning("ambiguous-cidr", message);
                let label = format!("read as `{cidr}`");
                let finding = finding.at(self.report.place.of(node), label);
                self.report.add(finding.help(help_of_slip(cidr, text)));
                Some(cidr)
            }
        }
    }
}

/// What to write instead of a name that is none.
fn help_of_name(text: &str) -> String {
    if Cidr::parse(text).is_ok() || text.parse::<std::net::IpAddr>().is_ok() {
        return "write addresses as `networks`".to_owned();
    }
    match text {
        "*" => "write `networks: [0.0.0.0/0, \"::/0\"]` for every destination".to_owned(),
        _ => "write a name with at least two labels, such as `api.example.com`, or `*.example.com` for every name below that".to_owned(),
    }
}
