//! One connection of the way: every pair of different ends, judged by `trace`.
//!
//! Cost: pairs of members (pods that policies cannot tell apart) times the connections asked
//! about; never pairs of pods.

use super::about::is_subject;
use super::answer::{Leg, Looks, Mode, Pair, Refusal, Side, Standing, of_one, overall};
use super::checked::checked;
use super::cost::afford;
use super::ends::several_addresses;
use super::ends::within_the_pod;
use super::member::{Member, Mentioned, members, representatives, shared};
use super::plugins::{lets_ping, named};
use super::ports::{
    Connection, Wanted, boundaries, connections, namesake_note, node_port_note, note_translations,
};
use super::sealed::sealed;
use super::sides::side;
use super::sight::{Judged, Sight};
use super::summary::summary;
use super::traces::opened;
use super::translated::translated;
use super::ways::{Way, Ways};
use crate::endpoint::{AskedPort, Cuts, Door, Party, PortName};
use crate::hops::{Hop, HopKind, Led, Settled, narrow_to_families, node_port, nowhere};
use crate::model::{Cluster, Habit, Policy, PolicyId, ServicePort};
use crate::net::{AddressSet, Family, Protocol};
use crate::trace::{Endpoint, Exemption, Flow, Trace, Unknown, Verdict, trace_itself_over};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// Judges a hop. Every definite verdict of `trace` is held against the compiler's.
///
/// # Errors
/// [`Refusal`] says why it cannot be judged, or that netpolc has a bug.
pub(super) fn judge(cluster: &Cluster, hop: Hop<'_>, mode: Mode) -> Result<Leg, Refusal> {
    let Hop {
        kind,
        mut source,
        mut destination,
        port,
        settled,
        because,
        needs,
        name,
        url,
    } = hop;
    within_the_pod(&mut source, &destination)?;
    let mut narrowed = narrow_to_families(cluster, &mut source, &mut destination);
    let settled = match narrowed.refused.take() {
        Some(why) => Some(Settled::Refused(why)),
        None => settled,
    };
    let nobody = source.is_empty() || destination.is_empty();
    let asking = Asking::new(cluster, (&source, &destination), &narrowed.families);
    let mut leg = match (&settled, port.as_ref().map(|asked| &asked.port)) {
        (Some(how), _) if nobody => asking.settled(how, mode),
        (_, Some(PortName::Portless(protocol))) => asking.of_other_protocol(protocol, mode)?,
        _ => asking.answer(port.as_ref(), mode)?,
    };
    // What is refused whatever else is so stays refused.
    if let (Some(how), false) = (settled, leg.verdict == Verdict::Deny && !nobody) {
        let (verdict, why) = match how {
            Settled::Refused(why) => (Verdict::Deny, why),
            Settled::NotKnown(why) => (Verdict::Undecided, why),
        };
        leg.verdict = verdict;
        leg.nowhere = Some(why);
        leg.pairs.clear();
    }
    leg.kind = kind;
    leg.because = because;
    leg.needs = needs;
    leg.asked_name = name;
    leg.asked_url = url;
    leg.notes.extend(narrowed.note);
    Ok(leg)
}

/// A question whose ends were found.
struct Asking<'a> {
    cluster: &'a Cluster,
    source: &'a Party<'a>,
    destination: &'a Party<'a>,
    /// The policies that have a say at either end.
    policies: Vec<&'a Policy>,
    /// The Service that translates what is asked about.
    sight: Option<Sight<'a>>,
    /// The IP family over which it is met, where that is one.
    family: Option<Family>,
}

impl<'a> Asking<'a> {
    fn new(
        cluster: &'a Cluster,
        (source, destination): (&'a Party<'a>, &'a Party<'a>),
        families: &'a [Family],
    ) -> Self {
        let mut ids: BTreeSet<PolicyId> = BTreeSet::new();
        // Pods of one workload mostly have the same labels: these are looked at once.
        let mut seen = HashSet::new();
        for member in source.pods.iter().chain(&destination.pods) {
            let pod = &member.pod;
            if !seen.insert((pod.namespace, pod.host_network, &pod.labels)) {
                continue;
            }
            let over = cluster.policies_over(pod.namespace);
            ids.extend(
                over.filter(|(_, policy)| is_subject(cluster, policy, pod))
                    .map(|(id, _)| id),
            );
        }
        let policies = ids.into_iter().map(|id| cluster.policies.at(id)).collect();
        Self {
            cluster,
            source,
            destination,
            policies,
            sight: Sight::of(cluster, destination, families),
            family: match families {
                [only] => Some(*only),
                _ => None,
            },
        }
    }

    /// An answer without pairs yet.
    fn blank(&self, mode: Mode) -> Leg {
        let notes = self.source.notes.iter().chain(&self.destination.notes);
        Leg {
            kind: HopKind::Connection,
            verdict: Verdict::Undecided,
            mode,
            source: self.source.title.clone(),
            destination: self.destination.title.clone(),
            one_connection: false,
            pairs: Vec::new(),
            translations: Vec::new(),
            nowhere: nowhere(
                self.cluster,
                self.destination,
                self.source.is_empty() || self.destination.is_empty(),
            ),
            one_of: None,
            because: Vec::new(),
            needs: None,
            asked_name: None,
            asked_url: None,
            left_out: Vec::new(),
            notes: notes.cloned().collect(),
        }
    }

