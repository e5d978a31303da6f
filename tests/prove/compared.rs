//! Two sets of policies: what is written in other words is proven equal, and what differs is shown.

use super::random::failing::{Drawn, Failure, clusters, on_clusters};
use super::random::{self, Choices, manifests, rewrite, told};
use super::{MIX, draw, outside};
use netpolc::compile::{End, connections};
use netpolc::model::{
    Cluster, Habit, IpBlock, Node, Objects, Origin, Peer, PeerMatch, PeerPlace, Peers, Policy,
    PortTest,
};
use netpolc::net::{Cidr, Protocol};
use netpolc::prove::Prover;
use netpolc::prove::claim::{Claim, Compare, Kind, Premises, Scope};
use netpolc::prove::encode::AsDocumented;
use netpolc::prove::outcome::Outcome;
use netpolc::prove::session::Nobody;
use netpolc::prove::solver::Z3;
use netpolc::render::text::verdict_word;
use netpolc::selector::Labels;
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What comes of comparing the policies of a cluster with others, for any pod.
pub(super) fn compare(
    one: &Cluster,
    other: Cluster,
    more_allowed: bool,
) -> Result<Outcome, Failure> {
    within(Scope::Any, one, other, more_allowed)
}

fn within(
    scope: Scope,
    one: &Cluster,
    other: Cluster,
    more_allowed: bool,
) -> Result<Outcome, Failure> {
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
    let bug = |words: &str| {
        let said = format!("the solver (src/prove/encode) and trace (src/trace) disagree: {words}");
        Failure::new(said).shown_by("prove --equal-to other.yaml")
    };
    Ok(proved.map_err(|it| bug(&it.0))?.outcome)
}

/// A comparison that came out otherwise, with the connection that it shows.
pub(super) fn unlike(outcome: &Outcome, expected: &str) -> Failure {
    let said = format!(
        "the comparison (src/prove/compare.rs) comes out as `{}`{}\nexpected: {expected}",
        outcome.name(),
        shown(outcome)
    );
    Failure::new(said).shown_by("prove --equal-to other.yaml")
}

/// What a comparison shows, in words.
fn shown(outcome: &Outcome) -> String {
    let witness = match outcome {
        Outcome::Fails { witness }
        | Outcome::Unknown {
            witness: Some(witness),
            ..
        } => witness,
        Outcome::Vacuous { why } => return format!(": {why}"),
        Outcome::Unknown { why, .. } => return format!(": {}", why.join("; ")),
        Outcome::Holds { .. } => return String::new(),
    };
    let (source, destination) = (&witness.source, &witness.destination);
    let mut out = format!(
        ", by {} to {} on {} {}",
        source.name, destination.name, witness.protocol, witness.port
    );
    for judged in &witness.judged {
        let policies = judged.policies.as_deref().unwrap_or("the policies");
        let reasons: Vec<&str> = judged.reasons.iter().map(|it| it.text.as_str()).collect();
        let verdict = verdict_word(judged.verdict);
        let _ = write!(out, "\n  {policies} say {verdict}: {}", reasons.join("; "));
    }
    for manifest in [source, destination]
        .iter()
        .filter_map(|it| it.manifest.as_ref())
    {
        let _ = write!(out, "\n  with this pod:\n{manifest}");
    }
    out
}

#[test]
fn what_is_written_in_other_words_is_equal() {
    on_clusters(clusters(500, 2_000), draw, |drawn| {
        let choices = &mut Choices::new(&drawn.words);
        let rewritten = rewrite::rewrite(drawn.objects.clone(), choices).policies;
        let mut one = drawn.cluster();
        // Under such a plugin it is not the same in other words.
        for habit in [Habit::EndPorts, Habit::NameVoidsPolicy] {
            one.practice = one.practice.without(habit);
        }
        let outcome = compare(&one, one.with_policies(rewritten.clone()), false)?;
        if outcome.name() == "holds" {
            return Ok(());
        }
        let expected = "`holds`, for other.yaml says the same in other words";
        let file = manifests::policies_file(&rewritten);
        Err(unlike(&outcome, expected).with_file("other.yaml", file))
    });
}

/// Draws a second set of policies.
fn draw_two(list: &[u16], words: &[u16]) -> Drawn {
    let others = random::objects(&mut Choices::new(words), MIX).policies;
    Drawn {
        others: Some(others),
        ..draw(list, words)
    }
}

