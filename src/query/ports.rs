//! Which connections a question is about: a port, the ports of a Service, or all of them.

use super::Translation;
use super::member::{Member, Who};
use crate::endpoint::{AskedPort, Door, Party, PortName, Problem, service_ports};
use crate::model::{Cluster, Pod, PodNature, Policy, PortTest, Ports, Service, ServicePort};
use crate::net::Protocol;
use std::collections::{BTreeMap, BTreeSet};

/// The connections that a question is about.
#[derive(Debug)]
pub(super) enum Wanted<'a> {
    /// Any: on which ones?
    Open,
    /// One port of the destination itself.
    Port(&'a AskedPort),
    /// Ports of the Service in front of the destination; whether its endpoints are dialled, at the
    /// ports that they listen on.
    Service(&'a Service, Vec<&'a ServicePort>, bool),
}

impl<'a> Wanted<'a> {
    /// What `port` means at `party`.
    pub(super) fn of(
        cluster: &'a Cluster,
        party: &Party<'_>,
        port: Option<&'a AskedPort>,
    ) -> Result<Self, Problem> {
        match (party.service, port) {
            (Some(service), port) => {
                let service = cluster.services.at(service);
                let endpoints = party.door == Door::Endpoints;
                let listed = service_ports(service, port, &party.pods);
                // Nothing stands before the pods: they can be dialled on every port.
                match (listed, port) {
                    (Err(_), Some(asked)) if service.headless && !endpoints => {
                        Ok(Self::Port(asked))
                    }
                    (listed, _) => listed.map(|ports| Self::Service(service, ports, endpoints)),
                }
            }
            (None, Some(port)) => Ok(Self::Port(port)),
            (None, None) => Ok(Self::Open),
        }
    }

    /// Whether the question is about exactly one connection.
    pub(super) fn is_one(&self) -> bool {
        match self {
            Self::Open => false,
            Self::Port(_) => true,
            Self::Service(_, ports, _) => ports.len() == 1,
        }
    }
}

/// Told where a port number was read as the pods' own, and a Service of their name has the same
/// number and leads elsewhere.
pub(super) fn namesake_note(
    cluster: &Cluster,
    party: &Party<'_>,
    asked: Option<&AskedPort>,
) -> Option<String> {
    let service = cluster.services.at(party.namesake?);
    let PortName::Number(number) = asked?.port else {
        return None;
    };
    let port = *service_ports(service, asked, &party.pods).ok()?.first()?;
    let elsewhere = |pod: &Pod| {
        let targets = service.targets(port, pod);
        targets.iter().any(|target| *target != number)
    };
    party.pods.iter().any(|other| elsewhere(&other.pod)).then(|| {
        let through = format!("{}/svc/{}:{number}", service.namespace, service.name);
        format!("this is port {number} of the pods; `{through}` is the Service's, which leads elsewhere")
    })
}

/// Told where the port of a node was given as a port of the pods to which it leads.
pub(super) fn node_port_note(
    cluster: &Cluster,
    party: &Party<'_>,
    asked: Option<&AskedPort>,
) -> Option<String> {
    let asked = asked.filter(|_| party.service.is_none() && !party.pods.is_empty())?;
    let PortName::Number(number) = asked.port else {
        return None;
    };
    let protocol = asked.protocol.unwrap_or(Protocol::Tcp);
    let has = |pod: &Pod| pod.ports.iter().any(|it| it.port == number);
    if party.pods.iter().any(|it| has(&it.pod)) {
        return None;
    }
    let leads_here = |service: &Service| {
        let selector = service.selector.as_ref();
        party.pods.iter().any(|it| {
            let namespace = &cluster.namespaces.at(it.pod.namespace).name;
            let selects = selector.is_some_and(|selector| selector.matches(&it.pod.labels));
            *namespace == service.namespace && selects
        })
    };
    let mut services = cluster.services.rows().iter();
    services.find_map(|service| {
        let mut ports = service.ports.iter();
        let port = ports.find(|it| it.node_port == Some(number) && it.protocol == protocol)?;
        leads_here(service).then(|| {
            let through = format!("{}/svc/{}:{}", service.namespace, service.name, port.port);
            format!(
                "{number} is the node port of port {} of Service {}/{}: ask for `{through}`, or for \
                 `node/NAME:{number}`",
                port.port, service.namespace, service.name
            )
        })
    })
}

/// A connection to a member, and the Service port that leads there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Connection<'a> {
    pub(super) protocol: Protocol,
    pub(super) port: u16,
    pub(super) through: Option<&'a ServicePort>,
}

