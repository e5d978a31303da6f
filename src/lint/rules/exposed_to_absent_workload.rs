//! Ingress for pods that do not exist.
//!
//! ## What it does
//! Reports an ingress peer that asks for labels of pods, in namespaces that could be, and that no pod
//! of the input matches.
//!
//! ## Why it matters
//! Any pod that gets these labels later is allowed in. That is right for pods that come and go. If it
//! is left over from a removed workload, somebody else may use it.
//!
//! ## Example
//! ```yaml
//! ingress:
//!   - from: [{podSelector: {matchLabels: {app: old-frontend}}}]
//! ```
//!
//! ## Use instead
//! Remove the peer once you are sure that nobody needs it.
//!
//! ## Limits
//! Off by default. A note always; workloads with `replicas: 0`, finished pods and pods in the network
//! of their node count as pods here. Not reported if the selector depends on namespace labels that are
//! not in the input.

use crate::lint::context::{Context, RuleAt, cover};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, PeerMatch, Peers, PodScope, Tier};

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
            if !scope.pods.is_everything() && cover::is_possible(scope) && is_absent(context, scope)
            {
                facts.add(fact(context, &at, index, scope));
            }
        }
    }
}

fn is_absent<'a>(context: &Context<'a>, scope: &'a PodScope) -> bool {
    if context.hangs_on_namespaces(scope) || !context.pods(scope).is_empty() {
        return false;
    }
    let in_node = context.cluster.pods.rows().iter();
    let in_node = in_node.filter(|pod| pod.host_network);
    let dormant = context.cluster.dormant.iter().map(|it| &it.pod);
    !in_node
        .chain(dormant)
        .any(|pod| context.may_select(scope, pod))
}

fn fact(context: &Context<'_>, at: &RuleAt<'_>, index: usize, scope: &PodScope) -> Fact {
    let path = at.peer_path(index);
    let (subjects, count) = context.names(context.subject(at.id));
    let whom = if count == 0 {
        "the pods of this policy".to_owned()
    } else {
        subjects
    };
    Fact::new(
        context.policy_ref(at.policy),
        &path,
        format!("lets in pods with `{}`, but there are none", scope.pods),
    )
    .at(context.span(at.policy, &path), "matches no pod now")
    .means(format!(
        "any pod that later gets the labels `{}` there can reach {whom}",
        scope.pods
    ))
    .fix("remove the peer if you do not expect such a pod")
}
