//! What would turn an answer: the smallest additions to policies that make a `no` a `yes`, and the smallest
//! removals that make a `yes` a `no`.
//!
//! Every change is made in a copy of the cluster, of which the question is asked again: what does not
//! turn the answer is not told. What else a change does is the difference of the two matrices, see
//! [`crate::repair::gains`].

use super::answer::{Answer, Leg, Mode, Pair, Question, Refusal};
use super::can::ask;
use crate::endpoint::{Asked, Party, Reference};
use crate::hops::{Around, HopKind, plan};
use crate::model::{Cluster, Direction, NamespaceId, PodId, PodNature, PolicyId};
use crate::net::{AddressSet, Cidr, ConnSet, Family, PortSet};
use crate::repair::{
    Add, Change, Gain, Meaning, Meant, Removal, Wanted, absorb, candidates, gains, removals,
};
use crate::trace::{Basis, Endpoint, Flow, Half, RuleRef, Verdict, trace_over};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

/// The most changes that a repair may take.
const CHANGES: usize = 6;
/// How many changes of one kind are tried out for a direction.
const TRIED: usize = 8;
/// The most pods of a cluster in which changes of one kind are compared by what else they open.
const COMPARED: usize = 500;

/// What would open what is refused.
#[derive(Debug, Clone)]
pub enum Repair {
    /// These changes.
    Opens(Box<Opening>),
    /// No NetworkPolicy does: a cluster-wide rule denies it.
    Denied(RuleRef),
}

/// The smallest changes that turn a `no`.
#[derive(Debug, Clone)]
pub struct Opening {
    /// What is added, in the order in which it was found.
    pub changes: Vec<Change>,
    /// The cluster with all of it.
    pub after: Cluster,
}

/// The smallest removals that turn a `yes`.
#[derive(Debug, Clone)]
pub struct Closing {
    /// What is taken out, by its places in the cluster as it is.
    pub removals: Vec<Removal>,
    /// The cluster without it.
    pub after: Cluster,
}

/// What would make a `no` a `yes`; none where it is no `no` to one connection, or policies do not refuse
/// it, or the changes would be many.
///
/// # Errors
/// The two engines disagree about the changed cluster.
pub fn opening(
    around: Around<'_>,
    question: &Question,
    answer: &Answer,
) -> Result<Option<Repair>, Refusal> {
    if answer.which.is_some() {
        return Ok(None);
    }
    let meant = meanings(around, question, answer);
    let mut after = around.cluster.clone();
    let mut changes = Vec::new();
    let mut answer = Cow::Borrowed(answer);
    while answer.verdict == Verdict::Deny && changes.len() < CHANGES {
        let Some((leg, pair)) = refused(&answer) else {
            return Ok(None);
        };
        if let Some(rule) = denied(pair) {
            return Ok(Some(Repair::Denied(rule)));
        }
        let Some((more, opened)) = open(&after, question, (leg, pair), &meant) else {
            return Ok(None);
        };
        for change in more {
            if absorb(&mut changes, change, around.cluster).is_none() {
                return Ok(None);
            }
        }
        after = opened;
        answer = Cow::Owned(again(around, question, &after)?);
    }
    let opens = answer.verdict == Verdict::Allow && !changes.is_empty();
    Ok(opens.then(|| Repair::Opens(Box::new(Opening { changes, after }))))
}

/// Whether a question is answered by `yes` in a changed cluster.
///
/// # Errors
/// The two engines disagree about it.
pub fn is_opened(
    around: Around<'_>,
    question: &Question,
    after: &Cluster,
) -> Result<bool, Refusal> {
    let answer = again(around, question, after)?;
    Ok(answer.verdict == Verdict::Allow)
}

/// What else passes after changes that are to turn a `no`; none where the cluster is too large to say it
/// at once.
pub fn also_opened(
    around: Around<'_>,
    question: &Question,
    answer: &Answer,
    (changes, after): (&[Change], &Cluster),
) -> Option<Vec<Gain>> {
    let meant = meanings(around, question, answer);
    gains(around.cluster, after, &governed(changes, after), &meant)
}

/// What would make a `yes` a `no`; none where it is no `yes` to one connection, or no rule that could go
/// lets it through.
///
/// # Errors
/// The two engines disagree about the changed cluster.
pub fn closing(
    around: Around<'_>,
    question: &Question,
    answer: &Answer,
) -> Result<Option<Closing>, Refusal> {
    if answer.which.is_some() || answer.verdict != Verdict::Allow {
        return Ok(None);
    }
    let mut found: Option<Closing> = None;
    for direction in Direction::BOTH {
        let closed = close(around, question, answer, direction)?;
        let fewer = closed.filter(|new| {
            let old = found.as_ref();
            old.is_none_or(|old| new.removals.len() < old.removals.len())
        });
        found = fewer.or(found);
    }
    Ok(found)
}

