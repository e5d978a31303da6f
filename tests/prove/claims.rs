//! Claims about pods that could be created, held against every such pod of a tiny world.

use super::packets::packets;
use super::random::{self, Choices};
use super::{MIX, choices, config, outside};
use netpolc::model::{Cluster, ContainerPort, Count, NamespaceId, Origin, Pod, PodNature};
use netpolc::net::Cidr;
use netpolc::net::Protocol;
use netpolc::prove::Prover;
use netpolc::prove::claim::{
    Always, Claim, Flows, Goal, Kind, Packets, PodSet, Premises, Scope, Target, Term,
};
use netpolc::prove::encode::{AsDocumented, Meaning};
use netpolc::prove::session::Nobody;
use netpolc::prove::solver::Z3;
use netpolc::selector::{Labels, Operator, Requirement, Selector};
use netpolc::trace::{Endpoint, Flow, Unknown, Verdict, trace};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use std::net::IpAddr;
use std::sync::Arc;

/// Every value that a label can have: none, those that are mentioned, and two that are not.
const STATES: [Option<&str>; 6] = [
    None,
    Some("x"),
    Some("y"),
    Some("z"),
    Some("other"),
    Some("other-2"),
];

/// A claim with what may be taken for granted.
#[derive(Debug)]
pub(super) struct Asked {
    goal: Goal,
    scope: Scope,
    flows: Flows<'static>,
    premises: Premises,
    packets: Vec<(Protocol, u16)>,
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

/// An imagined pod.
fn imagined(
    namespace: NamespaceId,
    name: &str,
    (app, tier): (Option<&str>, Option<&str>),
    ips: Vec<IpAddr>,
) -> Pod {
    let labels = [("app", app), ("tier", tier)].into_iter();
    let labels = labels.filter_map(|(key, value)| Some((key, value?)));
    Pod {
        namespace,
        name: name.into(),
        labels: Labels::from_pairs(labels),
        ips,
        host_network: false,
        node: None,
        ports: [].into(),
        workload: None,
        count: Count::ONE,
        nature: PodNature::Read,
        origin: Origin::default(),
    }
}

/// Every imagined pod of the namespaces of a cluster.
fn all_imagined(
    cluster: &Cluster,
    name: &str,
    states: &[Option<&str>],
    networks: &[Cidr],
) -> Vec<Pod> {
    let ips: Vec<IpAddr> = networks.iter().map(|cidr| cidr.first()).collect();
    let mut all = Vec::new();
    for namespace in cluster.namespaces.ids() {
        for &app in states {
            for &tier in states {
                all.push(imagined(namespace, name, (app, tier), ips.clone()));
            }
        }
    }
    all
}

fn in_set(cluster: &Cluster, set: &PodSet, pod: &Pod) -> bool {
    let namespace = cluster.namespaces.at(pod.namespace);
    let matches = |selector: &Option<Selector>, labels: &Labels| {
        selector
            .as_ref()
            .is_none_or(|selector| selector.requirements().iter().all(|r| r.matches(labels)))
    };
    set.namespace
        .as_ref()
        .is_none_or(|name| *name == namespace.name)
        && matches(&set.namespace_selector, &namespace.labels)
        && matches(&set.pod_selector, &pod.labels)
}

fn in_term(cluster: &Cluster, term: &Term<'_>, endpoint: Endpoint<'_>) -> bool {
    match (term, endpoint) {
        (Term::Anyone, _) => true,
        (Term::Pods(set), Endpoint::Pod(pod)) => in_set(cluster, set, pod),
        _ => false,
    }
}

/// Whether a claim is about a flow.
fn claimed(cluster: &Cluster, asked: &Asked, from: Endpoint<'_>, to: Endpoint<'_>) -> bool {
    let flows = &asked.flows;
    let in_any = |terms: &[Term<'_>], end| terms.iter().any(|term| in_term(cluster, term, end));
    let label = |end: Endpoint<'_>, key: &str| match end {
        Endpoint::Pod(pod) => pod.labels.get(key).cloned(),
        Endpoint::Node(_) | Endpoint::Address(_) => None,
    };
    let same = |key: &Arc<str>| {
        let (a, b) = (label(from, key), label(to, key));
        a.is_some() && a == b
    };
    let assumed = |end: Endpoint<'_>| match end {
        // What is assumed is of pods that could be created.
        Endpoint::Pod(pod) if pod.name.starts_with("imagined") => {
            asked.premises.always.iter().all(|always| {
                !in_set(cluster, &always.pods, pod)
                    || always
                        .labels
                        .requirements()
                        .iter()
                        .all(|r| r.matches(&pod.labels))
            })
        }
        _ => true,
    };
    let outside = |end| matches!(end, Endpoint::Address(_));
    !(outside(from) && outside(to))
        && in_any(&flows.from, from)
        && !in_any(&flows.not_from, from)
        && flows
            .to
            .iter()
            .any(|target| in_term(cluster, &target.who, to))
        && flows.same_labels.iter().all(same)
        && !flows.different_labels.iter().any(same)
        && assumed(from)
        && assumed(to)
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

/// What the claim comes to, by looking at every flow.
fn by_hand(cluster: &Cluster, asked: &Asked) -> &'static str {
    let compares = !asked.flows.same_labels.is_empty() || !asked.flows.different_labels.is_empty();
    let states = if compares { &STATES[..] } else { &STATES[..5] };
    let networks = &asked.premises.pod_networks;
    let imagined = |name| match asked.scope {
        Scope::Any => all_imagined(cluster, name, states, networks),
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
    let (mut some, mut open) = (false, false);
    for &source in &from {
        for &destination in &to {
            if same_pod(source, destination) || !claimed(cluster, asked, source, destination) {
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
                    match (asked.goal, told.verdict) {
                        (Goal::Refused, Verdict::Allow) | (Goal::LetThrough, Verdict::Deny) => {
                            return "fails";
                        }
                        (_, Verdict::Undecided) => open = true,
                        _ => {}
                    }
                }
            }
        }
    }
    match (open, some) {
        (true, _) => "unknown",
        (false, true) => "holds",
        (false, false) => "vacuous",
    }
}

