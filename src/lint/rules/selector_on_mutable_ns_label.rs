//! Ingress for namespaces by a label that anyone may set.
//!
//! ## What it does
//! Reports an ingress peer that names namespaces by labels other than `kubernetes.io/metadata.name`.
//!
//! ## Why it matters
//! Anyone who can change the labels of a namespace can let its pods in. Its name cannot be changed, and
//! Kubernetes keeps the label `kubernetes.io/metadata.name` equal to it.
//!
//! ## Example
//! ```yaml
//! ingress:
//!   - from: [{namespaceSelector: {matchLabels: {team: payments}}}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! ingress:
//!   - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: payments}}}]
//! ```
//!
//! ## Limits
//! Off by default: labels are a good way to select namespaces if tenants cannot set them, and the input
//! does not show whether they can.

use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, NAMESPACE_NAME_LABEL, NamespaceScope, PeerMatch, Peers, Tier};
use crate::selector::Selector;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context
        .rules()
        .filter(|at| at.direction == Direction::Ingress && at.policy.tier == Tier::NetworkPolicy)
    {
        let Peers::Listed(peers) = &at.rule.peers else {
            continue;
        };
        for (index, peer) in peers.iter().enumerate() {
            let PeerMatch::Pods(scope) = &peer.matches else {
                continue;
            };
            if let NamespaceScope::Matching(selector) = &scope.namespaces
                && is_mutable(selector)
            {
                facts.add(fact(context, &at, index, selector));
            }
        }
    }
}

/// Whether some namespaces are asked for, none of them by name.
fn is_mutable(selector: &Selector) -> bool {
    let mut tests = selector.tests().iter();
    let named =
        tests.any(|(key, test)| **key == *NAMESPACE_NAME_LABEL && test.only_values().is_some());
    !named && !selector.is_everything() && selector.is_satisfiable()
}

fn fact(context: &Context<'_>, at: &RuleAt<'_>, index: usize, selector: &Selector) -> Fact {
    let path = format!("{}.namespaceSelector", at.peer_path(index));
    Fact::new(
        context.policy_ref(at.policy),
        &path,
        format!("lets in namespaces by a label that can be changed: `{selector}`"),
    )
    .at(
        context.span(at.policy, &path),
        "not the name of a namespace",
    )
    .means(format!(
        "anyone who can label a namespace with `{selector}` can let its pods in"
    ))
    .fix(format!("select the namespaces by `{NAMESPACE_NAME_LABEL}`"))
}
