//! Claims about pods that could be created, held against every such pod of a tiny world.

use super::intents;
use super::packets::packets;
use super::random::failing::{Drawn, Failure, clusters, on_clusters};
use super::random::{self, Choices, told};
use super::world::{all_imagined, all_labels, declared};
use super::{draw, outside};
use netpolc::model::{Cluster, Origin, Pod};
use netpolc::net::Cidr;
use netpolc::net::Protocol;
use netpolc::prove::Prover;
use netpolc::prove::claim::{
    Always, Claim, Flows, Goal, Kind, Packets, PodSet, Premises, Scope, Target, Term,
};
use netpolc::prove::encode::{AsDocumented, Meaning};
use netpolc::prove::session::Nobody;
use netpolc::prove::solver::Z3;
use netpolc::selector::{Label, Labels, Operator, Requirement, Selector};
use netpolc::trace::{Endpoint, Flow, Unknown, Verdict, trace};
use std::cell::Cell;
use std::sync::Arc;

/// A claim with what may be taken for granted.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) goal: Goal,
    pub(super) scope: Scope,
    pub(super) flows: Flows<'static>,
    pub(super) premises: Premises,
    pub(super) packets: Vec<(Protocol, u16)>,
}

/// A random claim.
pub(super) fn asked(choices: &mut Choices<'_>) -> Asked {
    let term = |choices: &mut Choices<'_>| match choices.below(4) {
        0 => Term::Anyone,
        _ => Term::Pods(set(choices)),
    };
    let goal = if choices.below(3) == 0 {
        Goal::LetThrough
    } else {
        Goal::Refused
    };
    let (packets, ports) = packets(choices);
    let target = Target {
        who: term(choices),
        ports,
    };
    let keys = |choices: &mut Choices<'_>| match choices.below(5) {
        0 => vec![Arc::from("app")],
        _ => Vec::new(),
    };
    let flows = Flows {
        from: vec![term(choices)],
        not_from: match choices.below(3) {
            0 => vec![Term::Pods(set(choices))],
            _ => Vec::new(),
        },
        to: vec![target],
        not_to: Vec::new(),
        same_labels: keys(choices),
        different_labels: keys(choices),
    };
    let always = match choices.below(3) {
        0 => vec![Always {
            pods: set(choices),
            labels: random::selector(choices),
        }],
        _ => Vec::new(),
    };
    // One address in each, so that there are no more pods to imagine.
    let networks: &[&str] = match choices.below(6) {
        0 => &["10.0.0.4/32"],
        1 => &["10.0.0.1/32", "fd00::3/128"],
        2 => &["fd00::4/128"],
        _ => &[],
    };
    let network = |text: &&str| Cidr::parse(text).expect("a CIDR");
    let scope = match choices.below(3) {
        2 => Scope::Existing,
        _ => Scope::Any,
    };
    Asked {
        goal,
        scope,
        flows,
        premises: Premises {
            always,
            pod_networks: networks.iter().map(network).collect(),
            new_namespaces: false,
            several: Vec::new(),
        },
        packets,
    }
}

/// That pods with an `app` that nobody mentions do not reach each other, where it differs.
pub(super) fn strangers() -> Asked {
    let known = ["x", "y", "z"].map(Into::into).to_vec();
    let requirement = |operator, values| Requirement {
        key: "app".into(),
        operator,
        values,
    };
    let unmentioned = Selector::new(vec![
        requirement(Operator::Exists, Vec::new()),
        requirement(Operator::NotIn, known),
    ]);
    let pods = || {
        Term::Pods(PodSet {
            pod_selector: Some(unmentioned.clone()),
            ..PodSet::default()
        })
    };
    Asked {
        goal: Goal::Refused,
        scope: Scope::Any,
        flows: Flows {
            from: vec![pods()],
            to: vec![Target {
                who: pods(),
                ports: Packets::Any,
            }],
            different_labels: vec!["app".into()],
            ..Flows::default()
        },
        premises: Premises::default(),
        packets: vec![(Protocol::Tcp, 80)],
    }
}

fn set(choices: &mut Choices<'_>) -> PodSet {
    PodSet {
        namespace: match choices.below(3) {
            0 => Some("a".into()),
            _ => None,
        },
        namespace_selector: match choices.below(3) {
            0 => Some(random::selector(choices)),
            _ => None,
        },
        pod_selector: match choices.below(2) {
            0 => Some(random::selector(choices)),
            _ => None,
        },
    }
}

/// Whether something is so: for sure, and perhaps, by a label whose value is not known (S75).
type Fits = (bool, bool);

fn not((sure, may): Fits) -> Fits {
    (!may, !sure)
}

