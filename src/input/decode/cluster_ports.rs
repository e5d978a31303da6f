//! The ports of rules of cluster-wide policies: `ports` of v1alpha1, and `protocols` of what came after it.

use super::cluster_form::Form;
use super::cluster_parts::One;
use super::policy::PolicyReader;
use crate::diag::{Finding, Severity};
use crate::input::node::{Node, Value};
use crate::input::report::{Path, shown};
use crate::input::validate;
use crate::model::{Origin, PortMatch, PortTest, Ports};
use crate::net::Protocol;

const SEVERAL: &str = "write two entries, each with its own `- `";

const EVERY_PORT: &str = "leave the list out for every port and protocol";

/// An entry for a port, as an example of each form.
const PORT: &str = "write `portNumber: {protocol: TCP, port: 80}`";
const DESTINATION: &str = "write `destinationPort: {number: 80}`, or `destinationPort: {range: {start: 1, end: 65535}}` for every port";

impl PolicyReader<'_, '_> {
    /// The ports of a rule; any where it lists none.
    pub(super) fn cluster_ports(&mut self, rule: &Node, form: Form, path: &Path<'_>) -> Ports {
        let field = form.kind().ports_field();
        let Some(node) = rule.get(field) else {
            return Ports::Any;
        };
        let path = path.field(field);
        let mut listed = Vec::new();
        let items = self.some(node, form.most(), &path, EVERY_PORT);
        for (index, item) in items.iter().enumerate() {
            let path = path.index(index);
            let test = match form {
                Form::Admin | Form::Baseline => self.port_of_v1alpha1(item, &path),
                Form::Cluster => self.protocol_entry(item, &path),
            };
            // What matches nothing is told, and no entry of the rule.
            listed.extend(test.map(|test| PortMatch {
                test,
                end_port: false,
                origin: Origin::at(self.report.place.of(item)),
            }));
        }
        Ports::Listed(listed)
    }

    fn port_of_v1alpha1(&mut self, node: &Node, path: &Path<'_>) -> Option<PortTest> {
        let fields = ["portNumber", "portRange", "namedPort"];
        let (field, value) = self.one_of(node, &fields, path, (PORT, SEVERAL))?;
        let path = path.field(field);
        if field == "namedPort" {
            return self.port_name(value, &path);
        }
        if !matches!(value.value, Value::Map(_)) {
            return None;
        }
        let protocol = self.protocol(value, &path);
        if field == "portNumber" {
            let help = "write `port: 80`";
            let port = self.required(value, ("port", &["number"]), &path, help)?;
            let port = self.number(port, &path.field("port"))?;
            return Some(PortTest::Range {
                protocol: protocol?,
                first: port,
                last: port,
            });
        }
        let (first, last) = self.ends(value, &path)?;
        if first > last {
            let message =
                format!("`{path}` matches no port: it begins with {first} and ends with {last}");
            self.matches_nothing(
                value,
                message,
                &format!("write `start: {last}, end: {first}`"),
            );
            return None;
        }
        Some(PortTest::Range {
            protocol: protocol?,
            first,
            last,
        })
    }

    /// An entry of `protocols`.
    fn protocol_entry(&mut self, node: &Node, path: &Path<'_>) -> Option<PortTest> {
        let fields = ["tcp", "udp", "sctp", "destinationNamedPort"];
        let missing = "write `tcp: {destinationPort: {number: 80}}`";
        let (field, value) = self.one_of(node, &fields, path, (missing, SEVERAL))?;
        let path = path.field(field);
        let protocol = match field {
            "tcp" => Protocol::Tcp,
            "udp" => Protocol::Udp,
            "sctp" => Protocol::Sctp,
            _ => return self.port_name(value, &path),
        };
        let fields = ["destinationPort"];
        let (_, value) = self.one_of(value, &fields, &path, (DESTINATION, ""))?;
        let path = path.field("destinationPort");
        let one = self.one_of(value, &["number", "range"], &path, (DESTINATION, SEVERAL))?;
        let (first, last) = self.numbers(one, &path)?;
        Some(PortTest::Range {
            protocol,
            first,
            last,
        })
    }

    /// The first and the last port of `number` or `range`.
    fn numbers(&mut self, (field, node): One<'_>, path: &Path<'_>) -> Option<(u16, u16)> {
        let path = path.field(field);
        if field == "number" {
            let number = self.number(node, &path)?;
            return Some((number, number));
        }
        if !matches!(node.value, Value::Map(_)) {
            return None;
        }
        let (first, last) = self.ends(node, &path)?;
        if first < last {
            return Some((first, last));
        }
        let what = format!("`start` must be less than `end`, and they are {first} and {last}");
        let help = if first == last {
            format!("write `number: {first}` instead of the range")
        } else {
            format!("write `start: {last}, end: {first}`")
        };
        self.report
            .error_help("invalid-value", &path, node, &what, help);
        None
    }

    /// `start` and `end`.
    fn ends(&mut self, node: &Node, path: &Path<'_>) -> Option<(u16, u16)> {
        let mut port = |field, help: &str| {
            let node = self.required(node, (field, &[]), path, help)?;
            self.number(node, &path.field(field))
        };
        let first = port(
            "start",
            "write the first port of the range, such as `start: 8000`",
        );
        let last = port(
            "end",
            "write the last port of the range, such as `end: 8080`",
        );
        first.zip(last)
    }

    /// A container port by its name, whatever its protocol is.
    fn port_name(&mut self, node: &Node, path: &Path<'_>) -> Option<PortTest> {
        let name = node.text()?;
        if let Err(what) = validate::port_name(name) {
            let name = shown(name);
            let message = format!("`{path}` matches no port: no container port is called `{name}`");
            self.matches_nothing(node, message, &format!("write another name: {what}"));
        }
        Some(PortTest::Named {
            name: self.pool.text(name),
            protocol: None,
        })
    }

    /// What an API server takes, and no connection is.
    pub(super) fn matches_nothing(&mut self, node: &Node, message: String, help: &str) {
        let finding = Finding::warning("matches-nothing", message);
        let finding = finding.at(self.report.place.of(node), "");
        self.report.add(finding.help(help));
    }

    /// Says so where a rule names a container port beside addresses, which have none.
    pub(super) fn named_beside_addresses(&mut self, rule: &Node, form: Form, path: &Path<'_>) {
        let list = |field| rule.get(field).map_or(&[][..], Node::items);
        let field = form.named_field();
        let named = list(form.kind().ports_field())
            .iter()
            .find_map(|it| it.get(field));
        let addresses = list("to").iter().find_map(|peer| {
            let fields = ["networks", "nodes", "domainNames"];
            fields
                .iter()
                .find_map(|field| Some((*field, peer.get(field)?)))
        });
        let (Some(named), Some((other, addresses))) = (named, addresses) else {
            return;
        };
        let what =
            format!("`{field}` cannot stand in a rule with `{other}`, which have no port names");
        let finding = self
            .report
            .about(Severity::Error, "invalid-value", path, named, &what);
        let finding = finding.at(self.report.place.of(addresses), "no pods that name a port");
        let help = "write the number of the port, or two rules: one with the pods and the name, one with these and the number";
        self.report.add(finding.help(help));
    }
}
