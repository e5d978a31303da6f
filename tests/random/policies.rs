//! Random policies of every kind.

use super::{Choices, Mix, PORT_NAMES, PORTS, block, namespace, scope, selector};
use netpolc::model::{
    Action, Direction, IpBlock, NamespaceScope, Origin, Peer, PeerMatch, PeerPlace, Peers,
    PodScope, Policy, PolicyKind, PortMatch, PortTest, Ports, Rule, Tier,
};
use netpolc::net::{DomainPattern, Protocol};
use std::sync::Arc;

/// One at most is a BaselineAdminNetworkPolicy, for there is one name that it may have.
pub(super) fn policies(choices: &mut Choices<'_>, mix: Mix) -> Vec<Policy> {
    let count = choices.below(6);
    let mut all: Vec<Policy> = (0..count)
        .map(|number| policy(choices, mix, number))
        .collect();
    let kind = PolicyKind::BaselineAdminNetworkPolicy;
    let further = all.iter_mut().filter(|it| it.kind == kind).skip(1);
    for (number, policy) in further.enumerate() {
        policy.kind = PolicyKind::ClusterNetworkPolicy;
        policy.name = format!("further-{number}").into();
    }
    all
}

/// Peers of a NetworkPolicy in the namespace `own`.
fn peers(choices: &mut Choices<'_>, own: &Arc<str>) -> Peers {
    if choices.once_in(5) {
        return Peers::Anyone;
    }
    let peer = |choices: &mut Choices<'_>| {
        if choices.once_in(3) {
            PeerMatch::IpBlock(block(choices))
        } else {
            PeerMatch::Pods(scope(choices, Some(own)))
        }
    };
    let mut peers = vec![peer(choices)];
    peers.extend(choices.list(1, peer));
    listed(peers)
}

const DOMAINS: [&str; 6] = [
    "example.com",
    "*.example.com",
    "db.a.svc.cluster.local",
    "*.b.svc.cluster.local",
    "*.pod.cluster.local",
    "*.cluster.local",
];

/// Peers of a cluster-wide policy, all of which are pods where the rule names a port.
fn wide_peers(choices: &mut Choices<'_>, names: bool, only_pods: bool) -> Peers {
    let peer = |choices: &mut Choices<'_>| match choices.below(6) {
        3 if !only_pods => PeerMatch::Nodes(selector(choices)),
        4 if !only_pods => {
            let except = Vec::new();
            let cidr = block(choices).cidr;
            PeerMatch::IpBlock(IpBlock { cidr, except })
        }
        5 if !only_pods && names => PeerMatch::DomainName(DomainPattern::new(choices.of(&DOMAINS))),
        _ => PeerMatch::Pods(scope(choices, None)),
    };
    let mut peers = vec![peer(choices)];
    peers.extend(choices.list(1, peer));
    listed(peers)
}

fn listed(peers: Vec<PeerMatch>) -> Peers {
    let peer = |matches| Peer {
        matches,
        place: PeerPlace::default(),
        origin: Origin::default(),
    };
    Peers::Listed(peers.into_iter().map(peer).collect())
}

fn ports(choices: &mut Choices<'_>, cluster_wide: bool) -> Ports {
    if choices.once_in(3) {
        return Ports::Any;
    }
    let port = |choices: &mut Choices<'_>| {
        let protocol = choices.of(&Protocol::ALL);
        let test = match choices.below(5) {
            0 | 1 => {
                let port = choices.of(&PORTS);
                PortTest::Range {
                    protocol,
                    first: port,
                    last: port,
                }
            }
            2 => {
                let (a, b) = (choices.of(&PORTS), choices.of(&PORTS));
                PortTest::Range {
                    protocol,
                    first: a.min(b),
                    last: a.max(b),
                }
            }
            3 => PortTest::Range {
                protocol,
                first: 1,
                last: 65535,
            },
            _ => PortTest::Named {
                name: choices.of(&PORT_NAMES).into(),
                protocol: (!cluster_wide).then_some(protocol),
            },
        };
        PortMatch {
            end_port: !cluster_wide
                && matches!(test, PortTest::Range { first, last, .. } if (1, 65535) != (first, last) && first != last),
            test,
            origin: Origin::default(),
        }
    };
    let mut ports = vec![port(choices)];
    ports.extend(choices.list(1, port));
    Ports::Listed(ports)
}

