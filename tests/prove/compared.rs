//! Two sets of policies: what is written in other words is proven equal, and what differs is shown.

use super::random::{self, Choices, rewrite};
use super::{MIX, choices, config, outside};
use netpolc::compile::{End, connections};
use netpolc::model::{Cluster, IpBlock, Node, Objects, Origin, Peer, PeerMatch, Peers, Policy};
use netpolc::net::{Cidr, Protocol};
use netpolc::prove::Prover;
use netpolc::prove::claim::{Claim, Compare, Kind, Premises, Scope};
use netpolc::prove::encode::AsDocumented;
use netpolc::prove::outcome::Outcome;
use netpolc::prove::session::Nobody;
use netpolc::prove::solver::Z3;
use netpolc::selector::Labels;
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use std::borrow::Cow;

/// What comes of comparing the policies of a cluster with others, for any pod.
fn compare(one: &Cluster, other: Cluster, more_allowed: bool) -> Result<Outcome, TestCaseError> {
    within(Scope::Any, one, other, more_allowed)
}

fn within(
    scope: Scope,
    one: &Cluster,
    other: Cluster,
    more_allowed: bool,
) -> Result<Outcome, TestCaseError> {
    let claim = Claim {
        name: "compare".to_owned(),
        file_name: "compare".to_owned(),
        origin: Origin::default(),
        words: String::new(),
        scope,
        granted: Vec::new(),
        kind: Kind::Compare(Box::new(Compare {
            other: Cow::Owned(other),
            names: ["one".to_owned(), "other".to_owned()],
            placed: true,
            more_allowed,
        })),
    };
    let judge = Prover {
        cluster: one,
        premises: &Premises::default(),
        engine: &Z3 { units: 0 },
        meaning: &AsDocumented,
    };
    let proved = judge.prove(&claim, &mut Nobody);
    Ok(proved.map_err(|bug| TestCaseError::fail(bug.0))?.outcome)
}

#[test]
fn what_is_written_in_other_words_is_equal() {
    TestRunner::new(config(500))
        .run(&(choices(), choices()), |(list, words)| {
            let objects = random::objects(&mut Choices::new(&list), MIX);
            let rewritten = rewrite::rewrite(objects.clone(), &mut Choices::new(&words));
            let one = Cluster::new(objects);
            let other = one.with_policies(rewritten.policies);
            let outcome = compare(&one, other, false)?;
            prop_assert_eq!(outcome.name(), "holds", "{:?}", outcome);
            Ok(())
        })
        .expect("rewriting keeps the meaning");
}

/// The policies of two random clusters over one inventory: what differs is replayed by the prover,
/// so here only whether the two directions of the comparison fit together.
#[test]
fn what_differs_lets_through_more_on_one_side() {
    TestRunner::new(config(200))
        .run(&(choices(), choices()), |(list, words)| {
            let one = random::cluster(&mut Choices::new(&list), MIX);
            let others = random::objects(&mut Choices::new(&words), MIX);
            let other = one.with_policies(others.policies);
            let equal = compare(&one, other.clone(), false)?;
            let less = compare(&one, other.clone(), true)?;
            let more = compare(&other, one, true)?;
            if let Outcome::Fails { witness } = &equal {
                let verdicts: Vec<Verdict> = witness.judged.iter().map(|j| j.verdict).collect();
                let (a, b) = (verdicts.first(), verdicts.last());
                prop_assert!(a != b, "{:?}", witness);
            }
            let names = (equal.name(), less.name(), more.name());
            let fits = match names {
                ("holds", "holds", "holds") => true,
                ("fails", a, b) => a == "fails" || b == "fails",
                ("unknown", a, b) => a != "fails" && b != "fails",
                _ => false,
            };
            prop_assert!(fits, "{:?}", names);
            Ok(())
        })
        .expect("the comparisons fit together");
}

/// A rewriting of which one rule is then left out: where that shows between two pods of the cluster,
/// it must not be called equal.
#[test]
fn a_change_that_shows_is_never_called_equal() {
    TestRunner::new(config(300))
        .run(
            &(choices(), choices(), any::<u16>()),
            |(list, words, which)| {
                let objects = random::objects(&mut Choices::new(&list), MIX);
                let rewritten = rewrite::rewrite(objects.clone(), &mut Choices::new(&words));
                let one = Cluster::new(objects);
                let mut policies = rewritten.policies;
                let rules = policies.iter_mut();
                let rules = rules.flat_map(|policy| [&mut policy.ingress, &mut policy.egress]);
                let mut rules: Vec<_> = rules.flatten().filter(|rules| !rules.is_empty()).collect();
                let count = rules.len().max(1);
                if let Some(rules) = rules.get_mut(usize::from(which) % count) {
                    rules.pop();
                }
                let other = one.with_policies(policies);
                // Where addresses are not known, the matrix leaves out more than differs.
                let pods = || one.pods.rows().iter().filter(|pod| !pod.ips.is_empty());
                let shows = pods().any(|from| {
                    pods().any(|to| {
                        let (from, to) = (End::Pod(from), End::Pod(to));
                        connections(&one, from, to) != connections(&other, from, to)
                    })
                });
                let outcome = compare(&one, other, false)?;
                prop_assert!(!shows || outcome.name() != "holds");
                Ok(())
            },
        )
        .expect("what differs is seen");
}

/// Ports on both sides of every boundary, and between boundaries.
const PORTS: [u16; 13] = [
    1, 2, 40, 79, 80, 81, 200, 442, 443, 444, 30_000, 65_534, 65_535,
];

