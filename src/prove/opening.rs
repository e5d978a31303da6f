//! A blocked path: the fewest changes to policies that would let a flow through.
//!
//! For each direction that refuses it the nearest rule, and what that rule lacks; tried out in
//! `trace` before it is told.

use super::concrete::Standing;
use super::manifest::quoted;
use super::outcome::Change;
use super::witness::Scene;
use crate::model::{
    Action, Cluster, Direction, IpBlock, NAMESPACE_NAME_LABEL, NamespaceScope, Origin, Peer,
    PeerMatch, PeerPlace, Peers, PodScope, Policy, PolicyId, PortMatch, PortTest, Ports, Rule,
};
use crate::net::{Cidr, Protocol};
use crate::selector::Selector;
use crate::trace::{Basis, Half, Miss, Trace, Verdict};

/// How many changes are tried out for a direction.
const TRIED: usize = 8;

/// What is to be added to policies.
#[derive(Debug, Clone)]
enum Edit {
    /// The flow's port to a rule.
    Port(PolicyId, Direction, usize),
    /// The flow's other end to a rule.
    Peer(PolicyId, Direction, usize),
    /// A rule.
    Rule(PolicyId, Direction),
}

/// The changes that let the refused flow through; empty where no addition to a NetworkPolicy does.
pub(super) fn of(cluster: &Cluster, scene: &Scene, trace: &Trace) -> Vec<Change> {
    let refusing = [&trace.egress, &trace.ingress].into_iter();
    let refusing: Vec<&Half> = refusing
        .filter(|half| half.verdict == Verdict::Deny)
        .collect();
    let mut open = cluster.clone();
    let mut changes = Vec::new();
    for half in refusing {
        let tried = candidates(cluster, half)
            .into_iter()
            .take(TRIED)
            .find_map(|edit| {
                let mut trial = open.clone();
                apply(&mut trial, scene, &edit);
                let opened = scene.half(&trial, half.direction) == Verdict::Allow;
                opened.then_some((edit, trial))
            });
        let Some((edit, trial)) = tried else {
            return Vec::new();
        };
        changes.push(described(cluster, scene, &edit));
        open = trial;
    }
    changes
}

/// What could be added, the least first: what the nearest misses lack, else a rule.
fn candidates(cluster: &Cluster, half: &Half) -> Vec<Edit> {
    let direction = half.direction;
    let lacks = |miss: &Miss| {
        let (policy, index) = (miss.rule.policy, miss.rule.index);
        match (miss.peers.is_empty(), miss.ports.is_some()) {
            (true, true) => Some(Edit::Port(policy, direction, index)),
            (false, false) => Some(Edit::Peer(policy, direction, index)),
            (true, false) | (false, true) => None,
        }
    };
    let mut edits: Vec<Edit> = half.misses.iter().filter_map(lacks).collect();
    // A port in a rule that names these peers says less than a peer in a rule for this port.
    edits.sort_by_key(|edit| !matches!(edit, Edit::Port(..)));
    if let Basis::NoRule = half.basis {
        let mut policies = half.isolating.clone();
        // A rule for all pods of a namespace would say more than one for these.
        policies.sort_by_key(|&id| {
            let pods = &cluster.policies.at(id).subject.pods;
            std::cmp::Reverse(pods.tests().len())
        });
        edits.extend(
            policies
                .into_iter()
                .map(|policy| Edit::Rule(policy, direction)),
        );
    }
    edits
}

fn apply(cluster: &mut Cluster, scene: &Scene, edit: &Edit) {
    let (Edit::Port(id, direction, _) | Edit::Peer(id, direction, _) | Edit::Rule(id, direction)) =
        edit;
    let peer = peer(cluster, scene, *direction, *id);
    let port = PortMatch {
        end_port: false,
        test: port(scene),
        origin: Origin::default(),
    };
    let policy = cluster.policies.at_mut(*id);
    let Some(rules) = policy.rules_mut(*direction) else {
        return;
    };
    let peer = Peer {
        matches: peer,
        place: PeerPlace::default(),
        origin: Origin::default(),
    };
    match edit {
        Edit::Rule(..) => rules.push(Rule {
            action: Action::Accept,
            peers: Peers::Listed(vec![peer]),
            ports: Ports::Listed(vec![port]),
            origin: Origin::default(),
        }),
        Edit::Port(_, _, index) => {
            if let Some(Ports::Listed(ports)) = rules.get_mut(*index).map(|rule| &mut rule.ports) {
                ports.push(port);
            }
        }
        Edit::Peer(_, _, index) => {
            if let Some(Peers::Listed(peers)) = rules.get_mut(*index).map(|rule| &mut rule.peers) {
                peers.push(peer);
            }
        }
    }
}

