//! The policies on a pod, and a policy in English.

use super::Teller;
use super::answer::left_out_in_words;
use crate::model::{Direction, LeftOut, Policy, PolicyId, Tier};
use crate::query::about::{PodPolicies, subjects};
use crate::render::count;
use crate::trace::{NotSubject, list, pods_in_words, rule_in_words};
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
        let isolating = policies
            .iter()
            .filter(|&&id| self.cluster.policies.at(id).tier == Tier::NetworkPolicy);
        let open = match direction {
            Direction::Egress => "not isolated, it may open connections to anyone",
            Direction::Ingress => "not isolated, anyone may connect to it",
        };
        out.push('\n');
        let said = match isolating.count() {
            0 => open.to_owned(),
            number => format!("isolated by {}", count(number, "policy", "policies")),
        };
        self.paragraph(out, 2, 2, &format!("{direction}: {said}"));
        for &id in policies {
            let policy = self.cluster.policies.at(id);
            self.paragraph(out, 4, 2, &self.policy(id));
            self.rules(out, 6, policy, direction);
        }
    }

    /// The rules of one direction, one under the other.
    fn rules(&self, out: &mut String, indent: usize, policy: &Policy, direction: Direction) {
        let rules = policy.rules(direction).unwrap_or_default();
        if rules.is_empty() {
            self.paragraph(out, indent, 2, "no rule: it allows nothing");
        }
        for (index, rule) in rules.iter().enumerate() {
            let said = rule_in_words(rule, direction);
            let place = self.place(rule.origin);
            self.paragraph(
                out,
                indent,
                8,
                &format!("rule {}: {said}{place}", index + 1),
            );
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
                (Tier::Admin | Tier::Baseline, _) => "first match decides",
            };
            self.paragraph(&mut out, 2, 2, &format!("{direction}: {isolates}"));
            if !rules.is_empty() {
                self.rules(&mut out, 4, policy, direction);
            }
        }
        out
    }

    fn selected(&self, policy: &Policy) -> String {
        let pods = subjects(self.cluster, policy);
        let number: Option<u64> = pods
            .iter()
            .map(|&pod| self.cluster.pods.at(pod).count.exact().map(u64::from))
            .sum();
        let names: BTreeSet<String> = pods
            .iter()
            .map(|&pod| self.cluster.endpoint_name(self.cluster.pods.at(pod)))
            .collect();
        let names: Vec<_> = names.into_iter().collect();
        match (names.len(), number) {
            (0, _) => "no pod in the input is among them".into(),
            (_, Some(1)) => format!("1 pod is among them: {}", list(&names, NAMES)),
            (_, Some(number)) => format!("{number} pods are among them: {}", list(&names, NAMES)),
            // A DaemonSet has as many pods as there are nodes.
            (_, None) => format!("among them are the pods of {}", list(&names, NAMES)),
        }
    }
}
