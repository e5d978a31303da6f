//! Whom an intent names as destination, and on which ports.

use super::words::asked_in_words;
use super::{Resolved, Resolver, Unresolved, Wanted};
use crate::endpoint::{AskedPort, Party, PartyPod, Problem, Role, service_ports};
use crate::hops::Place;
use crate::intent::{Entry, IntentPort, Who};
use crate::model::{Pod, PortTest, Service, ServiceId, ServicePort, TargetPort};
use crate::net::{AddressSet, Protocol};
use crate::prove::claim::{Packets, PodSet, Scope, Target, Term, These};
use crate::selector::Selector;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Some of those behind a destination, on one of the ports that lead there.
pub(super) struct Listed<'a> {
    pub(super) target: Target<'a>,
    /// The port of the Service, where there is one.
    pub(super) port: Option<&'a ServicePort>,
    /// The port as it is dialled.
    pub(super) dialled: Vec<PortTest>,
    /// Where they are.
    pub(super) place: Place<'a>,
}

impl<'a> Resolver<'a> {
    /// The targets of an entry that clients dial themselves or by the address of a Service inside.
    pub(super) fn target(
        &self,
        entry: &Entry,
        wanted: Wanted<'_>,
    ) -> Resolved<(Vec<Target<'a>>, String)> {
        let (terms, word) = self.term(entry, Role::Destination, wanted.scope)?;
        let Who::Named(asked) = &entry.who else {
            let ports = packets(None, wanted.ports);
            return Ok((on_ports(terms, &ports), word));
        };
        let port = asked.port.as_ref();
        let word = word + &port.map_or(String::new(), asked_in_words);
        let party = self.party_of_service(asked).filter(|_| !is_portless(port));
        let Some(party) = party else {
            return Ok((on_ports(terms, &packets(port, wanted.ports)), word));
        };
        let listed = self.listed(&party, port, false, wanted)?;
        Ok((listed.into_iter().map(|it| it.target).collect(), word))
    }

    /// Those behind a destination, by port; by where they are, too, if the way hangs on that.
    pub(super) fn listed(
        &self,
        party: &Party<'a>,
        asked: Option<&AskedPort>,
        by_place: bool,
        wanted: Wanted<'_>,
    ) -> Resolved<Vec<Listed<'a>>> {
        let Some(id) = party.service else {
            let ports = packets(asked, wanted.ports);
            let dialled = match &ports {
                Packets::Some(tests) => tests.clone(),
                Packets::Any | Packets::AllBut(_) => Vec::new(),
            };
            let targets = on_ports(self.party(party.clone(), wanted.scope), &ports);
            let place = party
                .pods
                .first()
                .map_or(Place::NotKnown, |it| place(&it.pod));
            let place = self.kept(place);
            return Ok(targets
                .into_iter()
                .map(|target| Listed {
                    target,
                    port: None,
                    dialled: dialled.clone(),
                    place,
                })
                .collect());
        };
        let mut all = Vec::new();
        for port in self.wanted_ports(id, asked, wanted)? {
            let service = self.cluster.services.at(id);
            let found = match &service.selector {
                Some(selector) => selected((service, selector), port, party, wanted.scope),
                None => Self::by_endpoints(service, port, party),
            };
            for (test, these) in found {
                let who = match these {
                    // One that could be created could be on whichever node.
                    Behind::Set(set) => vec![(Place::Everywhere, Term::Pods(set))],
                    Behind::Outside(set) => vec![(Place::NotKnown, Term::Outside(set))],
                    Behind::These(list) if by_place => self.by_place(list),
                    Behind::These(list) => vec![(Place::NotKnown, Term::These(list))],
                };
                all.extend(who.into_iter().map(|(place, who)| Listed {
                    target: Target {
                        who,
                        ports: Packets::Some(vec![test.clone()]),
                    },
                    port: Some(port),
                    dialled: vec![one(port.protocol, port.port)],
                    place,
                }));
            }
        }
        Ok(all)
    }

    /// Whoever the endpoints of a Service are, by their own ports.
    fn by_endpoints(
        service: &Service,
        port: &ServicePort,
        party: &Party<'a>,
    ) -> Vec<(PortTest, Behind<'a>)> {
        let mut these: BTreeMap<u16, Vec<These<'a>>> = BTreeMap::new();
        for it in &party.pods {
            if let Some(number) = service.targets(port, &it.pod).first() {
                let list = these.entry(*number).or_default();
                list.push(These::Pod(it.pod.clone()));
            }
        }
        for &end in &party.nodes {
            let ips = end.ips().into_iter();
            let mut served = ips.filter_map(|ip| service.listed_at(ip, port));
            if let Some(number) = served.next() {
                these.entry(number).or_default().push(These::Node(end));
            }
        }
        let mut outside: BTreeMap<u16, Vec<IpAddr>> = BTreeMap::new();
        for endpoint in &service.endpoints {
            if party.addresses.contains(endpoint.address)
                && let Some(number) = service.listed_at(endpoint.address, port)
            {
                outside.entry(number).or_default().push(endpoint.address);
            }
        }
        let these = these
            .into_iter()
            .map(|(number, list)| (number, Behind::These(list)));
        let outside = outside
            .into_iter()
            .map(|(number, list)| (number, Behind::Outside(AddressSet::from_hosts(list))));
        let test = |(number, who)| (one(port.protocol, number), who);
        these.chain(outside).map(test).collect()
    }

    /// Pods and nodes by where they are.
    fn by_place(&self, list: Vec<These<'a>>) -> Vec<(Place<'a>, Term<'a>)> {
        let mut places: Vec<(Place<'a>, Vec<These<'a>>)> = Vec::new();
        for these in list {
            let place = match &these {
                These::Pod(pod) => self.kept(place(pod)),
                These::Node(_) => Place::NotKnown,
            };
            match places.iter_mut().find(|(other, _)| *other == place) {
                Some((_, list)) => list.push(these),
                None => places.push((place, vec![these])),
            }
        }
        let places = places.into_iter();
        places
            .map(|(place, list)| (place, Term::These(list)))
            .collect()
    }

    /// The same place by the name of its node in the input.
    fn kept(&self, place: Place<'_>) -> Place<'a> {
        match place {
            Place::On(name) => {
                let pods = self.cluster.pods.rows().iter();
                let mut nodes = pods.filter_map(|pod| pod.node.as_deref());
                nodes
                    .find(|it| *it == name)
                    .map_or(Place::NotKnown, Place::On)
            }
            Place::Everywhere => Place::Everywhere,
            Place::NotKnown => Place::NotKnown,
        }
    }

    /// The ports of a Service that a claim means.
    fn wanted_ports(
        &self,
        id: ServiceId,
        asked: Option<&AskedPort>,
        wanted: Wanted<'_>,
    ) -> Resolved<Vec<&'a ServicePort>> {
        let service = self.cluster.services.at(id);
        let unresolved = |problem| Unresolved {
            problem,
            origin: wanted.origin,
        };
        let mut found = service_ports(service, asked, &[]).map_err(unresolved)?;
        if asked.is_none() && !wanted.ports.is_empty() {
            found.retain(|port| wanted.ports.iter().any(|it| means(&it.test, port)));
        }
        if found.is_empty() {
            let problem = Problem::new(format!(
                "Service `{}/{}` has none of these ports",
                service.namespace, service.name
            ));
            let ports = service.ports.iter();
            let ports = ports.map(|port| format!("{}/{}", port.port, port.protocol));
            let list = ports.collect::<Vec<_>>().join(", ");
            return Err(unresolved(problem.help(if list.is_empty() {
                "it has no ports at all".to_owned()
            } else {
                format!("it has {list}")
            })));
        }
        Ok(found)
    }
}