    fn answer(&self, port: Option<&AskedPort>, mode: Mode) -> Result<Leg, Refusal> {
        let mut answer = self.blank(mode);
        if answer.nowhere.is_some() {
            return Ok(sealed(self.cluster, self.source, answer));
        }
        let wanted = Wanted::of(self.cluster, self.destination, port)?;
        answer.one_connection = wanted.is_one();
        answer
            .notes
            .extend(namesake_note(self.cluster, self.destination, port));
        answer
            .notes
            .extend(node_port_note(self.cluster, self.destination, port));
        let cuts = self.cuts();
        let by_node = self.nodes_matter();
        let pods = self.source.pods.iter().chain(&self.destination.pods);
        let mentioned = Mentioned::of(self.cluster, pods, &self.policies);
        let tell = (&cuts, &mentioned);
        let sources = members(self.cluster, self.source, tell, by_node);
        let destinations = members(self.cluster, self.destination, tell, by_node);
        afford(
            (self.cluster, &self.policies),
            (&sources, &destinations),
            &wanted,
        )?;
        let mut ways = Ways::default();
        for destination in &destinations {
            let connections = connections(self.cluster, &wanted, destination)?;
            if connections.is_empty() && !matches!(wanted, Wanted::Open) {
                continue;
            }
            note_translations(&mut answer.translations, &connections, destination);
            for (place, source) in sources.iter().enumerate() {
                let Some(found) = self.pair(source, destination, &connections)? else {
                    continue;
                };
                let own = found.own;
                ways.add(place, found);
                if !own {
                    let pair = self.to_itself(source, destination, &connections);
                    ways.itself.extend(pair);
                }
            }
        }
        answer.pairs = ways.pairs(self.sight.as_ref());
        if answer.pairs.is_empty() {
            answer.nowhere = Some(format!(
                "no pod behind `{}` has the port that it leads to",
                self.destination.title
            ));
            return Ok(sealed(self.cluster, self.source, answer));
        }
        let verdicts = || answer.pairs.iter().map(|pair| pair.verdict);
        answer.verdict = overall(verdicts(), mode);
        let one_of = [self.source, self.destination].map(|party| {
            let own = party.one_of.clone();
            own.or_else(|| several_addresses(self.cluster, party))
        });
        if let Some(why) = one_of.iter().flatten().next() {
            let verdict = of_one(verdicts());
            let may_be_none = verdict == Verdict::Allow && !why.is_there;
            answer.verdict = if may_be_none {
                Verdict::Undecided
            } else {
                verdict
            };
            // It may run on the node of a pod that refuses all others (S55).
            if answer.verdict == Verdict::Deny && self.source.is_api_server {
                answer.verdict = Verdict::Undecided;
            }
            let open = answer.verdict == Verdict::Undecided;
            answer.one_of = open.then(|| why.why.clone());
        }
        Ok(answer)
    }

    /// A hop that is settled without policies.
    fn settled(&self, how: &Settled, mode: Mode) -> Leg {
        let (verdict, why) = match how {
            Settled::Refused(why) => (Verdict::Deny, why),
            Settled::NotKnown(why) => (Verdict::Undecided, why),
        };
        let mut leg = self.blank(mode);
        leg.verdict = verdict;
        leg.nowhere = Some(why.clone());
        sealed(self.cluster, self.source, leg)
    }

    /// Nodes and pods in a node's network are told by node.
    fn nodes_matter(&self) -> bool {
        let on_the_way = self.sight.is_some_and(|sight| sight.hangs_on_nodes());
        on_the_way
            || [self.source, self.destination].into_iter().any(|party| {
                !party.nodes.is_empty() || party.pods.iter().any(|other| other.pod.host_network)
            })
    }

    /// Where blocks of policies begin and end, and what else tells addresses apart.
    fn cuts(&self) -> Cuts {
        let mut cuts = Cuts::of(self.policies.iter().copied());
        cuts.add_nodes(self.cluster, self.policies.iter().copied());
        cuts.add(&AddressSet::link_local());
        if let Some(id) = self.destination.service {
            let service = self.cluster.services.at(id);
            cuts.add(&service.outside.source_ranges);
            let endpoints = service.endpoints.iter().map(|it| it.address);
            endpoints.for_each(|it| cuts.add(&AddressSet::from_hosts([it])));
        }
        cuts
    }