/// An imagined destination with every choice of names for the port; any other as it is.
fn declared(destination: Endpoint<'_>, protocol: Protocol, port: u16) -> Vec<Option<Pod>> {
    let Endpoint::Pod(pod) = destination else {
        return vec![None];
    };
    if !pod.name.starts_with("imagined") {
        return vec![None];
    }
    let named = |name: &str| ContainerPort {
        name: Some(name.into()),
        protocol,
        port,
    };
    let choices = [vec![], vec!["http"], vec!["db"], vec!["http", "db"]];
    choices
        .into_iter()
        .map(|names| {
            let ports: Vec<ContainerPort> = names.into_iter().map(named).collect();
            Some(Pod {
                ports: ports.into(),
                ..pod.clone()
            })
        })
        .collect()
}

/// Whether the solver and every flow one by one come to the same.
pub(super) fn agrees(
    cluster: &Cluster,
    asked: &Asked,
    meaning: &dyn Meaning,
) -> Result<(), TestCaseError> {
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
    let proved = proved.map_err(|bug| TestCaseError::fail(bug.0))?;
    prop_assert_eq!(
        proved.outcome.name(),
        by_hand(cluster, asked),
        "{:?}",
        asked
    );
    Ok(())
}

#[test]
fn claims_about_pods_that_could_be_are_right_about_every_one() {
    let words = prop::collection::vec(any::<u16>(), 0..60);
    TestRunner::new(config(100))
        .run(&(choices(), words), |(list, words)| {
            let mut cluster = random::cluster(&mut Choices::new(&list), MIX);
            // Claims are about flows between different pods.
            cluster.take_as_several();
            let asked = asked(&mut Choices::new(&words));
            agrees(&cluster, &asked, &AsDocumented)
        })
        .expect("the judges agree");
}
