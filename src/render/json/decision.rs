//! What decided one direction of a flow, as data: rules with their places, what they missed by, and
//! what is not known.

use super::place;
use crate::model::{Action, Cluster, PolicyId, Tier};
use crate::source::SourceMap;
use crate::trace::{
    Basis, Came, End, EndNames, Half, Hit, Met, Miss, NotSubject, PeerFault, PeerMiss, RuleRef,
    Stage, Step, Unknown,
};
use serde::Serialize;

/// Whose policies and files are spoken of, and how much is told of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Teller<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) sources: &'a SourceMap,
    /// Whether all that was asked is told, or what decides alone.
    pub(super) in_full: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct PolicyName {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

#[derive(Debug, Serialize)]
struct Entry {
    policy: PolicyName,
    rule: usize,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Missed {
    #[serde(flatten)]
    rule: Entry,
    peers: Vec<MissedPeer>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    ports: bool,
    text: String,
}

#[derive(Debug, Serialize)]
struct MissedPeer {
    peer: usize,
    faults: Vec<Fault>,
}

#[derive(Debug, Serialize)]
struct Fault {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    wanted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<String>,
}

/// Something on which a verdict hangs.
#[derive(Debug, Serialize)]
pub(super) struct Open {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<&'static str>,
    text: String,
}

/// One direction of a flow.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Side {
    verdict: &'static str,
    basis: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<Entry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    isolated_by: Vec<PolicyName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    passed_on_by: Vec<Entry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    misses: Vec<Missed>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<TierTold>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<Open>,
}

#[derive(Debug, Serialize)]
struct TierTold {
    tier: &'static str,
    asked: bool,
    comes: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    policies: Vec<StepTold>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<Open>,
}

#[derive(Debug, Serialize)]
struct StepTold {
    policy: PolicyName,
    asked: bool,
    rules: Vec<MetTold>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "met", rename_all = "kebab-case")]
enum MetTold {
    Matches(Entry),
    May {
        #[serde(flatten)]
        rule: Entry,
        unknown: Vec<Open>,
    },
    Misses(Missed),
}

impl Teller<'_> {
    pub(super) fn policy(&self, id: PolicyId) -> PolicyName {
        let policy = self.cluster.policies.at(id);
        PolicyName {
            kind: policy.kind.name(),
            namespace: policy.namespace.as_ref().map(ToString::to_string),
            name: policy.name.to_string(),
            place: place(self.sources, policy.origin),
        }
    }

    fn rule(&self, rule: RuleRef) -> Entry {
        let origin = rule.rule(self.cluster).map(|rule| rule.origin);
        Entry {
            policy: self.policy(rule.policy),
            rule: rule.number(),
            path: rule.path(),
            place: origin.and_then(|origin| place(self.sources, origin)),
            peer: None,
            port: None,
        }
    }

    fn hit(&self, hit: Hit) -> Entry {
        Entry {
            peer: hit.peer,
            port: hit.port,
            ..self.rule(hit.rule)
        }
    }

    fn hits(&self, hits: &[Hit]) -> Vec<Entry> {
        hits.iter().map(|hit| self.hit(*hit)).collect()
    }

    fn miss(&self, miss: &Miss, names: EndNames<'_>) -> Missed {
        let peer = |peer: &PeerMiss| MissedPeer {
            peer: peer.entry,
            faults: peer.faults.iter().map(|it| self.fault(it)).collect(),
        };
        Missed {
            rule: Entry {
                peer: miss.peer,
                ..self.rule(miss.rule)
            },
            peers: miss.peers.iter().map(peer).collect(),
            ports: miss.ports.is_some(),
            text: miss.describe(self.cluster, names),
        }
    }

    fn fault(&self, fault: &PeerFault) -> Fault {
        let told = |kind, wanted: Option<String>, actual: Option<String>| Fault {
            kind,
            wanted,
            actual,
        };
        let namespace = |id| Some(self.cluster.namespaces.at(id).name.to_string());
        match fault {
            PeerFault::PodLabel {
                requirement,
                actual,
            } => told(
                "pod-label",
                Some(requirement.to_string()),
                actual.as_ref().map(ToString::to_string),
            ),
            PeerFault::NamespaceLabel {
                requirement,
                actual,
                ..
            } => told(
                "namespace-label",
                Some(requirement.to_string()),
                actual.as_ref().map(ToString::to_string),
            ),
            PeerFault::OtherNamespace { wanted, actual } => told(
                "other-namespace",
                Some(wanted.to_string()),
                namespace(*actual),
            ),
            PeerFault::NotInBlock { block, addresses } => {
                let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                told(
                    "not-in-block",
                    Some(block.cidr.to_string()),
                    Some(addresses.join(",")).filter(|it| !it.is_empty()),
                )
            }
            PeerFault::AddressNotKnown => told("address-not-known", None, None),
            PeerFault::HostNetwork => told("host-network", None, None),
            PeerFault::NotAPod => told("not-a-pod", None, None),
            PeerFault::BlockSkips => told("block-skips", None, None),
            PeerFault::OtherNode => told("other-node", None, None),
            PeerFault::NeverNamed => told("never-named", None, None),
        }
    }

    pub(super) fn unknowns(&self, all: &[Unknown], names: EndNames<'_>) -> Vec<Open> {
        let told = all.iter().map(|it| {
            let (kind, end) = unknown(it);
            Open {
                kind,
                end,
                text: it.describe(self.cluster, names),
            }
        });
        told.collect()
    }

    /// One direction.
    pub(super) fn side(&self, half: &Half, names: EndNames<'_>) -> Side {
        let (basis, why) = basis(&half.basis);
        let (tier, action, rules) = match &half.basis {
            Basis::Allowed(hits) => (None, None, self.hits(hits)),
            Basis::ClusterRule { tier, action, hits } => (
                Some(tier_word(*tier)),
                Some(action_word(*action)),
                self.hits(hits),
            ),
            Basis::NotSubject(_) | Basis::NotIsolated | Basis::NoRule | Basis::Undecided => {
                (None, None, Vec::new())
            }
        };
        let told = if self.in_full { half.misses.len() } else { 1 };
        let misses = half.misses.iter().take(told);
        let stages = half.stages.iter().filter(|_| self.in_full);
        Side {
            verdict: super::verdict(half.verdict),
            basis,
            why,
            tier,
            action,
            rules,
            isolated_by: half.isolating.iter().map(|id| self.policy(*id)).collect(),
            passed_on_by: self.hits(&half.passes),
            misses: misses.map(|miss| self.miss(miss, names)).collect(),
            tiers: stages.map(|stage| self.stage(stage, names)).collect(),
            unknown: self.unknowns(&half.unknowns, names),
        }
    }

    fn stage(&self, stage: &Stage, names: EndNames<'_>) -> TierTold {
        TierTold {
            tier: tier_word(stage.tier),
            asked: stage.reached,
            comes: comes(stage.came),
            policies: stage.steps.iter().map(|it| self.step(it, names)).collect(),
            unknown: self.unknowns(&stage.unknowns, names),
        }
    }

    fn step(&self, step: &Step, names: EndNames<'_>) -> StepTold {
        let met = |met: &Met| match met {
            Met::Matches(hit) => MetTold::Matches(self.hit(*hit)),
            Met::May(hit, unknown) => MetTold::May {
                rule: self.hit(*hit),
                unknown: self.unknowns(unknown, names),
            },
            Met::Misses(miss) => MetTold::Misses(self.miss(miss, names)),
        };
        StepTold {
            policy: self.policy(step.policy),
            asked: step.asked,
            rules: step.rules.iter().map(met).collect(),
        }
    }
}

