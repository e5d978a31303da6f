//! Ports of cluster-wide policies as another version, a proposal or NetworkPolicy has them, and what to write
//! instead.

use super::super::node::{Entry, Node, Value};
use super::super::report::shown;
use super::home::{Home, elsewhere, otherwise};
use super::write::{LONGEST, written};

/// An entry of `ports` in v1alpha1.
pub(super) fn of_port(entry: &Entry) -> Option<Home> {
    Some(match &*entry.key {
        "port" | "protocol" | "endPort" | "number" => otherwise(
            "write `portNumber: {protocol: TCP, port: 80}`, or `portRange: {protocol: TCP, start: 8000, end: 8080}`",
        ),
        "start" | "end" => elsewhere("it belongs in `portRange`"),
        "tcp" | "udp" | "sctp" => {
            let entry = port_of_v1alpha1(&entry.key, &entry.value);
            otherwise(match entry {
                Some(entry) => format!("write `{entry}`"),
                None => "write `portNumber: {protocol: TCP, port: 80}`".to_owned(),
            })
        }
        "destinationNamedPort" => {
            otherwise(format!("write `namedPort: {}`", written(&entry.value)))
        }
        _ => return None,
    })
}

pub(super) fn of_port_number(entry: &Entry, is_range: bool) -> Option<Home> {
    Some(match (&*entry.key, is_range) {
        ("number", false) => otherwise(format!("write `port: {}`", written(&entry.value))),
        ("endPort" | "end" | "start", false) => {
            otherwise("write `portRange: {protocol: TCP, start: 8000, end: 8080}`")
        }
        ("port", true) => otherwise(format!("write `start: {}`", written(&entry.value))),
        ("endPort", true) => otherwise(format!("write `end: {}`", written(&entry.value))),
        _ => return None,
    })
}

/// An entry of `protocols`.
pub(super) fn of_protocol(entry: &Entry) -> Option<Home> {
    let value = &entry.value;
    Some(match &*entry.key {
        "destinationPort" => elsewhere(format!(
            "it belongs in the protocol: write `- tcp: {{destinationPort: {}}}`, or indent it below `tcp:`",
            written(value)
        )),
        "port" | "protocol" | "endPort" | "number" | "range" => otherwise(
            "write `tcp: {destinationPort: {number: 80}}`, or `tcp: {destinationPort: {range: {start: 8000, end: 8080}}}`",
        ),
        "portNumber" | "portRange" => {
            let entry = transport(value);
            otherwise(match entry {
                Some(entry) => format!("write `{entry}`"),
                None => "write `tcp: {destinationPort: {number: 80}}`".to_owned(),
            })
        }
        "namedPort" => otherwise(format!("write `destinationNamedPort: {}`", written(value))),
        key if key.eq_ignore_ascii_case("icmp") => otherwise(
            "remove the entry: a rule can name TCP, UDP and SCTP; one without `protocols` is about every protocol, ICMP too",
        ),
        "TCP" | "UDP" | "SCTP" => otherwise(format!("write `{}`", entry.key.to_lowercase())),
        _ => return None,
    })
}

pub(super) fn of_transport(entry: &Entry) -> Option<Home> {
    let value = written(&entry.value);
    Some(match &*entry.key {
        "port" | "number" | "destPort" => {
            otherwise(format!("write `destinationPort: {{number: {value}}}`"))
        }
        "range" | "portRange" => otherwise(format!("write `destinationPort: {{range: {value}}}`")),
        "destinationNamedPort" | "namedPort" => otherwise(format!(
            "write `- destinationNamedPort: {value}` without a protocol: it is that of the container port"
        )),
        _ => return None,
    })
}

pub(super) fn of_destination(entry: &Entry) -> Option<Home> {
    let value = written(&entry.value);
    Some(match &*entry.key {
        "port" | "portNumber" => otherwise(format!("write `number: {value}`")),
        "start" | "end" => {
            elsewhere("it belongs in `range`: write `range: {start: 8000, end: 8080}`")
        }
        "portRange" => otherwise(format!("write `range: {value}`")),
        "namedPort" | "name" => otherwise(format!(
            "write an entry `- destinationNamedPort: {value}` instead of this one"
        )),
        _ => return None,
    })
}

/// The same ports as entries of `protocols`.
pub(super) fn entries_of_protocols(list: &Node) -> Option<String> {
    let entry = |node: &Node| match (node.get("portNumber"), node.get("portRange")) {
        (Some(of), _) | (None, Some(of)) => transport(of),
        (None, None) => match node.get("namedPort") {
            Some(name) => Some(format!("destinationNamedPort: {}", written(name))),
            None => transport(node),
        },
    };
    entries(list, entry)
}

/// The same ports as entries of `ports`.
pub(super) fn entries_of_ports(list: &Node) -> Option<String> {
    entries(list, |node| match node.entries() {
        [only] if &*only.key == "destinationNamedPort" => {
            Some(format!("namedPort: {}", written(&only.value)))
        }
        [only] => port_of_v1alpha1(&only.key, &only.value),
        _ => None,
    })
}

fn entries(list: &Node, entry: impl Fn(&Node) -> Option<String>) -> Option<String> {
    let items = list.items();
    let all: Option<Vec<String>> = items
        .iter()
        .map(|it| Some(format!("{{{}}}", entry(it)?)))
        .collect();
    let text = format!("[{}]", all.filter(|all| !all.is_empty())?.join(", "));
    (text.len() <= LONGEST).then_some(text)
}

/// `tcp: {destinationPort: {number: 80}}` of a protocol and ports as v1alpha1 and NetworkPolicy have them.
fn transport(node: &Node) -> Option<String> {
    let protocol = match node.get("protocol") {
        None => "tcp".to_owned(),
        Some(protocol) => protocol.text()?.to_lowercase(),
    };
    if !["tcp", "udp", "sctp"].contains(&&*protocol) {
        return None;
    }
    let number = |field| match node.get(field)?.value {
        Value::Int(number) => Some(number),
        _ => None,
    };
    if let Some(name) = node.text_of("port") {
        return Some(format!("destinationNamedPort: {}", shown(name)));
    }
    let first = number("start").or(number("port"))?;
    Some(match number("end").or(number("endPort")) {
        Some(last) if last != first => {
            format!("{protocol}: {{destinationPort: {{range: {{start: {first}, end: {last}}}}}}}")
        }
        Some(_) | None => format!("{protocol}: {{destinationPort: {{number: {first}}}}}"),
    })
}

/// `portNumber: {protocol: TCP, port: 80}` of an entry of `protocols`.
fn port_of_v1alpha1(protocol: &str, node: &Node) -> Option<String> {
    let protocol = protocol.to_uppercase();
    if !["TCP", "UDP", "SCTP"].contains(&&*protocol) {
        return None;
    }
    let port = node.get("destinationPort")?;
    if let Some(number) = port.get("number") {
        let number = written(number);
        return Some(format!(
            "portNumber: {{protocol: {protocol}, port: {number}}}"
        ));
    }
    let range = port.get("range")?;
    let (start, end) = (written(range.get("start")?), written(range.get("end")?));
    Some(format!(
        "portRange: {{protocol: {protocol}, start: {start}, end: {end}}}"
    ))
}
