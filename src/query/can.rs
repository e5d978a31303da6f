//! `can A reach B`: every pair of different ends, judged by `trace`.
//!
//! Cost: pairs of members (pods that policies cannot tell apart) times the connections asked
//! about; never pairs of pods.

use super::about::is_subject;
use super::answer::{Answer, Mode, Pair, Question, Refusal, Side, overall};
use super::member::{Member, Who, members, representatives};
use super::ports::{Connection, Wanted, boundaries, connections, namesake_note, note_translations};
use crate::compile::{End, connections as connections_between};
use crate::endpoint::{Asked, AskedPort, Cuts, Party, Problem, Reference, Role, resolve};
use crate::model::{Cluster, Direction, LeftOut, Policy, PolicyId, Say, ServiceKind};
use crate::net::{ConnSet, PortSet, Protocol};
use crate::trace::{Endpoint, Flow, Trace, Verdict, trace};
use std::collections::BTreeSet;
use std::net::Ipv6Addr;
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
        return Err(Problem::new("the source takes no port")
            .help("write the port after the destination")
            .into());
    }
    let source = find(&question.source, Role::Source)?;
    let destination = find(&question.destination, Role::Destination)?;
    let port = question.destination.port.as_ref();
    let mut answer = Asking::new(cluster, &source, &destination).answer(port, question.mode)?;
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

/// Told where the last group of an IPv6 address may have been meant as a port: `fd00::1:80`.
fn port_in_address(asked: &Asked) -> Option<String> {
    let Reference::Address(address) = &asked.reference else {
        return None;
    };
    let text = address.to_string();
    let (before, port) = text.rsplit_once(':').filter(|_| asked.port.is_none())?;
    let (address, port): (Ipv6Addr, u16) = (before.parse().ok()?, port.parse().ok()?);
    Some(format!(
        "for port {port} of {address} write `[{address}]:{port}`"
    ))
}

/// A question whose ends were found.
struct Asking<'a> {
    cluster: &'a Cluster,
    source: &'a Party<'a>,
    destination: &'a Party<'a>,
    /// The policies that have a say at either end.
    policies: Vec<&'a Policy>,
}

impl<'a> Asking<'a> {
    fn new(cluster: &'a Cluster, source: &'a Party<'a>, destination: &'a Party<'a>) -> Self {
        let mut ids: BTreeSet<PolicyId> = BTreeSet::new();
        for member in source.pods.iter().chain(&destination.pods) {
            let over = cluster.policies_over(member.pod.namespace);
            ids.extend(
                over.filter(|(_, policy)| is_subject(cluster, policy, &member.pod))
                    .map(|(id, _)| id),
            );
        }
        let policies = ids.into_iter().map(|id| cluster.policies.at(id)).collect();
        Self {
            cluster,
            source,
            destination,
            policies,
        }
    }

