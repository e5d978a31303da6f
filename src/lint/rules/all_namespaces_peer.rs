//! A peer that is every pod of the cluster.
//!
//! ## What it does
//! Reports an ingress peer with an empty `namespaceSelector` and no pods selected.
//!
//! ## Why it matters
//! `namespaceSelector: {}` matches every namespace, including those of other teams and future ones.
//!
//! ## Example
//! ```yaml
//! from:
//!   - namespaceSelector: {}
//! ```
//!
//! ## Use instead
//! ```yaml
//! from:
//!   - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: portal}}
//! ```
//!
//! ## Limits
//! Only with `--strict`: a service for everyone needs it. Not reported if the policy's name says that
//! this is meant (`allow-from-all-namespaces`).

use crate::lint::context::{Context, RuleAt, says_open};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, NamespaceScope, PeerMatch, Peers, Ports, Tier};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context
        .rules()
        .filter(|at| at.direction == Direction::Ingress)
    {
        let Peers::Listed(peers) = &at.rule.peers else {
            continue;
        };
        if at.policy.tier != Tier::NetworkPolicy || says_open(&at.policy.name) {
            continue;
        }
        for (index, peer) in peers.iter().enumerate() {
            if is_every_pod(&peer.matches) {
                facts.add(fact(context, &at, index));
            }
        }
    }
}

fn is_every_pod(peer: &PeerMatch) -> bool {
    let PeerMatch::Pods(scope) = peer else {
        return false;
    };
    let everywhere =
        matches!(&scope.namespaces, NamespaceScope::Matching(it) if it.is_everything());
    everywhere && scope.pods.is_everything()
}

fn fact(context: &Context<'_>, at: &RuleAt<'_>, index: usize) -> Fact {
    let path = at.peer_path(index);
    let ports = match at.rule.ports {
        Ports::Any => "on every port",
        Ports::Listed(_) => "on these ports",
    };
    Fact::new(
        context.policy_ref(at.policy),
        &path,
        "every pod of every namespace is allowed in",
    )
    .at(context.span(at.policy, &path), "all namespaces")
    .means(format!(
        "lets in every pod of the cluster {ports}, but nobody from outside"
    ))
    .fix("select the namespaces by name or label")
}
