//! Whether a scope, a peer or a port entry matches, read word for word.
//!
//! A [`Fit`] keeps everything that does not fit and everything that is not known, so that a
//! refusal can be explained by the same reading that refused.

use super::named::{name_fits, nodes_fit};
use super::reading::{Reading, does};
use super::truth::Truth;
use super::{End, Endpoint, PeerFault, PeerMiss, Unknown};
use crate::model::{
    Direction, Habit, IpBlock, NAMESPACE_NAME_LABEL, NamespaceId, NamespaceScope, PeerMatch, Pod,
    PodNature, PodScope, PortMatch, PortTest, Says, Tier,
};
use crate::selector::Selector;
use std::collections::BTreeSet;

/// How well something fits a list of conditions that must all hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Fit {
    /// The conditions that do not hold.
    faults: Vec<PeerFault>,
    /// What the other conditions hang on.
    unknowns: BTreeSet<Unknown>,
    /// How many conditions hold.
    held: usize,
}

impl Fit {
    /// S5: one condition that does not hold settles it; otherwise one that is not known leaves it
    /// open.
    pub(super) fn truth(&self) -> Truth {
        if !self.faults.is_empty() {
            Truth::No
        } else if self.unknowns.is_empty() {
            Truth::Yes
        } else {
            Truth::Maybe(self.unknowns.clone())
        }
    }

    /// How many conditions hold.
    pub(super) fn held(&self) -> usize {
        self.held
    }

    /// Whether it may fit, and that hangs on an address that is not known.
    pub(super) fn hangs_on_address(&self) -> bool {
        let mut unknowns = self.unknowns.iter();
        self.faults.is_empty() && unknowns.any(|it| matches!(it, Unknown::Address(_)))
    }

    /// The entry of that place as one that does not match.
    pub(super) fn miss(self, entry: usize) -> PeerMiss {
        let faults = if self.faults.is_empty() {
            vec![PeerFault::AddressNotKnown]
        } else {
            self.faults
        };
        PeerMiss {
            entry,
            faults,
            holds: self.held,
        }
    }

    /// What fits does so only if this holds, too.
    fn only_if(mut self, condition: &Truth, fault: impl FnOnce() -> PeerFault) -> Self {
        match condition {
            Truth::Yes => {}
            Truth::No => self.faults.push(fault()),
            Truth::Maybe(unknowns) => self.unknowns.extend(unknowns.iter().cloned()),
        }
        self
    }

    fn fault(fault: PeerFault) -> Self {
        Self {
            faults: vec![fault],
            ..Self::default()
        }
    }
}

/// Whether `scope` matches `pod`, which stands at `end`: its namespace and its labels (S10, S17,
/// S24, S25, S26).
pub(super) fn scope_fits(reading: &Reading<'_>, scope: &PodScope, pod: &Pod, end: End) -> Fit {
    let mut fit = Fit::default();
    match &scope.namespaces {
        NamespaceScope::Named(wanted) => {
            let actual = pod.namespace;
            if reading.cluster.namespaces.at(actual).name == *wanted {
                fit.held += 1;
            } else {
                let wanted = wanted.clone();
                fit.faults
                    .push(PeerFault::OtherNamespace { wanted, actual });
            }
        }
        NamespaceScope::Matching(selector) => {
            namespace_fits(reading, selector, pod.namespace, &mut fit);
        }
    }
    // S29: all requirements must hold; S30: each by its operator; S75: open where the value is not
    // known, unless no value meets all that is asked of the label.
    for requirement in scope.pods.requirements() {
        match requirement.meets(&pod.labels) {
            Some(true) => fit.held += 1,
            None if scope.pods.may_match(&pod.labels) => {
                let requirement = requirement.clone();
                fit.unknowns.insert(Unknown::PodLabel { end, requirement });
            }
            Some(false) | None => fit.faults.push(PeerFault::PodLabel {
                requirement: requirement.clone(),
                actual: pod.labels.get(&requirement.key).cloned(),
            }),
        }
    }
    fit
}