/// Two nodes of a cluster, one of whose addresses may not be known, and pods on them.
fn with_nodes(mut objects: Objects, choices: &mut Choices<'_>) -> Objects {
    let addresses: [&[&str]; 4] = [&[], &["10.0.0.5"], &["10.0.0.4", "fd00::4"], &["10.0.0.1"]];
    let nodes = choices.below(3);
    for name in ["n0", "n1"].iter().take(nodes) {
        let ips = addresses.get(choices.below(4)).expect("one of four");
        let ips = ips.iter().map(|ip| ip.parse().expect("an address"));
        objects.nodes.push(Node {
            name: (*name).into(),
            labels: Labels::default(),
            ips: ips.collect(),
            origin: Origin::default(),
        });
    }
    for pod in &mut objects.pods {
        pod.node = match choices.below(4) {
            0 => Some("n0".into()),
            1 => Some("n1".into()),
            _ => None,
        };
    }
    objects
}

/// What a comparison over the pods of the input comes to, by looking at every flow.
fn by_hand(one: &Cluster, other: &Cluster, more_allowed: bool) -> &'static str {
    if one.pods.rows().is_empty() {
        return "vacuous";
    }
    let pods = one.pods.rows().iter().map(Endpoint::Pod);
    let nodes = one.nodes.ids().map(Endpoint::Node);
    let ends: Vec<Endpoint<'_>> = pods.chain(nodes).chain(outside(one)).collect();
    let mut open = false;
    for &source in &ends {
        for &destination in &ends {
            let pod = |end: Endpoint<'_>| matches!(end, Endpoint::Pod(_));
            if !pod(source) && !pod(destination) {
                continue;
            }
            for protocol in Protocol::ALL {
                for port in PORTS {
                    let flow = Flow {
                        source,
                        destination,
                        protocol,
                        port,
                    };
                    match (trace(one, &flow).verdict, trace(other, &flow).verdict) {
                        (Verdict::Allow, Verdict::Deny) => return "fails",
                        (Verdict::Deny, Verdict::Allow) if !more_allowed => return "fails",
                        (Verdict::Allow, Verdict::Undecided)
                        | (Verdict::Undecided, Verdict::Deny) => open = true,
                        (Verdict::Deny, Verdict::Undecided)
                        | (Verdict::Undecided, Verdict::Allow) => open |= !more_allowed,
                        _ => {}
                    }
                }
            }
        }
    }
    if open { "unknown" } else { "holds" }
}

/// The policies of a cluster with a small change: other words, a rule or a policy less.
fn changed(objects: &Objects, choices: &mut Choices<'_>) -> Vec<Policy> {
    let word = |_| u16::try_from(choices.below(1 << 15)).expect("small");
    let words: Vec<u16> = (0..60).map(word).collect();
    let mut policies = rewrite::rewrite(objects.clone(), &mut Choices::new(&words)).policies;
    let which = choices.below(policies.len().max(1));
    match choices.below(6) {
        0 => {}
        1 => policies.truncate(which),
        // One address more, which may be that of a pod or of a node.
        2 | 3 => {
            let host = format!("10.0.0.{}/32", choices.below(9));
            let block = IpBlock {
                cidr: Cidr::parse(&host).expect("a CIDR"),
                except: Vec::new(),
            };
            let rules = policies.iter_mut().skip(which);
            let rules = rules.flat_map(|policy| [&mut policy.ingress, &mut policy.egress]);
            let peers = rules.flatten().flatten().map(|rule| &mut rule.peers);
            let mut listed = peers.filter_map(|peers| match peers {
                Peers::Anyone => None,
                Peers::Listed(list) => Some(list),
            });
            listed.next().into_iter().for_each(|list| {
                list.push(Peer {
                    matches: PeerMatch::IpBlock(block.clone()),
                    origin: Origin::default(),
                });
            });
        }
        4 => {
            let rules = policies.get_mut(which).map(|policy| &mut policy.ingress);
            let _ = rules.and_then(|rules| rules.as_mut()).map(Vec::pop);
        }
        _ => {
            let rules = policies.get_mut(which).map(|policy| &mut policy.egress);
            let _ = rules.and_then(|rules| rules.as_mut()).map(Vec::pop);
        }
    }
    policies
}

#[test]
fn comparisons_of_what_is_there_are_right_about_every_flow() {
    TestRunner::new(config(400))
        .run(
            &(choices(), choices(), any::<bool>()),
            |(list, words, more_allowed)| {
                let choices = &mut Choices::new(&words);
                let objects = random::objects(&mut Choices::new(&list), MIX);
                let objects = with_nodes(objects, choices);
                let policies = match choices.below(3) {
                    0 => random::objects(choices, MIX).policies,
                    _ => changed(&objects, choices),
                };
                let one = Cluster::new(objects);
                let other = one.with_policies(policies);
                let expected = by_hand(&one, &other, more_allowed);
                let found = within(Scope::Existing, &one, other.clone(), more_allowed)?;
                prop_assert_eq!(found.name(), expected, "{:?}", found);
                // What differs there, differs for any pod, and is shown with pods that are there.
                let any = compare(&one, other, more_allowed)?;
                if let (Outcome::Fails { .. }, Outcome::Fails { witness }) = (&found, &any) {
                    let imagined = [&witness.source, &witness.destination];
                    let imagined = imagined.iter().any(|end| end.manifest.is_some());
                    prop_assert!(!imagined, "{:?}", witness);
                }
                Ok(())
            },
        )
        .expect("the judges agree");
}
