//! A hop as the links of ways: as which flows the policies at either end may see it.

use super::askers::Asker;
use super::clients::Clients;
use super::seen::Ends;
use super::targets::Listed;
use super::ways::leads_nowhere;
use super::{Resolved, Resolver, Wanted};
use crate::endpoint::{Door, Party};
use crate::hops::{Dialled, Hop, HopKind, Led, Place, Seen, SeenDestination, Settled};
use crate::model::{Pod, PortTest, Service, ServiceId, ServicePort};
use crate::net::{AddressSet, Family};
use crate::prove::claim::{Flows, Goal, Link, Packets, PodSet, Scope, Target, Term, These};
use crate::trace::{EndNames, Unknown};

/// Targets that policies see alike.
struct Bucket<'a> {
    seen: Seen,
    to: Vec<Target<'a>>,
    /// The ports that are dialled.
    dialled: Vec<PortTest>,
    /// Why the plugin may stop it on the way (S87).
    doubt: Option<String>,
}

impl<'a> Resolver<'a> {
    /// The links of a hop, in each way that it may go.
    pub(super) fn links(
        &self,
        asker: &Asker<'a>,
        hop: &Hop<'a>,
        wanted: Wanted<'_>,
    ) -> Resolved<Vec<Vec<Link<'a>>>> {
        let what = match hop.kind {
            HopKind::Lookup => format!("the look-up at {}", hop.destination.title),
            HopKind::Connection | HopKind::Backend | HopKind::Copy => {
                format!("the connection to {}", hop.destination.title)
            }
        };
        let flows = self.flows_of(asker, hop);
        let open = self.open(hop);
        let mut ways = match &hop.settled {
            Some(Settled::Refused(why)) => vec![vec![Link {
                refused: Some(why.clone()),
                ..Link::default()
            }]],
            // S85: it is a no for who may open nothing at all.
            _ if open.is_some() && hop.destination.is_empty() => vec![vec![Link {
                flows: vec![Flows {
                    to: vec![Target {
                        who: Term::Anyone,
                        ports: Packets::Any,
                    }],
                    ..flows
                }],
                ..Link::default()
            }]],
            Some(Settled::NotKnown(_)) | None => self.met(&flows, hop, wanted)?,
        };
        let one_of = hop.destination.one_of.as_ref();
        let absent = one_of.filter(|it| !it.is_there).map(|it| it.why.clone());
        let one_of = one_of.map(|it| it.why.clone());
        for link in ways.iter_mut().flatten() {
            link.what.clone_from(&what);
            let source = hop.source.one_of.as_ref().map(|it| it.why.clone());
            let several = open.clone().or(one_of.clone()).or(source);
            let several = several.or(asker.one_of.clone());
            link.one_of = link.one_of.take().or(several);
            link.doubt = link.doubt.take().or(open.clone()).or(absent.clone());
        }
        Ok(ways)
    }

    /// The flows of a hop, without its destinations.
    fn flows_of(&self, asker: &Asker<'a>, hop: &Hop<'a>) -> Flows<'a> {
        let others = matches!(hop.kind, HopKind::Backend | HopKind::Copy);
        // What becomes of a request beside policies is said of who asks.
        let (from, not_from) = if others && !hop.destination.is_empty() {
            (self.party(hop.source.clone(), Scope::Existing), Vec::new())
        } else {
            (asker.from.clone(), asker.not_from.clone())
        };
        Flows {
            from,
            not_from,
            ..Flows::default()
        }
    }

    /// Why it is not known what becomes of a hop, whatever the policies say.
    fn open(&self, hop: &Hop<'a>) -> Option<String> {
        if let Some(settled) = &hop.settled {
            return match settled {
                Settled::NotKnown(why) => Some(why.clone()),
                Settled::Refused(_) => None,
            };
        }
        let service = self.cluster.services.at(hop.destination.service?);
        leads_nowhere(service).then(|| {
            format!(
                "Service `{}/{}` has no selector, and its EndpointSlices, which say where it leads, \
                 are not in the input",
                service.namespace, service.name
            )
        })
    }

    /// The links of a hop that policies decide.
    fn met(
        &self,
        flows: &Flows<'a>,
        hop: &Hop<'a>,
        wanted: Wanted<'_>,
    ) -> Resolved<Vec<Vec<Link<'a>>>> {
        let (flows, party) = self.in_family(flows, &hop.destination);
        let (flows, party) = (&flows, &party);
        let door = self.translating(party);
        let listed = self.listed(party, hop.port.as_ref(), door.is_some(), wanted)?;
        let Some(door) = door else {
            let targets = listed.into_iter().map(|it| it.target);
            let to = targets.flat_map(apart_from_link_local).collect();
            let flows = vec![Flows {
                to,
                ..flows.clone()
            }];
            let link = Link {
                flows,
                ..Link::default()
            };
            return Ok(vec![vec![link]]);
        };
        let mut ways = Vec::new();
        for clients in self.clients(flows, wanted.scope) {
            ways.extend(self.through(door, &clients, &listed, party, wanted.goal));
        }
        Ok(ways)
    }

    /// Only ends of the family of the address that is dialled, and of the Service, meet (S48, S73).
    fn in_family(&self, flows: &Flows<'a>, party: &Party<'a>) -> (Flows<'a>, Party<'a>) {
        let service = party.service.map(|id| self.cluster.services.at(id));
        let dialled = party.dialled.map(Family::of);
        let family = match service.map(|it| it.families.as_slice()) {
            Some(_) if dialled.is_some() => dialled,
            Some(&[family]) => Some(family),
            Some(_) | None => None,
        };
        let Some(family) = family else {
            return (flows.clone(), party.clone());
        };
        let meets = |pod: &Pod| {
            let mut ips = pod.ips.iter().copied().map(Family::of);
            pod.ips.is_empty() || ips.any(|it| it == family)
        };
        let narrow = |term: &Term<'a>| match term {
            Term::Anyone => vec![
                Term::Pods(PodSet::default()),
                Term::Outside(AddressSet::all().only(family)),
            ],
            Term::Outside(set) => vec![Term::Outside(set.only(family))],
            Term::These(list) => {
                let fits = |these: &&These<'a>| match these {
                    These::Pod(pod) => meets(pod),
                    These::Node(_) => true,
                };
                vec![Term::These(list.iter().filter(fits).cloned().collect())]
            }
            Term::Pods(_) => vec![term.clone()],
        };
        let mut party = party.clone();
        party.pods.retain(|it| meets(&it.pod));
        let flows = Flows {
            from: flows
                .from
                .iter()
                .flat_map(narrow)
                .filter(names_some)
                .collect(),
            ..flows.clone()
        };
        (flows, party)
    }

    /// The way to a destination, where clients do not dial whoever answers.
    fn translating(&self, party: &Party<'_>) -> Option<Door> {
        let translates = match party.service {
            Some(id) => !self.cluster.services.at(id).headless && party.door != Door::Endpoints,
            None => matches!(party.door, Door::HostPort(..)),
        };
        translates.then_some(party.door)
    }

    /// The ways of some clients through a door.
    fn through(
        &self,
        door: Door,
        clients: &Clients<'a>,
        listed: &[Listed<'a>],
        party: &Party<'a>,
        goal: Goal,
    ) -> Vec<Vec<Link<'a>>> {
        let service = party.service.map(|id| (id, self.cluster.services.at(id)));
        let (buckets, passed_over) = self.buckets(door, clients, listed, service);
        if buckets.is_empty() && passed_over {
            let refused = format!(
                "{} leads to pods of one node only (`externalTrafficPolicy` or `internalTrafficPolicy: \
                 Local`), and has none there",
                party.title
            );
            return vec![vec![Link {
                refused: Some(refused),
                ..Link::default()
            }]];
        }
        let doubt = service.and_then(|it| self.doubt(it, door, clients, goal));
        let ends = Ends {
            cluster: self.cluster,
            service,
            clients,
            door,
            title: &party.title,
        };
        let ways = buckets.into_iter().map(|bucket| {
            let mut links = ends.links(&bucket.seen, bucket.to, &bucket.dialled);
            for link in &mut links {
                if bucket.seen.led == Led::Perhaps {
                    let why = match service {
                        Some((id, _)) => ends.say(&Unknown::LocalPods(id)),
                        None => ends.say(&Unknown::Node),
                    };
                    link.doubt = Some(why.clone());
                    link.one_of.get_or_insert(why);
                }
                let stopped = bucket.doubt.clone().or(doubt.clone());
                link.doubt = link.doubt.take().or(stopped);
            }
            links
        });
        ways.collect()
    }

    /// Whoever is led to, by how policies see it; and whether somebody is passed over.
    fn buckets(
        &self,
        door: Door,
        clients: &Clients<'a>,
        listed: &[Listed<'a>],
        service: Option<(ServiceId, &'a Service)>,
    ) -> (Vec<Bucket<'a>>, bool) {
        let mut buckets: Vec<Bucket<'a>> = Vec::new();
        let mut passed_over = false;
        for one in listed {
            let seen = match (service, one.port) {
                (Some((_, service)), Some(port)) => {
                    let dialled = Dialled {
                        service,
                        port,
                        door,
                    };
                    dialled.seen(self.cluster, clients.client, one.place)
                }
                _ => self.at_host_port(door, one.place),
            };
            if seen.led == Led::No {
                passed_over = true;
                continue;
            }
            let doubt = one.port.and_then(|port| self.lost(door, port, &one.target));
            let alike = |it: &&mut Bucket<'a>| it.seen == seen && it.doubt == doubt;
            match buckets.iter_mut().find(alike) {
                Some(bucket) => {
                    bucket.to.push(one.target.clone());
                    bucket.dialled.extend(one.dialled.iter().cloned());
                }
                None => buckets.push(Bucket {
                    seen,
                    to: vec![one.target.clone()],
                    dialled: one.dialled.clone(),
                    doubt,
                }),
            }
        }
        (buckets, passed_over)
    }

    /// Why it is not sure that a port of a Service leads to another port of its pods.
    fn lost(&self, door: Door, port: &ServicePort, to: &Target<'a>) -> Option<String> {
        let Packets::Some(tests) = &to.ports else {
            return None;
        };
        let entry = match (door, port.node_port) {
            (Door::NodePort(_), Some(number)) => number,
            _ => port.port,
        };
        let practice = &self.cluster.practice;
        let lost = |test: &PortTest| {
            let target = match test {
                PortTest::Range { first, .. } => *first,
                // Pods may give the name any number: another one is taken for it.
                PortTest::Named { .. } => !port.port,
            };
            practice.may_lose(port.protocol, (entry, port.port, target), true)
        };
        let habit = tests.iter().find_map(lost)?;
        Some(practice.describe(habit))
    }

    /// At a port of a node that leads to a pod the client keeps its address; which destination its
    /// own policies see hangs on whether it is on that node.
    fn at_host_port(&self, door: Door, place: Place<'_>) -> Seen {
        let (mut destinations, mut led) = (vec![SeenDestination::Backend], Led::Yes);
        if let Door::HostPort(node, number) = door {
            destinations.push(SeenDestination::Node(node, number));
            let name = &*self.cluster.nodes.at(node).name;
            led = place.is_led_to_from(Some(name));
        }
        Seen {
            destinations,
            ..Seen::plain(led)
        }
    }

    /// What leaves the way itself open for clients outside (S62).
    fn doubt(
        &self,
        (id, service): (ServiceId, &Service),
        door: Door,
        clients: &Clients<'a>,
        goal: Goal,
    ) -> Option<String> {
        let ranges = &service.outside.source_ranges;
        let balanced = |address| service.outside.balanced.contains(address);
        let filtered = matches!(&door, Door::Outside(address) if balanced(address));
        let inside = AddressSet::all();
        let sources = match &clients.outside {
            Some(outside) => outside,
            None if filtered => &inside,
            None => return None,
        };
        let names = EndNames {
            source: "the client",
            destination: &service.name,
        };
        let say = |unknown: Unknown| Some(unknown.describe(self.cluster, names));
        let by_name = matches!(door, Door::Name | Door::Inside);
        // What is refused is asked of the pods behind the Service, however they are met.
        if by_name && goal == Goal::Refused {
            return None;
        }
        if clients.outside.is_some() && (door == Door::Inside || !service.is_met_from_outside()) {
            return say(Unknown::InsideOnly(id));
        }
        let left = sources.difference(ranges);
        (!ranges.is_empty() && !left.is_empty()).then(|| say(Unknown::SourceRanges(id)))?
    }
}

/// Link-local addresses are claimed of by themselves: what policies refuse there is open (S70).
fn apart_from_link_local(target: Target<'_>) -> Vec<Target<'_>> {
    let Term::Outside(set) = &target.who else {
        return vec![target];
    };
    let local = set.intersection(&AddressSet::link_local());
    let rest = set.difference(&local);
    let parts = [local, rest].into_iter().filter(|it| !it.is_empty());
    let parts = parts.map(|part| Target {
        who: Term::Outside(part),
        ports: target.ports.clone(),
    });
    parts.collect()
}

/// Whether anybody is left of a term.
fn names_some(term: &Term<'_>) -> bool {
    match term {
        Term::Anyone | Term::Pods(_) => true,
        Term::These(list) => !list.is_empty(),
        Term::Outside(set) => !set.is_empty(),
    }
}