fn namespace_fits(reading: &Reading<'_>, selector: &Selector, id: NamespaceId, fit: &mut Fit) {
    let namespace = reading.cluster.namespaces.at(id);
    for requirement in selector.requirements() {
        // S31: the name label is always known; S32: of a namespace that is not in the input,
        // no other label is.
        let known = namespace.declared || *requirement.key == *NAMESPACE_NAME_LABEL;
        if !known {
            fit.unknowns.insert(Unknown::NamespaceLabels {
                namespace: id,
                requirement: requirement.clone(),
            });
        } else if !requirement.matches(&namespace.labels) {
            fit.faults.push(PeerFault::NamespaceLabel {
                namespace: id,
                requirement: requirement.clone(),
                actual: namespace.labels.get(&requirement.key).cloned(),
            });
        } else {
            fit.held += 1;
        }
    }
}

/// Whether a peer of a rule of this tier matches the end that the rule speaks of.
pub(super) fn peer_fits(reading: &Reading<'_>, tier: Tier, end: End, peer: &PeerMatch) -> Fit {
    match (peer, reading.endpoint(end)) {
        // S58: no selector matches a pod that shares its node's network.
        (PeerMatch::Pods(scope), Endpoint::Pod(pod)) if pod.host_network => {
            Fit::default().only_if(&hosts_fit(reading, tier, scope), || PeerFault::HostNetwork)
        }
        (PeerMatch::Pods(scope), Endpoint::Pod(pod)) => scope_fits(reading, scope, pod, end),
        // S27: selectors match pods only.
        (PeerMatch::Pods(scope), Endpoint::Node(_)) => {
            Fit::default().only_if(&hosts_fit(reading, tier, scope), || PeerFault::NotAPod)
        }
        (PeerMatch::Pods(_), Endpoint::Address(_)) => Fit::fault(PeerFault::NotAPod),
        // S45, S50, S59: pods and nodes are matched by address like everything else; S88: unless the
        // plugin has another way with the blocks of a NetworkPolicy.
        (PeerMatch::IpBlock(block), Endpoint::Address(_)) => block_fits(reading, end, block),
        (PeerMatch::IpBlock(block), Endpoint::Pod(pod)) if !pod.host_network => {
            let inside = of_tier(reading, tier, Habit::BlocksMatchPods);
            block_fits(reading, end, block).only_if(&inside, || PeerFault::BlockSkips)
        }
        (PeerMatch::IpBlock(block), Endpoint::Pod(_) | Endpoint::Node(_)) => {
            let inside = of_tier(reading, tier, Habit::BlocksMatchNodes);
            block_fits(reading, end, block).only_if(&inside, || PeerFault::BlockSkips)
        }
        (PeerMatch::Nodes(nodes), _) => {
            Fit::default().only_if(&nodes_fit(reading, nodes, end), || PeerFault::OtherNode)
        }
        (PeerMatch::DomainName(pattern), _) => {
            Fit::default().only_if(&name_fits(reading, pattern, end), || PeerFault::NeverNamed)
        }
    }
}

/// Whether the plugin does something with the rules of this tier that the documents say of all:
/// for cluster-wide policies it is so.
fn of_tier(reading: &Reading<'_>, tier: Tier, habit: Habit) -> Truth {
    match tier {
        Tier::NetworkPolicy => does(reading.practice, habit),
        Tier::Admin | Tier::Baseline => Truth::Yes,
    }
}

/// Whether a scope matches nodes and the pods in their network: namespaces without labels of pods
/// may, where the plugin has them in a namespace of their own.
fn hosts_fit(reading: &Reading<'_>, tier: Tier, scope: &PodScope) -> Truth {
    let whole = matches!(scope.namespaces, NamespaceScope::Matching(_));
    if tier != Tier::NetworkPolicy || !whole || !scope.pods.is_everything() {
        return Truth::No;
    }
    // Which namespaces that are, no object says.
    match reading.practice.says(Habit::NamespacesMatchHosts) {
        Says::No => Truth::No,
        Says::Yes | Says::Open => Truth::maybe(Unknown::Habit(Habit::NamespacesMatchHosts)),
    }
}

