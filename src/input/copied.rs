//! Fields of a cluster-wide policy that are none where they stand, although they are, or were, elsewhere: of
//! the other version, of an older one, of a proposal, of NetworkPolicy, or a matter of indentation. Says what
//! to write instead.

use super::node::{Entry, Node, Value};
use super::report::{Path, Report, shown};
use crate::model::PolicyKind;

/// What to say of a field that is none where it stands.
pub(super) enum Home {
    /// It belongs elsewhere in the policy.
    Elsewhere(String),
    /// It is written in another way.
    Otherwise(String),
}

/// How long what is to be written may be in a message.
const LONGEST: usize = 160;

/// Says what to write instead of a field; nothing where it is known in no way.
pub(super) fn home(
    kind: PolicyKind,
    entry: &Entry,
    parent: &Path<'_>,
    report: &Report<'_>,
) -> Option<Home> {
    let place = match (parent.last_field(), parent.list()) {
        (Some(field), _) => field,
        (None, Some(list)) => list,
        (None, None) => "",
    };
    let is_cluster = kind == PolicyKind::ClusterNetworkPolicy;
    match (place, parent.list().is_some()) {
        ("", _) => of_object(entry),
        ("spec", false) => of_spec(kind, entry),
        ("subject", false) => of_scope(entry, ("subject: {", "}")),
        ("ingress" | "egress", true) => of_rule(entry, place, is_cluster),
        ("from" | "to", true) => of_peer(kind, entry, place == "to"),
        ("ports", true) => of_port(entry),
        ("protocols", true) => of_protocol(entry),
        ("portNumber" | "portRange", false) => of_port_number(entry, place == "portRange"),
        ("tcp" | "udp" | "sctp", false) => of_transport(entry),
        ("destinationPort", false) => of_destination(entry),
        ("pods", false) => of_pods(entry),
        ("namespaces" | "namespaceSelector" | "podSelector" | "nodes", false) => {
            of_selector(entry, place, report)
        }
        _ => None,
    }
}

fn elsewhere(help: impl Into<String>) -> Option<Home> {
    Some(Home::Elsewhere(help.into()))
}

fn otherwise(help: impl Into<String>) -> Option<Home> {
    Some(Home::Otherwise(help.into()))
}

fn of_object(entry: &Entry) -> Option<Home> {
    match &*entry.key {
        "tier" | "priority" | "subject" | "ingress" | "egress" => elsewhere("it belongs in `spec`"),
        _ => None,
    }
}

fn of_spec(kind: PolicyKind, entry: &Entry) -> Option<Home> {
    match (&*entry.key, kind) {
        ("podSelector" | "namespaceSelector", _) => of_scope(entry, ("subject: {", "}")),
        ("namespaces" | "pods", _) => elsewhere(format!(
            "it belongs in `subject`: write `subject: {{{}: …}}`",
            entry.key
        )),
        ("policyTypes", _) => otherwise("remove it: a direction without rules is left alone"),
        ("tier", PolicyKind::BaselineAdminNetworkPolicy) => {
            otherwise("remove it, or write a ClusterNetworkPolicy of v1alpha2, which has tiers")
        }
        ("tier", _) => otherwise(
            "remove it: an AdminNetworkPolicy is in the Admin tier; or write a ClusterNetworkPolicy of v1alpha2, which has tiers",
        ),
        ("priority", _) => otherwise(
            "remove it: a cluster has one BaselineAdminNetworkPolicy; or write a ClusterNetworkPolicy of v1alpha2 with `tier: Baseline`",
        ),
        ("from" | "ports" | "protocols" | "action", _) => {
            elsewhere("it belongs in a rule of `ingress` or `egress`")
        }
        ("to", _) => elsewhere("it belongs in a rule of `egress`"),
        _ => None,
    }
}

/// Pods as NetworkPolicies select them; `before` and `after` are what stands around a subject or a peer.
fn of_scope(entry: &Entry, (before, after): (&str, &str)) -> Option<Home> {
    let value = written(&entry.value);
    match &*entry.key {
        "podSelector" => otherwise(format!(
            "write `{before}pods: {{namespaceSelector: {{}}, podSelector: {value}}}{after}` for such pods of every namespace"
        )),
        "namespaceSelector" => otherwise(format!("write `{before}namespaces: {value}{after}`")),
        "namespacedPods" | "namespaceAndPodSelector" => otherwise(format!(
            "write `{before}pods: {{namespaceSelector: …, podSelector: …}}{after}`"
        )),
        "matchLabels" | "matchExpressions" => elsewhere(format!(
            "it belongs in a selector: write `{before}namespaces: {{{}: {value}}}{after}` for the namespaces with these labels",
            entry.key
        )),
        _ => None,
    }
}

