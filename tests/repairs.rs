//! What `can` says would open a `no`: on random clusters, as their manifests have them, each change that is
//! told is made in the text, read again, and judged by `trace`; nothing less does, and what else it opens
//! is what the point evaluator finds, pair by pair.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code outside a test function"
)]

#[expect(dead_code, reason = "other tests use more of it")]
mod random;

use netpolc::compile::{End, connections};
use netpolc::diag::Severity;
use netpolc::endpoint::grammar;
use netpolc::hops::Around;
use netpolc::input::{Options, read_text};
use netpolc::lint::fixes::edited;
use netpolc::model::{
    Cluster, Direction, NAMESPACE_NAME_LABEL, NamespaceScope, Origin, Peer, PeerMatch, PeerPlace,
    Peers, Pod, PodId, PodNature, PodScope, PortMatch, PortTest, Ports,
};
use netpolc::net::{ConnSet, PortSet, Protocol};
use netpolc::query::repair::{Opening, Repair, also_closed, also_opened, closing, opening};
use netpolc::query::{Mode, Question, ask};
use netpolc::repair::{Add, Change, Gain, Kind, edit};
use netpolc::selector::Selector;
use netpolc::settings::Settings;
use netpolc::trace::{Endpoint, Flow, Half, Verdict, trace};
use random::failing::{Checked, Drawn, Failure, clusters, on_clusters};
use random::{Mix, manifests};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

const MIX: Mix = Mix {
    tiers: true,
    families: true,
    ties: false,
    plugins: false,
    names: true,
};

/// Questions that are asked of each cluster.
const QUESTIONS: usize = 40;

fn draw(list: &[u16], words: &[u16]) -> Drawn {
    Drawn::of(MIX, list, words)
}

/// An end of a question.
#[derive(Clone, Copy)]
enum Who<'a> {
    Pod(PodId, &'a Pod),
    Outside(IpAddr),
}

impl<'a> Who<'a> {
    fn endpoint(self) -> Endpoint<'a> {
        match self {
            Self::Pod(_, pod) => Endpoint::Pod(pod),
            Self::Outside(address) => Endpoint::Address(address),
        }
    }

    fn end(self) -> End<'a> {
        match self {
            Self::Pod(_, pod) => End::Pod(pod),
            Self::Outside(address) => End::Address(address),
        }
    }

    /// How a question names it; none for what no name stands for alone.
    fn asked(self, cluster: &Cluster) -> Option<String> {
        match self {
            Self::Pod(_, pod) if pod.nature == PodNature::Read => {
                let namespace = &cluster.namespaces.at(pod.namespace).name;
                Some(format!("{namespace}/pod/{}", pod.name))
            }
            Self::Pod(..) => None,
            Self::Outside(IpAddr::V6(address)) => Some(format!("[{address}]")),
            Self::Outside(address) => Some(address.to_string()),
        }
    }

    fn listed(self, cluster: &Cluster) -> Option<String> {
        match self {
            Self::Pod(_, pod) => Some(cluster.endpoint_name(pod)),
            Self::Outside(_) => None,
        }
    }
}

fn pods(cluster: &Cluster) -> Vec<Who<'_>> {
    cluster
        .pods
        .iter()
        .map(|(id, pod)| Who::Pod(id, pod))
        .collect()
}

fn outside<'a>() -> impl Iterator<Item = Who<'a>> {
    let all = random::OUTSIDE.iter();
    all.map(|text| Who::Outside(text.parse().expect("an address")))
}

/// Everybody whom a question can name.
fn everyone(cluster: &Cluster) -> Vec<Who<'_>> {
    let pods_own = cluster.pods.rows().iter().flat_map(|it| &it.ips);
    let nodes_own = cluster.nodes.rows().iter().flat_map(|it| &it.ips);
    let own: BTreeSet<IpAddr> = pods_own.chain(nodes_own).copied().collect();
    let free = |who: &Who<'_>| !matches!(who, Who::Outside(it) if own.contains(it));
    pods(cluster)
        .into_iter()
        .chain(outside().filter(free))
        .collect()
}

/// Two different ends that could talk, not both outside.
fn is_pair(a: Who<'_>, b: Who<'_>) -> bool {
    match (a, b) {
        (Who::Pod(a, pod), Who::Pod(b, _)) => a != b || pod.is_many(),
        (Who::Outside(_), Who::Outside(_)) => false,
        (Who::Pod(..), Who::Outside(_)) | (Who::Outside(_), Who::Pod(..)) => true,
    }
}

