//! `can A reach B`: every pair of different ends, judged by `trace`.
//!
//! Cost: pairs of members (pods that policies cannot tell apart) times the connections asked
//! about; never pairs of pods.

use super::about::is_subject;
use super::answer::{Answer, Mode, Pair, Question, Refusal, Side, overall};
use super::cost::{Told, afford};
use super::ends::{narrow_to_families, port_in_address, within_the_pod};
use super::member::{Member, Mentioned, Who, members, representatives, shared};
use super::plugins::{lets_ping, named};
use super::ports::{Connection, Wanted, boundaries, connections, namesake_note, note_translations};
use super::seen::{Sight, behind_node_port, opened};
use super::summary::summary;
use crate::compile::{End, connections as connections_between};
use crate::endpoint::{Asked, AskedPort, Cuts, Party, PortName, Problem, Reference, Role, resolve};
use crate::model::{
    Cluster, Habit, LeftOut, Policy, PolicyId, Say, Says, ServiceKind, ServicePort,
};
use crate::net::{AddressSet, Protocol};
use crate::trace::{
    Endpoint, Exemption, Flow, Trace, Unknown, Verdict, trace, trace_itself_through_service,
};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// Answers a question. Names without a namespace are of `default_namespace`. Every definite
/// verdict of `trace` is held against the compiler's.
///
/// # Errors
/// [`Refusal`] says why the question cannot be asked, or that netpolc has a bug.
pub fn ask(
    cluster: &Cluster,
    question: &Question,
    default_namespace: &str,
) -> Result<Answer, Refusal> {
    let find = |asked: &Asked, role| resolve(cluster, &asked.reference, default_namespace, role);
    if question.source.port.is_some() {
        return Err(Problem::new("a source has no port")
            .help("write the port after the destination")
            .into());
    }
    let mut source = find(&question.source, Role::Source)?;
    let mut destination = find(&question.destination, Role::Destination)?;
    let port = question.destination.port.as_ref();
    within_the_pod(&mut source, &destination)?;
    let narrowed = narrow_to_families(cluster, &mut source, &mut destination);
    let asking = Asking::new(cluster, &source, &destination);
    let mut answer = match port.map(|asked| &asked.port) {
        Some(PortName::Portless(protocol)) => asking.of_other_protocol(protocol, question.mode)?,
        _ => asking.answer(port, question.mode)?,
    };
    answer.notes.extend(narrowed);
    if answer.nowhere.is_none() {
        let left_out = cluster.left_out.iter();
        let unseen = left_out.filter(|it| {
            let of = |asked: &Asked, party: &Party<'_>| may_be_in(cluster, it, asked, party);
            of(&question.source, &source) || of(&question.destination, &destination)
        });
        answer.open_for(&cluster.left_out, &unseen.collect::<Vec<_>>());
    }
    answer.notes.extend(port_in_address(&question.destination));
    Ok(answer)
}

/// Whether what was left out may be one of the pods that are asked for together.
fn may_be_in(cluster: &Cluster, it: &LeftOut, asked: &Asked, party: &Party<'_>) -> bool {
    match (&asked.reference, party.service) {
        (Reference::EveryNamespace, _) => it.may_decide(Say::Pods),
        (Reference::Namespace(name), _) => it.may_be_pods_of(name),
        (_, Some(id)) => it.may_be_pods_of(&cluster.services.at(id).namespace),
        (_, None) => false,
    }
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
}

