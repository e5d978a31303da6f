//! A hop as the links of ways: as which flows the policies at either end may see it.

use super::askers::Asker;
use super::clients::Clients;
use super::family::{in_family, may_have};
use super::seen::Ends;
use super::targets::Listed;
use super::{Resolved, Resolver, Wanted};
use crate::endpoint::{Door, Party};
use crate::hops::{
    Admits, Dialled, Hop, HopKind, Led, Seen, Settled, admits, at_host_port, kept_out, lets_past,
    met_over, unsaid,
};
use crate::model::{PortTest, Says, Service, ServiceId, ServicePort};
use crate::net::AddressSet;
use crate::prove::claim::{Flows, Goal, Link, Packets, Scope, Target, Term};
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
            Some(Settled::Refused(why)) => refused(why.clone()),
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
        unsaid(service)
    }

    /// The links of a hop that policies decide.
    fn met(
        &self,
        flows: &Flows<'a>,
        hop: &Hop<'a>,
        wanted: Wanted<'_>,
    ) -> Resolved<Vec<Vec<Link<'a>>>> {
        let (flows, party) = match self.over_its_families(flows, &hop.destination) {
            Ok(left) => left,
            Err(why) => return Ok(refused(why)),
        };
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

    /// Whom the families leave over which a destination is met. Or why nobody is left.
    fn over_its_families(
        &self,
        flows: &Flows<'a>,
        to: &Party<'a>,
    ) -> Result<(Flows<'a>, Party<'a>), String> {
        let mut met = met_over(self.cluster, to)?;
        if met.len() > 1 {
            let dials = |family| {
                let mut from = flows.from.iter();
                from.any(|term| may_have(term, family))
            };
            met.retain(|family| dials(*family));
        }
        match *met.as_slice() {
            [family] if to.service.is_some() => in_family((flows, to), family),
            _ => Ok((flows.clone(), to.clone())),
        }
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
            return refused(format!(
                "{} leads to pods of one node only (`externalTrafficPolicy` or `internalTrafficPolicy: \
                 Local`), and has none there",
                party.title
            ));
        }
        let doubt = match service.map(|it| self.doubt(it, door, clients, goal)) {
            Some(Err(why)) => return refused(why),
            Some(Ok(doubt)) => doubt,
            None => None,
        };
        let ends = Ends {
            cluster: self.cluster,
            service,
            clients,
            door,
            title: &party.title,
            dialled: party.dialled,
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
                _ => match door {
                    Door::HostPort(node, number) => {
                        at_host_port(self.cluster, (node, number), clients.client, one.place)
                    }
                    Door::Name
                    | Door::Inside
                    | Door::Outside(_)
                    | Door::Balancer
                    | Door::Endpoints
                    | Door::NodePort(_) => Seen::plain(Led::Yes),
                },
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

    /// What leaves the way itself open (S62). Or why it lets nobody in.
    fn doubt(
        &self,
        (id, service): (ServiceId, &Service),
        door: Door,
        clients: &Clients<'a>,
        goal: Goal,
    ) -> Result<Option<String>, String> {
        let by_name = matches!(door, Door::Name | Door::Inside);
        // What is refused is asked of the pods behind the Service, however they are met.
        let passed = lets_past(self.cluster, service) != Says::No;
        if by_name && goal == Goal::Refused && clients.outside.is_some() && !passed {
            return Ok(None);
        }
        let outside = clients.outside.as_ref();
        let unknown = match admits(service, door, outside.is_some(), outside) {
            Admits::All => return Ok(None),
            Admits::Nobody => return Err(kept_out(service)),
            Admits::OnlyInside => Unknown::InsideOnly(id),
            Admits::Ranges => Unknown::SourceRanges(id),
        };
        let names = EndNames {
            source: "the client",
            destination: &service.name,
        };
        Ok(Some(unknown.describe(self.cluster, names)))
    }
}

/// One way that nobody takes.
fn refused<'a>(why: String) -> Vec<Vec<Link<'a>>> {
    vec![vec![Link {
        refused: Some(why),
        ..Link::default()
    }]]
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