/// Who is behind a port of a Service.
enum Behind<'a> {
    /// Pods that could be created.
    Set(PodSet),
    /// Pods and nodes of the input.
    These(Vec<These<'a>>),
    /// Addresses of nobody in the input.
    Outside(AddressSet),
}

/// The pods that a Service selects.
fn selected<'a>(
    (service, selector): (&Service, &Selector),
    port: &ServicePort,
    party: &Party<'a>,
    scope: Scope,
) -> Vec<(PortTest, Behind<'a>)> {
    let test = match &port.target {
        _ if service.headless => one(port.protocol, port.port),
        TargetPort::Number(number) => one(port.protocol, *number),
        TargetPort::Named(name) => PortTest::Named {
            name: Arc::clone(name),
            protocol: Some(port.protocol),
        },
    };
    let mut found = Vec::new();
    // Every pod that could be created behind it, too.
    if scope == Scope::Any {
        let set = PodSet {
            namespace: Some(Arc::clone(&service.namespace)),
            namespace_selector: None,
            pod_selector: Some(selector.clone()),
        };
        found.push((test.clone(), Behind::Set(set)));
    }
    // A pod without a port of the target's name is no endpoint of it, and nobody is led there.
    let serves = |it: &&PartyPod<'a>| !service.targets(port, &it.pod).is_empty();
    let mut pods: Vec<&PartyPod<'a>> = party.pods.iter().filter(serves).collect();
    if pods.is_empty() {
        pods.extend(&party.pods);
    }
    if !pods.is_empty() {
        let pods = pods.into_iter().map(|it| These::Pod(it.pod.clone()));
        found.push((test, Behind::These(pods.collect())));
    }
    found
}

/// Where a pod is.
fn place(pod: &Pod) -> Place<'_> {
    match &pod.node {
        Some(node) => Place::On(node),
        None if pod.per_node => Place::Everywhere,
        None => Place::NotKnown,
    }
}

/// Whether an entry of `ports` means a port of a Service.
fn means(test: &PortTest, port: &ServicePort) -> bool {
    match test {
        PortTest::Range {
            protocol,
            first,
            last,
        } => *protocol == port.protocol && (*first..=*last).contains(&port.port),
        PortTest::Named { name, protocol } => {
            let fits = protocol.is_none_or(|protocol| protocol == port.protocol);
            fits && port.name.as_ref() == Some(name)
        }
    }
}

fn one(protocol: Protocol, port: u16) -> PortTest {
    PortTest::Range {
        protocol,
        first: port,
        last: port,
    }
}

fn on_ports<'a>(terms: Vec<Term<'a>>, ports: &Packets) -> Vec<Target<'a>> {
    let target = |who| Target {
        who,
        ports: ports.clone(),
    };
    terms.into_iter().map(target).collect()
}

fn is_portless(asked: Option<&AskedPort>) -> bool {
    asked.is_some_and(|asked| asked.test().is_err())
}

/// The packets of a destination that is no Service.
fn packets(asked: Option<&AskedPort>, ports: &[IntentPort]) -> Packets {
    if let Some(asked) = asked {
        return asked
            .test()
            .map_or(Packets::Any, |test| Packets::Some(vec![test]));
    }
    if ports.is_empty() {
        return Packets::Any;
    }
    Packets::Some(ports.iter().map(|port| port.test.clone()).collect())
}
