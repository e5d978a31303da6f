//! A workload that no policy isolates for ingress.
//!
//! ## What it does
//! Reports workloads, and pods without one, that no policy selects for ingress: once for a workload,
//! however many pods it has, and once for a namespace of which that is so of every workload, if these are
//! three or more.
//!
//! ## Why it matters
//! A pod that no policy selects accepts connections from everyone: every pod of the cluster, and
//! everything outside that can route to it.
//!
//! ## Example
//! ```yaml
//! # Deployment shop/web, and no policy whose podSelector matches its pods
//! ```
//!
//! ## Use instead
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: web, namespace: shop}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   policyTypes: [Ingress]
//!   ingress:
//!     - from: [{podSelector: {}}]
//! ```
//!
//! ## Limits
//! Pods in the network of their node are skipped: policies do not govern them. So are namespaces of the
//! cluster itself (`kube-…`, `openshift-…` and the like), finished pods and workloads with `replicas:
//! 0`. A note if only part of the cluster is in the input: the policy may be elsewhere. Nothing is said
//! of pods that a policy may select, by a label whose value the input does not have (the hash of a
//! template), nor where a policy's manifest names no namespace and the pod's does, or the other way
//! round, and they match: they may end up together when they are applied. Where an annotation or a comment
//! on one of the workloads silences this rule, each of its namespace is reported by itself.

use super::no_default_deny_ingress::default_deny;
use crate::lint::context::{Context, Extent, Owned};
use crate::lint::fact::{Fact, Facts, ObjectRef};
use crate::lint::need::Need;
use crate::lint::rule::Check;
use crate::model::{Direction, GIVEN_LABELS, NamespaceId, PodId};
use crate::prove::quoted;
use std::fmt::Write as _;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    check_direction(context, Direction::Ingress, facts);
}

/// Workloads with pods that no policy isolates for one direction.
pub(super) fn check_direction(context: &Context<'_>, direction: Direction, facts: &mut Facts) {
    let mut open: Vec<Open> = Vec::new();
    for owner in context.owners() {
        if context.is_system(owner.namespace) {
            continue;
        }
        let pods = owner.pods.iter().copied();
        let governed = pods.filter(|&pod| !context.cluster.pods.at(pod).host_network);
        let governed: Vec<PodId> = governed.collect();
        let pods = governed.iter().copied();
        let pods: Vec<PodId> = pods
            .filter(|&pod| context.may_isolate(pod, direction).next().is_none())
            .filter(|&pod| !may_be_isolated(context, pod, direction))
            .filter(|&pod| !context.may_be_denied_by_tiers(pod, direction))
            .collect();
        if !governed.is_empty() {
            let all = pods.len() == governed.len();
            open.push(Open { owner, pods, all });
        }
    }
    open.sort_by_key(|it| it.owner.namespace);
    for owners in open.chunk_by(|a, b| a.owner.namespace == b.owner.namespace) {
        let is_one = owners.len() >= SEVERAL
            && owners
                .iter()
                .all(|it| it.all && !context.is_silenced(it.owner.origin));
        match owners {
            [first, ..] if is_one => {
                facts.add(fact_of_all(
                    context,
                    first.owner.namespace,
                    owners,
                    direction,
                ));
            }
            owners => {
                let open = owners.iter().filter(|it| !it.pods.is_empty());
                open.for_each(|it| facts.add(fact(context, &it.owner, &it.pods, direction)));
            }
        }
    }
}

/// So many workloads of a namespace, all of them open, are one finding.
const SEVERAL: usize = 3;

/// A workload, and those of its pods that nothing isolates.
struct Open {
    owner: Owned,
    pods: Vec<PodId>,
    /// Whether these are all that policies govern.
    all: bool,
}

/// What is said of a namespace in which no policy isolates anybody.
fn fact_of_all(
    context: &Context<'_>,
    id: NamespaceId,
    owners: &[Open],
    direction: Direction,
) -> Fact {
    let namespace = context.cluster.namespaces.at(id);
    let name = &namespace.name;
    let pods: Vec<PodId> = owners
        .iter()
        .flat_map(|it| it.pods.iter().copied())
        .collect();
    let (names, _) = context.names(&pods);
    let policy = policy_words(context, name);
    let object = ObjectRef {
        kind: "Namespace".into(),
        namespace: None,
        name: name.clone(),
    };
    let message = format!(
        "no {policy} isolates any of the {} workloads of namespace `{name}` for {direction}: {names}",
        owners.len()
    );
    let whom = match direction {
        Direction::Ingress => "everyone may connect to them",
        Direction::Egress => "they may connect to everyone",
    };
    let first = owners.first().and_then(|it| it.owner.origin.span);
    let label = match namespace.origin.span {
        Some(_) => "this namespace",
        None => "the first of them",
    };
    Fact::new(object, "", message)
        .at(namespace.origin.span.or(first), label)
        .means(format!(
            "{whom}, inside the cluster and outside, on every port"
        ))
        .within(name)
        .fix("add a default deny for the namespace, then allow what is needed")
        .paste(default_deny(name, direction))
}

