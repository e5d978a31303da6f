//! A policy that selects no pod.
//!
//! ## What it does
//! Reports a policy whose `podSelector` matches no pod and no pod template of its namespace, and names
//! the workload with the closest labels.
//!
//! ## Why it matters
//! Such a policy protects nothing. Usually a label was renamed or misspelt, and the pods that it should
//! protect are open.
//!
//! ## Example
//! ```yaml
//! podSelector: {matchLabels: {app: wbe}}   # the Deployment's pods carry app=web
//! ```
//!
//! ## Use instead
//! ```yaml
//! podSelector: {matchLabels: {app: web}}
//! ```
//!
//! ## Limits
//! Not reported without workloads; a note if only part of the cluster is in the input: the pods may be
//! elsewhere. Silent, too, where only some is in the input and none of it is a pod of the namespace. An
//! error only if you declare the input complete (`inventory`): a listing of a cluster has no pods of
//! jobs between two runs. It is a warning there, and a note if the listing has no DaemonSet, for then
//! the controllers were not listed. Labels of templates in objects of other kinds (`Rollout` and the
//! like) count; where custom resources in the namespace may make pods, a finding is a note, because
//! their labels are unknown. Pods that have finished, workloads with `replicas: 0` and pods in the
//! network of their node count as pods. Labels that controllers give to pods (`job-name`,
//! `statefulset.kubernetes.io/pod-name`, `pod-template-hash` and the like) count as fitting for pods
//! that are known by their template only. An empty selector is never reported: it also covers future
//! pods. Where the pods' manifests name a namespace and the policy's does not, or the other way round,
//! they may end up together when they are applied, so there is no finding.
//!
//! If another rule knows the reason, it reports the peer instead: `unsatisfiable-selector`,
//! `wrong-namespace` (the pods are in one other namespace), `owner-label-not-on-pods` (the labels are
//! the workload's own), `volatile-label` (a label changes with every rollout).

use super::volatile_label::asks_volatile;
use crate::diag::Severity;
use crate::lint::context::{Context, Nobody, ScopeAt, ScopeForm};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::NamespaceId;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let subjects = context.scopes().filter(|at| at.peer.is_none());
    for at in subjects {
        let Some(nobody) = context.nobody(&at) else {
            continue;
        };
        let elsewhere = match &*nobody {
            Nobody::Pods => &[][..],
            Nobody::Elsewhere(namespaces)
                if namespaces.len() > 1 || at.form != ScopeForm::Plain =>
            {
                namespaces.as_slice()
            }
            Nobody::Elsewhere(_)
            | Nobody::Contradiction
            | Nobody::ImpossibleName
            | Nobody::Namespaces
            | Nobody::OwnersLabels(_) => continue,
        };
        let namespaces = &at.scope.namespaces;
        if asks_volatile(&at.scope.pods) {
            continue;
        }
        if context.has_all_pods_of(namespaces) || context.knows_pods_of(namespaces) {
            facts.add(fact(context, &at, elsewhere));
        }
    }
}

fn fact(context: &Context<'_>, at: &ScopeAt<'_>, elsewhere: &[NamespaceId]) -> Fact {
    let policy = at.policy;
    let selector = &at.scope.pods;
    let here = context.in_input(at);
    let message = format!("no pod of {}{here} has `{selector}`", at.whose());
    let mut fact = Fact::new(context.policy_ref(policy), at.pods_path(), message)
        .at(policy.subject_origin.span, format!("selects nothing{here}"))
        .means(format!(
            "this policy governs no pod{here} and protects nothing"
        ));
    if let Some(namespace) = &policy.namespace {
        fact = fact.within(namespace);
    }
    let fact = match context.most_of_absence(at) {
        Severity::Error => fact.shown(),
        most @ (Severity::Warning | Severity::Note) => fact.at_most(most),
    };
    if !elsewhere.is_empty() {
        let name = |&id: &NamespaceId| format!("`{}`", context.cluster.namespaces.at(id).name);
        let names: Vec<String> = elsewhere.iter().take(3).map(name).collect();
        let more = if elsewhere.len() > 3 { " and more" } else { "" };
        let names = names.join(", ");
        return fact.fix(format!(
            "pods with these labels are in namespaces {names}{more}; check the labels, and whether the policy belongs there"
        ));
    }
    let Some(nearest) = context.nearest(selector, &at.scope.namespaces) else {
        // The pods come and go with their controller: the policy may be for the next ones.
        return match at.given_label() {
            Some(key) => fact.fix(format!(
                "a controller sets `{key}`: check its value, and select labels that the pods' template has"
            )),
            None => fact.fix(
                "compare the labels with those of the intended pods, or delete the policy if it is no longer needed",
            ),
        };
    };
    let (name, labels) = (nearest.name(context), nearest.shown());
    let fact = fact
        .at(nearest.app.origin.span, format!("has `{labels}`"))
        .fix(format!("the closest is {name} with `{labels}`"));
    match nearest.paste(selector) {
        Some(yaml) => fact.paste(yaml),
        None => fact,
    }
}