fn all_of(fits: impl IntoIterator<Item = Fits>) -> Fits {
    let both = |(a, b): Fits, (c, d): Fits| (a && c, b && d);
    fits.into_iter().fold((true, true), both)
}

fn any_of(fits: impl IntoIterator<Item = Fits>) -> Fits {
    not(all_of(fits.into_iter().map(not)))
}

fn in_set(cluster: &Cluster, set: &PodSet, pod: &Pod) -> Fits {
    let namespace = cluster.namespaces.at(pod.namespace);
    let named = set.namespace.as_ref();
    let named = named.is_none_or(|name| *name == namespace.name);
    let matches = |selector: &Option<Selector>, labels: &Labels| match selector {
        None => (true, true),
        Some(selector) => {
            let mut met = selector.requirements().iter().map(|it| it.meets(labels));
            (met.all(|met| met == Some(true)), selector.may_match(labels))
        }
    };
    all_of([
        (named, named),
        matches(&set.namespace_selector, &namespace.labels),
        matches(&set.pod_selector, &pod.labels),
    ])
}

fn in_term(cluster: &Cluster, term: &Term<'_>, endpoint: Endpoint<'_>) -> Fits {
    match (term, endpoint) {
        (Term::Anyone, _) => (true, true),
        (Term::Pods(set), Endpoint::Pod(pod)) => in_set(cluster, set, pod),
        _ => (false, false),
    }
}

/// Whether both ends have a label, and with the same value.
fn same<'e>(from: Endpoint<'e>, to: Endpoint<'e>, key: &str) -> Fits {
    let label = |end: Endpoint<'e>| match end {
        Endpoint::Pod(pod) => pod.labels.state(key),
        Endpoint::Node(_) | Endpoint::Address(_) => Label::Absent,
    };
    match (label(from), label(to)) {
        (Label::Absent, _) | (_, Label::Absent) => (false, false),
        (Label::Is(a), Label::Is(b)) => (a == b, a == b),
        (Label::Open, _) | (_, Label::Open) => (false, true),
    }
}

/// Whether a claim is about a flow.
fn claimed(cluster: &Cluster, asked: &Asked, from: Endpoint<'_>, to: Endpoint<'_>) -> Fits {
    let flows = &asked.flows;
    let in_any = |terms: &[Term<'_>], end| any_of(terms.iter().map(|it| in_term(cluster, it, end)));
    let assumed = |end: Endpoint<'_>| match end {
        // What is assumed is of pods that could be created.
        Endpoint::Pod(pod) if pod.name.starts_with("imagined") => {
            let always = asked.premises.always.iter();
            all_of(always.map(|it| {
                let holds = it
                    .labels
                    .requirements()
                    .iter()
                    .all(|r| r.matches(&pod.labels));
                any_of([not(in_set(cluster, &it.pods, pod)), (holds, holds)])
            }))
        }
        _ => (true, true),
    };
    let outside = |end| matches!(end, Endpoint::Address(_));
    if outside(from) && outside(to) {
        return (false, false);
    }
    let same = |key: &Arc<str>| same(from, to, key);
    let targets = flows.to.iter();
    all_of([
        in_any(&flows.from, from),
        not(in_any(&flows.not_from, from)),
        any_of(targets.map(|target| in_term(cluster, &target.who, to))),
        all_of(flows.same_labels.iter().map(same)),
        not(any_of(flows.different_labels.iter().map(same))),
        assumed(from),
        assumed(to),
    ])
}

fn same_pod(a: Endpoint<'_>, b: Endpoint<'_>) -> bool {
    match (a, b) {
        (Endpoint::Pod(a), Endpoint::Pod(b)) => {
            let name = |pod: &Pod| (pod.namespace, pod.name.clone(), pod.workload, pod.nature);
            name(a) == name(b) && !a.is_many()
        }
        _ => false,
    }
}