/// What does not isolate somebody: `policy`, of the input where that is not all.
fn policy_words(context: &Context<'_>, namespace: &str) -> String {
    // Cluster-wide policies may select them, and isolate nobody (S9).
    let word = if context.has_one_tier() {
        "policy"
    } else {
        "NetworkPolicy"
    };
    match context.inventory.within(Need::Workloads, namespace) {
        Extent::Complete => word.to_owned(),
        Extent::Partial | Extent::None => format!("{word} of the input"),
    }
}

/// Whether a policy may come to isolate the pod, once it is applied into some namespace.
fn may_be_isolated(context: &Context<'_>, pod: PodId, direction: Direction) -> bool {
    let mut policies = context.landing_on(context.cluster.pods.at(pod));
    policies.any(|(_, policy)| policy.rules(direction).is_some())
}

fn fact(context: &Context<'_>, owner: &Owned, open: &[PodId], direction: Direction) -> Fact {
    let namespace = &context.cluster.namespaces.at(owner.namespace).name;
    let (whom, _) = context.names(open);
    let means = match direction {
        Direction::Ingress => {
            "everyone may connect to it, from inside the cluster and outside, on every port"
        }
        Direction::Egress => "it may connect to everyone, inside and outside the cluster",
    };
    let policy_words = policy_words(context, namespace);
    let fix = format!("add a policy for it, or a default deny for namespace `{namespace}`");
    Fact::new(
        owner.object.clone(),
        "",
        format!("no {policy_words} isolates {whom} for {direction}"),
    )
    .at(
        owner.origin.span,
        format!("selected by no {policy_words} for {direction}"),
    )
    .means(means)
    .within(namespace)
    .fix(fix)
    .paste(policy(context, owner, open, direction))
}

/// A policy for the pods: one that lets their own namespace in, or them out to it.
fn policy(context: &Context<'_>, owner: &Owned, open: &[PodId], direction: Direction) -> String {
    let namespace = &context.cluster.namespaces.at(owner.namespace).name;
    let name = &owner.object.name;
    let mut selector = String::new();
    for (key, value) in labels(context, open) {
        // Writing to a String cannot fail.
        let _ = write!(selector, "\n      {key}: {}", quoted(&value));
    }
    let selector = if selector.is_empty() {
        "podSelector: {}".to_owned()
    } else {
        format!("podSelector:\n    matchLabels:{selector}")
    };
    let (policy_type, peers) = match direction {
        Direction::Ingress => ("Ingress", "from"),
        Direction::Egress => ("Egress", "to"),
    };
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: {name}-{direction}\n  namespace: {namespace}\nspec:\n  {selector}\n  policyTypes: [{policy_type}]\n  {direction}:\n    - {peers}: [{{podSelector: {{}}}}] # whoever needs it\n"
    )
}

/// Labels by which pods are written for: what all of them carry and nobody sets for each run.
fn labels(context: &Context<'_>, pods: &[PodId]) -> Vec<(String, String)> {
    let mut pods = pods.iter().map(|&pod| &context.cluster.pods.at(pod).labels);
    let Some(first) = pods.next() else {
        return Vec::new();
    };
    let plain = |text: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
        text.bytes().all(fits)
    };
    let rest: Vec<_> = pods.collect();
    let common = first
        .iter()
        .filter(|(key, value)| rest.iter().all(|labels| labels.get(key) == Some(*value)));
    let stable = common
        .filter(|(key, value)| plain(key) && plain(value) && !GIVEN_LABELS.contains(&&***key));
    let stable: Vec<(String, String)> = stable
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect();
    let named = stable.iter().filter(|(key, _)| NAMING.contains(&&**key));
    let named: Vec<_> = named.cloned().collect();
    if named.is_empty() { stable } else { named }
}

/// Labels that say which application a pod is of.
const NAMING: [&str; 5] = [
    "app",
    "k8s-app",
    "name",
    "app.kubernetes.io/name",
    "app.kubernetes.io/instance",
];