fn port(scene: &Scene) -> PortTest {
    let (protocol, port): (Protocol, u16) = scene.packet();
    PortTest::Range {
        protocol,
        first: port,
        last: port,
    }
}

/// A peer that matches the other end.
fn peer(cluster: &Cluster, scene: &Scene, direction: Direction, policy: PolicyId) -> PeerMatch {
    let other = scene.other(direction);
    let block = |address| {
        PeerMatch::IpBlock(IpBlock {
            cidr: Cidr::host(address),
            except: Vec::new(),
        })
    };
    match other {
        Standing::Address(address) => block(*address),
        Standing::Node(node) => match node.ips().first() {
            Some(&address) => block(address),
            None => nobody(),
        },
        Standing::Pod(pod, ..) if pod.host_network => match pod.ips.first() {
            Some(&address) => block(address),
            None => nobody(),
        },
        Standing::Pod(pod, ..) => {
            let labels = super::cases::template_labels(&pod.labels);
            let labels = labels.iter().map(|(key, value)| (&**key, &**value));
            let pods = Selector::labels(labels);
            let home = scene.namespace(cluster, pod);
            let own = cluster.policies.at(policy).namespace.as_ref();
            let namespaces = if own == Some(&home.name) {
                NamespaceScope::Named(home.name)
            } else {
                NamespaceScope::Matching(Selector::labels([(NAMESPACE_NAME_LABEL, &*home.name)]))
            };
            PeerMatch::Pods(PodScope { namespaces, pods })
        }
    }
}

fn nobody() -> PeerMatch {
    PeerMatch::Pods(PodScope {
        namespaces: NamespaceScope::Named("".into()),
        pods: Selector::everything(),
    })
}

fn described(cluster: &Cluster, scene: &Scene, edit: &Edit) -> Change {
    let (Edit::Port(id, direction, _) | Edit::Peer(id, direction, _) | Edit::Rule(id, direction)) =
        edit;
    let policy = cluster.policies.at(*id);
    let name = format!("{} {}", policy.kind.name(), policy.full_name());
    let (protocol, number) = scene.packet();
    let port = format!("- {{protocol: {protocol}, port: {number}}}\n");
    let peer = written(&peer(cluster, scene, *direction, *id));
    let rule_origin = |index: usize| {
        let rules = policy.rules(*direction).unwrap_or_default();
        rules.get(index).map_or(policy.origin, |rule| rule.origin)
    };
    match edit {
        Edit::Port(_, _, index) => Change {
            what: format!(
                "add to {}.ports of {name}",
                Policy::rule_path(*direction, *index)
            ),
            yaml: port,
            origin: rule_origin(*index),
        },
        Edit::Peer(_, _, index) => Change {
            what: format!(
                "add to {}.{} of {name}",
                Policy::rule_path(*direction, *index),
                direction.peers_field()
            ),
            yaml: peer,
            origin: rule_origin(*index),
        },
        Edit::Rule(..) => Change {
            what: if policy.subject.pods.is_everything() {
                format!("add to spec.{direction} of {name}, for all pods that it selects")
            } else {
                format!("add to spec.{direction} of {name}")
            },
            yaml: format!(
                "- {}:\n{}  ports:\n  {port}",
                direction.peers_field(),
                indented(&peer)
            ),
            origin: policy.origin,
        },
    }
}

fn indented(text: &str) -> String {
    let lines = text.lines().map(|line| ["  ", line, "\n"]);
    lines.flatten().collect()
}

/// A peer as YAML.
fn written(peer: &PeerMatch) -> String {
    match peer {
        // No change is made of these.
        PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => String::new(),
        PeerMatch::IpBlock(block) => {
            format!("- ipBlock: {{cidr: {}}}\n", quoted(&block.cidr.to_string()))
        }
        PeerMatch::Pods(scope) => {
            let labels = |selector: &Selector| {
                let pairs = selector.requirements().iter().filter_map(|requirement| {
                    let value = requirement.values.first()?;
                    Some(format!("{}: {}", quoted(&requirement.key), quoted(value)))
                });
                let pairs = pairs.collect::<Vec<_>>().join(", ");
                if pairs.is_empty() {
                    "{}".to_owned()
                } else {
                    format!("{{matchLabels: {{{pairs}}}}}")
                }
            };
            let pods = format!("podSelector: {}\n", labels(&scope.pods));
            match &scope.namespaces {
                NamespaceScope::Named(_) => format!("- {pods}"),
                NamespaceScope::Matching(selector) => {
                    format!("- namespaceSelector: {}\n  {pods}", labels(selector))
                }
            }
        }
    }
}
