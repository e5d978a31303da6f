//! A connection through a Service as the policies at either end see it, each for itself: those of
//! the client another destination, those of the pod another source ([`crate::hops::Seen`]).

use super::clients::Clients;
use crate::endpoint::Door;
use crate::hops::{Seen, SeenDestination, SeenSource};
use crate::model::{Cluster, Direction, NodeId, PortTest, Service, ServiceId};
use crate::net::AddressSet;
use crate::prove::claim::{Flows, Link, Packets, Target, Term, These};
use crate::trace::{EndNames, Unknown};
use std::net::IpAddr;

/// The ends of connections that are led alike.
pub(super) struct Ends<'e, 'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) service: Option<(ServiceId, &'a Service)>,
    pub(super) clients: &'e Clients<'a>,
    pub(super) door: Door,
    pub(super) title: &'e str,
    /// The address that is dialled, where one is.
    pub(super) dialled: Option<IpAddr>,
}

impl<'a> Ends<'_, 'a> {
    /// What is not known, in words.
    pub(super) fn say(&self, unknown: &Unknown) -> String {
        let names = EndNames {
            source: "the client",
            destination: self.title,
        };
        unknown.describe(self.cluster, names)
    }

    /// The links of connections to targets that are seen so.
    pub(super) fn links(
        &self,
        seen: &Seen,
        to: Vec<Target<'a>>,
        dialled: &[PortTest],
    ) -> Vec<Link<'a>> {
        let plain = seen.is_plain();
        // Who is outside and names the Service, and none of its addresses, is taken to be seen as who
        // it is, which is said; unless a plugin may let it past the policies.
        let passed = seen.sources.contains(&SeenSource::Passed);
        let outside = self.clients.outside.is_some() && !passed;
        let by_name = outside && matches!(self.door, Door::Name | Door::Inside);
        if plain || by_name {
            let flows = vec![self.flows(to)];
            return vec![Link {
                flows,
                ..Link::default()
            }];
        }
        let mut links = vec![self.outgoing(seen, &to, dialled)];
        if seen.sources != [SeenSource::Passed] {
            links.push(self.incoming(seen, &to));
        }
        links
    }

    fn flows(&self, to: Vec<Target<'a>>) -> Flows<'a> {
        Flows {
            from: self.clients.from.clone(),
            not_from: self.clients.not_from.clone(),
            to,
            ..Flows::default()
        }
    }

    /// A node at the address that is dialled, or at each of its addresses.
    fn node(&self, node: NodeId) -> Vec<These<'a>> {
        let ends = self.cluster.node_ends_at(node, self.dialled);
        ends.into_iter().map(These::Node).collect()
    }

    /// What the policies of the client see.
    fn outgoing(&self, seen: &Seen, to: &[Target<'a>], dialled: &[PortTest]) -> Link<'a> {
        let mut targets = Vec::new();
        let mut foreign = AddressSet::none();
        for destination in &seen.destinations {
            match *destination {
                SeenDestination::Backend => targets.extend(to.iter().cloned()),
                SeenDestination::Node(node, number) => targets.push(Target {
                    who: Term::These(self.node(node)),
                    ports: Packets::Some(at(dialled, number)),
                }),
                SeenDestination::Address(address) => {
                    let set = AddressSet::from_hosts([address]);
                    foreign = foreign.union(&set);
                    targets.push(Target {
                        who: Term::Outside(set),
                        ports: Packets::Some(dialled.to_vec()),
                    });
                }
                SeenDestination::Anywhere => targets.push(Target {
                    who: Term::Outside(not_local()),
                    ports: Packets::Some(dialled.to_vec()),
                }),
            }
        }
        let several =
            seen.destinations.len() > 1 || seen.destinations == [SeenDestination::Anywhere];
        let why = self
            .service
            .map_or(Unknown::Node, |(id, _)| Unknown::OutsideDoor(id));
        Link {
            flows: vec![self.flows(targets)],
            lens: Some(Box::new(self.lens(Direction::Egress, &foreign))),
            one_of: several.then(|| self.say(&why)),
            ..Link::default()
        }
    }

    /// What the policies of the pod see.
    fn incoming(&self, seen: &Seen, to: &[Target<'a>]) -> Link<'a> {
        let (mut flows, mut foreign) = (Vec::new(), AddressSet::none());
        for source in &seen.sources {
            let set = match *source {
                SeenSource::Client => {
                    flows.push(self.flows(to.to_vec()));
                    continue;
                }
                // Then the policies are not asked, which is no flow of theirs.
                SeenSource::Passed => {
                    continue;
                }
                SeenSource::Node(node) => self.of_node(node),
                SeenSource::Any => {
                    let nodes = self.cluster.nodes.ids().map(|id| self.of_node(id));
                    AddressSet::union_of(nodes.chain([not_local()]))
                }
            };
            let own = self.cluster.nodes.rows().iter().flat_map(|it| &it.ips);
            let own = AddressSet::from_hosts(own.copied());
            foreign = foreign.union(&set.intersection(&own));
            flows.push(Flows {
                from: vec![Term::Outside(set)],
                to: to.to_vec(),
                ..Flows::default()
            });
        }
        let open = [SeenSource::Any, SeenSource::Passed];
        let several = seen.sources.len() > 1 || seen.sources.iter().any(|it| open.contains(it));
        let by_habit = seen.habits.first().copied().map(Unknown::Habit);
        let why = by_habit.unwrap_or_else(|| {
            let service = self.service;
            service.map_or(Unknown::Node, |(id, _)| Unknown::RewrittenSource(id))
        });
        Link {
            flows,
            lens: Some(Box::new(self.lens(Direction::Ingress, &foreign))),
            may_bypass: seen.sources.contains(&SeenSource::Passed),
            one_of: several.then(|| self.say(&why)),
            ..Link::default()
        }
    }

    /// The addresses of a node; all, where they are not in the input.
    fn of_node(&self, node: NodeId) -> AddressSet {
        let ips = &self.cluster.nodes.at(node).ips;
        if ips.is_empty() {
            return not_local();
        }
        AddressSet::from_hosts(ips.iter().copied())
    }

    /// The cluster as the policies of one direction see it: `foreign` addresses are nobody's in it.
    fn lens(&self, direction: Direction, foreign: &AddressSet) -> Cluster {
        let mut cluster = self.cluster.clone();
        for (_, policy) in cluster.policies.iter_mut() {
            match direction {
                Direction::Egress => policy.ingress = None,
                Direction::Ingress => policy.egress = None,
            }
        }
        let keep = |ip: &IpAddr| !foreign.contains(*ip);
        for (_, node) in cluster.nodes.iter_mut() {
            node.ips.retain(keep);
        }
        for (_, service) in cluster.services.iter_mut() {
            service.outside.addresses.retain(keep);
        }
        cluster
    }
}

/// A port of a node over the protocols that are dialled.
fn at(dialled: &[PortTest], number: u16) -> Vec<PortTest> {
    let tests = dialled.iter().filter_map(|test| match test {
        PortTest::Range { protocol, .. } => Some(PortTest::Range {
            protocol: *protocol,
            first: number,
            last: number,
        }),
        PortTest::Named { .. } => None,
    });
    tests.collect()
}

/// Every address but those that never leave a pod or a node.
fn not_local() -> AddressSet {
    let local = AddressSet::link_local().union(&AddressSet::loopback());
    AddressSet::all().difference(&local)
}