/// What decided, in a word, and why policies do not govern an end.
fn basis(basis: &Basis) -> (&'static str, Option<&'static str>) {
    match basis {
        Basis::NotSubject(why) => (
            "not-governed",
            Some(match why {
                NotSubject::Outside => "outside",
                NotSubject::Node => "node",
                NotSubject::HostNetwork => "host-network",
                NotSubject::Unenforced => "not-enforced",
            }),
        ),
        Basis::NotIsolated => ("not-isolated", None),
        Basis::Allowed(_) => ("allowed", None),
        Basis::NoRule => ("no-rule", None),
        Basis::ClusterRule { .. } => ("cluster-wide-rule", None),
        Basis::Undecided => ("unknown", None),
    }
}

/// A tier in a word.
pub(super) fn tier_word(tier: Tier) -> &'static str {
    match tier {
        Tier::Admin => "admin",
        Tier::NetworkPolicy => "network-policy",
        Tier::Baseline => "baseline",
    }
}

/// What a rule does, in a word.
pub(super) fn action_word(action: Action) -> &'static str {
    match action {
        Action::Accept => "accept",
        Action::Deny => "deny",
        Action::Pass => "pass",
    }
}

fn comes(came: Came) -> Vec<&'static str> {
    let all = [
        (came.allow, "allow"),
        (came.deny, "deny"),
        (came.next, "next"),
    ];
    let may = all.into_iter().filter(|(may, _)| *may);
    may.map(|(_, word)| word).collect()
}

/// What is not known, in a word, and of which end.
fn unknown(unknown: &Unknown) -> (&'static str, Option<&'static str>) {
    let end = |end: &End| {
        Some(match end {
            End::Source => "from",
            End::Destination => "to",
        })
    };
    match unknown {
        Unknown::NamespaceLabels { .. } => ("namespace-labels", None),
        Unknown::PodLabel { end: of, .. } => ("pod-label", end(of)),
        Unknown::Count => ("count", None),
        Unknown::Address(of) => ("address", end(of)),
        Unknown::NodeLabels { end: of, .. } => ("node-labels", end(of)),
        Unknown::NodeAddress(of) => ("node-address", end(of)),
        Unknown::DomainName { end: of, .. } => ("domain-name", end(of)),
        Unknown::NamedPort(_) => ("named-port", Some("to")),
        Unknown::Node => ("node", None),
        Unknown::SharedNode => ("shared-node", None),
        Unknown::EqualPriority(_) => ("equal-priority", None),
        Unknown::NoOrder(_) => ("no-order", None),
        Unknown::Family { .. } => ("ip-family", None),
        Unknown::OwnNode => ("own-node", Some("to")),
        Unknown::LinkLocal(of) => ("link-local", end(of)),
        Unknown::Habit(_) => ("plugin", None),
        Unknown::ItselfThroughService => ("itself-through-service", None),
        Unknown::RewrittenSource(_) => ("rewritten-source", Some("from")),
        Unknown::OutsideDoor(_) => ("outside-door", Some("to")),
        Unknown::InsideOnly(_) => ("inside-only", Some("to")),
        Unknown::SourceRanges(_) => ("source-ranges", Some("from")),
        Unknown::LocalPods(_) => ("local-pods", Some("to")),
        Unknown::NodePort(_) => ("node-port", Some("to")),
    }
}
