//! Whether a scope, a peer or a port entry matches, read word for word.
//!
//! A [`Fit`] keeps everything that does not fit and everything that is not known, so that a
//! refusal can be explained by the same reading that refused.

use super::reading::Reading;
use super::truth::Truth;
use super::{End, Endpoint, PeerFault, Unknown};
use crate::model::{
    IpBlock, NAMESPACE_NAME_LABEL, NamespaceId, NamespaceScope, PeerMatch, Pod, PodNature,
    PodScope, PortTest,
};
use crate::selector::Selector;
use std::collections::BTreeSet;

/// How well something fits a list of conditions that must all hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Fit {
    /// The conditions that do not hold.
    pub(super) faults: Vec<PeerFault>,
    /// What the other conditions hang on.
    unknowns: BTreeSet<Unknown>,
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

    fn fault(fault: PeerFault) -> Self {
        Self {
            faults: vec![fault],
            unknowns: BTreeSet::new(),
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
            if reading.cluster.namespaces.at(actual).name != *wanted {
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
            Some(true) => {}
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
        }
    }
}

/// Whether a peer matches the end that its rule speaks of.
pub(super) fn peer_fits(reading: &Reading<'_>, end: End, peer: &PeerMatch) -> Fit {
    match (peer, reading.endpoint(end)) {
        // S58: no selector matches a pod that shares its node's network.
        (PeerMatch::Pods(_), Endpoint::Pod(pod)) if pod.host_network => {
            Fit::fault(PeerFault::HostNetwork)
        }
        (PeerMatch::Pods(scope), Endpoint::Pod(pod)) => scope_fits(reading, scope, pod, end),
        // S27: selectors match pods only.
        (PeerMatch::Pods(_), Endpoint::Node(_) | Endpoint::Address(_)) => {
            Fit::fault(PeerFault::NotAPod)
        }
        // S45, S50, S59: pods and nodes are matched by address like everything else.
        (PeerMatch::IpBlock(block), _) => block_fits(reading, end, block),
    }
}

fn block_fits(reading: &Reading<'_>, end: End, block: &IpBlock) -> Fit {
    let Some(addresses) = reading.addresses(end) else {
        // S47: the address is not known.
        return Fit {
            faults: Vec::new(),
            unknowns: BTreeSet::from([Unknown::Address(end)]),
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

/// Whether an entry of `ports` matches the flow.
pub(super) fn port_matches(reading: &Reading<'_>, test: &PortTest) -> Truth {
    let flow = reading.flow;
    match test {
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
            match flow.destination {
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
            }
        }
    }
}
