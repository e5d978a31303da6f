//! What a question costs, before it is asked: pairs of members that policies tell apart, times the
//! rules that are read for each. Whoever names thousands of ends that are all different is told so.
//!
//! A pair reads the policies over its source and those over its destination. Summed over all pairs,
//! each source counts once per destination and each destination once per source, so the estimate
//! takes sources plus destinations and never goes through pairs. It counts entries of rules and not
//! time, so that one input has the same answer on every machine.

use super::about::is_subject;
use super::answer::{PAIRS, Pair};
use super::member::{Member, Who};
use super::ports::{Wanted, boundaries};
use crate::endpoint::Problem;
use crate::model::{Cluster, PeerMatch, Peers, Pod, Policy, Ports};
use crate::net::Protocol;
use crate::selector::Selector;
use crate::trace::Verdict;
use std::collections::HashMap;

/// Entries of rules that are read for one question at most: about a second.
const MOST: usize = 20_000_000;

/// What a pair costs that no rule speaks of, in entries of rules.
const PAIR: usize = 100;

/// Whether the pairs of some ends can be judged one by one, given the policies with a say.
pub(super) fn afford(
    (cluster, policies): (&Cluster, &[&Policy]),
    (sources, destinations): (&[Member<'_>], &[Member<'_>]),
    wanted: &Wanted<'_>,
) -> Result<(), Problem> {
    let judged = |member: &Member<'_>| match wanted {
        Wanted::Open => {
            let starts = boundaries(policies.iter().copied(), member.one());
            starts.len().saturating_mul(Protocol::ALL.len())
        }
        Wanted::Port(_) => 1,
        Wanted::Service(_, ports, _) => ports.len(),
    };
    Costs::new(cluster).afford(sources, destinations, judged)
}

/// What members cost.
struct Costs<'a> {
    cluster: &'a Cluster,
    policies: HashMap<*const Policy, usize>,
}

impl<'a> Costs<'a> {
    fn new(cluster: &'a Cluster) -> Self {
        Self {
            cluster,
            policies: HashMap::new(),
        }
    }

    /// Whether every pair can be judged; `judged` says on how many connections to a destination.
    fn afford(
        &mut self,
        sources: &[Member<'_>],
        destinations: &[Member<'_>],
        judged: impl Fn(&Member<'_>) -> usize,
    ) -> Result<(), Problem> {
        let first = destinations.first().map_or(1, &judged);
        let pairs = sources.len().saturating_mul(destinations.len());
        // Most questions are about few ends: these need not be weighed.
        if pairs.saturating_mul(first) <= 1 {
            return Ok(());
        }
        let mut total = pairs.saturating_mul(PAIR);
        if total <= MOST {
            let of_sources = sum(sources.iter().map(|it| self.of(it)));
            for destination in destinations {
                let of_pairs = self.of(destination).saturating_mul(sources.len());
                let of_pairs = of_pairs.saturating_add(of_sources);
                total = total.saturating_add(of_pairs.saturating_mul(judged(destination)));
                if total > MOST {
                    break;
                }
            }
        }
        if total <= MOST {
            return Ok(());
        }
        let (from, to) = (sources.len(), destinations.len());
        let connections = match first {
            0 | 1 => String::new(),
            _ => format!(", on {first} ports each"),
        };
        Err(Problem::new(format!(
            "policies distinguish {from} sources and {to} destinations{connections}: too many pairs to check"
        ))
        .help("ask about fewer of them or about one port, or see `netpolc matrix`"))
    }

    /// The entries that are read of the policies at one end.
    fn of(&mut self, member: &Member<'_>) -> usize {
        let Who::Pods(pods) = &member.who else {
            return 1;
        };
        pods.first().map_or(1, |pod| self.of_pod(pod))
    }

    fn of_pod(&mut self, pod: &Pod) -> usize {
        let (cluster, known) = (self.cluster, &mut self.policies);
        let over = cluster.policies_over(pod.namespace);
        sum(over.map(|(_, policy)| {
            if !is_subject(cluster, policy, pod) {
                return 1;
            }
            *known
                .entry(std::ptr::from_ref(policy))
                .or_insert_with(|| entries(policy))
        }))
    }
}

fn entries(policy: &Policy) -> usize {
    let rules = policy.all_rules();
    sum(rules.map(|rule| {
        let peers = match &rule.peers {
            Peers::Anyone => 1,
            Peers::Listed(peers) => sum(peers.iter().map(|peer| match &peer.matches {
                PeerMatch::IpBlock(block) => block.except.len().saturating_add(1),
                PeerMatch::Pods(scope) => asked(&scope.pods),
                PeerMatch::Nodes(nodes) => asked(nodes),
                PeerMatch::DomainName(_) => 1,
            })),
        };
        let ports = match &rule.ports {
            Ports::Any => 1,
            Ports::Listed(ports) => ports.len(),
        };
        peers.saturating_add(ports)
    }))
    .saturating_add(asked(&policy.subject.pods))
}

/// The values that a selector asks for.
fn asked(selector: &Selector) -> usize {
    let requirements = selector.requirements().iter();
    sum(requirements.map(|it| it.values.len())).saturating_add(1)
}

fn sum(numbers: impl Iterator<Item = usize>) -> usize {
    numbers.fold(0, usize::saturating_add)
}

/// Pairs as they are judged. Of those of one verdict the first few keep all their reasons: nobody
/// is told what every rule missed by for each of thousands.
#[derive(Debug, Default)]
pub(super) struct Told {
    pairs: Vec<Pair>,
    of_verdict: [usize; 3],
}

impl Told {
    pub(super) fn into_pairs(self) -> Vec<Pair> {
        self.pairs
    }
}

impl Extend<Pair> for Told {
    fn extend<T: IntoIterator<Item = Pair>>(&mut self, pairs: T) {
        for mut pair in pairs {
            let [allowed, denied, open] = &mut self.of_verdict;
            let count = match pair.verdict {
                Verdict::Allow => allowed,
                Verdict::Deny => denied,
                Verdict::Undecided => open,
            };
            *count += 1;
            if *count > PAIRS {
                pair.reason = pair.reason.without_misses();
            }
            self.pairs.push(pair);
        }
    }
}
