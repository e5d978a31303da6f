//! The ports of a NetworkPolicy rule. Source: `networking/v1` `NetworkPolicyPort` and its
//! validation (`ValidateNetworkPolicyPort`).

use super::policy::{PolicyReader, misspells};
use crate::diag::Severity;
use crate::input::node::{Node, Value};
use crate::input::report::{Path, shown};
use crate::input::validate;
use crate::model::{Origin, PortMatch, PortTest, Ports};
use crate::net::Protocol;

/// What every port must be.
const PORT_RANGE: &str = "must be between 1 and 65535";

impl PolicyReader<'_, '_> {
    /// The ports at `node`; any where there is none, or an empty list.
    pub(in crate::input) fn ports(&mut self, node: Option<&Node>, path: &Path<'_>) -> Ports {
        let items = node.map_or(&[][..], Node::items);
        if items.is_empty() {
            return Ports::Any;
        }
        let mut listed = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let test = self.port(item, &path.index(index));
            listed.extend(test.map(|test| PortMatch {
                test,
                end_port: item.get("endPort").is_some(),
                origin: Origin::at(self.report.place.of(item)),
            }));
        }
        Ports::Listed(listed)
    }

    fn port(&mut self, node: &Node, path: &Path<'_>) -> Option<PortTest> {
        let protocol = self.protocol(node, path);
        let end = node.get("endPort");
        let Some(port) = node.get("port") else {
            if let Some(end) = end.filter(|_| !misspells(node, "port")) {
                let what = "needs a `port` where the range begins";
                self.report
                    .error("invalid-value", &path.field("endPort"), end, what);
            }
            return Some(PortTest::Range {
                protocol: protocol?,
                first: 1,
                last: u16::MAX,
            });
        };
        if let Some(name) = port.text() {
            return self.named(name, port, end, protocol, path);
        }
        let first = self.number(port, &path.field("port"))?;
        let last = match end {
            Some(end) => self.end(end, first, &path.field("endPort"))?,
            None => first,
        };
        Some(PortTest::Range {
            protocol: protocol?,
            first,
            last,
        })
    }

    fn named(
        &mut self,
        name: &str,
        node: &Node,
        end: Option<&Node>,
        protocol: Option<Protocol>,
        path: &Path<'_>,
    ) -> Option<PortTest> {
        if let Some(end) = end {
            let what = "a range must begin with a port number, not a name";
            self.report
                .error("invalid-value", &path.field("endPort"), end, what);
        }
        if let Err(what) = validate::port_name(name) {
            let what = format!("invalid value `{}`: {what}", shown(name));
            let path = path.field("port");
            match name.parse::<u16>() {
                Ok(number) => {
                    let error = Severity::Error;
                    let finding = self
                        .report
                        .about(error, "invalid-value", &path, node, &what);
                    let finding = finding.help(format!("write `{number}` without quotes"));
                    self.report.add(self.report.unquote(finding, node));
                }
                Err(_) => self.report.error("invalid-value", &path, node, &what),
            }
            return None;
        }
        Some(PortTest::Named {
            name: self.pool.text(name),
            protocol: Some(protocol?),
        })
    }

    pub(super) fn number(&mut self, node: &Node, path: &Path<'_>) -> Option<u16> {
        let number = whole(node)?;
        let port = u16::try_from(number).ok().filter(|&port| port > 0);
        if port.is_none() {
            let written = self.report.written(node);
            let what = format!("invalid value `{written}`: a port {PORT_RANGE}");
            self.report.error("invalid-value", path, node, &what);
        }
        port
    }

    fn end(&mut self, node: &Node, first: u16, path: &Path<'_>) -> Option<u16> {
        let last = self.number(node, path)?;
        if last < first {
            let what =
                format!("invalid value `{last}`: must not be less than `port`, which is {first}");
            self.report.error("invalid-value", path, node, &what);
            return None;
        }
        Some(last)
    }

    /// The protocol of an entry; TCP where it names none.
    pub(super) fn protocol(&mut self, node: &Node, path: &Path<'_>) -> Option<Protocol> {
        let Some(node) = node.get("protocol") else {
            return Some(Protocol::Tcp);
        };
        let name = node.text()?;
        let protocol = Protocol::from_name(name);
        if protocol.is_none() {
            let what = format!("unknown protocol `{}`", shown(name));
            let path = path.field("protocol");
            let rule = self.meaningless();
            self.unknown_word((rule, &path, node), &what, name, &["TCP", "UDP", "SCTP"]);
        }
        protocol
    }
}

/// The whole number at `node`, where there is one.
pub(super) fn whole(node: &Node) -> Option<i64> {
    match node.value {
        Value::Int(number) => Some(number),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "`80.0` is a whole number to the API server; larger ones are refused anyway"
        )]
        Value::Float(number) if number.fract() == 0.0 => Some(number as i64),
        _ => None,
    }
}