/// What else does not pass any more after removals that are to turn a `yes`; none where the cluster is
/// too large to say it at once.
pub fn also_closed(
    around: Around<'_>,
    question: &Question,
    answer: &Answer,
    closing: &Closing,
) -> Option<Vec<Gain>> {
    let meant = meanings(around, question, answer);
    let changed = closing.removals.iter();
    let changed: Vec<_> = changed
        .map(|it| (it.rule().policy, it.rule().direction))
        .collect();
    gains(&closing.after, around.cluster, &changed, &meant)
}

/// Removes the rules of one direction that let any of it through.
fn close(
    around: Around<'_>,
    question: &Question,
    answer: &Answer,
    direction: Direction,
) -> Result<Option<Closing>, Refusal> {
    let any = Question {
        mode: Mode::Any,
        ..question.clone()
    };
    let mut all: BTreeSet<Removal> = BTreeSet::new();
    let mut answer = Cow::Borrowed(answer);
    loop {
        let last = answer.legs.last();
        let pairs = last.filter(|leg| leg.one_connection).map(|leg| &leg.pairs);
        let open = pairs.and_then(|pairs| pairs.iter().find(|it| it.verdict == Verdict::Allow));
        let Some(pair) = open.filter(|it| it.reason.exemption.is_none()) else {
            return Ok(None);
        };
        let more = removals(around.cluster, pair.reason.half(direction));
        let before = all.clone();
        for removal in more {
            // Where another entry of the rule matches, too, the rule goes.
            let rule = removal.rule();
            let again = all.iter().any(|it| it.rule() == rule);
            all.retain(|it| it.rule() != rule);
            all.insert(if again { Removal::Rule(rule) } else { removal });
        }
        if all == before || all.len() > CHANGES {
            return Ok(None);
        }
        let mut after = around.cluster.clone();
        for removal in &all {
            after = removal.apply(&after);
        }
        let next = again(around, &any, &after)?;
        match next.verdict {
            Verdict::Deny => {
                let removals = all.into_iter().collect();
                return Ok(Some(Closing { removals, after }));
            }
            Verdict::Undecided => return Ok(None),
            Verdict::Allow => answer = Cow::Owned(next),
        }
    }
}

fn again(around: Around<'_>, question: &Question, after: &Cluster) -> Result<Answer, Refusal> {
    let around = Around {
        cluster: after,
        ..around
    };
    ask(around, question)
}

/// A pair that policies refuse, and its leg.
fn refused(answer: &Answer) -> Option<(&Leg, &Pair)> {
    let legs = answer.legs.iter();
    let legs = legs.filter(|leg| leg.verdict == Verdict::Deny && leg.one_connection);
    let pairs = legs.flat_map(|leg| leg.pairs.iter().map(move |pair| (leg, pair)));
    let mut refused = pairs.filter(|(_, pair)| pair.verdict == Verdict::Deny);
    refused.find(|(_, pair)| pair.stopped.is_none() && pair.ends.is_some())
}

/// The cluster-wide rule that denies a pair, where one does.
fn denied(pair: &Pair) -> Option<RuleRef> {
    Direction::BOTH.into_iter().find_map(|direction| {
        let half = pair.reason.half(direction);
        match &half.basis {
            Basis::ClusterRule { hits, .. } if half.verdict == Verdict::Deny => {
                hits.first().map(|hit| hit.rule)
            }
            Basis::ClusterRule { .. }
            | Basis::NotSubject(_)
            | Basis::NotIsolated
            | Basis::Allowed(_)
            | Basis::NoRule
            | Basis::Undecided => None,
        }
    })
}

/// The least that opens both directions of a pair, and the cluster with it.
fn open(
    cluster: &Cluster,
    question: &Question,
    (leg, pair): (&Leg, &Pair),
    meant: &[Meaning],
) -> Option<(Vec<Change>, Cluster)> {
    let ends = pair.ends.as_deref()?;
    let [source, destination] = ends;
    let (protocol, port) = pair.example;
    let flow = Flow {
        source: source.endpoint(),
        destination: destination.endpoint(),
        protocol,
        port,
    };
    let of_source = leg.kind == HopKind::Lookup || leg.kind == HopKind::Connection;
    let wanted = Wanted {
        flow,
        source: meaning_of(&question.source, flow.source, of_source),
        destination: meaning_of(
            &question.destination,
            flow.destination,
            leg.kind == HopKind::Connection,
        ),
    };
    let halves = Direction::BOTH.map(|direction| pair.reason.half(direction));
    let mut open = cluster.clone();
    let mut changes = Vec::new();
    for half in halves.into_iter().filter(|it| it.verdict == Verdict::Deny) {
        let (change, after) = least(&open, half, &wanted, meant)?;
        changes.push(change);
        open = after;
    }
    (!changes.is_empty()).then_some((changes, open))
}

