//! Claims about destinations that are met by a way of hops ([`crate::hops`]): by a name that has to
//! be looked up, a port of a node, an address of a Service outside, a URL.

use super::askers::Asker;
use super::found::Found;
use super::words::asked_in_words;
use super::{Resolved, Resolver, Unresolved, Wanted};
use crate::endpoint::{Asked, AskedPort, Door, Party, PortName, Reference, Role, resolve};
use crate::hops::{Admits, Around, HopKind, admits, lets_past, plan, unsaid};
use crate::intent::{self, Entry, IntentPort, Who};
use crate::model::{Habit, Origin, PortTest, Says};
use crate::prove::claim::{Goal, Kind, Link, Scope, Target, Term, Way};

impl<'a> Resolver<'a> {
    /// Whether clients are not simply those of a Service: it is met over one IP family (S73), or need
    /// not be met from there, so that nothing is surely let through, or past policies (S62). Nor are they where the
    /// plugin may stop what goes through a Service (S87).
    pub(super) fn is_doubted(&self, entry: &Entry, from: &[Term<'a>], goal: Goal) -> bool {
        let outside = |term: &Term<'_>| matches!(term, Term::Anyone | Term::Outside(_));
        let Who::Named(asked) = &entry.who else {
            return false;
        };
        let Some(party) = self.party_of_service(asked) else {
            return false;
        };
        let limited = [Habit::SctpPorts, Habit::ServicePorts];
        let may_stop = limited.iter().any(|it| !self.cluster.practice.does(*it));
        if goal == Goal::LetThrough && may_stop && party.service.is_some() {
            return true;
        }
        let from_outside = from.iter().any(outside);
        let mut services = party
            .service
            .into_iter()
            .map(|id| self.cluster.services.at(id));
        services.any(|service| {
            let open = !service.headless && admits(service, party.door, true, None) != Admits::All;
            let of_family = service.families.len() == 1 || party.dialled.is_some();
            let passed = lets_past(self.cluster, service) != Says::No;
            of_family
                || (from_outside && passed)
                || (from_outside && goal == Goal::LetThrough && open)
        })
    }

    /// Where hops begin.
    pub(super) fn around(&self) -> Around<'a> {
        Around {
            cluster: self.cluster,
            settings: self.settings,
            namespace: self.namespace,
        }
    }

    /// Whether clients dial an entry themselves, or by the address of a Service inside, without a
    /// name that has to be looked up.
    pub(super) fn is_direct(&self, entry: &Entry, ports: &[IntentPort]) -> bool {
        let Who::Named(asked) = &entry.who else {
            return true;
        };
        if let Some(id) = self.party_of_service(asked).and_then(|it| it.service) {
            let service = self.cluster.services.at(id);
            if service.alias().is_some() || unsaid(service).is_some() {
                return false;
            }
        }
        match &asked.reference {
            Reference::Namespace(_)
            | Reference::EveryNamespace
            | Reference::Labels { .. }
            | Reference::Selected { .. } => true,
            Reference::DnsName(_) | Reference::Url(_) => false,
            Reference::Named {
                namespace: None,
                kind: None,
                ..
            } if self.party_of_service(asked).is_some() || !self.is_known(asked) => false,
            Reference::Named { .. }
            | Reference::OfKind { .. }
            | Reference::Address(_)
            | Reference::Addresses(_)
            | Reference::Internet
            | Reference::Node(_)
            | Reference::ApiServer => {
                let each = self.each_port(asked, ports);
                each.iter().all(|it| self.is_plain(it))
            }
        }
    }

    fn is_known(&self, asked: &Asked) -> bool {
        let role = Role::Destination;
        resolve(self.cluster, &asked.reference, self.namespace, role).is_ok()
    }

    fn is_plain(&self, asked: &Asked) -> bool {
        let source = Asked {
            reference: Reference::Internet,
            port: None,
        };
        let Ok(plan) = plan(self.around(), &source, asked) else {
            return true;
        };
        let [way] = plan.ways.as_slice() else {
            return false;
        };
        let [hop] = way.as_slice() else {
            return false;
        };
        let to = &hop.destination;
        let inside_local = to
            .service
            .is_some_and(|id| self.cluster.services.at(id).inside_local);
        hop.settled.is_none() && to.one_of.is_none() && is_dialled(to) && !inside_local
    }

    /// The ways from entries to an entry that is not dialled directly, and that in words.
    pub(super) fn ways(
        &self,
        from: &[Entry],
        to: &Entry,
        wanted: Wanted<'_>,
    ) -> Resolved<(Found<'a>, String)> {
        let Who::Named(asked) = &to.who else {
            return Ok((Found::default(), String::new()));
        };
        let mut found = Found::default();
        let mut title = String::new();
        for entry in from {
            for asked in self.each_port(asked, wanted.ports) {
                let wanted = Wanted {
                    origin: to.origin,
                    ..wanted
                };
                let askers = self.askers(entry, &asked, wanted.scope);
                let askers = askers.map_err(|it| Unresolved {
                    origin: to.origin,
                    ..it
                })?;
                for asker in &askers {
                    title = self.ways_of(asker, wanted, &mut found)?;
                }
            }
        }
        let port = asked.port.as_ref().map_or(String::new(), asked_in_words);
        Ok((found, title + &port))
    }

