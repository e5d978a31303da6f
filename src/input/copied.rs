//! Fields of a cluster-wide policy that are none where they stand, although they are, or were, elsewhere: of
//! the other version, of an older one, of a proposal, of NetworkPolicy, or a matter of indentation. Says what
//! to write instead.

mod home;
mod ports;
mod write;

use super::node::{Entry, Value};
use super::report::{Path, Report, shown};
use crate::model::PolicyKind;
pub(super) use home::Home;
use home::{elsewhere, otherwise};
use ports::{
    entries_of_ports, entries_of_protocols, of_destination, of_port, of_port_number, of_protocol,
    of_transport,
};
use write::{quoted, written};

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

fn of_object(entry: &Entry) -> Option<Home> {
    Some(match &*entry.key {
        "tier" | "priority" | "subject" | "ingress" | "egress" => elsewhere("it belongs in `spec`"),
        _ => return None,
    })
}

fn of_spec(kind: PolicyKind, entry: &Entry) -> Option<Home> {
    Some(match (&*entry.key, kind) {
        ("podSelector" | "namespaceSelector", _) => return of_scope(entry, ("subject: {", "}")),
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
        _ => return None,
    })
}

/// Pods as a `NetworkPolicy` selects them; `before` and `after` are what stands around a subject or a peer.
fn of_scope(entry: &Entry, (before, after): (&str, &str)) -> Option<Home> {
    let value = written(&entry.value);
    Some(match &*entry.key {
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
        _ => return None,
    })
}

fn of_rule(entry: &Entry, direction: &str, is_cluster: bool) -> Option<Home> {
    Some(match (&*entry.key, direction) {
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
        _ => return None,
    })
}

fn of_peer(kind: PolicyKind, entry: &Entry, is_egress: bool) -> Option<Home> {
    Some(match &*entry.key {
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
        _ => return of_scope(entry, ("- ", "")),
    })
}

fn of_pods(entry: &Entry) -> Option<Home> {
    let value = &entry.value;
    Some(match &*entry.key {
        "namespaces" => {
            let inner = value.get("namespaceSelector").unwrap_or(value);
            if value.get("sameLabels").is_some() || value.get("notSameLabels").is_some() {
                return Some(otherwise(TENANTS));
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
        _ => return None,
    })
}

/// What older versions had for tenants.
const TENANTS: &str = "no version has this any more: write one policy for each tenant, with the labels of its namespaces in `subject` and in the peers";

fn of_selector(entry: &Entry, place: &str, report: &Report<'_>) -> Option<Home> {
    let value = written(&entry.value);
    Some(match (&*entry.key, place) {
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
        _ => return None,
    })
}

fn is_label(entry: &Entry) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let plain = entry.value.text().is_some_and(|it| it.bytes().all(known));
    plain || matches!(entry.value.value, Value::Int(_) | Value::Bool(_))
}
