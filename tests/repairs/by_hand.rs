//! The same changes by hand: each port and each exact peer, in every rule.

use crate::asked::Asked;
use crate::failure;
use crate::random::failing::Checked;
use netpolc::model::{
    Cluster, Direction, NAMESPACE_NAME_LABEL, NamespaceScope, Origin, Peer, PeerMatch, PeerPlace,
    Peers, PodScope, PortMatch, PortTest, Ports,
};
use netpolc::query::repair::Opening;
use netpolc::repair::Kind;
use netpolc::selector::Selector;
use netpolc::trace::{Endpoint, Half, Verdict, trace};

/// The same policy with a port, or a peer that matches exactly the other end, in each rule in turn.
fn by_hand(cluster: &Cluster, asked: &Asked<'_>, half: &Half, kind: Kind) -> Vec<Cluster> {
    let direction = half.direction;
    let other = match direction {
        Direction::Egress => asked.flow.destination,
        Direction::Ingress => asked.flow.source,
    };
    let mut all = Vec::new();
    for &id in &half.isolating {
        let rules = cluster.policies.at(id).rules(direction).unwrap_or_default();
        for index in 0..rules.len() {
            let mut changed = cluster.clone();
            let rules = changed
                .policies
                .at_mut(id)
                .rules_mut(direction)
                .expect("rules");
            let rule = &mut rules[index];
            match (kind, &mut rule.ports, &mut rule.peers) {
                (Kind::Port, Ports::Listed(ports), _) => ports.push(PortMatch {
                    test: PortTest::Range {
                        protocol: asked.flow.protocol,
                        first: asked.flow.port,
                        last: asked.flow.port,
                    },
                    end_port: false,
                    origin: Origin::default(),
                }),
                (Kind::Peer, _, Peers::Listed(peers)) => {
                    let Endpoint::Pod(pod) = other else { continue };
                    let name = &cluster.namespaces.at(pod.namespace).name;
                    let labels = pod.labels.iter().map(|(key, value)| (&**key, &**value));
                    peers.push(Peer {
                        matches: PeerMatch::Pods(PodScope {
                            namespaces: NamespaceScope::Matching(Selector::labels([(
                                NAMESPACE_NAME_LABEL,
                                &**name,
                            )])),
                            pods: Selector::labels(labels),
                        }),
                        place: PeerPlace::default(),
                        origin: Origin::default(),
                    });
                }
                _ => continue,
            }
            let told = trace(&changed, &asked.flow);
            if told.half(direction).verdict == Verdict::Allow {
                all.push(changed);
            }
        }
    }
    all
}

/// The smallest kinds come first, and of these what opens least.
pub(crate) fn is_least(cluster: &Cluster, asked: &Asked<'_>, opening: &Opening) -> Checked {
    let told = trace(cluster, &asked.flow);
    for change in &opening.changes {
        let half = told.half(change.direction);
        let kind = change.kind(cluster);
        for smaller in [Kind::Port, Kind::Peer].into_iter().filter(|it| *it < kind) {
            if !by_hand(cluster, asked, half, smaller).is_empty() {
                let what = format!("a change of the kind {smaller:?} opens it, too");
                return Err(failure(cluster, asked, &opening.changes, &what));
            }
        }
        if opening.changes.len() == 1 && kind == Kind::Port {
            let opened = asked.gained(cluster, &opening.after).len();
            let others = by_hand(cluster, asked, half, kind);
            if let Some(fewer) = others
                .iter()
                .map(|it| asked.gained(cluster, it).len())
                .find(|it| *it < opened)
            {
                let what = format!("another port opens {fewer} others, this one {opened}");
                return Err(failure(cluster, asked, &opening.changes, &what));
            }
        }
    }
    // Nothing of it can be left out.
    for without in 0..opening.changes.len() {
        let rest = opening.changes.iter().enumerate();
        let rest = rest.filter(|(place, _)| *place != without);
        let some = rest.fold(cluster.clone(), |some, (_, change)| change.apply(&some));
        if asked.verdict(&some) == Verdict::Allow {
            return Err(failure(
                cluster,
                asked,
                &opening.changes,
                "one is not needed",
            ));
        }
    }
    Ok(())
}