fn of_rule(entry: &Entry, direction: &str, is_cluster: bool) -> Option<Home> {
    match (&*entry.key, direction) {
        ("to", "ingress") => elsewhere(
            "an ingress rule lists in `from` who connects; if connections to these peers are meant, it belongs in a rule of `egress`",
        ),
        ("from", "egress") => elsewhere(
            "an egress rule lists in `to` whom the pods connect to; if connections from these peers are meant, it belongs in a rule of `ingress`",
        ),
        ("ports", _) if is_cluster => {
            let entries = entries_of_protocols(&entry.value);
            otherwise(match entries {
                Some(entries) => format!("write `protocols: {entries}`"),
                None => "write `protocols: [{tcp: {destinationPort: {number: 80}}}]`".to_owned(),
            })
        }
        ("protocols", _) if !is_cluster => {
            let entries = entries_of_ports(&entry.value);
            otherwise(match entries {
                Some(entries) => format!("write `ports: {entries}`"),
                None => "write `ports: [{portNumber: {protocol: TCP, port: 80}}]`".to_owned(),
            })
        }
        ("priority", _) => elsewhere(
            "it belongs in `spec`: the rules of a policy have the order in which they are written",
        ),
        (
            "namespaces" | "pods" | "networks" | "nodes" | "domainNames" | "namespaceSelector"
            | "podSelector" | "ipBlock",
            _,
        ) => {
            let peers = if direction == "ingress" { "from" } else { "to" };
            elsewhere(format!("it belongs in an entry of `{peers}`"))
        }
        ("port" | "protocol" | "portNumber" | "portRange" | "namedPort", _) if !is_cluster => {
            elsewhere(
                "it belongs in an entry of `ports`: write `ports: [{portNumber: {protocol: TCP, port: 80}}]`",
            )
        }
        ("tcp" | "udp" | "sctp" | "destinationPort" | "destinationNamedPort", _) if is_cluster => {
            elsewhere(
                "it belongs in an entry of `protocols`: write `protocols: [{tcp: {destinationPort: {number: 80}}}]`",
            )
        }
        _ => None,
    }
}

fn of_peer(kind: PolicyKind, entry: &Entry, is_egress: bool) -> Option<Home> {
    match &*entry.key {
        "networks" | "nodes" | "domainNames" if !is_egress => otherwise(
            "ingress rules of cluster-wide policies match pods alone: write `namespaces` or `pods`; a NetworkPolicy can let in from addresses, with `ipBlock`",
        ),
        "domainNames" if kind == PolicyKind::BaselineAdminNetworkPolicy => otherwise(
            "a BaselineAdminNetworkPolicy has none: write a ClusterNetworkPolicy of v1alpha2 with `tier: Baseline`",
        ),
        "ipBlock" | "cidr" if is_egress => {
            let block = &entry.value;
            let cidr = block.text().or(block.text_of("cidr"));
            let holes = block.get("except").is_some();
            let help = format!(
                "write `networks: [{}]`",
                shown(cidr.unwrap_or("10.0.0.0/8"))
            );
            otherwise(if holes {
                format!("{help}; for the addresses in `except` write a rule before this one")
            } else {
                help
            })
        }
        "ipBlock" | "cidr" => otherwise(
            "ingress rules of cluster-wide policies match pods alone: write `namespaces` or `pods`; a NetworkPolicy can let in from addresses",
        ),
        _ => of_scope(entry, ("- ", "")),
    }
}

/// An entry of `ports` in v1alpha1.
fn of_port(entry: &Entry) -> Option<Home> {
    match &*entry.key {
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
        _ => None,
    }
}

fn of_port_number(entry: &Entry, is_range: bool) -> Option<Home> {
    match (&*entry.key, is_range) {
        ("number", false) => otherwise(format!("write `port: {}`", written(&entry.value))),
        ("endPort" | "end" | "start", false) => {
            otherwise("write `portRange: {protocol: TCP, start: 8000, end: 8080}`")
        }
        ("port", true) => otherwise(format!("write `start: {}`", written(&entry.value))),
        ("endPort", true) => otherwise(format!("write `end: {}`", written(&entry.value))),
        _ => None,
    }
}

/// An entry of `protocols`.
fn of_protocol(entry: &Entry) -> Option<Home> {
    let value = &entry.value;
    match &*entry.key {
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
        _ => None,
    }
}

