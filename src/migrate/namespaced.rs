//! A baseline that denies as NetworkPolicies: a pod that one of them isolates is refused what no rule
//! lets in. A NetworkPolicy has no rules that deny, so only a baseline can be said that denies all that
//! it has not let through before.

use super::draft::{Draft, Refusal, Remarks};
use crate::model::{
    Action, Cluster, Direction, IpBlock, NAMESPACE_NAME_LABEL, NamespaceScope, Origin, Peer,
    PeerMatch, PeerPlace, Peers, Policy, PolicyKind, PortMatch, PortTest, Ports, Rule, Tier,
};
use crate::net::{Cidr, Family, Protocol};
use crate::selector::{Operator, Requirement, Selector};
use std::sync::Arc;

/// A baseline as NetworkPolicies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Namespaced {
    /// One for each namespace of the cluster that it selects.
    pub drafts: Vec<Draft>,
    /// What they mean, where that is not quite the same.
    pub meant: Option<Meant>,
}

/// What NetworkPolicies mean that are made of a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    /// The baseline, for pods of the namespaces that are there.
    pub baseline: Policy,
    /// Whether it is as if all addresses in the networks of pods were of pods.
    pub takes_networks: bool,
}

/// The policies of the Baseline tier as NetworkPolicies. `pod_networks` are where pods have their
/// addresses, if that is known.
///
/// # Errors
/// What cannot be said, and where it stands.
pub fn to_network_policies(
    cluster: &Cluster,
    pod_networks: &[Cidr],
) -> Result<Namespaced, Vec<Refusal>> {
    let all = cluster.policies.rows().iter();
    let baseline: Vec<&Policy> = all.filter(|it| it.tier == Tier::Baseline).collect();
    let (first, others) = match baseline.as_slice() {
        [] => return Ok(Namespaced::default()),
        [first, others @ ..] => (*first, others),
    };
    let mut refused: Vec<Refusal> = others
        .iter()
        .map(|other| Refusal {
            origin: other.origin,
            message: format!(
                "`{}` is in the Baseline tier, too, and the order of the two cannot be said by NetworkPolicies",
                first.name
            ),
            help: "make one policy of them first".into(),
        })
        .collect();
    let mut rules = [None, None];
    for (direction, rules) in [Direction::Ingress, Direction::Egress]
        .into_iter()
        .zip(&mut rules)
    {
        match governed(first, direction, pod_networks) {
            Ok(found) => *rules = found,
            Err(refusal) => refused.push(refusal),
        }
    }
    let [ingress, egress] = rules;
    let drafts = in_namespaces(cluster, first, (ingress, egress), &mut refused);
    if refused.is_empty() {
        let meant = Some(meant(first, &drafts, pod_networks));
        Ok(Namespaced { drafts, meant })
    } else {
        Err(refused)
    }
}

/// One policy for each namespace.
fn in_namespaces(
    cluster: &Cluster,
    baseline: &Policy,
    (ingress, egress): (Option<Vec<Rule>>, Option<Vec<Rule>>),
    refused: &mut Vec<Refusal>,
) -> Vec<Draft> {
    if ingress.is_none() && egress.is_none() {
        if refused.is_empty() {
            refused.push(Refusal {
                origin: baseline.origin,
                message: "it denies nothing, and what no policy decides is let through anyway"
                    .into(),
                help: "remove it".into(),
            });
        }
        return Vec::new();
    }
    let mut drafts = Vec::new();
    for (_, namespace) in cluster.namespaces.iter() {
        let selected = match &baseline.subject.namespaces {
            NamespaceScope::Named(name) => *name == namespace.name,
            NamespaceScope::Matching(selector) => selector.matches(&namespace.labels),
        };
        if !selected {
            continue;
        }
        let mut others = cluster.policies.rows().iter();
        let same = |it: &&Policy| {
            it.kind == PolicyKind::NetworkPolicy
                && it.name == baseline.name
                && it.namespace.as_ref() == Some(&namespace.name)
        };
        if let Some(other) = others.find(same) {
            refused.push(Refusal {
                origin: other.origin,
                message: format!(
                    "a NetworkPolicy `{}` is there already, and would be replaced",
                    other.full_name()
                ),
                help: "give one of them another name first".into(),
            });
            continue;
        }
        let rules = [ingress.as_ref(), egress.as_ref()];
        drafts.push(draft(baseline, &namespace.name, rules));
    }
    if drafts.is_empty() && refused.is_empty() {
        refused.push(Refusal {
            origin: baseline.subject_origin,
            message: "it selects no namespace of the input, and a NetworkPolicy is in one".into(),
            help: "add the Namespaces to the input, with their labels".into(),
        });
    }
    drafts
}

