//! The policies on a pod, and a policy in English.

use super::Teller;
use super::answer::left_out_in_words;
use crate::model::{Cluster, Direction, LeftOut, PodId, Policy, PolicyApi, PolicyId, Tier};
use crate::query::about::{PodPolicies, subjects};
use crate::query::standing::{Never, never, standing};
use crate::render::count;
use crate::trace::{NotSubject, RuleRef, list, pods_in_words, rule_in_words, tier_name};
use std::collections::BTreeSet;

/// Names shown before "and N more".
const NAMES: usize = 5;

impl Teller<'_> {
    /// The policies on pods that are governed alike.
    pub fn pod(&self, pods: &PodPolicies) -> String {
        let mut out = String::new();
        self.paragraph(&mut out, 0, 2, &list(&pods.names, NAMES));
        let labels = pods.labels.to_string();
        let labels = if labels.is_empty() {
            "none".to_owned()
        } else {
            labels
        };
        self.paragraph(&mut out, 2, 10, &format!("labels: {labels}"));
        if let Some(why) = pods.dormant {
            self.paragraph(
                &mut out,
                2,
                2,
                &format!("it {why}: this is for the pod that it would have"),
            );
        }
        if pods.host_network {
            self.paragraph(
                &mut out,
                2,
                2,
                &format!(
                    "it {}: no policy governs it",
                    NotSubject::HostNetwork.describe()
                ),
            );
            return out;
        }
        for direction in Direction::BOTH {
            self.governed(&mut out, direction, pods.policies(direction));
        }
        out
    }

    /// What was left out and may govern the pods too; nothing where nothing was.
    pub fn left_out(&self, left_out: &[&LeftOut]) -> String {
        let all: Vec<LeftOut> = left_out.iter().map(|it| (*it).clone()).collect();
        let mut out = String::new();
        if let Some(said) = left_out_in_words(&all) {
            out.push('\n');
            self.paragraph(&mut out, 0, 2, &format!("{said}."));
        }
        out
    }

    fn governed(&self, out: &mut String, direction: Direction, policies: &[PolicyId]) {
        let tier = |id: &PolicyId| self.cluster.policies.at(*id).tier;
        let isolating = policies.iter().filter(|id| tier(id) == Tier::NetworkPolicy);
        let isolating = isolating.count();
        let ordered = policies.len() > isolating;
        let open = match direction {
            Direction::Egress => "not isolated, it may open connections to anyone",
            Direction::Ingress => "not isolated, anyone may connect to it",
        };
        out.push('\n');
        let said = match isolating {
            0 if ordered => "not isolated, what no rule decides is allowed".to_owned(),
            0 => open.to_owned(),
            number => format!("isolated by {}", count(number, "policy", "policies")),
        };
        self.paragraph(out, 2, 2, &format!("{direction}: {said}"));
        let mut policies = policies.to_vec();
        policies.sort_by_key(|&id| order(self.cluster, id));
        for &id in &policies {
            let policy = self.cluster.policies.at(id);
            let late = if isolating > 0 && policy.tier == Tier::Baseline {
                ", not asked where a NetworkPolicy isolates the pod"
            } else {
                ""
            };
            let place = match policy.tier {
                Tier::NetworkPolicy => String::new(),
                Tier::Admin | Tier::Baseline => format!("{}: ", stands(policy)),
            };
            self.paragraph(out, 4, 2, &format!("{place}{}{late}", self.policy(id)));
            self.rules(out, 6, id, direction);
        }
    }

    /// The rules of one direction, one under the other.
    fn rules(&self, out: &mut String, indent: usize, id: PolicyId, direction: Direction) {
        let policy = self.cluster.policies.at(id);
        let rules = policy.rules(direction).unwrap_or_default();
        if rules.is_empty() {
            self.paragraph(out, indent, 2, "no rule: it allows nothing");
        }
        for (index, rule) in rules.iter().enumerate() {
            let said = rule_in_words(rule, (policy.kind, policy.tier), direction);
            let place = self.place(rule.origin);
            self.paragraph(
                out,
                indent,
                8,
                &format!("rule {}: {said}{place}", index + 1),
            );
            if policy.tier == Tier::NetworkPolicy {
                continue;
            }
            let at = RuleRef {
                policy: id,
                direction,
                index,
            };
            if let Some(never) = never(self.cluster, at) {
                let said = format!("it never matches: {}", self.why_never(never));
                self.paragraph(out, indent + 8, 0, &said);
            }
        }
    }

    fn why_never(&self, never: Never) -> String {
        match never {
            Never::Nobody => "no pod can have the labels that it asks for".into(),
            Never::NoPort => "it is for no port".into(),
            Never::Behind(earlier) => {
                format!(
                    "{} is asked first, and matches all of that",
                    self.rule(earlier)
                )
            }
        }
    }

    /// A policy in English, and the pods that it governs now.
    pub fn policy_in_english(&self, id: PolicyId) -> String {
        let mut out = String::new();
        let policy = self.cluster.policies.at(id);
        let whom = pods_in_words(&policy.subject);
        self.paragraph(
            &mut out,
            0,
            2,
            &format!("{} governs {whom}", self.policy(id)),
        );
        if let Some(order) = order_in_words(policy.tier) {
            self.paragraph(&mut out, 2, 2, &format!("{}: {order}", stands(policy)));
        }
        self.paragraph(&mut out, 2, 2, &self.selected(policy));
        for direction in [Direction::Ingress, Direction::Egress] {
            out.push('\n');
            let Some(rules) = policy.rules(direction) else {
                self.paragraph(&mut out, 2, 2, &format!("{direction}: not its business"));
                continue;
            };
            let isolates = match (policy.tier, rules.is_empty()) {
                (Tier::NetworkPolicy, true) => "isolates them, and allows nothing",
                (Tier::NetworkPolicy, false) => "isolates them, and allows only",
                (Tier::Admin | Tier::Baseline, _) => "the first rule that matches decides",
            };
            self.paragraph(&mut out, 2, 2, &format!("{direction}: {isolates}"));
            if policy.tier != Tier::NetworkPolicy {
                self.standing(&mut out, id, direction);
            }
            if !rules.is_empty() {
                self.rules(&mut out, 4, id, direction);
            }
        }
        out
    }

    /// What is asked before a policy, in a line for each.
    fn standing(&self, out: &mut String, id: PolicyId, direction: Direction) {
        let standing = standing(self.cluster, id, direction);
        let named = |ids: &[PolicyId]| {
            let names = ids.iter().map(|&id| {
                let stands = stands(self.cluster.policies.at(id));
                format!("{} ({stands})", self.cluster.policies.at(id).called())
            });
            list(&names.collect::<Vec<_>>(), NAMES)
        };
        if !standing.before.is_empty() {
            let said = format!("asked before it: {}", named(&standing.before));
            self.paragraph(out, 4, 2, &said);
        }
        if !standing.beside.is_empty() {
            let said = format!(
                "before it or after it, which is not defined: {}",
                named(&standing.beside)
            );
            self.paragraph(out, 4, 2, &said);
        }
        if !standing.isolated.is_empty() {
            let pods = self.names(&standing.isolated);
            let said = format!("never asked, for NetworkPolicies isolate them: {pods}");
            self.paragraph(out, 4, 2, &said);
        }
    }

    /// The names of pods, each once.
    fn names(&self, pods: &[PodId]) -> String {
        let pods = pods.iter().map(|&pod| self.cluster.pods.at(pod));
        let names: BTreeSet<String> = pods.map(|pod| self.cluster.endpoint_name(pod)).collect();
        list(&names.into_iter().collect::<Vec<_>>(), NAMES)
    }

    fn selected(&self, policy: &Policy) -> String {
        let pods = subjects(self.cluster, policy);
        let number: Option<u64> = pods
            .iter()
            .map(|&pod| self.cluster.pods.at(pod).count.exact().map(u64::from))
            .sum();
        let names = self.names(&pods);
        match number {
            _ if pods.is_empty() => "no pod in the input is among them".into(),
            Some(1) => format!("1 pod is among them: {names}"),
            Some(number) => format!("{number} pods are among them: {names}"),
            // A DaemonSet has as many pods as there are nodes.
            None => format!("among them are the pods of {names}"),
        }
    }
}

/// `Admin tier, priority 10`.
fn stands(policy: &Policy) -> String {
    let tier = tier_name(policy.tier);
    match policy.written_priority() {
        Some(priority) => format!("{tier}, priority {priority}"),
        None => tier.to_owned(),
    }
}

/// Where a tier stands to `NetworkPolicies`.
fn order_in_words(tier: Tier) -> Option<&'static str> {
    match tier {
        Tier::Admin => Some("asked before every NetworkPolicy, lower numbers first"),
        Tier::NetworkPolicy => None,
        Tier::Baseline => {
            Some("asked last, and only of pods that no NetworkPolicy isolates in the direction")
        }
    }
}

/// By which policies are told in the order in which they are asked.
fn order(cluster: &Cluster, id: PolicyId) -> (Tier, PolicyApi, u16, PolicyId) {
    let policy = cluster.policies.at(id);
    (policy.tier, policy.kind.api(), policy.priority, id)
}