    fn answer(&self, port: Option<&AskedPort>, mode: Mode) -> Result<Answer, Refusal> {
        let mut answer = Answer {
            verdict: Verdict::Undecided,
            mode,
            source: self.source.title.clone(),
            destination: self.destination.title.clone(),
            one_connection: false,
            pairs: Vec::new(),
            translations: Vec::new(),
            nowhere: self.nowhere(),
            left_out: Vec::new(),
            notes: self
                .source
                .notes
                .iter()
                .chain(&self.destination.notes)
                .cloned()
                .collect(),
        };
        if answer.nowhere.is_some() {
            return Ok(answer);
        }
        let wanted = Wanted::of(self.cluster, self.destination, port)?;
        answer.one_connection = wanted.is_one();
        answer
            .notes
            .extend(namesake_note(self.cluster, self.destination, port));
        let cuts = Cuts::of(self.policies.iter().copied());
        let by_node = self.nodes_matter();
        let sources = members(self.cluster, self.source, &cuts, by_node);
        let destinations = members(self.cluster, self.destination, &cuts, by_node);
        for destination in &destinations {
            let connections = connections(self.cluster, &wanted, destination)?;
            if connections.is_empty() && !matches!(wanted, Wanted::Open) {
                continue;
            }
            note_translations(&mut answer.translations, &connections, destination);
            for source in &sources {
                answer
                    .pairs
                    .extend(self.pair(source, destination, &connections)?);
            }
        }
        self.drop_self_pairs(&mut answer);
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

    fn pair(
        &self,
        source: &Member<'_>,
        destination: &Member<'_>,
        connections: &[Connection<'_>],
    ) -> Result<Option<Pair>, Refusal> {
        let Some((from, to)) = representatives(source, destination) else {
            return Ok(None);
        };
        let judge = |protocol, port| {
            self.judge(
                &Flow {
                    source: from,
                    destination: to,
                    protocol,
                    port,
                },
                source,
                destination,
            )
        };
        let mut judged = Vec::new();
        if connections.is_empty() {
            let pods = match &destination.who {
                Who::Pods(pods) => pods.get(..1).unwrap_or_default(),
                Who::Node(_) | Who::Addresses(..) => &[],
            };
            let starts = boundaries(self.policies.iter().copied(), pods);
            for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Sctp] {
                for (index, &first) in starts.iter().enumerate() {
                    let last = starts.get(index + 1).map_or(u16::MAX, |next| next - 1);
                    judged.push((protocol, first, last, judge(protocol, first)?));
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
            for &Connection { protocol, port, .. } in connections {
                judged.push((protocol, port, port, judge(protocol, port)?));
            }
        }
        Ok(self.summary(source, destination, judged))
    }

    fn summary(
        &self,
        source: &Member<'_>,
        destination: &Member<'_>,
        judged: Vec<Judged>,
    ) -> Option<Pair> {
        let gather = |wanted| {
            let fitting = judged
                .iter()
                .filter(move |(_, _, _, trace)| trace.verdict == wanted);
            fitting.fold(ConnSet::none(), |set, (protocol, first, last, _)| {
                set.union(&ConnSet::of(*protocol, PortSet::range(*first, *last)))
            })
        };
        let (allowed, undecided) = (gather(Verdict::Allow), gather(Verdict::Undecided));
        let verdict = if !allowed.is_empty() {
            Verdict::Allow
        } else if !undecided.is_empty() {
            Verdict::Undecided
        } else {
            Verdict::Deny
        };
        let refuses = |direction: &Direction| {
            let mut judged = judged.iter();
            judged.all(|(_, _, _, trace)| trace.half(*direction).verdict == Verdict::Deny)
        };
        let refusing = match verdict {
            Verdict::Deny => Direction::BOTH.into_iter().filter(refuses).collect(),
            Verdict::Allow | Verdict::Undecided => Vec::new(),
        };
        let (protocol, port, _, reason) = judged
            .into_iter()
            .find(|(_, _, _, trace)| trace.verdict == verdict)?;
        let side = |member: &Member<'_>| Side {
            name: member.name.clone(),
            addresses: match &member.who {
                Who::Addresses(set, _) => Some(set.clone()),
                Who::Pods(_) | Who::Node(_) => None,
            },
            namespace: self.governed(member),
            dormant: member.dormant,
        };
        let (source, destination) = (side(source), side(destination));
        Some(Pair {
            source,
            destination,
            verdict,
            allowed,
            undecided,
            example: (protocol, port),
            reason,
            refusing,
        })
    }

    /// The namespace of a member's pods, where policies can govern them.
    fn governed(&self, member: &Member<'_>) -> Option<Arc<str>> {
        let Who::Pods(pods) = &member.who else {
            return None;
        };
        let pod = pods.first().filter(|pod| !pod.host_network)?;
        Some(Arc::clone(&self.cluster.namespaces.at(pod.namespace).name))
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
        let second = match trace.exemption {
            Some(_) => None,
            None => compiled(self.cluster, flow),
        };
        match (definite, second) {
            (Some(first), Some(second)) if first != second => Err(Refusal::Disagreement(format!(
                "the evaluator and the compiler disagree on {} to {} over {} {}",
                source.name, destination.name, flow.protocol, flow.port
            ))),
            _ => Ok(trace),
        }
    }

    /// A pod always reaches itself, which says nothing about the others of its workload: such
    /// pairs count only where there is no other.
    fn drop_self_pairs(&self, answer: &mut Answer) {
        let own = |pair: &Pair| pair.reason.exemption == Some(crate::trace::Exemption::SamePod);
        let several = self.source.pods.len() > 1 || self.destination.pods.len() > 1;
        if several && !answer.pairs.iter().all(own) {
            answer.pairs.retain(|pair| !own(pair));
        }
    }
}

/// What the compiler says of a flow between two different ends; a node has no one address.
fn compiled(cluster: &Cluster, flow: &Flow<'_>) -> Option<bool> {
    let end = |endpoint| match endpoint {
        Endpoint::Pod(pod) => Some(End::Pod(pod)),
        Endpoint::Address(address) => Some(End::Address(address)),
        Endpoint::Node(_) => None,
    };
    let (source, destination) = (end(flow.source)?, end(flow.destination)?);
    Some(connections_between(cluster, source, destination).contains(flow.protocol, flow.port))
}

type Judged = (Protocol, u16, u16, Trace);
