//! What `explain` prints: a decision tier by tier, the policies on a pod, a policy in English.

use super::answer::tier_name;
use super::{Teller, english, list, verdict_word};
use crate::model::{Action, Direction, Policy, PolicyId, PolicyKind, Tier};
use crate::query::about::{PodPolicies, subjects};
use crate::query::can::{Answer, Pair};
use crate::render::count;
use crate::trace::{Basis, EndNames, Half, Hit, Miss, NotSubject, Verdict};
use std::collections::BTreeSet;

/// Pairs that are explained one by one.
const PAIRS: usize = 3;
/// Near misses that are told.
const MISSES: usize = 3;
/// Names shown before "and N more".
const NAMES: usize = 5;

impl Teller<'_> {
    /// The decision on each pair, tier by tier.
    pub fn explanation(&self, answer: &Answer) -> String {
        let mut out = self.verdict(answer, false);
        // Those that the verdict hangs on come first.
        let mut pairs: Vec<&Pair> = answer.pairs.iter().collect();
        pairs.sort_by_key(|pair| pair.verdict != answer.verdict);
        for pair in pairs.iter().take(PAIRS) {
            out.push('\n');
            self.pair(&mut out, pair);
        }
        if let Some(more @ 1..) = pairs.len().checked_sub(PAIRS) {
            self.paragraph(
                &mut out,
                0,
                0,
                &format!(
                    "{} not shown",
                    count(more, "more pair is", "more pairs are")
                ),
            );
        }
        out
    }

    fn pair(&self, out: &mut String, pair: &Pair) {
        let (protocol, port) = pair.example;
        let names = EndNames {
            source: &pair.source.name,
            destination: &pair.destination.name,
        };
        let head = format!(
            "{} to {} on {protocol} {port}",
            names.source, names.destination
        );
        self.paragraph(
            out,
            0,
            2,
            &format!("{head}: {}", verdict_word(pair.verdict)),
        );
        if let Some(exemption) = pair.reason.exemption {
            let said = exemption.describe();
            self.paragraph(out, 2, 2, &format!("{said}, whatever the policies say:"));
        }
        for direction in Direction::BOTH {
            self.direction(out, pair.reason.half(direction), names);
        }
    }

    fn direction(&self, out: &mut String, half: &Half, names: EndNames<'_>) {
        let (of, word) = match half.direction {
            Direction::Egress => ("from", names.source),
            Direction::Ingress => ("to", names.destination),
        };
        let verdict = match half.verdict {
            Verdict::Allow => "allowed",
            Verdict::Deny => "denied",
            Verdict::Undecided => "cannot be decided",
        };
        self.paragraph(
            out,
            2,
            4,
            &format!("{} {of} {word}: {verdict}", half.direction),
        );
        if let Basis::NotSubject(why) = half.basis {
            self.paragraph(out, 4, 4, not_subject(why));
            return;
        }
        for tier in [Tier::Admin, Tier::NetworkPolicy, Tier::Baseline] {
            self.tier(out, half, tier, names);
        }
    }

    /// What one tier says, unless the decision fell before it.
    fn tier(&self, out: &mut String, half: &Half, tier: Tier, names: EndNames<'_>) {
        let decided = match &half.basis {
            Basis::ClusterRule { tier, .. } => Some(*tier),
            Basis::Allowed(_) | Basis::NoRule => Some(Tier::NetworkPolicy),
            Basis::NotSubject(_) | Basis::NotIsolated | Basis::Undecided => None,
        };
        let reached = decided.is_none_or(|decided| tier <= decided);
        let exists = self
            .cluster
            .policies
            .rows()
            .iter()
            .any(|policy| policy.tier == tier);
        if !reached || (tier != Tier::NetworkPolicy && !exists) {
            return;
        }
        let label = tier_name(tier);
        let own = decided == Some(tier);
        match (&half.basis, tier) {
            (Basis::ClusterRule { action, hits, .. }, _) if own => {
                let word = match action {
                    Action::Accept => "accepted",
                    Action::Deny => "denied",
                    Action::Pass => "passed on",
                };
                self.row(out, label, &format!("{word} by {}", self.hits(hits)));
            }
            (basis, Tier::NetworkPolicy) => {
                self.isolation(out, half);
                match basis {
                    Basis::Allowed(hits) => {
                        self.row(out, "", &format!("allowed by {}", self.hits(hits)));
                    }
                    Basis::NoRule => {
                        self.row(out, "", "no rule matches");
                        self.misses(out, &half.misses, names);
                    }
                    Basis::Undecided => {
                        for unknown in &half.unknowns {
                            self.row(out, "", &unknown.describe(self.cluster, names));
                        }
                    }
                    Basis::NotIsolated | Basis::NotSubject(_) | Basis::ClusterRule { .. } => {}
                }
            }
            _ => self.row(out, label, "no rule matches"),
        }
    }

    fn isolation(&self, out: &mut String, half: &Half) {
        let label = tier_name(Tier::NetworkPolicy);
        if half.isolating.is_empty() {
            let text = format!("no policy isolates it for {}: allowed", half.direction);
            return self.row(out, label, &text);
        }
        for (index, &id) in half.isolating.iter().take(NAMES).enumerate() {
            let label = if index == 0 { label } else { "" };
            self.row(out, label, &format!("isolated by {}", self.policy(id)));
        }
        if let Some(more @ 1..) = half.isolating.len().checked_sub(NAMES) {
            self.row(out, "", &format!("and by {more} more"));
        }
    }

    fn misses(&self, out: &mut String, misses: &[Miss], names: EndNames<'_>) {
        for (index, miss) in misses.iter().take(MISSES).enumerate() {
            let label = if index == 0 { "nearest miss" } else { "" };
            let said = miss.describe(self.cluster, names);
            self.row(out, label, &format!("{said}{}", self.rule_place(miss.rule)));
        }
        if let Some(more @ 1..) = misses.len().checked_sub(MISSES) {
            self.row(out, "", &format!("and {more} more rules that do not match"));
        }
    }

    fn hits(&self, hits: &[Hit]) -> String {
        let rules = hits.iter().map(|hit| {
            format!(
                "{}{}",
                hit.rule.describe(self.cluster),
                self.rule_place(hit.rule)
            )
        });
        list(&rules.collect::<Vec<_>>(), NAMES)
    }

    /// A label in a column of its own, and what there is to say beside it.
    fn row(&self, out: &mut String, label: &str, text: &str) {
        const COLUMN: usize = 20;
        self.labelled(out, 4, COLUMN, label, text);
    }

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
                "it shares its node's network: policies do not govern it",
            );
            return out;
        }
        for direction in Direction::BOTH {
            self.governed(&mut out, direction, pods.policies(direction));
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
        match isolating.count() {
            0 => self.paragraph(out, 2, 2, &format!("{direction}: {open}")),
            1 => self.paragraph(out, 2, 2, &format!("{direction}: isolated by 1 policy")),
            many => self.paragraph(
                out,
                2,
                2,
                &format!("{direction}: isolated by {many} policies"),
            ),
        }
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
            let said = english::rule(rule, direction);
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
        let whom = english::pods(&policy.subject);
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
            let isolates = match (policy.kind, rules.is_empty()) {
                (PolicyKind::NetworkPolicy, true) => "isolates them, and allows nothing",
                (PolicyKind::NetworkPolicy, false) => "isolates them, and allows only",
                (_, _) => "first match decides",
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
            .map(|&pod| self.cluster.pods.at(pod).count.map(u64::from))
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

fn not_subject(why: NotSubject) -> &'static str {
    match why {
        NotSubject::Outside => "it is outside the cluster, where no policy governs it",
        NotSubject::Node => "it is a node, which no policy governs",
        NotSubject::HostNetwork => "it shares its node's network, so no policy governs it",
    }
}
