//! Questions to one connection of a random cluster, and what more passes after a change, by the point
//! evaluator.

use crate::random;
use netpolc::compile::{End, connections};
use netpolc::endpoint::grammar;
use netpolc::model::{Cluster, Pod, PodId, PodNature};
use netpolc::net::{ConnSet, PortSet, Protocol};
use netpolc::query::{Mode, Question};
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Questions that are asked of each cluster.
const QUESTIONS: usize = 40;

/// An end of a question.
#[derive(Clone, Copy)]
pub(crate) enum Who<'a> {
    Pod(PodId, &'a Pod),
    Outside(IpAddr),
}

impl<'a> Who<'a> {
    fn endpoint(self) -> Endpoint<'a> {
        match self {
            Self::Pod(_, pod) => Endpoint::Pod(pod),
            Self::Outside(address) => Endpoint::Address(address),
        }
    }

    fn end(self) -> End<'a> {
        match self {
            Self::Pod(_, pod) => End::Pod(pod),
            Self::Outside(address) => End::Address(address),
        }
    }

    /// How a question names it; none for what no name stands for alone.
    pub(crate) fn asked(self, cluster: &Cluster) -> Option<String> {
        match self {
            Self::Pod(_, pod) if pod.nature == PodNature::Read => {
                let namespace = &cluster.namespaces.at(pod.namespace).name;
                Some(format!("{namespace}/pod/{}", pod.name))
            }
            Self::Pod(..) => None,
            Self::Outside(IpAddr::V6(address)) => Some(format!("[{address}]")),
            Self::Outside(address) => Some(address.to_string()),
        }
    }

    fn listed(self, cluster: &Cluster) -> Option<String> {
        match self {
            Self::Pod(_, pod) => Some(cluster.endpoint_name(pod)),
            Self::Outside(_) => None,
        }
    }
}

pub(crate) fn pods(cluster: &Cluster) -> Vec<Who<'_>> {
    cluster
        .pods
        .iter()
        .map(|(id, pod)| Who::Pod(id, pod))
        .collect()
}

pub(crate) fn outside<'a>() -> impl Iterator<Item = Who<'a>> {
    let all = random::OUTSIDE.iter();
    all.map(|text| Who::Outside(text.parse().expect("an address")))
}

/// Everybody whom a question can name.
pub(crate) fn everyone(cluster: &Cluster) -> Vec<Who<'_>> {
    let pods_own = cluster.pods.rows().iter().flat_map(|it| &it.ips);
    let nodes_own = cluster.nodes.rows().iter().flat_map(|it| &it.ips);
    let own: BTreeSet<IpAddr> = pods_own.chain(nodes_own).copied().collect();
    let free = |who: &Who<'_>| !matches!(who, Who::Outside(it) if own.contains(it));
    pods(cluster)
        .into_iter()
        .chain(outside().filter(free))
        .collect()
}

/// Two different ends that could talk, not both outside.
pub(crate) fn is_pair(a: Who<'_>, b: Who<'_>) -> bool {
    match (a, b) {
        (Who::Pod(a, pod), Who::Pod(b, _)) => a != b || pod.is_many(),
        (Who::Outside(_), Who::Outside(_)) => false,
        (Who::Pod(..), Who::Outside(_)) | (Who::Outside(_), Who::Pod(..)) => true,
    }
}

/// Whether `who` is an end of a question, or the address of one in the network of its node.
pub(crate) fn is_meant(who: Who<'_>, end: Who<'_>) -> bool {
    match (who, end) {
        (Who::Pod(a, _), Who::Pod(b, _)) => a == b,
        (Who::Outside(a), Who::Outside(b)) => a == b,
        (Who::Outside(a), Who::Pod(_, pod)) => pod.host_network && pod.ips.contains(&a),
        (Who::Pod(..), Who::Outside(_)) => false,
    }
}

/// A question to one connection, with its flow.
pub(crate) struct Asked<'a> {
    pub(crate) question: Question,
    pub(crate) flow: Flow<'a>,
    pub(crate) ends: (Who<'a>, Who<'a>),
}

impl Asked<'_> {
    pub(crate) fn verdict(&self, cluster: &Cluster) -> Verdict {
        trace(cluster, &self.flow).verdict
    }

    /// The pairs of names between which more passes, by the point evaluator.
    pub(crate) fn gained(
        &self,
        before: &Cluster,
        after: &Cluster,
    ) -> BTreeSet<(Option<String>, Option<String>)> {
        let mut found = BTreeSet::new();
        let wanted = ConnSet::of(self.flow.protocol, PortSet::single(self.flow.port));
        // To the matrix, the address of a pod is one outside beside it.
        let all: Vec<Who<'_>> = pods(before).into_iter().chain(outside()).collect();
        for &a in &all {
            for &b in &all {
                if !is_pair(a, b) {
                    continue;
                }
                let passed = connections(before, a.end(), b.end());
                let mut more = connections(after, a.end(), b.end()).difference(&passed);
                if is_meant(a, self.ends.0) && is_meant(b, self.ends.1) {
                    more = more.difference(&wanted);
                }
                if !more.is_empty() {
                    found.insert((a.listed(before), b.listed(before)));
                }
            }
        }
        found
    }
}

/// So many pairs of all, each on another port.
pub(crate) fn questions(cluster: &Cluster) -> Vec<Asked<'_>> {
    let all = everyone(cluster);
    let pairs = all.iter().flat_map(|a| all.iter().map(|b| (*a, *b)));
    let pairs: Vec<_> = pairs.filter(|(a, b)| is_pair(*a, *b)).collect();
    let step = 1 + pairs.len() / QUESTIONS;
    let mut questions = Vec::new();
    for (number, (a, b)) in pairs.into_iter().step_by(step).enumerate() {
        let (Some(from), Some(to)) = (a.asked(cluster), b.asked(cluster)) else {
            continue;
        };
        let port = random::PORTS[number % random::PORTS.len()];
        let protocol = Protocol::ALL[number % Protocol::ALL.len()];
        let from = from.trim_matches(['[', ']']);
        let question = Question {
            source: grammar::parse(from).expect("a source"),
            destination: grammar::parse(&format!("{to}:{port}/{protocol}")).expect("an end"),
            mode: Mode::All,
        };
        let flow = Flow {
            source: a.endpoint(),
            destination: b.endpoint(),
            protocol,
            port,
        };
        questions.push(Asked {
            question,
            flow,
            ends: (a, b),
        });
    }
    questions
}