fn policy(choices: &mut Choices<'_>, mix: Mix, number: usize) -> Policy {
    use PolicyKind::{
        AdminNetworkPolicy, BaselineAdminNetworkPolicy, ClusterNetworkPolicy, NetworkPolicy,
    };
    let kinds = [
        (NetworkPolicy, Tier::NetworkPolicy),
        (ClusterNetworkPolicy, Tier::Admin),
        (NetworkPolicy, Tier::NetworkPolicy),
        (ClusterNetworkPolicy, Tier::Baseline),
        (AdminNetworkPolicy, Tier::Admin),
        (BaselineAdminNetworkPolicy, Tier::Baseline),
    ];
    let (kind, tier) = kinds[if mix.tiers {
        choices.below(kinds.len())
    } else {
        0
    }];
    if tier == Tier::NetworkPolicy {
        return network_policy(choices, number);
    }
    let actions: &[Action] = match kind {
        BaselineAdminNetworkPolicy => &[Action::Accept, Action::Deny],
        _ => &[Action::Accept, Action::Deny, Action::Pass],
    };
    let rules = |choices: &mut Choices<'_>, direction: Direction| {
        let some = !choices.once_in(3);
        let rules = choices.list(2, |choices| {
            let ports = ports(choices, true);
            let only_pods = direction == Direction::Ingress || ports.named().next().is_some();
            let names = mix.names && kind != BaselineAdminNetworkPolicy;
            let peers = wide_peers(choices, names, only_pods);
            let is_name = |it: &Peer| matches!(it.matches, PeerMatch::DomainName(_));
            let accepts = peers.listed().iter().any(is_name);
            Rule {
                action: choices.of(if accepts { &[Action::Accept] } else { actions }),
                peers,
                ports,
                origin: Origin::default(),
            }
        });
        Some(rules).filter(|rules| some && !rules.is_empty())
    };
    let (ingress, egress) = (
        rules(choices, Direction::Ingress),
        rules(choices, Direction::Egress),
    );
    let priority = match (kind, mix.ties) {
        (BaselineAdminNetworkPolicy, _) => 0,
        (_, true) => choices.below(2),
        (_, false) => number,
    };
    Policy {
        kind,
        name: match kind {
            BaselineAdminNetworkPolicy => "default".into(),
            _ => format!("policy-{number}").into(),
        },
        tier,
        priority: u16::try_from(priority).expect("small"),
        subject: scope(choices, None),
        namespace: None,
        ingress,
        egress,
        origin: Origin::default(),
        subject_origin: Origin::default(),
    }
}

fn network_policy(choices: &mut Choices<'_>, number: usize) -> Policy {
    let own = namespace(choices);
    let rules = |choices: &mut Choices<'_>| {
        (!choices.once_in(3)).then(|| {
            choices.list(2, |choices| Rule {
                action: Action::Accept,
                peers: peers(choices, &own),
                ports: ports(choices, false),
                origin: Origin::default(),
            })
        })
    };
    let (ingress, egress) = (rules(choices), rules(choices));
    Policy {
        kind: PolicyKind::NetworkPolicy,
        name: format!("policy-{number}").into(),
        tier: Tier::NetworkPolicy,
        priority: 0,
        subject: PodScope {
            namespaces: NamespaceScope::Named(Arc::clone(&own)),
            pods: selector(choices),
        },
        namespace: Some(own),
        ingress,
        egress,
        origin: Origin::default(),
        subject_origin: Origin::default(),
    }
}