fn of_transport(entry: &Entry) -> Option<Home> {
    let value = written(&entry.value);
    match &*entry.key {
        "port" | "number" | "destPort" => {
            otherwise(format!("write `destinationPort: {{number: {value}}}`"))
        }
        "range" | "portRange" => otherwise(format!("write `destinationPort: {{range: {value}}}`")),
        "destinationNamedPort" | "namedPort" => otherwise(format!(
            "write `- destinationNamedPort: {value}` without a protocol: it is that of the container port"
        )),
        _ => None,
    }
}

fn of_destination(entry: &Entry) -> Option<Home> {
    let value = written(&entry.value);
    match &*entry.key {
        "port" | "portNumber" => otherwise(format!("write `number: {value}`")),
        "start" | "end" => {
            elsewhere("it belongs in `range`: write `range: {start: 8000, end: 8080}`")
        }
        "portRange" => otherwise(format!("write `range: {value}`")),
        "namedPort" | "name" => otherwise(format!(
            "write an entry `- destinationNamedPort: {value}` instead of this one"
        )),
        _ => None,
    }
}

fn of_pods(entry: &Entry) -> Option<Home> {
    let value = &entry.value;
    match &*entry.key {
        "namespaces" => {
            let inner = value.get("namespaceSelector").unwrap_or(value);
            if value.get("sameLabels").is_some() || value.get("notSameLabels").is_some() {
                return otherwise(TENANTS);
            }
            otherwise(format!("write `namespaceSelector: {}`", written(inner)))
        }
        "pods" => {
            let inner = value.get("podSelector").unwrap_or(value);
            otherwise(format!("write `podSelector: {}`", written(inner)))
        }
        "matchLabels" | "matchExpressions" => elsewhere(format!(
            "it belongs in a selector: write `podSelector: {{{}: {}}}`",
            entry.key,
            written(value)
        )),
        _ => None,
    }
}

/// What older versions had for tenants.
const TENANTS: &str = "no version has this any more: write one policy for each tenant, with the labels of its namespaces in `subject` and in the peers";

fn of_selector(entry: &Entry, place: &str, report: &Report<'_>) -> Option<Home> {
    let value = written(&entry.value);
    match (&*entry.key, place) {
        ("namespaceSelector", "namespaces") => {
            otherwise(format!("write the selector itself: `namespaces: {value}`"))
        }
        ("podSelector", "namespaces") => otherwise(format!(
            "write `pods: {{namespaceSelector: …, podSelector: {value}}}` instead of `namespaces`"
        )),
        ("sameLabels" | "notSameLabels" | "self" | "notSelf", "namespaces") => otherwise(TENANTS),
        _ if is_label(entry) && report.spaced_key(entry).is_none() => elsewhere(format!(
            "labels belong under `matchLabels`: write `matchLabels: {{{}: {}}}`",
            shown(&entry.key),
            quoted(&entry.value)
        )),
        _ => None,
    }
}

fn is_label(entry: &Entry) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let plain = entry.value.text().is_some_and(|it| it.bytes().all(known));
    plain || matches!(entry.value.value, Value::Int(_) | Value::Bool(_))
}

/// A label's value, which must be text.
fn quoted(node: &Node) -> String {
    match &node.value {
        Value::Int(number) => format!("\"{number}\""),
        Value::Bool(value) => format!("\"{value}\""),
        _ => written(node),
    }
}

/// The same ports as entries of `protocols`.
fn entries_of_protocols(list: &Node) -> Option<String> {
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
fn entries_of_ports(list: &Node) -> Option<String> {
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

/// A value as YAML on one line; `…` where it is too long for a message.
fn written(node: &Node) -> String {
    let mut text = String::new();
    if write(node, &mut text).is_some() {
        text
    } else {
        "…".to_owned()
    }
}

fn write(node: &Node, text: &mut String) -> Option<()> {
    match &node.value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(&value.to_string()),
        Value::Int(number) => text.push_str(&number.to_string()),
        Value::Float(number) => text.push_str(&number.to_string()),
        Value::String(value) => text.push_str(&plain(value)),
        Value::Seq(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                write(item, text)?;
            }
            text.push(']');
        }
        Value::Map(entries) => {
            text.push('{');
            for (index, entry) in entries.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                text.push_str(&plain(&entry.key));
                text.push_str(": ");
                write(&entry.value, text)?;
            }
            text.push('}');
        }
    }
    (text.len() <= LONGEST).then_some(())
}

/// Text as it may stand in YAML: in quotes, unless it is a plain word.
fn plain(text: &str) -> String {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    let begins = text
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic());
    let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let is_word = words.contains(&&*text.to_lowercase());
    if begins && !is_word && text.bytes().all(known) {
        text.to_owned()
    } else {
        format!(
            "\"{}\"",
            shown(text).replace('\\', "\\\\").replace('"', "\\\"")
        )
    }
}