fn draft(
    baseline: &Policy,
    namespace: &Arc<str>,
    [ingress, egress]: [Option<&Vec<Rule>>; 2],
) -> Draft {
    let policy = Policy {
        kind: PolicyKind::NetworkPolicy,
        namespace: Some(Arc::clone(namespace)),
        tier: Tier::NetworkPolicy,
        priority: 0,
        ingress: ingress.cloned(),
        egress: egress.cloned(),
        ..baseline.clone()
    };
    let unnamed = |rules: Option<&Vec<Rule>>| {
        let rules = rules.into_iter().flatten();
        rules.map(|rule| (rule.clone(), None)).collect()
    };
    Draft {
        policy,
        rules: [unnamed(ingress), unnamed(egress)],
        remarks: Remarks::default(),
        comments: Vec::new(),
    }
}

/// The rules of a direction in which a NetworkPolicy has to isolate; none where the baseline denies
/// nothing there.
fn governed(
    policy: &Policy,
    direction: Direction,
    pod_networks: &[Cidr],
) -> Result<Option<Vec<Rule>>, Refusal> {
    let mut allowed = Vec::new();
    let rules = policy.rules(direction).unwrap_or_default();
    for (at, rule) in rules.iter().enumerate() {
        match rule.action {
            // Behind this tier comes nothing that would refuse what is passed on.
            Action::Accept | Action::Pass => allowed.push(said(rule)?),
            Action::Deny => {
                let denied = together(rule, rules.get(at + 1..).unwrap_or_default());
                allowed.extend(rest(&denied, direction, pod_networks)?);
                return Ok(Some(allowed));
            }
        }
    }
    Ok(None)
}

/// A rule that denies, with those after it that do, too: on every port they are one.
fn together(first: &Rule, others: &[Rule]) -> Rule {
    let mut all = first.clone();
    let whole = |rule: &Rule| rule.action == Action::Deny && rule.ports == Ports::Any;
    if let (true, Peers::Listed(peers)) = (whole(first), &mut all.peers) {
        let next = others.iter().take_while(|it| whole(it));
        peers.extend(next.flat_map(|it| it.peers.listed()).cloned());
    }
    all
}

/// A rule that accepts as one of a NetworkPolicy.
fn said(rule: &Rule) -> Result<Rule, Refusal> {
    for peer in rule.peers.listed() {
        let what = match &peer.matches {
            PeerMatch::Pods(_) | PeerMatch::IpBlock(_) => continue,
            PeerMatch::Nodes(_) => "nodes",
            PeerMatch::DomainName(_) => "domainNames",
        };
        return Err(Refusal {
            origin: peer.origin,
            message: format!("a NetworkPolicy has no `{what}`"),
            help: "write `networks` with the addresses, or leave the baseline as it is".into(),
        });
    }
    let ports = match &rule.ports {
        Ports::Any => Ports::Any,
        Ports::Listed(all) => Ports::Listed(all.iter().flat_map(any_protocol).collect()),
    };
    Ok(Rule {
        action: Action::Accept,
        ports,
        ..rule.clone()
    })
}

/// An entry for each protocol that a name may stand for: one that says none means TCP there.
fn any_protocol(port: &PortMatch) -> Vec<PortMatch> {
    match &port.test {
        PortTest::Named {
            name,
            protocol: None,
        } => Protocol::ALL
            .into_iter()
            .map(|protocol| PortMatch {
                test: PortTest::Named {
                    name: Arc::clone(name),
                    protocol: Some(protocol),
                },
                ..port.clone()
            })
            .collect(),
        PortTest::Named { .. } | PortTest::Range { .. } => vec![port.clone()],
    }
}