/// Whether `who` is an end of a question, or the address of one in the network of its node.
fn is_meant(who: Who<'_>, end: Who<'_>) -> bool {
    match (who, end) {
        (Who::Pod(a, _), Who::Pod(b, _)) => a == b,
        (Who::Outside(a), Who::Outside(b)) => a == b,
        (Who::Outside(a), Who::Pod(_, pod)) => pod.host_network && pod.ips.contains(&a),
        (Who::Pod(..), Who::Outside(_)) => false,
    }
}

/// A question to one connection, with its flow.
struct Asked<'a> {
    question: Question,
    flow: Flow<'a>,
    ends: (Who<'a>, Who<'a>),
}

impl Asked<'_> {
    fn verdict(&self, cluster: &Cluster) -> Verdict {
        trace(cluster, &self.flow).verdict
    }

    /// The pairs of names between which more passes, by the point evaluator.
    fn gained(
        &self,
        before: &Cluster,
        after: &Cluster,
    ) -> BTreeSet<(Option<String>, Option<String>)> {
        let mut found = BTreeSet::new();
        let wanted = ConnSet::of(self.flow.protocol, PortSet::single(self.flow.port));
        // To the matrix, the address of a pod is one outside beside it.
        let all: Vec<Who<'_>> = pods(before).into_iter().chain(outside()).collect();
        for &a in &all {
            for &b in &all {
                if !is_pair(a, b) {
                    continue;
                }
                let passed = connections(before, a.end(), b.end());
                let mut more = connections(after, a.end(), b.end()).difference(&passed);
                if is_meant(a, self.ends.0) && is_meant(b, self.ends.1) {
                    more = more.difference(&wanted);
                }
                if !more.is_empty() {
                    found.insert((a.listed(before), b.listed(before)));
                }
            }
        }
        found
    }
}

/// So many pairs of all, each on another port.
fn questions(cluster: &Cluster) -> Vec<Asked<'_>> {
    let all = everyone(cluster);
    let pairs = all.iter().flat_map(|a| all.iter().map(|b| (*a, *b)));
    let pairs: Vec<_> = pairs.filter(|(a, b)| is_pair(*a, *b)).collect();
    let step = 1 + pairs.len() / QUESTIONS;
    let mut questions = Vec::new();
    for (number, (a, b)) in pairs.into_iter().step_by(step).enumerate() {
        let (Some(from), Some(to)) = (a.asked(cluster), b.asked(cluster)) else {
            continue;
        };
        let port = random::PORTS[number % random::PORTS.len()];
        let protocol = Protocol::ALL[number % Protocol::ALL.len()];
        let from = from.trim_matches(['[', ']']);
        let question = Question {
            source: grammar::parse(from).expect("a source"),
            destination: grammar::parse(&format!("{to}:{port}/{protocol}")).expect("an end"),
            mode: Mode::All,
        };
        let flow = Flow {
            source: a.endpoint(),
            destination: b.endpoint(),
            protocol,
            port,
        };
        questions.push(Asked {
            question,
            flow,
            ends: (a, b),
        });
    }
    questions
}

fn read(text: &str) -> Cluster {
    let read = read_text("cluster.yaml", text, &Options::default());
    let mut findings = read.findings.iter();
    if let Some(wrong) = findings.find(|it| it.severity == Severity::Error) {
        panic!("{}:\n{text}", wrong.message);
    }
    Cluster::new(read.objects)
}

/// The manifests with all changes, read again.
fn written(text: &str, cluster: &Cluster, changes: &[Change]) -> Option<String> {
    let options = Options {
        keeps_written: true,
        ..Options::default()
    };
    let read = read_text("cluster.yaml", text, &options);
    let mut edits = Vec::new();
    let mut more = String::new();
    for change in changes {
        if let Add::Policy { .. } = change.add {
            more.extend(["---\n", &change.yaml(cluster)]);
            continue;
        }
        let policy = cluster.policies.at(change.policy);
        let mut objects = read.manifests.objects().iter();
        let object = objects.find(|it| {
            *it.kind == *"NetworkPolicy"
                && it.namespace == policy.namespace
                && it.name == policy.name
        })?;
        let text = read.sources.get(object.root.span.file).text();
        edits.push(edit(change, cluster, &object.root, text)?);
    }
    Some(edited(&read.sources, text, &edits)? + &more)
}

