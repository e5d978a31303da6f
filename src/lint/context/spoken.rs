//! Of which flows a rule speaks, as a set: for all pods, namespaces and addresses that could be. What is
//! asked of labels, of the other end's address and of ports is a product; what is left of one product
//! without another is a list of products.

use super::over::{Common, Over};
use crate::model::{
    Direction, NAMESPACE_NAME_LABEL, NamespaceScope, Peer, PeerMatch, Peers, PodScope, Policy, Rule,
};
use crate::net::{AddressSet, ConnSet, DomainPattern};
use crate::selector::{KeyTest, Selector};
use std::collections::BTreeMap;

/// Whose label is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::lint) enum Whose {
    /// That of the namespace of the pod that the policy governs.
    SubjectNamespace,
    /// That of the pod that the policy governs.
    Subject,
    /// That of the other end's namespace.
    OtherNamespace,
    /// That of the pod or the node at the other end.
    Other,
}

/// What is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::lint) enum OtherEnd {
    /// A pod with a network of its own.
    Pod,
    /// A node, or a pod in its network.
    Node,
    /// Whoever is outside the cluster.
    Outside,
}

impl OtherEnd {
    /// All of them.
    const ALL: [Self; 3] = [Self::Pod, Self::Node, Self::Outside];
}

/// Flows of one direction.
#[derive(Debug, Clone)]
pub(in crate::lint) struct Spoken<'a> {
    /// What is asked of labels. Keys that are not here may be as they like.
    pub(in crate::lint) labels: BTreeMap<(Whose, &'a str), KeyTest>,
    /// What is at the other end.
    pub(in crate::lint) end: OtherEnd,
    /// The addresses that the other end may have.
    pub(in crate::lint) addresses: AddressSet,
    /// The names that the other end must have one of.
    pub(in crate::lint) domain: Option<&'a DomainPattern>,
    /// On what.
    pub(in crate::lint) over: Over<'a>,
}

/// Whether nothing is so: no namespace is without its name.
fn is_nothing(whose: Whose, key: &str, test: &KeyTest) -> bool {
    let of_namespace = matches!(whose, Whose::SubjectNamespace | Whose::OtherNamespace);
    test.is_nothing() || (of_namespace && key == NAMESPACE_NAME_LABEL && !test.accepts_some_value())
}

type Asked<'a> = BTreeMap<(Whose, &'a str), KeyTest>;

fn ask<'a>(asked: &mut Asked<'a>, whose: Whose, selector: &'a Selector) {
    for (key, test) in selector.tests() {
        asked.insert((whose, key), test.clone());
    }
}

fn ask_scope<'a>(asked: &mut Asked<'a>, (namespace, pod): (Whose, Whose), scope: &'a PodScope) {
    match &scope.namespaces {
        NamespaceScope::Named(name) => {
            let named = Selector::labels([(NAMESPACE_NAME_LABEL, &**name)]);
            let test = named.tests().first().map(|(_, test)| test.clone());
            asked.extend(test.map(|test| ((namespace, NAMESPACE_NAME_LABEL), test)));
        }
        NamespaceScope::Matching(selector) => ask(asked, namespace, selector),
    }
    ask(asked, pod, &scope.pods);
}

impl<'a> Spoken<'a> {
    /// The flows of which a rule of a policy speaks.
    pub(in crate::lint) fn of_rule(
        policy: &'a Policy,
        direction: Direction,
        rule: &'a Rule,
    ) -> Vec<Self> {
        match &rule.peers {
            Peers::Anyone => Self::of_peer(policy, direction, (rule, None)),
            Peers::Listed(peers) => {
                let peers = peers.iter();
                let of = |peer| Self::of_peer(policy, direction, (rule, Some(peer)));
                peers.flat_map(of).collect()
            }
        }
    }

