//! What is taken out of policies so that they refuse a flow: the least of each rule that lets it through.

use crate::model::{Cluster, Origin, Peers, Ports};
use crate::trace::{Basis, Half, Hit, RuleRef};

/// Something that is taken out of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Removal {
    /// An entry of `from` or `to`, which has others.
    Peer(RuleRef, usize),
    /// An entry of `ports`, which has others.
    Port(RuleRef, usize),
    /// A rule.
    Rule(RuleRef),
}

/// What has to go of the rules that let a flow through in one direction; none where it passes for
/// another reason.
pub fn removals(cluster: &Cluster, half: &Half) -> Vec<Removal> {
    match &half.basis {
        Basis::Allowed(hits) => hits.iter().map(|hit| least(cluster, *hit)).collect(),
        Basis::NotSubject(_)
        | Basis::NotIsolated
        | Basis::NoRule
        | Basis::ClusterRule { .. }
        | Basis::Undecided => Vec::new(),
    }
}

/// The least that takes a hit away: the peer, else the port, else the rule. An empty list would mean
/// everyone, so the last of a list stays.
fn least(cluster: &Cluster, hit: Hit) -> Removal {
    let Some(rule) = hit.rule.rule(cluster) else {
        return Removal::Rule(hit.rule);
    };
    match (&rule.peers, hit.peer, &rule.ports, hit.port) {
        (Peers::Listed(all), Some(entry), _, _) if all.len() > 1 => Removal::Peer(hit.rule, entry),
        (_, _, Ports::Listed(all), Some(entry)) if all.len() > 1 => Removal::Port(hit.rule, entry),
        _ => Removal::Rule(hit.rule),
    }
}

impl Removal {
    /// The rule that it is about.
    pub fn rule(self) -> RuleRef {
        match self {
            Self::Peer(rule, _) | Self::Port(rule, _) | Self::Rule(rule) => rule,
        }
    }

    /// The cluster without it. A rule that is taken out stays as one for nobody, so that the others keep
    /// their places.
    #[must_use]
    pub fn apply(self, cluster: &Cluster) -> Cluster {
        let mut changed = cluster.clone();
        let at = self.rule();
        let policy = changed.policies.at_mut(at.policy);
        let Some(rules) = policy.rules_mut(at.direction) else {
            return changed;
        };
        match self {
            Self::Rule(_) => {
                if let Some(rule) = rules.get_mut(at.index) {
                    rule.peers = Peers::Listed(Vec::new());
                }
            }
            Self::Peer(_, entry) => {
                if let Some(Peers::Listed(all)) = rules.get_mut(at.index).map(|it| &mut it.peers)
                    && entry < all.len()
                {
                    all.remove(entry);
                }
            }
            Self::Port(_, entry) => {
                if let Some(Ports::Listed(all)) = rules.get_mut(at.index).map(|it| &mut it.ports)
                    && entry < all.len()
                {
                    all.remove(entry);
                }
            }
        }
        changed
    }

    /// What to do: lower case, no full stop, without the place.
    pub fn what(self, cluster: &Cluster) -> String {
        let rule = self.rule().describe(cluster);
        match self {
            Self::Rule(_) => format!("remove {rule}"),
            Self::Peer(at, entry) => {
                let field = at.direction.peers_field();
                format!("remove {}.{field}[{entry}], of {rule}", at.path())
            }
            Self::Port(at, entry) => format!("remove {}.ports[{entry}], of {rule}", at.path()),
        }
    }

    /// Where it stands.
    pub fn origin(self, cluster: &Cluster) -> Origin {
        let Some(rule) = self.rule().rule(cluster) else {
            return Origin::default();
        };
        let inner = match self {
            Self::Rule(_) => None,
            Self::Peer(_, entry) => rule.peers.listed().get(entry).map(|it| it.origin),
            Self::Port(_, entry) => rule.ports.listed().get(entry).map(|it| it.origin),
        };
        inner.unwrap_or(rule.origin)
    }
}