fn failure(cluster: &Cluster, asked: &Asked<'_>, opening: &[Change], what: &str) -> Failure {
    let name = |who: Who<'_>| who.asked(cluster).unwrap_or_default();
    let (from, to) = (name(asked.ends.0), name(asked.ends.1));
    let Flow { protocol, port, .. } = asked.flow;
    let told = opening.iter();
    let told = told.map(|it| format!("{}:\n{}", it.what(cluster), it.yaml(cluster)));
    let told: String = told.collect();
    Failure::new(format!("{what}\n{told}")).shown_by(format!(
        "can {} {to}:{port}/{protocol}",
        from.trim_matches(['[', ']'])
    ))
}

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
fn is_least(cluster: &Cluster, asked: &Asked<'_>, opening: &Opening) -> Checked {
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

fn names(gains: Option<Vec<Gain>>) -> BTreeSet<(Option<String>, Option<String>)> {
    let gains = gains.expect("a small cluster");
    let number = gains.len();
    let names: BTreeSet<_> = gains.into_iter().map(|it| (it.from, it.to)).collect();
    assert_eq!(names.len(), number, "each pair is told once");
    names
}

#[test]
fn what_is_told_opens_it_and_nothing_less_does() {
    let found = AtomicUsize::new(0);
    on_clusters(clusters(250, 250), draw, |drawn| {
        let text = manifests::file(&drawn.objects);
        let cluster = read(&text);
        let settings = Settings::default();
        let around = Around {
            cluster: &cluster,
            settings: &settings,
            namespace: "a",
        };
        for asked in questions(&cluster) {
            let Ok(answer) = ask(around, &asked.question) else {
                continue;
            };
            let told = opening(around, &asked.question, &answer).expect("the engines agree");
            let Some(Repair::Opens(opening)) = told else {
                continue;
            };
            let changes = &opening.changes;
            let wrong = |what: &str| Err(failure(&cluster, &asked, changes, what));
            if answer.verdict != Verdict::Deny {
                return wrong("it is open");
            }
            let Some(new_text) = written(&text, &cluster, changes) else {
                return wrong("it cannot be written");
            };
            let after = read(&new_text);
            if asked.verdict(&after) != Verdict::Allow {
                return wrong("as written it does not open");
            }
            is_least(&cluster, &asked, &opening)?;
            let expected = asked.gained(&cluster, &after);
            if expected != asked.gained(&cluster, &opening.after) {
                return wrong("as written it opens something else");
            }
            let all = also_opened(
                around,
                &asked.question,
                &answer,
                (changes.as_slice(), &opening.after),
            );
            let all = names(all);
            if all != expected {
                return wrong(&format!("said to open {all:?}, and opens {expected:?}"));
            }
            found.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    });
    assert!(found.load(Ordering::Relaxed) > 20, "few were found");
}

#[test]
fn what_is_told_closes_it_and_nothing_less_does() {
    let found = AtomicUsize::new(0);
    on_clusters(clusters(250, 250), draw, |drawn| {
        let text = manifests::file(&drawn.objects);
        let cluster = read(&text);
        let settings = Settings::default();
        let around = Around {
            cluster: &cluster,
            settings: &settings,
            namespace: "a",
        };
        for asked in questions(&cluster) {
            let Ok(answer) = ask(around, &asked.question) else {
                continue;
            };
            let told = closing(around, &asked.question, &answer).expect("the engines agree");
            let Some(closing) = told else { continue };
            let said: Vec<String> = closing
                .removals
                .iter()
                .map(|it| it.what(&cluster))
                .collect();
            let wrong = |what: &str| {
                let what = format!("{what}: {}", said.join(", "));
                Err(failure(&cluster, &asked, &[], &what))
            };
            if asked.verdict(&closing.after) != Verdict::Deny {
                return wrong("it does not close");
            }
            for without in &closing.removals {
                let rest = closing.removals.iter().filter(|it| *it != without);
                let some = rest.fold(cluster.clone(), |some, it| it.apply(&some));
                if asked.verdict(&some) == Verdict::Deny {
                    return wrong("one is not needed");
                }
            }
            let all = names(also_closed(around, &asked.question, &answer, &closing));
            let expected = asked.gained(&closing.after, &cluster);
            if all != expected {
                return wrong(&format!("said to close {all:?}, and closes {expected:?}"));
            }
            found.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    });
    assert!(found.load(Ordering::Relaxed) > 20, "few were found");
}