    /// The flows of which a rule of a policy speaks with one of its peers; none is everyone.
    pub(in crate::lint) fn of_peer(
        policy: &'a Policy,
        direction: Direction,
        (rule, peer): (&'a Rule, Option<&'a Peer>),
    ) -> Vec<Self> {
        let mut labels = Asked::new();
        let ends = (Whose::SubjectNamespace, Whose::Subject);
        ask_scope(&mut labels, ends, &policy.subject);
        let (mut addresses, mut domain) = (AddressSet::all(), None);
        let mut others = OtherEnd::ALL.to_vec();
        match peer.map(|it| &it.matches) {
            None => {}
            Some(PeerMatch::Pods(scope)) => {
                ask_scope(&mut labels, (Whose::OtherNamespace, Whose::Other), scope);
                others = vec![OtherEnd::Pod];
            }
            Some(PeerMatch::Nodes(nodes)) => {
                ask(&mut labels, Whose::Other, nodes);
                others = vec![OtherEnd::Node];
            }
            Some(PeerMatch::IpBlock(block)) => addresses = block.addresses(),
            Some(PeerMatch::DomainName(name)) => domain = Some(name),
        }
        let of = |end| {
            let labels = labels.clone();
            let addresses = addresses.clone();
            Over::of(&rule.ports).into_iter().map(move |over| Self {
                labels: labels.clone(),
                end,
                addresses: addresses.clone(),
                domain,
                over,
            })
        };
        // Addresses and nodes have no names for their ports (S40).
        let resolves = |it: &Self| {
            let outside = direction == Direction::Egress && it.end != OtherEnd::Pod;
            !(outside && matches!(it.over, Over::Named(..)))
        };
        let all = others.into_iter().flat_map(of);
        all.filter(|it| resolves(it) && it.is_possible()).collect()
    }

    /// Every flow of the pods that a policy governs.
    pub(in crate::lint) fn of_subject(policy: &'a Policy) -> Vec<Self> {
        let mut labels = Asked::new();
        let ends = (Whose::SubjectNamespace, Whose::Subject);
        ask_scope(&mut labels, ends, &policy.subject);
        let of = |end| {
            let all = [Over::Numbers(ConnSet::all()), Over::Portless];
            all.map(|over| Self {
                labels: labels.clone(),
                end,
                addresses: AddressSet::all(),
                domain: None,
                over,
            })
        };
        let all = OtherEnd::ALL.into_iter().flat_map(of);
        all.filter(Self::is_possible).collect()
    }

    fn is_possible(&self) -> bool {
        let mut labels = self.labels.iter();
        !self.addresses.is_empty() && !labels.any(|((whose, key), it)| is_nothing(*whose, key, it))
    }

    /// Those of its flows that are with these addresses, on these ports.
    pub(in crate::lint) fn narrowed(&self, addresses: &AddressSet, over: &ConnSet) -> Option<Self> {
        let Common::These(over) = self.over.common(&Over::Numbers(over.clone())) else {
            return None;
        };
        let narrowed = Self {
            addresses: self.addresses.intersection(addresses),
            over,
            ..self.clone()
        };
        narrowed.is_possible().then_some(narrowed)
    }

    /// Whether a flow may be in both.
    pub(in crate::lint) fn may_meet(&self, other: &Self) -> bool {
        self.end == other.end
            && !matches!(self.over.common(&other.over), Common::Nothing)
            && self.labels_meet(other)
            && meets(&self.addresses, &other.addresses)
    }

    fn labels_meet(&self, other: &Self) -> bool {
        other.labels.iter().all(|(at, theirs)| {
            let ours = self.labels.get(at);
            ours.is_none_or(|ours| !is_nothing(at.0, at.1, &ours.intersection(theirs)))
        })
    }

    /// The flows that are surely in both; none where none is, or that is not known.
    pub(in crate::lint) fn both(&self, other: &Self) -> Option<Self> {
        let Common::These(over) = self.over.common(&other.over) else {
            return None;
        };
        let domain = match (self.domain, other.domain) {
            (None, it) | (it, None) => it,
            (Some(a), Some(b)) if a.covers(b) => Some(b),
            (Some(a), Some(b)) if b.covers(a) => Some(a),
            (Some(_), Some(_)) => return None,
        };
        if self.end != other.end || !self.labels_meet(other) {
            return None;
        }
        let mut labels = self.labels.clone();
        for (at, theirs) in &other.labels {
            let both = labels
                .get(at)
                .map_or_else(|| theirs.clone(), |ours| ours.intersection(theirs));
            labels.insert(*at, both);
        }
        let both = Self {
            labels,
            end: self.end,
            addresses: self.addresses.intersection(&other.addresses),
            domain,
            over,
        };
        both.is_possible().then_some(both)
    }