    /// One pair.
    fn pair(
        &self,
        source: &Member<'_>,
        destination: &Member<'_>,
        connections: &[Connection<'_>],
    ) -> Result<Option<Way>, Refusal> {
        let Some((from, to)) = representatives(source, destination) else {
            return Ok(None);
        };
        let (mut own, mut led, mut looks) = (false, Led::Yes, Looks::default());
        let mut stopped = None;
        let mut judge = |protocol, port, through| {
            let flow = Flow {
                source: from,
                destination: to,
                protocol,
                port,
            };
            let names = (&*source.name, &*destination.name);
            let direct = checked(self.cluster, &flow, self.family, names)?;
            own |= direct.exemption == Some(Exemption::SamePod);
            let told = self.on_the_way(&flow, through, direct);
            led = told.led;
            looks = told.looks;
            stopped = told.stopped;
            Ok::<_, Refusal>(told.told)
        };
        let mut judged = Vec::new();
        if connections.is_empty() {
            let pods = destination.one();
            let starts = boundaries(self.policies.iter().copied(), pods);
            for protocol in Protocol::by_use() {
                for (index, &first) in starts.iter().enumerate() {
                    let last = starts.get(index + 1).map_or(u16::MAX, |next| next - 1);
                    judged.push((protocol, first, last, judge(protocol, first, None)?));
                }
            }
            // An open question is best explained on a port that the pod declares.
            let declared = |protocol, port| {
                pods.iter().any(|pod| {
                    pod.ports
                        .iter()
                        .any(|p| (p.protocol, p.port) == (protocol, port))
                })
            };
            judged.sort_by_key(|&(protocol, first, _, _)| !declared(protocol, first));
        } else {
            for connection in connections {
                let &Connection {
                    protocol,
                    port,
                    through,
                } = connection;
                judged.push((protocol, port, port, judge(protocol, port, through)?));
            }
        }
        let ends = (side(self.cluster, source), side(self.cluster, destination));
        let pair = summary(ends, judged).map(|pair| named(self.cluster, (from, to), pair));
        let pair = pair.map(|pair| match stopped {
            Some(why) => pair.stopped(why),
            None => Pair {
                looks,
                ends: (pair.verdict == Verdict::Deny)
                    .then(|| Arc::new([Standing::of(from), Standing::of(to)])),
                ..pair
            },
        });
        Ok(pair.map(|pair| Way { pair, own, led }))
    }

    /// What comes of a flow by the way that it takes.
    fn on_the_way(&self, flow: &Flow<'_>, through: Option<&ServicePort>, direct: Trace) -> Judged {
        let dialled = through.is_some() || self.destination.service.is_none();
        if let Some(sight) = self.sight.filter(|_| dialled) {
            let judged = sight.judge(&self.policies, flow, through, direct);
            let way = (self.destination.door, through, flow.port);
            return translated(self.cluster, way, judged);
        }
        let mut told = direct;
        // Nobody outside finds the pods of a headless Service by its name (S62, S81).
        if let (Some(id), Endpoint::Address(_)) = (self.destination.service, flow.source)
            && told.verdict != Verdict::Deny
            && self.destination.door != Door::Endpoints
        {
            told = opened(told, &mut vec![Unknown::InsideOnly(id)]);
        }
        if let Endpoint::Node(_) = flow.destination
            && let Some((id, ..)) = node_port(self.cluster, flow.protocol, flow.port)
        {
            told = opened(told, &mut vec![Unknown::NodePort(id)]);
        }
        Judged {
            told,
            led: Led::Yes,
            looks: Looks::default(),
            stopped: None,
        }
    }

    /// S54: a pod of several that are alike reaches itself through the Service, too.
    fn to_itself(
        &self,
        source: &Member<'_>,
        destination: &Member<'_>,
        connections: &[Connection<'_>],
    ) -> Option<Pair> {
        self.sight?;
        let pod = shared(source, destination)?;
        let both = Endpoint::Pod(pod);
        let judged = connections.iter().map(|it| {
            let flow = Flow {
                source: both,
                destination: both,
                protocol: it.protocol,
                port: it.port,
            };
            let told = trace_itself_over(self.cluster, &flow, self.family);
            (it.protocol, it.port, it.port, told)
        });
        let itself = Side {
            name: "itself".to_owned(),
            names: Arc::default(),
            ..side(self.cluster, destination)
        };
        summary((side(self.cluster, source), itself), judged.collect())
    }

    /// ICMP and the like (S65): yes only where no policy has a say.
    fn of_other_protocol(&self, protocol: &str, mode: Mode) -> Result<Leg, Refusal> {
        // What no policy stops over TCP it does not stop at all.
        let any = self.answer(None, Mode::All)?;
        let free = !any.pairs.is_empty() && any.is_beyond_policy();
        let mut answer = self.blank(mode);
        answer.one_connection = true;
        if free {
            answer.verdict = Verdict::Allow;
            answer.nowhere = Some(format!("no policy has a say, over {protocol} or otherwise"));
        } else if answer.nowhere.is_none() && lets_ping(self.cluster, protocol) {
            answer.verdict = Verdict::Allow;
            let ping = self.cluster.practice.describe(Habit::Ping);
            answer.nowhere = Some(format!("{ping}; this is about ping alone"));
        } else if answer.nowhere.is_none() {
            answer.nowhere = Some(format!(
                "policies speak of TCP, UDP and SCTP: what becomes of {protocol} is left to the \
                 network plugin"
            ));
        }
        Ok(answer)
    }
}