/// What a NetworkPolicy has to let through so that it refuses what this rule denies, and no more.
fn rest(rule: &Rule, direction: Direction, pod_networks: &[Cidr]) -> Result<Option<Rule>, Refusal> {
    let refusal = |message: String, help: &str| Refusal {
        origin: rule.origin,
        message,
        help: help.to_owned(),
    };
    let peers = rule.peers.listed();
    let every_pod = peers.iter().filter_map(Peer::scope).any(|scope| {
        let namespaces = match &scope.namespaces {
            NamespaceScope::Matching(selector) => selector.is_everything(),
            NamespaceScope::Named(_) => false,
        };
        namespaces && scope.pods.is_everything()
    });
    if !every_pod || rule.ports != Ports::Any {
        return Err(refusal(
            "it denies some connections and leaves the others, and a NetworkPolicy lets through what it names and refuses all else".into(),
            "leave the baseline as it is; only one that ends by denying every pod on every port can be said",
        ));
    }
    let others = peers.iter().filter(|it| it.scope().is_none());
    let others: Vec<&Peer> = others.collect();
    let covers = |family| {
        let mut blocks = others.iter().filter_map(|it| it.block());
        blocks.any(|it| it.cidr == Cidr::everything(family))
    };
    match (covers(Family::V4), covers(Family::V6), others.as_slice()) {
        (true, true, _) => Ok(None),
        (false, false, []) if pod_networks.is_empty() => Err(refusal(
            match direction {
                Direction::Ingress => "it denies connections from pods, and lets them through from outside the cluster; a NetworkPolicy that isolates refuses these, too".into(),
                Direction::Egress => "it denies connections to pods, and lets them through to addresses outside the cluster; a NetworkPolicy that isolates refuses these, too".into(),
            },
            "say in netpolc.yaml with `podCIDRs` where pods have their addresses: then all others can be let through by `ipBlock`",
        )),
        (false, false, []) => Ok(Some(outside(rule, pod_networks))),
        _ => Err(refusal(
            "it denies some addresses and leaves the others, and a NetworkPolicy lets through what it names and refuses all else".into(),
            "leave the baseline as it is, or deny both `0.0.0.0/0` and `::/0`",
        )),
    }
}

/// A rule for all addresses that no pod has.
fn outside(rule: &Rule, pod_networks: &[Cidr]) -> Rule {
    let block = |family: Family| {
        let cidr = Cidr::everything(family);
        let within = pod_networks.iter().copied();
        PeerMatch::IpBlock(IpBlock {
            cidr,
            except: within.filter(|it| it.family() == family).collect(),
        })
    };
    let peers = [Family::V4, Family::V6].into_iter().map(|family| Peer {
        matches: block(family),
        place: PeerPlace::default(),
        origin: Origin::default(),
    });
    Rule {
        action: Action::Accept,
        peers: Peers::Listed(peers.collect()),
        ports: Ports::Any,
        origin: rule.origin,
    }
}

/// Whether a rule denies pods, and no addresses.
fn denies_pods_only(rule: &Rule) -> bool {
    let mut peers = rule.peers.listed().iter();
    rule.action == Action::Deny && peers.all(|it| it.scope().is_some())
}

/// The baseline for pods of the namespaces of drafts, denying the networks of pods where it denies pods.
fn meant(baseline: &Policy, drafts: &[Draft], pod_networks: &[Cidr]) -> Meant {
    let mut baseline = baseline.clone();
    let names = drafts.iter().filter_map(|it| it.policy.namespace.clone());
    baseline.subject.namespaces = NamespaceScope::Matching(Selector::new(vec![Requirement {
        key: NAMESPACE_NAME_LABEL.into(),
        operator: Operator::In,
        values: names.collect(),
    }]));
    let rules = [&mut baseline.ingress, &mut baseline.egress];
    let mut takes_networks = false;
    for rule in rules.into_iter().flatten().flatten() {
        if denies_pods_only(rule)
            && let Peers::Listed(peers) = &mut rule.peers
        {
            takes_networks = true;
            peers.extend(pod_networks.iter().map(|&cidr| Peer {
                matches: PeerMatch::IpBlock(IpBlock {
                    cidr,
                    except: Vec::new(),
                }),
                place: PeerPlace::default(),
                origin: rule.origin,
            }));
        }
    }
    Meant {
        baseline,
        takes_networks,
    }
}