/// The connections to one member; none for an open question. Pods without the named target port
/// are not behind that Service port.
pub(super) fn connections<'a>(
    cluster: &Cluster,
    wanted: &Wanted<'a>,
    member: &Member<'_>,
) -> Result<Vec<Connection<'a>>, Problem> {
    match wanted {
        Wanted::Open => Ok(Vec::new()),
        Wanted::Port(asked) => one_port(cluster, asked, member).map(|connection| vec![connection]),
        Wanted::Service(service, ports, endpoints) => Ok(ports
            .iter()
            .filter_map(|&port| {
                let number = match &member.who {
                    Who::Pods(pods) if *endpoints => {
                        service.served(port, pods.first()?).first().copied()
                    }
                    Who::Pods(pods) => service.targets(port, pods.first()?).first().copied(),
                    Who::Node(node) => {
                        let ips = node.ips().into_iter();
                        let mut served = ips.filter_map(|ip| service.listed_at(ip, port));
                        served.next()
                    }
                    Who::Addresses(_, address) => service.listed_at(*address, port),
                };
                let through = Some(port);
                Some(Connection {
                    protocol: port.protocol,
                    port: number?,
                    through,
                })
            })
            .collect()),
    }
}

/// The port of this name on pods that are alike.
fn named_port(pods: &[&Pod], name: &str, protocol: Option<Protocol>) -> Option<(Protocol, u16)> {
    pods.first()?.named_port(name, protocol).next()
}

fn one_port<'a>(
    cluster: &Cluster,
    asked: &AskedPort,
    member: &Member<'_>,
) -> Result<Connection<'a>, Problem> {
    let through = None;
    let name = match &asked.port {
        PortName::Number(port) => {
            let protocol = asked.protocol.unwrap_or(Protocol::Tcp);
            return Ok(Connection {
                protocol,
                port: *port,
                through,
            });
        }
        PortName::Name(name) | PortName::Portless(name) => name,
    };
    let Who::Pods(pods) = &member.who else {
        return Err(
            Problem::new(format!("`{}` has no port named `{name}`", member.name))
                .help("only pods have named ports: write the number"),
        );
    };
    if let Some((protocol, port)) = named_port(pods, name, asked.protocol) {
        return Ok(Connection {
            protocol,
            port,
            through,
        });
    }
    let Some(pod) = pods.first() else {
        return Err(Problem::new(format!("no pod has a port named `{name}`")));
    };
    if pod.nature == PodNature::Hypothetical {
        return Err(
            Problem::new(format!("an imagined pod has no port named `{name}`"))
                .help("write the number"),
        );
    }
    let of = if pods.len() == 1 {
        cluster.endpoint_name(pod)
    } else {
        member.name.clone()
    };
    let problem = Problem::new(format!("`{of}` has no port named `{name}`"));
    let ports = pod.ports.iter().map(|port| match &port.name {
        Some(name) => format!("`{name}` ({}/{})", port.port, port.protocol),
        None => format!("{}/{}", port.port, port.protocol),
    });
    let ports = ports.collect::<Vec<_>>().join(", ");
    Err(if ports.is_empty() {
        problem.help("its manifest declares no ports: write the number")
    } else {
        problem.help(format!("it declares {ports}"))
    })
}

/// Where rules of `policies` can begin or cease to match as the port grows: between two of these
/// ports, all connections to `pods` are alike. Sorted, from 1.
pub(super) fn boundaries<'a>(
    policies: impl Iterator<Item = &'a Policy>,
    pods: &[&Pod],
) -> Vec<u16> {
    let mut starts = BTreeSet::from([1]);
    // Named ports are among the declared ones.
    for port in pods.iter().flat_map(|pod| pod.ports.iter()) {
        starts.insert(port.port);
        starts.extend(port.port.checked_add(1));
    }
    let rules = policies.flat_map(Policy::all_rules);
    for rule in rules {
        let Ports::Listed(entries) = &rule.ports else {
            continue;
        };
        for entry in entries {
            if let PortTest::Range { first, last, .. } = entry.test {
                starts.insert(first);
                starts.extend(last.checked_add(1));
                // Some plugins pass `endPort` over.
                starts.extend(first.checked_add(1).filter(|_| entry.end_port));
            }
        }
    }
    starts.into_iter().collect()
}

/// Adds where the Service's ports lead at one member.
pub(super) fn note_translations(
    all: &mut Vec<Translation>,
    connections: &[Connection<'_>],
    destination: &Member<'_>,
) {
    for connection in connections {
        let Some(&ServicePort { port, protocol, .. }) = connection.through else {
            continue;
        };
        let known = all
            .iter()
            .position(|other| other.port == port && other.protocol == protocol);
        let at = known.unwrap_or_else(|| {
            all.push(Translation {
                port,
                protocol,
                targets: BTreeMap::new(),
            });
            all.len() - 1
        });
        if let Some(translation) = all.get_mut(at) {
            let names = translation.targets.entry(connection.port).or_default();
            names.push(destination.name.clone());
        }
    }
}
