//! Random policies of v1alpha1, and their manifests.

use super::{Choices, cluster_wide, yaml};
use netpolc::model::{
    Action, Direction, NamespaceScope, Origin, Peer, PeerMatch, PeerPlace, Peers, PodScope, Policy,
    PolicyKind, Rule, Tier,
};
use netpolc::selector::Selector;

/// Policies of the Admin and the Baseline tier as v1alpha1 has them: what it cannot say is left out.
pub(crate) fn older(policies: &[Policy], choices: &mut Choices<'_>) -> Vec<Policy> {
    let mut has_baseline = false;
    let mut older = Vec::new();
    for policy in policies {
        let mut policy = policy.clone();
        match policy.tier {
            Tier::NetworkPolicy => continue,
            Tier::Admin => policy.kind = PolicyKind::AdminNetworkPolicy,
            Tier::Baseline if has_baseline => continue,
            Tier::Baseline => {
                has_baseline = true;
                policy.kind = PolicyKind::BaselineAdminNetworkPolicy;
                policy.name = "default".into();
                policy.priority = 0;
            }
        }
        for direction in Direction::BOTH {
            let tier = policy.tier;
            let rules = policy.rules_mut(direction).map(std::mem::take);
            let rules = rules.into_iter().flatten().collect();
            let rules = more(rules, choices).into_iter();
            let rules: Vec<Rule> = rules.map(|rule| sayable(rule, direction, tier)).collect();
            let rules = (!rules.is_empty()).then_some(rules);
            match direction {
                Direction::Ingress => policy.ingress = rules,
                Direction::Egress => policy.egress = rules,
            }
        }
        older.push(policy);
    }
    cluster_wide::place_peers(&mut older);
    older
}

/// Sometimes more rules, or peers, than a ClusterNetworkPolicy takes.
fn more(mut rules: Vec<Rule>, choices: &mut Choices<'_>) -> Vec<Rule> {
    let Some(first) = rules.first().cloned() else {
        return rules;
    };
    match choices.below(6) {
        4 => {
            let actions = [Action::Accept, Action::Deny, Action::Pass];
            let many = (0..30).map(|number: usize| Rule {
                action: actions[number % 3],
                peers: Peers::Listed(vec![pods(super::selector(choices))]),
                ..first.clone()
            });
            let many: Vec<Rule> = many.collect();
            rules.splice(0..0, many);
        }
        5 => {
            let peers = (0..60).map(|_| pods(super::selector(choices)));
            rules[0].peers = Peers::Listed(peers.collect());
        }
        _ => {}
    }
    rules
}

fn pods(pods: Selector) -> Peer {
    Peer {
        matches: PeerMatch::Pods(PodScope {
            namespaces: NamespaceScope::Matching(Selector::everything()),
            pods,
        }),
        place: PeerPlace::default(),
        origin: Origin::default(),
    }
}

/// A rule without what the API refuses.
fn sayable(mut rule: Rule, direction: Direction, tier: Tier) -> Rule {
    if tier == Tier::Baseline && rule.action == Action::Pass {
        rule.action = Action::Deny;
    }
    let names_ports = rule.ports.named().next().is_some();
    let takes_addresses = direction == Direction::Egress && !names_ports;
    let peers = rule.peers.listed().iter().cloned();
    let is_said = |peer: &Peer| match peer.matches {
        PeerMatch::Pods(_) => true,
        PeerMatch::IpBlock(_) | PeerMatch::Nodes(_) => takes_addresses,
        // A baseline has no names.
        PeerMatch::DomainName(_) => takes_addresses && tier == Tier::Admin,
    };
    let peers = peers.filter(is_said);
    let mut peers: Vec<Peer> = peers.collect();
    if peers.is_empty() {
        peers.push(pods(Selector::everything()));
    }
    for peer in &mut peers {
        if let PeerMatch::IpBlock(block) = &mut peer.matches {
            block.except.clear();
        }
    }
    rule.peers = Peers::Listed(peers);
    rule
}

/// Their manifests.
pub(crate) fn file(policies: &[Policy]) -> String {
    let documents = policies.iter().map(cluster_wide::manifest);
    let documents = documents.map(|document| yaml::document(&document));
    documents.collect::<Vec<_>>().join("---\n")
}
