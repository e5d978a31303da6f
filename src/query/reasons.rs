//! Which rules let the connections between two ends through, on each side.
//!
//! [`trace`] is asked on one port of each part in which rules can begin or cease to match, so that the
//! answer holds for all of the connections.
//!
//! Cost: a flow for each such part of the connections, 32 of them and one at most.

use super::ports::boundaries;
use crate::model::{Cluster, PolicyId};
use crate::net::{ConnSet, Protocol};
use crate::trace::{Basis, Endpoint, Flow, Half, NotSubject, RuleRef, Trace, trace};
use std::collections::BTreeSet;

/// The most flows that are traced for one pair of ends.
const PROBES: usize = 32;

/// What lets connections through in one direction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Reason {
    /// The rules, in the order of the cluster.
    pub rules: BTreeSet<RuleRef>,
    /// Why policies have no say in some of the connections; empty where rules let all of them through.
    pub past: BTreeSet<Past>,
    /// Whether there are more rules than were looked for.
    pub more: bool,
}

/// Why policies have no say in a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Past {
    /// The end is none that policies govern (S3, S57, S86).
    NotSubject(NotSubject),
    /// No policy isolates the pod in this direction (S15).
    NotIsolated,
    /// No policy can stop the flow (S52, S55, S60, S69, S71).
    Exempt,
}

impl Reason {
    /// Adds another one.
    pub fn join(&mut self, other: Self) {
        self.rules.extend(other.rules);
        self.past.extend(other.past);
        self.more |= other.more;
    }

    fn add(&mut self, told: &Trace, half: &Half) {
        if told.exemption.is_some() {
            self.past.insert(Past::Exempt);
            return;
        }
        match &half.basis {
            Basis::NotSubject(why) => {
                self.past.insert(Past::NotSubject(*why));
            }
            Basis::NotIsolated => {
                self.past.insert(Past::NotIsolated);
            }
            Basis::Allowed(hits) | Basis::ClusterRule { hits, .. } => {
                self.rules.extend(hits.iter().map(|hit| hit.rule));
            }
            // Of a connection that passes, no direction is refused or open.
            Basis::NoRule | Basis::Undecided => {}
        }
    }
}

/// What lets `connections` through from one end to another: on the way out, and on the way in.
pub(super) fn reasons(
    cluster: &Cluster,
    ends: (Endpoint<'_>, Endpoint<'_>),
    connections: &ConnSet,
) -> [Reason; 2] {
    let mut all = [Reason::default(), Reason::default()];
    let Some((protocol, first, _)) = connections.ranges().next() else {
        return all;
    };
    let told = ask(cluster, ends, (protocol, first), &mut all);
    let mut with_say: BTreeSet<PolicyId> = BTreeSet::new();
    for half in [&told.egress, &told.ingress] {
        with_say.extend(&half.isolating);
        let steps = half.stages.iter().flat_map(|stage| &stage.steps);
        with_say.extend(steps.map(|step| step.policy));
    }
    if with_say.is_empty() {
        return all;
    }
    let policies = with_say.iter().map(|&id| cluster.policies.at(id));
    let pod = match ends.1 {
        Endpoint::Pod(pod) => Some(pod),
        Endpoint::Node(_) | Endpoint::Address(_) => None,
    };
    let starts = boundaries(policies, pod.as_slice());
    for (number, part) in parts(connections, &starts).enumerate().skip(1) {
        if number > PROBES {
            for reason in &mut all {
                reason.more = true;
            }
            break;
        }
        ask(cluster, ends, part, &mut all);
    }
    all
}

/// Asks about one flow, and adds what lets it through.
fn ask(
    cluster: &Cluster,
    (source, destination): (Endpoint<'_>, Endpoint<'_>),
    (protocol, port): (Protocol, u16),
    all: &mut [Reason; 2],
) -> Trace {
    let flow = Flow {
        source,
        destination,
        protocol,
        port,
    };
    let told = trace(cluster, &flow);
    let [out, into] = all;
    out.add(&told, &told.egress);
    into.add(&told, &told.ingress);
    told
}

/// The first port of each part of connections in which all flows are alike.
fn parts<'a>(
    connections: &'a ConnSet,
    starts: &'a [u16],
) -> impl Iterator<Item = (Protocol, u16)> + 'a {
    connections.ranges().flat_map(|(protocol, first, last)| {
        let inner = starts.iter().copied();
        let inner = inner.filter(move |&start| first < start && start <= last);
        std::iter::once(first)
            .chain(inner)
            .map(move |port| (protocol, port))
    })
}