/// The policies of two random clusters over one inventory: what differs is replayed by the prover,
/// so here only whether the two directions of the comparison fit together.
#[test]
fn what_differs_lets_through_more_on_one_side() {
    on_clusters(clusters(200, 2_000), draw_two, |drawn| {
        let one = drawn.cluster();
        let other = drawn.other(&one);
        let equal = compare(&one, other.clone(), false)?;
        let less = compare(&one, other.clone(), true)?;
        let more = compare(&other, one, true)?;
        if let Outcome::Fails { witness } = &equal {
            let verdicts: Vec<Verdict> = witness.judged.iter().map(|j| j.verdict).collect();
            let (a, b) = (verdicts.first(), verdicts.last());
            if a == b {
                return Err(unlike(&equal, "a connection with two verdicts"));
            }
        }
        let names = (equal.name(), less.name(), more.name());
        let fits = match names {
            ("holds", "holds", "holds") => true,
            ("fails", a, b) => a == "fails" || b == "fails",
            ("unknown", a, b) => a != "fails" && b != "fails",
            _ => false,
        };
        if fits {
            return Ok(());
        }
        let expected = format!(
            "`fails` exactly if one lets through more, but that this lets through no more than \
             other.yaml is `{}`{}\n  and the other way round `{}`{}",
            names.1,
            shown(&less),
            names.2,
            shown(&more)
        );
        Err(unlike(&equal, &expected).shown_by("prove --no-more-than other.yaml"))
    });
}

/// A rewriting of which one rule is then left out.
fn draw_changed(list: &[u16], words: &[u16]) -> Drawn {
    let mut drawn = draw(list, words);
    let choices = &mut Choices::new(words);
    let which = choices.below(1 << 15);
    let mut policies = rewrite::rewrite(drawn.objects.clone(), choices).policies;
    let rules = policies.iter_mut();
    let rules = rules.flat_map(|policy| [&mut policy.ingress, &mut policy.egress]);
    let mut rules: Vec<_> = rules.flatten().filter(|rules| !rules.is_empty()).collect();
    let count = rules.len().max(1);
    if let Some(rules) = rules.get_mut(which % count) {
        rules.pop();
    }
    drawn.others = Some(policies);
    drawn
}

/// Where a change shows between two pods of the cluster, it must not be called equal.
#[test]
fn a_change_that_shows_is_never_called_equal() {
    on_clusters(clusters(300, 2_000), draw_changed, |drawn| {
        let one = drawn.cluster();
        let other = drawn.other(&one);
        // Where addresses are not known, the matrix leaves out more than differs.
        let pods = || one.pods.rows().iter().filter(|pod| !pod.ips.is_empty());
        let mut pairs = pods().flat_map(|from| pods().map(move |to| (from, to)));
        let shows = pairs.find_map(|(from, to)| {
            let [a, b] = [&one, &other].map(|it| connections(it, End::Pod(from), End::Pod(to)));
            (a != b).then(|| format!("{} to {}: `{a}`, then `{b}`", from.name, to.name))
        });
        let Some(shows) = shows else {
            return Ok(());
        };
        match compare(&one, other, false)? {
            outcome @ Outcome::Holds { .. } => Err(unlike(
                &outcome,
                &format!("`fails`, for src/compile says of {shows} under other.yaml"),
            )),
            _ => Ok(()),
        }
    });
}

/// Ports on both sides of every boundary, and between boundaries.
const PORTS: [u16; 13] = [
    1, 2, 40, 79, 80, 81, 200, 442, 443, 444, 30_000, 65_534, 65_535,
];

/// These ports, and those where ranges of two sets of policies begin and end: under a plugin that
/// passes `endPort` over, a range in pieces is another one.
fn ports(one: &Cluster, other: &Cluster) -> BTreeSet<u16> {
    let mut ports = BTreeSet::from(PORTS);
    let policies = one.policies.rows().iter().chain(other.policies.rows());
    let rules = policies.flat_map(Policy::all_rules);
    for entry in rules.flat_map(|rule| rule.ports.listed()) {
        if let PortTest::Range { first, last, .. } = entry.test {
            ports.extend([first, first.saturating_add(1), last]);
        }
    }
    ports
}

