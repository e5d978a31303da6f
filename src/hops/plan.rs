//! From what is asked to the hops that policies judge, in order.

use super::connect::{by_name, direct, outside_name};
use super::doors::at_address;
use super::hop::{Around, Hop, Plan};
use super::names::{Asks, Meaning, Names};
use super::url::by_url;
use crate::endpoint::{Asked, AskedPort, Party, PortName, Problem, Reference, Role, resolve};
use crate::net::Protocol;
use std::sync::Arc;

/// The ways of a question.
///
/// # Errors
/// Says what names nothing, or cannot be asked.
pub fn plan<'a>(
    around: Around<'a>,
    source: &Asked,
    destination: &Asked,
) -> Result<Plan<'a>, Problem> {
    let from = resolve(
        around.cluster,
        &source.reference,
        around.namespace,
        Role::Source,
    )?;
    let port = destination.port.clone();
    match &destination.reference {
        Reference::DnsName(name) => by_name(around, from, name, port).map(Plan::one),
        Reference::Url(url) => by_url(around, from, url),
        Reference::Named {
            namespace: None,
            kind: None,
            name,
        } => bare(around, from, &destination.reference, name, port).map(Plan::one),
        reference @ (Reference::Named { .. }
        | Reference::OfKind { .. }
        | Reference::Namespace(_)
        | Reference::EveryNamespace
        | Reference::Labels { .. }
        | Reference::Selected { .. }
        | Reference::Address(_)
        | Reference::Addresses(_)
        | Reference::Internet
        | Reference::Node(_)
        | Reference::ApiServer) => {
            let by_port = match (reference, &port) {
                (Reference::Address(address), Some(asked)) => {
                    at_address(around.cluster, *address, asked)
                }
                _ => None,
            };
            let to = match by_port {
                Some(to) => to,
                None => resolve(
                    around.cluster,
                    reference,
                    around.namespace,
                    Role::Destination,
                )?,
            };
            if to.is_api_server && to.one_of.is_some() {
                return Ok(unknown_api_server(around, &from, &to, port));
            }
            Ok(Plan::one(direct(around, from, to, port)))
        }
    }
}

/// The API server that is not in the input: it listens on a port of its own, which Service
/// `default/kubernetes` translates to (S84).
fn unknown_api_server<'a>(
    around: Around<'a>,
    from: &Party<'a>,
    to: &Party<'a>,
    port: Option<AskedPort>,
) -> Plan<'a> {
    const USUAL: [u16; 2] = [6443, 443];
    let service = match &port {
        None => true,
        Some(asked) => asked.port == PortName::Number(443),
    };
    let numbers = if service { &USUAL[..] } else { &[][..] };
    let ports = numbers.iter().map(|&number| {
        Some(AskedPort {
            port: PortName::Number(number),
            protocol: Some(Protocol::Tcp),
        })
    });
    let mut ports: Vec<Option<AskedPort>> = ports.collect();
    if ports.is_empty() {
        ports.push(port);
    }
    let ways = ports.into_iter();
    let ways = ways.map(|port| direct(around, from.clone(), to.clone(), port));
    Plan {
        ways: ways.collect(),
        which:
            "on which port the API server listens is not in the input, and policies see that one"
                .to_owned(),
    }
}

/// A name that may be one of an object or of DNS.
fn bare<'a>(
    around: Around<'a>,
    from: Party<'a>,
    reference: &Reference,
    name: &Arc<str>,
    port: Option<AskedPort>,
) -> Result<Vec<Hop<'a>>, Problem> {
    let found = resolve(
        around.cluster,
        reference,
        around.namespace,
        Role::Destination,
    );
    let lower = name.to_ascii_lowercase();
    let only_pods = !from.pods.is_empty() && from.nodes.is_empty() && from.addresses.is_empty();
    match found {
        // Pods dial a Service by its name.
        Ok(to) => match to.service {
            Some(id) if only_pods && means(around, &from, &lower, &Meaning::Service(id)) => {
                by_name(around, from, &lower, port)
            }
            _ => Ok(direct(around, from, to, port)),
        },
        Err(problem) => {
            let names = Names::of(around);
            let meant = from.pods.first().map(|it| names.look_up(&it.pod, &lower));
            let is_name =
                meant.is_some_and(|found| found.meaning.is_inside() || may_be_outside(name));
            let pods = from.pods.iter();
            let asks_others = pods.clone().any(|it| Asks::of(&it.pod) != Asks::Cluster);
            let on_a_node = !from.nodes.is_empty() && may_be_outside(name);
            if is_name || asks_others || on_a_node {
                return by_name(around, from, &lower, port);
            }
            // The name of a load balancer is known outside, too.
            let balanced = outside_name(around, &from, &lower);
            if balanced.service.is_some() {
                return Ok(direct(around, from, balanced, port));
            }
            Err(problem)
        }
    }
}

/// Whether a name means this to all pods of a party.
fn means(around: Around<'_>, from: &Party<'_>, name: &str, what: &Meaning) -> bool {
    let names = Names::of(around);
    let mut pods = from.pods.iter();
    pods.all(|it| {
        let found = names.look_up(&it.pod, name);
        found.meaning == *what
            || found
                .aliases
                .iter()
                .any(|id| Meaning::Service(*id) == *what)
    })
}

/// Whether somebody outside may have such a name: with a dot, and no number at its end, which only
/// addresses have.
fn may_be_outside(name: &str) -> bool {
    let last = name.rsplit_once('.').map(|(_, last)| last);
    last.is_some_and(|last| !last.bytes().all(|byte| byte.is_ascii_digit()))
}