/// For whom an end of the question stands.
fn meaning_of(asked: &Asked, end: Endpoint<'_>, is_asked: bool) -> Meant {
    match &asked.reference {
        _ if !is_asked => Meant::Itself,
        Reference::Namespace(_) => Meant::Namespace,
        Reference::EveryNamespace => Meant::Everyone,
        Reference::Addresses(cidr) => Meant::Block(*cidr),
        Reference::Internet => match end {
            Endpoint::Address(address) => Meant::Block(Cidr::everything(Family::of(address))),
            Endpoint::Pod(_) | Endpoint::Node(_) => Meant::Itself,
        },
        Reference::Named { .. }
        | Reference::OfKind { .. }
        | Reference::Labels { .. }
        | Reference::Selected { .. }
        | Reference::Address(_)
        | Reference::Node(_)
        | Reference::DnsName(_)
        | Reference::Url(_)
        | Reference::ApiServer => Meant::Itself,
    }
}

/// The smallest change that opens a direction: of those of the smallest kind the one that opens least
/// else.
fn least(
    cluster: &Cluster,
    half: &Half,
    wanted: &Wanted<'_>,
    meant: &[Meaning],
) -> Option<(Change, Cluster)> {
    let all = candidates(cluster, half, wanted);
    let opened = |change: &Change| {
        let after = change.apply(cluster);
        let told = trace_over(&after, &wanted.flow, None);
        (told.half(half.direction).verdict == Verdict::Allow).then_some(after)
    };
    let same = |a: &Change, b: &Change| a.kind(cluster) == b.kind(cluster);
    for kind in all.chunk_by(same) {
        let opening = kind.iter().take(TRIED);
        let mut opening =
            opening.filter_map(|change| opened(change).map(|after| (change.clone(), after)));
        let Some(first) = opening.next() else {
            continue;
        };
        if cluster.pods.len() > COMPARED {
            return Some(first);
        }
        let others: Vec<_> = opening.collect();
        if others.is_empty() {
            return Some(first);
        }
        let opens = |(change, after): &(Change, Cluster)| {
            let changed = governed(std::slice::from_ref(change), after);
            gains(cluster, after, &changed, meant).map(|it| it.len())
        };
        return std::iter::once(first).chain(others).min_by_key(opens);
    }
    None
}

/// The policies that changes are about, by their ids in the changed cluster.
fn governed(changes: &[Change], after: &Cluster) -> Vec<(PolicyId, Direction)> {
    let id = |change: &Change| match &change.add {
        Add::Port(..) | Add::Peer(..) | Add::Rule(..) => Some(change.policy),
        Add::Policy { name, .. } => {
            let home = &after.policies.at(change.policy).namespace;
            let mut all = after.policies.iter();
            let found = all.find(|(_, it)| it.name == *name && it.namespace == *home);
            found.map(|(id, _)| id)
        }
    };
    let all = changes.iter();
    all.filter_map(|change| Some((id(change)?, change.direction)))
        .collect()
}

/// What is asked for, connection by connection of the way.
fn meanings(around: Around<'_>, question: &Question, answer: &Answer) -> Vec<Meaning> {
    let planned = plan(around, &question.source, &question.destination);
    let ways = planned.map(|plan| plan.ways).unwrap_or_default();
    let Some(way) = ways.first().filter(|way| way.len() == answer.legs.len()) else {
        return Vec::new();
    };
    let cluster = around.cluster;
    let pods = cluster.pods.iter();
    let ids: HashMap<(NamespaceId, &str), PodId> = pods
        .map(|(id, pod)| ((pod.namespace, &*pod.name), id))
        .collect();
    let known = |party: &Party<'_>| -> BTreeSet<PodId> {
        let pods = party.pods.iter().map(|it| &it.pod);
        let real = pods.filter(|pod| pod.nature != PodNature::Hypothetical);
        real.filter_map(|pod| ids.get(&(pod.namespace, &*pod.name)).copied())
            .collect()
    };
    // Nodes, and the pods in their network, are these addresses to whoever names them.
    let addresses = |party: &Party<'_>| {
        let pods = party.pods.iter().map(|it| &it.pod);
        let hosts = pods.filter(|pod| pod.host_network).flat_map(|it| &it.ips);
        let nodes = party.nodes.iter().flat_map(|end| end.ips());
        let own = AddressSet::from_hosts(hosts.copied().chain(nodes));
        party.addresses.union(&own)
    };
    let all = way.iter().zip(&answer.legs);
    let all = all.filter(|(_, leg)| leg.one_connection);
    all.map(|(hop, leg)| Meaning {
        sources: known(&hop.source),
        from: addresses(&hop.source),
        destinations: known(&hop.destination),
        to: addresses(&hop.destination),
        connections: ConnSet::union_of(leg.pairs.iter().map(|pair| {
            let (protocol, port) = pair.example;
            ConnSet::of(protocol, PortSet::single(port))
        })),
    })
    .collect()
}
