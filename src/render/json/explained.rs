//! What `explain` says of pods and of policies by themselves.

use super::decision::{PolicyName, Teller, action_word, tier_word};
use super::{API_VERSION, Aside, Style, aside, place, print_as};
use crate::model::{Cluster, Direction, LeftOut, PolicyId, Tier};
use crate::query::about::{PodPolicies, subjects};
use crate::source::SourceMap;
use crate::trace::{RuleRef, pods_in_words, rule_in_words};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// How explanations are written.
#[derive(Debug, Clone, Copy)]
pub struct Explanations<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Where its manifests are.
    pub sources: &'a SourceMap,
    /// JSON or YAML.
    pub style: Style,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Explanation<'a> {
    api_version: &'static str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pods: Vec<Pods<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    policies: Vec<PolicyTold>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<Aside<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pods<'a> {
    names: &'a [String],
    labels: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    host_network: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    dormant: Option<String>,
    ingress: Governed,
    egress: Governed,
}

#[derive(Serialize)]
struct Governed {
    isolated: bool,
    policies: Vec<Governing>,
}

#[derive(Serialize)]
struct Governing {
    policy: PolicyName,
    tier: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<u16>,
    rules: Vec<RuleTold>,
}

#[derive(Serialize)]
struct PolicyTold {
    policy: PolicyName,
    tier: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<u16>,
    subject: String,
    governs: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ingress: Option<Vec<RuleTold>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    egress: Option<Vec<RuleTold>>,
}

#[derive(Serialize)]
struct RuleTold {
    rule: usize,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    action: &'static str,
    text: String,
}

impl Explanations<'_> {
    /// Writes which policies are on pods, and what was left out that may be one of them.
    ///
    /// # Errors
    /// Whatever writing to `out` returns.
    pub fn write_pods(
        &self,
        pods: &[PodPolicies],
        left_out: &[&LeftOut],
        notes: &[String],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let document = Explanation {
            api_version: API_VERSION,
            kind: "Explanation",
            pods: pods.iter().map(|it| self.pods(it)).collect(),
            policies: Vec::new(),
            left_out: left_out.iter().map(|it| aside(it)).collect(),
            notes,
        };
        print_as(self.style, &document, out)
    }

    /// Writes what policies say.
    ///
    /// # Errors
    /// Whatever writing to `out` returns.
    pub fn write_policies(
        &self,
        policies: &[PolicyId],
        notes: &[String],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let document = Explanation {
            api_version: API_VERSION,
            kind: "Explanation",
            pods: Vec::new(),
            policies: policies.iter().map(|id| self.policy(*id)).collect(),
            left_out: Vec::new(),
            notes,
        };
        print_as(self.style, &document, out)
    }

    fn name(&self, id: PolicyId) -> PolicyName {
        let teller = Teller {
            cluster: self.cluster,
            sources: self.sources,
            in_full: true,
        };
        teller.policy(id)
    }

    fn pods<'p>(&self, pods: &'p PodPolicies) -> Pods<'p> {
        let labels = pods.labels.iter();
        Pods {
            names: &pods.names,
            labels: labels
                .map(|(key, value)| format!("{key}={value}"))
                .collect(),
            host_network: pods.host_network,
            dormant: pods.dormant.map(|why| why.to_string()),
            ingress: self.governed(pods.policies(Direction::Ingress), Direction::Ingress),
            egress: self.governed(pods.policies(Direction::Egress), Direction::Egress),
        }
    }

    fn governed(&self, ids: &[PolicyId], direction: Direction) -> Governed {
        let policy = |id: &PolicyId| self.cluster.policies.at(*id);
        let governing = ids.iter().map(|id| Governing {
            policy: self.name(*id),
            tier: tier_word(policy(id).tier),
            priority: policy(id).written_priority(),
            rules: self.rules(*id, direction).unwrap_or_default(),
        });
        Governed {
            isolated: ids.iter().any(|id| policy(id).tier == Tier::NetworkPolicy),
            policies: governing.collect(),
        }
    }

    /// The rules of a direction; none where the policy does not govern it.
    fn rules(&self, id: PolicyId, direction: Direction) -> Option<Vec<RuleTold>> {
        let policy = self.cluster.policies.at(id);
        let rules = policy.rules(direction)?.iter().enumerate();
        let told = rules.map(|(index, rule)| {
            let at = RuleRef {
                policy: id,
                direction,
                index,
            };
            RuleTold {
                rule: at.number(),
                path: at.path(),
                place: place(self.sources, rule.origin),
                action: action_word(rule.action),
                text: rule_in_words(rule, (policy.kind, policy.tier), direction),
            }
        });
        Some(told.collect())
    }

    fn policy(&self, id: PolicyId) -> PolicyTold {
        let policy = self.cluster.policies.at(id);
        let pods = subjects(self.cluster, policy).into_iter();
        let pods: BTreeSet<String> = pods
            .map(|pod| self.cluster.own_name(self.cluster.pods.at(pod)))
            .collect();
        PolicyTold {
            policy: self.name(id),
            tier: tier_word(policy.tier),
            priority: policy.written_priority(),
            subject: pods_in_words(&policy.subject),
            governs: pods.into_iter().collect(),
            ingress: self.rules(id, Direction::Ingress),
            egress: self.rules(id, Direction::Egress),
        }
    }
}
