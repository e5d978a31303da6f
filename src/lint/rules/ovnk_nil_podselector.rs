//! A `namespaceSelector` that may mean nodes under OVN-Kubernetes.
//!
//! ## What it does
//! Where the network plugin that is told or detected has nodes and host-network pods in a namespace of their
//! own: reports a peer with a `namespaceSelector` for that namespace, or for all, and no `podSelector`.
//!
//! ## Why it matters
//! OVN-Kubernetes, the plugin of OpenShift, takes the addresses of nodes and of pods in their network for
//! those of a namespace labelled `policy-group.network.openshift.io/host-network`. A `namespaceSelector`
//! alone matches them there; with `podSelector: {}` beside it, it matches pods only. Other plugins make no
//! such difference.
//!
//! ## Example
//! ```yaml
//! from: [{namespaceSelector: {}}]   # cni: ovn-kubernetes
//! ```
//!
//! ## Use instead
//! ```yaml
//! from: [{namespaceSelector: {}, podSelector: {}}]   # pods, and no nodes
//! ```
//!
//! ## Limits
//! A note: to let nodes in may be what is meant, as for an ingress controller with `hostNetwork`.

use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Habit, NamespaceScope, PeerMatch, PodScope, Says, Tier};

pub(super) const CHECK: Check = Check::Context(check);

/// What namespaces of nodes are labelled.
const HOSTS: &str = "policy-group.network.openshift.io/host-network";

fn check(context: &Context<'_>, facts: &mut Facts) {
    let practice = &context.cluster.practice;
    if practice.plugin() == "spec" || practice.says(Habit::NamespacesMatchHosts) == Says::No {
        return;
    }
    for at in context.rules() {
        if at.policy.tier != Tier::NetworkPolicy {
            continue;
        }
        for (index, peer) in at.rule.peers.listed().iter().enumerate() {
            if let PeerMatch::Pods(scope) = &peer.matches
                && may_be_hosts(scope)
            {
                let path = at.peer_path(index);
                let pods = format!("{path}.podSelector");
                if context.field(at.policy, &pods).is_none() {
                    facts.add(fact(context, &at, &path));
                }
            }
        }
    }
}

/// Whether a scope is about the namespace of nodes: by its label, or about all.
fn may_be_hosts(scope: &PodScope) -> bool {
    match &scope.namespaces {
        NamespaceScope::Named(_) => false,
        NamespaceScope::Matching(selector) => {
            let mut keys = selector.requirements().iter();
            selector.is_everything() || keys.any(|it| &*it.key == HOSTS)
        }
    }
}

fn fact(context: &Context<'_>, at: &RuleAt<'_>, path: &str) -> Fact {
    let plugin = context.cluster.practice.plugin();
    let message = format!("without `podSelector`, {plugin} may match nodes and host-network pods");
    Fact::new(context.policy_ref(at.policy), path, message)
        .at(context.span(at.policy, path), "no `podSelector`")
        .means("nodes may be among these peers, as members of a namespace of their own")
        .fix("add `podSelector: {}` if only pods are meant")
}