/// Two nodes of a cluster, one of whose addresses may not be known, and pods on them.
fn with_nodes(mut objects: Objects, choices: &mut Choices<'_>) -> Objects {
    let addresses: [&[&str]; 4] = [&[], &["10.0.0.5"], &["10.0.0.4", "fd00::4"], &["10.0.0.1"]];
    let nodes = choices.below(3);
    objects.nodes.clear();
    for name in ["n0", "n1"].iter().take(nodes) {
        let ips = addresses.get(choices.below(4)).expect("one of four");
        let ips = ips.iter().map(|ip| ip.parse().expect("an address"));
        objects.nodes.push(Node {
            kubelet_version: None,
            pod_cidrs: Vec::new(),
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

/// What a comparison over the pods of the input comes to, by looking at every flow, and the flow that says so.
fn by_hand(one: &Cluster, other: &Cluster, more_allowed: bool) -> (&'static str, String) {
    if one.pods.rows().is_empty() {
        return ("vacuous", String::new());
    }
    let pods = one.pods.rows().iter().map(Endpoint::Pod);
    let nodes = one.nodes.ids();
    let nodes = nodes.flat_map(|id| one.node_ends(id)).map(Endpoint::Node);
    let why = |flow: &Flow<'_>| {
        let [a, b] = [one, other].map(|it| told::of_flow(it, flow));
        format!("under these policies {a}under other.yaml {b}")
    };
    let ends: Vec<Endpoint<'_>> = pods.chain(nodes).chain(outside(one)).collect();
    let ports = ports(one, other);
    let mut open = None;
    for &source in &ends {
        for &destination in &ends {
            let pod = |end: Endpoint<'_>| matches!(end, Endpoint::Pod(_));
            if !pod(source) && !pod(destination) {
                continue;
            }
            for protocol in Protocol::ALL {
                for &port in &ports {
                    let flow = Flow {
                        source,
                        destination,
                        protocol,
                        port,
                    };
                    let hangs = match (trace(one, &flow).verdict, trace(other, &flow).verdict) {
                        (Verdict::Allow, Verdict::Deny) => return ("fails", why(&flow)),
                        (Verdict::Deny, Verdict::Allow) if !more_allowed => {
                            return ("fails", why(&flow));
                        }
                        (Verdict::Allow, Verdict::Undecided)
                        | (Verdict::Undecided, Verdict::Deny) => true,
                        (Verdict::Deny, Verdict::Undecided)
                        | (Verdict::Undecided, Verdict::Allow) => !more_allowed,
                        _ => false,
                    };
                    if hangs && open.is_none() {
                        open = Some(why(&flow));
                    }
                }
            }
        }
    }
    match open {
        Some(why) => ("unknown", why),
        None => ("holds", "no flow of two verdicts".to_owned()),
    }
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
                    place: PeerPlace::default(),
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

/// A cluster with nodes, and either other policies or its own with a small change.
fn draw_with_nodes(list: &[u16], words: &[u16]) -> Drawn {
    let mut drawn = draw(list, words);
    let choices = &mut Choices::new(words);
    drawn.number = choices.below(2);
    drawn.objects = with_nodes(drawn.objects, choices);
    drawn.others = Some(match choices.below(3) {
        0 => random::objects(choices, MIX).policies,
        _ => changed(&drawn.objects, choices),
    });
    drawn
}

#[test]
fn comparisons_of_what_is_there_are_right_about_every_flow() {
    on_clusters(clusters(400, 2_000), draw_with_nodes, |drawn| {
        let more_allowed = drawn.number == 1;
        let one = drawn.cluster();
        let other = drawn.other(&one);
        let (expected, why) = by_hand(&one, &other, more_allowed);
        let found = within(Scope::Existing, &one, other.clone(), more_allowed)?;
        let asked = if more_allowed {
            "prove --no-more-than other.yaml --scope existing"
        } else {
            "prove --equal-to other.yaml --scope existing"
        };
        if found.name() != expected {
            let expected = format!("`{expected}`, for trace (src/trace) says:\n{why}");
            return Err(unlike(&found, &expected).shown_by(asked));
        }
        // What differs there, differs for any pod, and is shown with pods that are there.
        let any = compare(&one, other, more_allowed)?;
        if let (Outcome::Fails { .. }, Outcome::Fails { witness }) = (&found, &any) {
            let imagined = [&witness.source, &witness.destination];
            if imagined.iter().any(|end| end.manifest.is_some()) {
                let expected = "a connection between pods that are there, for there is one";
                return Err(unlike(&any, expected).shown_by(asked));
            }
        }
        Ok(())
    });
}