/// What the claim comes to, by looking at every flow between pods with these labels, and the flow that
/// says so.
fn by_hand(cluster: &Cluster, asked: &Asked, labels: &[Labels]) -> (&'static str, String) {
    let networks = &asked.premises.pod_networks;
    let imagined = |name| match asked.scope {
        Scope::Any => all_imagined(cluster, name, labels, networks),
        Scope::Existing => Vec::new(),
    };
    let sources = imagined("imagined-source");
    let destinations = imagined("imagined-destination");
    let own = cluster.pods.rows().iter().map(Endpoint::Pod);
    let others: Vec<Endpoint<'_>> = own.chain(outside(cluster)).collect();
    let from: Vec<_> = sources
        .iter()
        .map(Endpoint::Pod)
        .chain(others.clone())
        .collect();
    let to: Vec<_> = destinations
        .iter()
        .map(Endpoint::Pod)
        .chain(others)
        .collect();
    let (mut some, mut open) = (false, None);
    for &source in &from {
        for &destination in &to {
            let (sure, may) = claimed(cluster, asked, source, destination);
            if same_pod(source, destination) || !may {
                continue;
            }
            for &(protocol, port) in &asked.packets {
                some = true;
                for declared in declared(destination, protocol, port) {
                    let destination = declared.as_ref().map_or(destination, Endpoint::Pod);
                    let flow = Flow {
                        source,
                        destination,
                        protocol,
                        port,
                    };
                    let told = trace(cluster, &flow);
                    // What is refused there is taken to be stopped.
                    let link_local = |it: &Unknown| matches!(it, Unknown::LinkLocal(_));
                    if asked.goal == Goal::Refused && told.unknowns.iter().any(link_local) {
                        continue;
                    }
                    let breaks = matches!(
                        (asked.goal, told.verdict),
                        (Goal::Refused, Verdict::Allow) | (Goal::LetThrough, Verdict::Deny)
                    );
                    if breaks && sure {
                        return ("fails", why(cluster, &flow));
                    }
                    if (breaks || told.verdict == Verdict::Undecided) && open.is_none() {
                        open = Some(why(cluster, &flow));
                    }
                }
            }
        }
    }
    match (open, some) {
        (Some(why), _) => ("unknown", why),
        (None, true) => ("holds", "no flow that breaks it".to_owned()),
        (None, false) => ("vacuous", "no flow that it is about".to_owned()),
    }
}

/// What `trace` says of a flow, and what the pods are that are imagined there.
fn why(cluster: &Cluster, flow: &Flow<'_>) -> String {
    let imagined = |end| match end {
        Endpoint::Pod(pod) if pod.name.starts_with("imagined") => {
            let labels = pod
                .labels
                .iter()
                .map(|(key, value)| format!("{key}={value}"));
            let ports = pod.ports.iter().filter_map(|it| it.name.as_deref());
            let (labels, ports) = (labels.collect::<Vec<_>>(), ports.collect::<Vec<_>>());
            Some(format!(
                "{} has the labels [{}] and calls the port [{}]\n",
                pod.name,
                labels.join(", "),
                ports.join(", ")
            ))
        }
        _ => None,
    };
    let ends = [flow.source, flow.destination]
        .into_iter()
        .filter_map(imagined);
    told::of_flow(cluster, flow) + &ends.collect::<String>()
}

/// Whether the solver and every flow one by one come to the same; false where there are too many flows
/// for that.
pub(super) fn agrees(
    cluster: &Cluster,
    asked: &Asked,
    meaning: &dyn Meaning,
) -> Result<bool, Failure> {
    let Some(labels) = all_labels(cluster, asked) else {
        return Ok(false);
    };
    let claim = Claim {
        name: "claim".to_owned(),
        file_name: "claim".to_owned(),
        origin: Origin::default(),
        words: String::new(),
        scope: asked.scope,
        granted: Vec::new(),
        kind: Kind::Flows(asked.goal, vec![asked.flows.clone()]),
    };
    let judge = Prover {
        cluster,
        premises: &asked.premises,
        engine: &Z3 { units: 0 },
        meaning,
    };
    let proved = judge.prove(&claim, &mut Nobody);
    let bug = |words| Failure::new(format!("netpolc contradicts itself: {words}"));
    let proved = proved.map_err(|it| bug(it.0))?;
    let (expected, why) = by_hand(cluster, asked, &labels);
    if proved.outcome.name() == expected {
        return Ok(true);
    }
    let said = format!(
        "the claim (src/prove) comes out as `{}`, and by trace (src/trace) of every flow of it as \
         `{expected}`, by this one:\n{why}",
        proved.outcome.name()
    );
    let failure = Failure::new(said).with_file("claim.yaml", intents::file(asked));
    Err(failure.shown_by("prove claim.yaml"))
}

#[test]
fn claims_about_pods_that_could_be_are_right_about_every_one() {
    let (drawn, compared) = (Cell::new(0), Cell::new(0));
    let draw_few = |list: &[u16], words: &[u16]| draw(list, words.get(..60).unwrap_or(words));
    on_clusters(clusters(100, 2_000), draw_few, |it: &Drawn| {
        let mut cluster = it.cluster();
        // Claims are about flows between different pods.
        cluster.take_as_several();
        let asked = asked(&mut Choices::new(&it.words));
        drawn.set(drawn.get() + 1);
        compared.set(compared.get() + usize::from(agrees(&cluster, &asked, &AsDocumented)?));
        Ok(())
    });
    assert!(
        3 * compared.get() > drawn.get(),
        "only {} of {} claims could be gone through flow by flow",
        compared.get(),
        drawn.get()
    );
}
