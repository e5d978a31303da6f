//! `can A reach B`: the hops of the way, each judged; the weakest decides.

use super::answer::{Answer, Leg, Mode, Question, Refusal, of_one, overall, weakest};
use super::ends::port_in_address;
use super::leg::judge;
use crate::endpoint::{Asked, AskedPort, Door, Party, PortName, Problem, Reference};
use crate::hops::{Around, Hop, HopKind, Plan, plan};
use crate::model::{Cluster, LeftOut, Say, Why};
use crate::net::Protocol;
use crate::trace::Verdict;

/// Answers a question.
///
/// # Errors
/// [`Refusal`] says why the question cannot be asked, or that netpolc has a bug.
pub fn ask(around: Around<'_>, question: &Question) -> Result<Answer, Refusal> {
    if question.source.port.is_some() {
        return Err(Problem::new("a source has no port")
            .help("write the port after the destination")
            .into());
    }
    let Plan { ways, which } = plan(around, &question.source, &question.destination)?;
    let ways = ways.into_iter().map(|hops| way(around, question, hops));
    let ways = ways.collect::<Result<Vec<Answer>, Refusal>>()?;
    let verdict = of_one(ways.iter().map(|way| way.verdict));
    let several = ways.len() > 1;
    // Where they differ, one that is not let through says more.
    let telling = ways.iter().position(|way| way.verdict != Verdict::Allow);
    let mut ways = ways;
    let mut answer = ways.swap_remove(telling.unwrap_or_default());
    if several && verdict != answer.verdict {
        answer.which = Some(which);
    }
    answer.verdict = verdict;
    Ok(answer)
}

/// One way: the weakest of its hops counts.
fn way(around: Around<'_>, question: &Question, hops: Vec<Hop<'_>>) -> Result<Answer, Refusal> {
    let legs = hops.into_iter().map(|hop| leg(around, question, hop));
    let mut legs = legs.collect::<Result<Vec<Leg>, Refusal>>()?;
    if let Some(last) = legs.last_mut() {
        last.notes.extend(port_in_address(&question.destination));
    }
    Ok(Answer {
        verdict: of_all(&legs, question.mode),
        legs,
        which: None,
        without: None,
        notes: Vec::new(),
    })
}

/// The verdict of the weakest leg; of several backends, one is enough where one is asked for.
fn of_all(legs: &[Leg], mode: Mode) -> Verdict {
    let is_backend = |leg: &&Leg| leg.kind == HopKind::Backend;
    let backends: Vec<Verdict> = legs
        .iter()
        .filter(is_backend)
        .map(|leg| leg.verdict)
        .collect();
    let others = legs
        .iter()
        .filter(|leg| !is_backend(leg))
        .map(|leg| leg.verdict);
    let of_backends = (!backends.is_empty()).then(|| overall(backends.into_iter(), mode));
    weakest(others.chain(of_backends))
}

/// One hop, with what was left out of the input and may change its verdict.
fn leg(around: Around<'_>, question: &Question, hop: Hop<'_>) -> Result<Leg, Refusal> {
    let Around { cluster, .. } = around;
    let left_out = cluster.left_out.iter();
    let asked_for = hop.kind == HopKind::Connection;
    let unseen = left_out.filter(|it| {
        let of = |asked: &Asked, party: &Party<'_>| may_be_in(cluster, it, asked, party);
        of(&question.source, &hop.source)
            || (asked_for && of(&question.destination, &hop.destination))
    });
    let unseen: Vec<&LeftOut> = unseen.collect();
    let meshed = in_a_mesh(cluster, &hop.source) && in_a_mesh(cluster, &hop.destination);
    let tunnelled = meshed.then(|| Hop {
        port: Some(HBONE),
        source: hop.source.clone(),
        destination: Party {
            service: None,
            door: Door::Name,
            ..hop.destination.clone()
        },
        because: Vec::new(),
        ..hop.clone()
    });
    let mut leg = judge(cluster, hop, question.mode)?;
    if let Some(tunnelled) = tunnelled {
        // Which of both ports policies see hangs on what takes the connection into the mesh.
        let other = judge(cluster, tunnelled, question.mode)?;
        if other.verdict != leg.verdict {
            leg.verdict = Verdict::Undecided;
        }
        leg.notes.push(format!(
            "{} and {} are in Istio's ambient mesh: policies see what passes between them on TCP 15008, and \
             have to allow that port",
            leg.source, leg.destination
        ));
    }
    if leg.nowhere.is_none() {
        leg.open_for(&cluster.left_out, &unseen);
    }
    let behind = hidden_behind(cluster, question);
    if !behind.is_empty() {
        leg.verdict = Verdict::Undecided;
        leg.left_out.extend(behind.into_iter().cloned());
    }
    Ok(leg)
}

/// What the cluster does not show and an end may be that is no name of an object: an address is
/// perhaps that of a pod, and a URL leads where routes lead.
fn hidden_behind<'c>(cluster: &'c Cluster, question: &Question) -> Vec<&'c LeftOut> {
    let ends = [&question.source, &question.destination];
    let hides = |it: &LeftOut, kinds: &[&str]| kinds.iter().any(|kind| it.hides(kind));
    let behind = |it: &LeftOut, end: &Asked| match &end.reference {
        Reference::Address(_) | Reference::Addresses(_) => hides(it, &["Pod", "Service", "Node"]),
        Reference::Url(_) => it.may_decide(Say::Routes) || hides(it, &["Service"]),
        Reference::DnsName(_) => hides(it, &["Service"]),
        Reference::ApiServer => hides(it, &["Service", "EndpointSlice", "Node"]),
        Reference::Selected { namespace, .. } => {
            let reaches = namespace.as_ref().is_none_or(|name| it.reaches(name));
            it.may_decide(Say::Pods) && reaches
        }
        Reference::Named { .. }
        | Reference::Namespace(_)
        | Reference::EveryNamespace
        | Reference::Labels { .. }
        | Reference::Internet
        | Reference::Node(_)
        | Reference::OfKind { .. } => false,
    };
    let hidden = cluster.left_out.iter();
    hidden
        .filter(|it| matches!(it.why, Why::Hidden(_)))
        .filter(|it| ends.into_iter().any(|end| behind(it, end)))
        .collect()
}

/// The port of connections in the ambient mesh of Istio.
const HBONE: AskedPort = AskedPort {
    port: PortName::Number(15008),
    protocol: Some(Protocol::Tcp),
};

/// Whether pods of a party are in the ambient mesh of Istio, which puts their connections into
/// another one (HBONE). Source: Istio documentation, "Ambient and Kubernetes NetworkPolicy".
fn in_a_mesh(cluster: &Cluster, party: &Party<'_>) -> bool {
    const MODE: &str = "istio.io/dataplane-mode";
    party.pods.iter().any(|it| {
        let own = it.pod.labels.get(MODE);
        let namespace = &cluster.namespaces.at(it.pod.namespace).labels;
        let mode = own.or_else(|| namespace.get(MODE));
        mode.is_some_and(|mode| &**mode == "ambient")
    })
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
