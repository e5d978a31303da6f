//! A peer that matches only pods in the network of their node.
//!
//! ## What it does
//! Reports a peer whose selectors match pods with `hostNetwork: true` and no others.
//!
//! ## Why it matters
//! Such pods send from the address of their node, and are reached at it. Peer selectors do not match
//! them, so the rule allows no traffic from or to them.
//!
//! ## Example
//! ```yaml
//! # DaemonSet ingress-nginx/controller with hostNetwork: true
//! ingress:
//!   - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! ingress:
//!   - from: [{ipBlock: {cidr: 192.0.2.0/24}}]   # the addresses of the nodes
//! ```
//!
//! ## Limits
//! A note if only part of the cluster is in the input: pods with a network of their own may be
//! elsewhere. Silent where a block lets those pods through at the addresses of their nodes, on the same
//! ports, in this rule or in another for the same pods; any block with private addresses where those of
//! the nodes are not known. Policies never stop traffic from a pod's own node, so a host-network pod on
//! the same node still gets in.

use crate::lint::context::{Context, PortCover, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, PeerMatch, Peers, PodId, PodScope, PolicyId, Rule, Tier};
use crate::net::AddressSet;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

pub(super) const CHECK: Check = Check::Context(check);

fn check<'a>(context: &Context<'a>, facts: &mut Facts) {
    // One of each app: pods of a DaemonSet are many, and alike.
    let apps = context
        .apps()
        .rows()
        .iter()
        .map(super::super::context::App::pod);
    let in_node: Vec<PodId> = apps
        .filter(|&pod| context.cluster.pods.at(pod).host_network)
        .collect();
    if in_node.is_empty() {
        return;
    }
    let mut known: HashMap<&'a PodScope, Vec<PodId>> = HashMap::new();
    for at in context.rules() {
        let Peers::Listed(peers) = &at.rule.peers else {
            continue;
        };
        for (index, peer) in peers.iter().enumerate() {
            let PeerMatch::Pods(scope) = &peer.matches else {
                continue;
            };
            let pods = known
                .entry(scope)
                .or_insert_with(|| only_in_node(context, scope, &in_node));
            if !pods.is_empty() && !are_let_by_address(context, &at, pods) {
                facts.add(fact(context, &at, index, pods));
            }
        }
    }
}

/// The pods in the network of their node that a scope matches by labels, if it matches no others.
fn only_in_node<'a>(context: &Context<'a>, scope: &'a PodScope, in_node: &[PodId]) -> Vec<PodId> {
    if context.hangs_on_namespaces(scope) || !context.pods(scope).is_empty() {
        return Vec::new();
    }
    let mut dormant = context.cluster.dormant.iter().map(|it| &it.pod);
    if dormant.any(|pod| !pod.host_network && context.may_select(scope, pod)) {
        return Vec::new();
    }
    let pods = in_node.iter().copied();
    pods.filter(|&pod| context.may_select(scope, context.cluster.pods.at(pod)))
        .collect()
}

/// Whether rules for the same pods let these through at the addresses of their nodes, or may where
/// those are not known: on all ports of this rule.
fn are_let_by_address(context: &Context<'_>, at: &RuleAt<'_>, pods: &[PodId]) -> bool {
    let ports = PortCover::of(&at.rule.ports);
    let apps = context.apps_of(context.subject(at.id)).into_iter();
    let governed = apps.map(|app| context.apps().at(app).pod());
    let mut ids: BTreeSet<PolicyId> = governed
        .flat_map(|pod| context.may_isolate(pod, at.direction))
        .map(|(id, _)| id)
        .collect();
    ids.insert(at.id);
    let policies = ids.into_iter().map(|id| context.cluster.policies.at(id));
    let rules = policies.flat_map(|it| it.rules(at.direction).unwrap_or_default());
    let rules: Vec<&Rule> = rules
        .filter(|rule| ports.is_within(&PortCover::of(&rule.ports)))
        .collect();
    let has = |address: IpAddr| {
        let mut rules = rules.iter();
        rules.any(|rule| matches_address(rule, |block| block.contains(address)))
    };
    // Nodes mostly have private addresses.
    let private = |block: &AddressSet| !block.difference(&AddressSet::internet()).is_empty();
    let may = rules.iter().any(|rule| matches_address(rule, private));
    pods.iter().all(|&pod| {
        let ips = &context.cluster.pods.at(pod).ips;
        (ips.is_empty() && may) || ips.iter().any(|&ip| has(ip))
    })
}

fn matches_address(rule: &Rule, fits: impl Fn(&AddressSet) -> bool) -> bool {
    match &rule.peers {
        Peers::Anyone => true,
        Peers::Listed(peers) => peers.iter().any(|peer| match &peer.matches {
            PeerMatch::IpBlock(block) => fits(&block.addresses()),
            // Whether these have the node is not looked into.
            PeerMatch::Nodes(_) => true,
            PeerMatch::Pods(_) | PeerMatch::DomainName(_) => false,
        }),
    }
}

fn fact(context: &Context<'_>, at: &RuleAt<'_>, index: usize, pods: &[PodId]) -> Fact {
    let (names, count) = context.names(pods);
    let path = at.peer_path(index);
    let message = format!(
        "matches only {names}, in the network of {}",
        if count > 1 { "their nodes" } else { "its node" }
    );
    let origin = pods.first().map(|&pod| context.app_of(pod));
    let origin = origin.and_then(|app| context.apps().at(app).origin.span);
    let means = match (at.policy.tier, at.direction) {
        (Tier::NetworkPolicy, Direction::Ingress) => {
            "lets none of them in: their traffic comes from the addresses of their nodes"
        }
        (Tier::NetworkPolicy, Direction::Egress) => {
            "opens nothing to them: they are reached at the addresses of their nodes"
        }
        (Tier::Admin | Tier::Baseline, _) => {
            "matches none of them: policies see the addresses of their nodes"
        }
    };
    let fix = match (at.policy.tier, at.direction) {
        (Tier::NetworkPolicy, _) => {
            "name the addresses of the nodes in an `ipBlock`, or give the pods a network of their own"
        }
        (Tier::Admin | Tier::Baseline, Direction::Egress) => {
            "name the addresses of the nodes in `networks`, or give the pods a network of their own"
        }
        (Tier::Admin | Tier::Baseline, Direction::Ingress) => {
            "give the pods a network of their own: no ingress rule of a cluster-wide policy matches nodes"
        }
    };
    Fact::new(context.policy_ref(at.policy), &path, message)
        .at(
            context.span(at.policy, &path),
            "selectors do not match pods with `hostNetwork: true`",
        )
        .at(origin, "`hostNetwork: true`")
        .means(means)
        .fix(fix)
}