    /// The ways of some who ask, and how to call where they lead.
    fn ways_of(
        &self,
        asker: &Asker<'a>,
        wanted: Wanted<'_>,
        found: &mut Found<'a>,
    ) -> Resolved<String> {
        let several = asker.plan.ways.len() > 1;
        for hops in &asker.plan.ways {
            let mut ways = vec![Way {
                links: Vec::new(),
                one_of: several.then(|| asker.plan.which.clone()),
            }];
            for hop in hops {
                let links = self.links(asker, hop, wanted)?;
                ways = crossed(&ways, &links);
                found.note(hop, wanted.scope);
            }
            found.ways.extend(ways);
        }
        let hops = || asker.plan.ways.iter().flatten();
        let url = hops().find_map(|hop| hop.url.clone());
        let last = hops().next_back().map(|hop| hop.destination.title.clone());
        Ok(url.or(last).unwrap_or_default())
    }

    /// What is asked, once for each port where these are of a node and may lead elsewhere.
    fn each_port(&self, asked: &Asked, ports: &[IntentPort]) -> Vec<Asked> {
        let numbers = ports.iter().map(|port| match &port.test {
            PortTest::Range {
                protocol,
                first,
                last,
            } if first == last => Some((*protocol, *first)),
            PortTest::Range { .. } | PortTest::Named { .. } => None,
        });
        let numbers: Option<Vec<_>> = numbers.collect();
        let of_node = matches!(asked.reference, Reference::Node(_))
            || (matches!(asked.reference, Reference::Address(_))
                && self.party_of_service(asked).is_none());
        match numbers {
            Some(numbers) if of_node && asked.port.is_none() && !numbers.is_empty() => {
                let each = numbers.into_iter().map(|(protocol, number)| Asked {
                    reference: asked.reference.clone(),
                    port: Some(AskedPort {
                        port: PortName::Number(number),
                        protocol: Some(protocol),
                    }),
                });
                each.collect()
            }
            _ => vec![asked.clone()],
        }
    }

    /// Whom a claim is about that is no more than its flows: those that clients dial themselves. Else
    /// it is open, and why.
    pub(super) fn ends(&self, flows: &intent::Flows, scope: Scope) -> Resolved<Ends<'a>> {
        let wanted = Wanted {
            goal: Goal::Refused,
            scope,
            ports: &flows.ports,
            origin: Origin::default(),
        };
        let (mut to, mut words) = (Vec::new(), Vec::new());
        for entry in &flows.to {
            let (targets, word) = match &entry.who {
                Who::Named(asked) if !self.is_direct(entry, &flows.ports) => {
                    let wanted = Wanted {
                        origin: entry.origin,
                        ..wanted
                    };
                    match self.end(asked, wanted)? {
                        Ok(found) => found,
                        Err(why) => {
                            let words = format!("connections to {}", words.join(" or "));
                            return Ok(Err((Kind::Open(why), words)));
                        }
                    }
                }
                Who::Anyone | Who::AnyPod | Who::Named(_) | Who::Pods(_) | Who::Block(_) => {
                    self.target(entry, wanted)?
                }
            };
            to.extend(targets);
            words.push(word);
        }
        Ok(Ok((to, words.join(" or "))))
    }

    /// Who is met at the end of the way; why that is open.
    fn end(
        &self,
        asked: &Asked,
        wanted: Wanted<'_>,
    ) -> Resolved<Result<(Vec<Target<'a>>, String), String>> {
        let source = Asked {
            reference: Reference::Internet,
            port: None,
        };
        let plan = plan(self.around(), &source, asked).map_err(|problem| Unresolved {
            problem,
            origin: wanted.origin,
        })?;
        let hops = plan.ways.into_iter().flatten();
        let mut hops = hops.filter(|it| it.kind != HopKind::Lookup);
        let hop = match (hops.next(), hops.next()) {
            (Some(hop), None) if hop.settled.is_none() && is_dialled(&hop.destination) => hop,
            _ => {
                return Ok(Err(
                    "which flows such a claim is about hangs on the way: claim `allowed` or `denied`,                      or name the pods"
                        .to_owned(),
                ));
            }
        };
        if let Some(one_of) = &hop.destination.one_of {
            return Ok(Err(one_of.why.clone()));
        }
        let listed = self.listed(&hop.destination, hop.port.as_ref(), false, wanted)?;
        let targets = listed.into_iter().map(|it| it.target).collect();
        let port = asked.port.as_ref().map_or(String::new(), asked_in_words);
        Ok(Ok((targets, hop.destination.title + &port)))
    }
}

/// The targets of a claim in words; or the claim where it is open.
type Ends<'a> = Result<(Vec<Target<'a>>, String), (Kind<'a>, String)>;

/// Each way with each of the links that may come next.
fn crossed<'a>(ways: &[Way<'a>], next: &[Vec<Link<'a>>]) -> Vec<Way<'a>> {
    let longer = ways.iter().flat_map(|way| {
        next.iter().map(|links| Way {
            links: way.links.iter().chain(links).cloned().collect(),
            one_of: way.one_of.clone(),
        })
    });
    longer.collect()
}

/// Whether clients dial whoever answers, or a Service by its address inside.
fn is_dialled(to: &Party<'_>) -> bool {
    match to.door {
        Door::Name | Door::Inside | Door::Endpoints => true,
        Door::Outside(_) | Door::Balancer | Door::NodePort(_) | Door::HostPort(..) => false,
    }
}