impl<'a> Asking<'a> {
    fn new(cluster: &'a Cluster, source: &'a Party<'a>, destination: &'a Party<'a>) -> Self {
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
            sight: Sight::of(cluster, destination),
        }
    }

    /// An answer without pairs yet.
    fn blank(&self, mode: Mode) -> Answer {
        let notes = self.source.notes.iter().chain(&self.destination.notes);
        Answer {
            verdict: Verdict::Undecided,
            mode,
            source: self.source.title.clone(),
            destination: self.destination.title.clone(),
            one_connection: false,
            pairs: Vec::new(),
            translations: Vec::new(),
            nowhere: self.nowhere(),
            left_out: Vec::new(),
            notes: notes.cloned().collect(),
        }
    }

    fn answer(&self, port: Option<&AskedPort>, mode: Mode) -> Result<Answer, Refusal> {
        let mut answer = self.blank(mode);
        if answer.nowhere.is_some() {
            return Ok(answer);
        }
        let wanted = Wanted::of(self.cluster, self.destination, port)?;
        answer.one_connection = wanted.is_one();
        answer
            .notes
            .extend(namesake_note(self.cluster, self.destination, port));
        let cuts = self.cuts();
        let (mut told, mut itself) = (Told::default(), Told::default());
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
        for destination in &destinations {
            let connections = connections(self.cluster, &wanted, destination)?;
            if connections.is_empty() && !matches!(wanted, Wanted::Open) {
                continue;
            }
            note_translations(&mut answer.translations, &connections, destination);
            for source in &sources {
                let pair = self.pair(source, destination, &connections)?;
                let own = pair.as_ref().is_some_and(|(_, own)| *own);
                let into = if own { &mut itself } else { &mut told };
                into.extend(pair.map(|(pair, _)| pair));
                if !own {
                    itself.extend(self.to_itself(source, destination, &connections));
                }
            }
        }
        // A pod reaches itself, which says nothing about the others of its workload: such pairs
        // count where there is no other, or where they are not let through.
        answer.pairs = told.into_pairs();
        let mut itself = itself.into_pairs();
        if !answer.pairs.is_empty() {
            itself.retain(|pair| pair.verdict != Verdict::Allow);
        }
        answer.pairs.extend(itself);
        if answer.pairs.is_empty() {
            answer.nowhere = Some(format!(
                "no pod behind `{}` has the port that it leads to",
                self.destination.title
            ));
        }
        answer.verdict = overall(answer.pairs.iter().map(|pair| pair.verdict), mode);
        Ok(answer)
    }

    /// Why nothing in the input is behind the destination.
    fn nowhere(&self) -> Option<String> {
        let Some(id) = self.destination.service else {
            return self
                .is_empty()
                .then(|| "no address is left to ask about".to_owned());
        };
        let service = self.cluster.services.at(id);
        let full = format!("{}/{}", service.namespace, service.name);
        if service.kind == ServiceKind::ExternalName {
            let name = service.external_name.as_deref().unwrap_or_default();
            return Some(format!(
                "Service `{full}` stands for `{name}`, whose address is not in the input"
            ));
        }
        if service.selector.is_none() {
            return Some(format!(
                "Service `{full}` has no selector, and where it leads is not in the input"
            ));
        }
        if self.destination.pods.is_empty() {
            return Some(format!("no pod in the input is behind Service `{full}`"));
        }
        service
            .ports
            .is_empty()
            .then(|| format!("Service `{full}` has no ports"))
    }

    fn is_empty(&self) -> bool {
        let empty = |party: &Party<'_>| {
            party.pods.is_empty() && party.nodes.is_empty() && party.addresses.is_empty()
        };
        empty(self.source) || empty(self.destination)
    }

    /// Nodes and pods in a node's network are told by node.
    fn nodes_matter(&self) -> bool {
        [self.source, self.destination].into_iter().any(|party| {
            !party.nodes.is_empty() || party.pods.iter().any(|other| other.pod.host_network)
        })
    }

    /// Where blocks of policies begin and end, and what else tells addresses apart.
    fn cuts(&self) -> Cuts {
        let mut cuts = Cuts::of(self.policies.iter().copied());
        cuts.add(&AddressSet::link_local());
        if let Some(id) = self.destination.service {
            let service = self.cluster.services.at(id);
            cuts.add(&service.outside.source_ranges);
        }
        cuts
    }

    /// One pair, and whether both ends are the same pod.
    fn pair(
        &self,
        source: &Member<'_>,
        destination: &Member<'_>,
        connections: &[Connection<'_>],
    ) -> Result<Option<(Pair, bool)>, Refusal> {
        let Some((from, to)) = representatives(source, destination) else {
            return Ok(None);
        };
        let mut own = false;
        let mut judge = |protocol, port, through| {
            let flow = Flow {
                source: from,
                destination: to,
                protocol,
                port,
            };
            let direct = self.judge(&flow, source, destination)?;
            own |= direct.exemption == Some(Exemption::SamePod);
            Ok::<_, Refusal>(self.on_the_way(&flow, through, direct))
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
        let ends = (self.side(source), self.side(destination));
        let pair = summary(ends, judged);
        Ok(pair.map(|pair| (named(self.cluster, (from, to), pair), own)))
    }

    /// What comes of a flow by the way that it takes.
    fn on_the_way(&self, flow: &Flow<'_>, through: Option<&ServicePort>, direct: Trace) -> Trace {
        if let (Some(sight), Some(port)) = (&self.sight, through) {
            return sight.judge(&self.policies, flow, port, direct);
        }
        if let Endpoint::Node(_) = flow.destination
            && let Some(id) = behind_node_port(self.cluster, flow.protocol, flow.port)
        {
            return opened(direct, vec![Unknown::NodePort(id)]);
        }
        direct
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
            let told = trace_itself_through_service(self.cluster, &flow);
            (it.protocol, it.port, it.port, told)
        });
        let itself = Side {
            name: "itself".to_owned(),
            names: Arc::default(),
            ..self.side(destination)
        };
        summary((self.side(source), itself), judged.collect())
    }

    /// ICMP and the like (S65): yes only where no policy has a say.
    fn of_other_protocol(&self, protocol: &str, mode: Mode) -> Result<Answer, Refusal> {
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

    /// One end of a pair.
    fn side(&self, member: &Member<'_>) -> Side {
        Side {
            name: member.name.clone(),
            names: Arc::clone(&member.names),
            addresses: match &member.who {
                Who::Addresses(set, _) => Some(set.clone()),
                Who::Pods(_) | Who::Node(_) => None,
            },
            namespace: self.governed(member),
            dormant: member.dormant,
        }
    }

    /// The namespace of a member's pods, where policies can govern them.
    fn governed(&self, member: &Member<'_>) -> Option<Arc<str>> {
        let Who::Pods(pods) = &member.who else {
            return None;
        };
        let pod = pods.first().filter(|pod| !pod.host_network)?;
        let enforced = self.cluster.practice.says(Habit::Enforces) != Says::No;
        enforced.then(|| Arc::clone(&self.cluster.namespaces.at(pod.namespace).name))
    }

    /// The one place where a flow is judged.
    fn judge(
        &self,
        flow: &Flow<'_>,
        source: &Member<'_>,
        destination: &Member<'_>,
    ) -> Result<Trace, Refusal> {
        let trace = trace(self.cluster, flow);
        let definite = match trace.verdict {
            Verdict::Allow => Some(true),
            Verdict::Deny => Some(false),
            Verdict::Undecided => None,
        };
        match (definite, compiled(self.cluster, flow)) {
            (Some(first), Some(second)) if first != second => Err(Refusal::Disagreement(format!(
                "the evaluator and the compiler disagree on {} to {} over {} {}",
                source.name, destination.name, flow.protocol, flow.port
            ))),
            _ => Ok(trace),
        }
    }
}

/// What the compiler says of a flow; a node has no one address.
fn compiled(cluster: &Cluster, flow: &Flow<'_>) -> Option<bool> {
    let end = |endpoint| match endpoint {
        Endpoint::Pod(pod) => Some(End::Pod(pod)),
        Endpoint::Address(address) => Some(End::Address(address)),
        Endpoint::Node(_) => None,
    };
    let (source, destination) = (end(flow.source)?, end(flow.destination)?);
    Some(connections_between(cluster, source, destination).contains(flow.protocol, flow.port))
}