fn block_fits(reading: &Reading<'_>, end: End, block: &IpBlock) -> Fit {
    let Some(addresses) = reading.addresses(end) else {
        // S47: the address is not known.
        return Fit {
            unknowns: BTreeSet::from([Unknown::Address(end)]),
            ..Fit::default()
        };
    };
    // S44: within the CIDR and in none of the exceptions.
    let matched = addresses.iter().any(|&address| {
        let excepted = block.except.iter().any(|hole| hole.contains(address));
        block.cidr.contains(address) && !excepted
    });
    if matched {
        return Fit::default();
    }
    let block = block.clone();
    Fit::fault(PeerFault::NotInBlock { block, addresses })
}

/// Whether an entry of `ports` of a rule of this tier matches the flow.
pub(super) fn port_matches(
    reading: &Reading<'_>,
    (tier, direction): (Tier, Direction),
    entry: &PortMatch,
) -> Truth {
    let flow = reading.flow;
    match &entry.test {
        // S89: where the plugin passes `endPort` over, the entry is about its first port.
        PortTest::Range {
            protocol,
            first,
            last,
        } if entry.end_port && flow.port != *first => {
            let within = *protocol == flow.protocol && (*first..=*last).contains(&flow.port);
            Truth::of(within).and(of_tier(reading, tier, Habit::EndPorts))
        }
        // S34, S35: the protocol and the port, ends of the range included.
        PortTest::Range {
            protocol,
            first,
            last,
        } => Truth::of(*protocol == flow.protocol && (*first..=*last).contains(&flow.port)),
        PortTest::Named { name, protocol } => {
            // S36: the container port's protocol must fit; S42: unless the entry names none.
            if protocol.is_some_and(|protocol| protocol != flow.protocol) {
                return Truth::No;
            }
            // S89: some plugins take a name for the whole protocol.
            if tier == Tier::NetworkPolicy && reading.practice.does(Habit::NameOpensProtocol) {
                return Truth::Yes;
            }
            let looked_up = match flow.destination {
                // S40: an address has no named ports, nor has a node, S59: nor a pod that shares
                // the node's network.
                Endpoint::Address(_) | Endpoint::Node(_) => Truth::No,
                Endpoint::Pod(pod) if pod.host_network => Truth::No,
                // S41: the ports of an imagined pod are not known.
                Endpoint::Pod(pod) if pod.nature == PodNature::Hypothetical => {
                    Truth::maybe(Unknown::NamedPort(name.clone()))
                }
                // S36, S37, S39, S46: any container port of that name on the destination pod.
                Endpoint::Pod(pod) => Truth::of(
                    pod.named_port(name, *protocol)
                        .any(|found| found == (flow.protocol, flow.port)),
                ),
            };
            let looks_up = of_tier(reading, tier, Habit::NamedPorts);
            // S89: or mix up the numbers that pods give a name.
            let apart = match direction {
                Direction::Egress if reading.cluster.has_several_numbers(name, *protocol) => {
                    of_tier(reading, tier, Habit::NamesPerPod)
                }
                Direction::Egress | Direction::Ingress => Truth::Yes,
            };
            let mixed_up = match apart {
                Truth::No => Truth::maybe(Unknown::Habit(Habit::NamesPerPod)),
                Truth::Yes | Truth::Maybe(_) => apart,
            };
            named(looked_up, &looks_up.and(mixed_up))
        }
    }
}

/// What comes of a port name, where it is open whether the plugin looks it up, or it does not.
fn named(looked_up: Truth, looks_up: &Truth) -> Truth {
    match looks_up {
        Truth::Yes => looked_up,
        Truth::No => Truth::No,
        Truth::Maybe(unknowns) => Truth::Maybe(unknowns.clone()),
    }
}