    /// What is surely left without the flows of `other`.
    fn surely_without(&self, other: &Self) -> Vec<Self> {
        if !self.may_meet(other) {
            return vec![self.clone()];
        }
        let exact = other.domain.is_none()
            && matches!(self.over.common(&other.over), Common::These(_))
            && self.over.without(&other.over).as_ref() != Some(&self.over);
        if exact {
            self.without(other)
        } else {
            Vec::new()
        }
    }

    /// What is left without the flows of `other`: at least that.
    pub(in crate::lint) fn without(&self, other: &Self) -> Vec<Self> {
        let named = other
            .domain
            .is_none_or(|theirs| self.domain.is_some_and(|ours| theirs.covers(ours)));
        let common = self.over.common(&other.over);
        let stays = self.over.without(&other.over).as_ref() == Some(&self.over);
        if !named || stays || !matches!(common, Common::These(_)) || !self.may_meet(other) {
            return vec![self.clone()];
        }
        let mut left = Vec::new();
        let mut rest = self.clone();
        let anything = KeyTest::anything();
        for (at, theirs) in &other.labels {
            let ours = rest.labels.get(at).unwrap_or(&anything);
            let outside = ours.intersection(&theirs.complement());
            let inside = ours.intersection(theirs);
            if !is_nothing(at.0, at.1, &outside) {
                let mut piece = rest.clone();
                piece.labels.insert(*at, outside);
                left.push(piece);
            }
            rest.labels.insert(*at, inside);
        }
        let outside = rest.addresses.difference(&other.addresses);
        if !outside.is_empty() {
            left.push(Self {
                addresses: outside,
                ..rest.clone()
            });
        }
        rest.addresses = rest.addresses.intersection(&other.addresses);
        if let Some(over) = rest.over.without(&other.over) {
            left.push(Self { over, ..rest });
        }
        left
    }
}

fn meets(a: &AddressSet, b: &AddressSet) -> bool {
    !a.intersection(b).is_empty()
}

/// What is left of some flows without others: at least that. None where it is in too many pieces to go on.
pub(in crate::lint) fn without<'a>(
    flows: Vec<Spoken<'a>>,
    others: &[Spoken<'a>],
) -> Option<Vec<Spoken<'a>>> {
    let mut left = flows;
    for other in others {
        left = left.iter().flat_map(|it| it.without(other)).collect();
        if left.len() > MOST {
            return None;
        }
    }
    Some(left)
}

/// What is surely left of some flows without others.
pub(in crate::lint) fn surely_without<'a>(
    flows: Vec<Spoken<'a>>,
    others: &[Spoken<'a>],
) -> Vec<Spoken<'a>> {
    let mut left = flows;
    for other in others {
        let pieces = left.iter().flat_map(|it| it.surely_without(other));
        left = pieces.take(MOST).collect();
    }
    left
}

/// In how many pieces flows may fall.
const MOST: usize = 200;

/// Whether a flow may be in both of two sets.
pub(in crate::lint) fn may_meet(flows: &[Spoken<'_>], others: &[Spoken<'_>]) -> bool {
    let mut flows = flows.iter();
    flows.any(|it| others.iter().any(|other| it.may_meet(other)))
}

/// The flows that are surely in both of two sets.
pub(in crate::lint) fn both<'a>(flows: &[Spoken<'a>], others: &[Spoken<'a>]) -> Vec<Spoken<'a>> {
    let pairs = flows
        .iter()
        .flat_map(|it| others.iter().filter_map(|other| it.both(other)));
    pairs.take(MOST).collect()
}

impl Whose {
    /// Whether the label is one of the other end.
    pub(in crate::lint) fn is_of_other(self) -> bool {
        matches!(self, Self::OtherNamespace | Self::Other)
    }
}
