//! First packets for a cluster: those that some policy lets through, and those that one stops.
//! Which is which is told by `trace`, which has nothing in common with rulesets.

use super::kernel::packet::Kind;
use super::kernel::probe::Probe;
use super::random::Random;
use netpolc::model::{
    Cluster, Direction, NamespaceScope, PeerMatch, Peers, Pod, PodScope, Policy, PortTest, Ports,
};
use netpolc::net::Protocol;
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// How many different flows are drawn of each sort; the connections of a run are these again and
/// again, each time from another port.
const FLOWS: usize = 4_000;

/// Packets by what becomes of them.
pub(crate) struct Flows {
    /// Let through by a rule.
    pub(crate) allowed: Vec<Probe>,
    /// Dropped.
    pub(crate) denied: Vec<Probe>,
}

/// Draws the flows of a cluster.
pub(crate) fn flows(cluster: &Cluster, seed: u64) -> Flows {
    let mut drawer = Drawer {
        cluster,
        by_namespace: BTreeMap::new(),
        random: Random::new(seed),
    };
    for pod in cluster.pods.rows() {
        let namespace = &*cluster.namespaces.at(pod.namespace).name;
        drawer.by_namespace.entry(namespace).or_default().push(pod);
    }
    let mut flows = Flows {
        allowed: Vec::with_capacity(FLOWS),
        denied: Vec::with_capacity(FLOWS),
    };
    // Small clusters do not have so many.
    for _ in 0..20 * FLOWS {
        let Some((probe, verdict)) = drawer.flow() else {
            continue;
        };
        let sort = match verdict {
            Verdict::Allow => &mut flows.allowed,
            Verdict::Deny => &mut flows.denied,
            Verdict::Undecided => continue,
        };
        if sort.len() < FLOWS {
            sort.push(probe);
        }
        if flows.allowed.len().min(flows.denied.len()) == FLOWS {
            break;
        }
    }
    flows
}

struct Drawer<'a> {
    cluster: &'a Cluster,
    by_namespace: BTreeMap<&'a str, Vec<&'a Pod>>,
    random: Random,
}

impl<'a> Drawer<'a> {
    /// A flow that a rule of some policy means, in half of the cases with its ends exchanged for
    /// others, and what becomes of it.
    fn flow(&mut self) -> Option<(Probe, Verdict)> {
        let policy: &Policy = self.random.pick(self.cluster.policies.rows());
        let direction = *self.random.pick(&Direction::BOTH);
        let rules = policy.rules(direction).filter(|rules| !rules.is_empty())?;
        let rule = self.random.pick(rules);
        let subject = self.pod(&policy.subject)?;
        let (Peers::Listed(peers), Ports::Listed(ports)) = (&rule.peers, &rule.ports) else {
            return None;
        };
        let PortTest::Range {
            protocol,
            first,
            last,
        } = self.random.pick(ports).test
        else {
            return None;
        };
        let port = first + u16::try_from(self.random.below(usize::from(last - first) + 1)).ok()?;
        let mut other = match &self.random.pick(peers).matches {
            PeerMatch::Pods(scope) => Endpoint::Pod(self.pod(scope)?),
            PeerMatch::IpBlock(block) => {
                let (first, last) = block.addresses().ranges().next()?;
                let both = [first, last];
                Endpoint::Address(*self.random.pick(&both))
            }
            PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => return None,
        };
        if self.random.chance(50) {
            other = Endpoint::Pod(self.random.pick(self.cluster.pods.rows()));
        }
        let (source, destination) = match direction {
            Direction::Egress => (Endpoint::Pod(subject), other),
            Direction::Ingress => (other, Endpoint::Pod(subject)),
        };
        let (from, to) = (address(&source)?, address(&destination)?);
        let flow = Flow {
            source,
            destination,
            protocol,
            port,
        };
        let packet = match protocol {
            Protocol::Tcp => Kind::Tcp(port),
            Protocol::Udp => Kind::Udp(port),
            Protocol::Sctp => Kind::Sctp(port),
        };
        let verdict = trace(self.cluster, &flow).verdict;
        (from != to).then_some((Probe { from, to, packet }, verdict))
    }

    fn pod(&mut self, scope: &PodScope) -> Option<&'a Pod> {
        let namespaces = self.cluster.namespaces.rows().iter();
        let namespaces = namespaces.filter(|namespace| match &scope.namespaces {
            NamespaceScope::Named(name) => namespace.name == *name,
            NamespaceScope::Matching(selector) => selector.matches(&namespace.labels),
        });
        let pods = namespaces.filter_map(|namespace| self.by_namespace.get(&*namespace.name));
        let pods = pods.flatten().filter(|pod| scope.pods.matches(&pod.labels));
        let pods: Vec<&'a Pod> = pods.copied().collect();
        (!pods.is_empty()).then(|| *self.random.pick(&pods))
    }
}

fn address(end: &Endpoint<'_>) -> Option<IpAddr> {
    match end {
        Endpoint::Pod(pod) => pod.ips.first().copied(),
        Endpoint::Address(address) => Some(*address),
        Endpoint::Node(_) => None,
    }
}
