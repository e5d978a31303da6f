//! Claims about Services, names and ports of nodes, held against the answers of `can` to the same
//! questions: where both are sure, they agree.
#![expect(clippy::indexing_slicing, reason = "test code outside a test function")]

use super::draw;
use super::random::Choices;
use super::random::failing::{Drawn, Failure, clusters, on_clusters};
use super::random::selector;
use netpolc::endpoint::{Asked, grammar};
use netpolc::hops::Around;
use netpolc::input;
use netpolc::intent::{Entry, Expect, Flows, Intent, Who};
use netpolc::model::{
    Cluster, ContainerPort, Namespace, Origin, OutsideAccess, PodObject, PodPhase, PodTemplate,
    Service, ServiceKind, ServicePort, TargetPort,
};
use netpolc::net::{AddressSet, Family, Protocol};
use netpolc::prove::Prover;
use netpolc::prove::claim::{Premises, Scope};
use netpolc::prove::encode::AsDocumented;
use netpolc::prove::resolve::Resolver;
use netpolc::prove::session::Nobody;
use netpolc::prove::solver::Z3;
use netpolc::query::{Mode, Question, ask};
use netpolc::selector::{Labels, Selector};
use netpolc::settings::Settings;
use netpolc::trace::Verdict;
use std::cell::Cell;
use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

/// Whom every question may be about: the Service of namespace `a`, by each of its ways.
const DESTINATIONS: [&str; 7] = [
    "a/svc/web:80",
    "web.a.svc:80",
    "10.96.0.1:80",
    "203.0.113.9:80",
    "node/n1:31080",
    "node/n2:31080",
    "http://web.a.svc/",
];

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn port(number: u16, target: TargetPort, protocol: Protocol) -> ServicePort {
    ServicePort {
        name: None,
        protocol,
        port: number,
        target,
        node_port: (number == 80).then_some(31_080),
        origin: Origin::default(),
    }
}

/// A Service of a kind that is drawn.
fn web(choices: &mut Choices<'_>) -> Service {
    let kinds = [
        ServiceKind::ClusterIp,
        ServiceKind::NodePort,
        ServiceKind::LoadBalancer,
    ];
    let kind = kinds[choices.below(3)];
    let balanced = match kind {
        ServiceKind::LoadBalancer => vec![address("203.0.113.9")],
        _ => Vec::new(),
    };
    let target = match choices.below(3) {
        0 => TargetPort::Named("http".into()),
        1 => TargetPort::Number(81),
        _ => TargetPort::Number(80),
    };
    let source_ranges = match choices.below(4) {
        0 => AddressSet::from_hosts([address("10.0.0.5")]),
        _ => AddressSet::none(),
    };
    Service {
        namespace: "a".into(),
        name: "web".into(),
        kind,
        selector: Some(selector(choices)),
        addresses: vec![address("10.96.0.1")],
        headless: false,
        families: match choices.below(4) {
            0 => vec![Family::V4],
            _ => Vec::new(),
        },
        outside: OutsideAccess {
            addresses: balanced.clone(),
            balanced,
            keeps_source: choices.below(2) == 0,
            source_ranges,
            ..OutsideAccess::default()
        },
        inside_local: choices.below(3) == 0,
        publishes_not_ready: false,
        endpoints: Vec::new(),
        external_name: None,
        ports: vec![port(80, target, Protocol::Tcp)],
        origin: Origin::default(),
    }
}

/// The cluster with that Service, and with DNS that pods have to be let out to.
fn with_services(drawn: &Drawn, choices: &mut Choices<'_>) -> Cluster {
    let mut objects = drawn.objects.clone();
    let labels = Labels::from_pairs([("k8s-app", "kube-dns")]);
    let system: Arc<str> = "kube-system".into();
    let none = Labels::default();
    let namespace = Namespace::declared(&system, &none, Origin::default());
    objects.namespaces.push(namespace);
    objects.pods.push(PodObject {
        namespace: Arc::clone(&system),
        name: "dns".into(),
        owner: None,
        template: PodTemplate {
            labels: labels.clone(),
            host_network: false,
            ports: Arc::from([ContainerPort {
                name: Some("dns".into()),
                protocol: Protocol::Udp,
                port: 53,
                host_port: None,
            }]),
            names: None,
        },
        ips: vec![address("10.0.0.8")],
        node: Some("n2".into()),
        phase: PodPhase::Live,
        origin: Origin::default(),
    });
    objects.services.push(web(choices));
    objects.services.push(Service {
        namespace: system,
        name: "kube-dns".into(),
        kind: ServiceKind::ClusterIp,
        selector: Some(Selector::labels([("k8s-app", "kube-dns")])),
        addresses: vec![address("10.96.0.10")],
        inside_local: false,
        families: Vec::new(),
        outside: OutsideAccess::default(),
        ports: vec![port(53, TargetPort::Number(53), Protocol::Udp)],
        ..web(choices)
    });
    let mut cluster = Cluster::new(objects);
    cluster.take_as_several();
    cluster.practice = drawn.practice.clone();
    cluster
}

fn entry(asked: &Asked) -> Entry {
    Entry {
        who: Who::Named(asked.clone()),
        origin: Origin::default(),
    }
}

/// What comes of a claim; none where it cannot be made.
fn proved(
    (cluster, namespace): (&Cluster, &str),
    from: &Asked,
    to: &Asked,
    denied: bool,
) -> Option<&'static str> {
    let flows = Flows {
        from: vec![entry(from)],
        to: vec![entry(to)],
        ports: Vec::new(),
        portless: Vec::new(),
        same_labels: Vec::new(),
        different_labels: Vec::new(),
    };
    let intent = Intent {
        name: "claim".into(),
        expect: if denied {
            Expect::Denied(flows)
        } else {
            Expect::Allowed(flows)
        },
        scope: Some(Scope::Existing),
        origin: Origin::default(),
    };
    let settings = Settings::default();
    let resolver = Resolver {
        cluster,
        settings: &settings,
        namespace,
        scope: Scope::Existing,
    };
    let claim = resolver
        .claim(&intent, &mut |_| unreachable!("nothing is compared"))
        .ok()?;
    let prover = Prover {
        cluster,
        premises: &Premises::default(),
        engine: &Z3 { units: 0 },
        meaning: &AsDocumented,
    };
    let found = prover.prove(&claim, &mut Nobody);
    Some(found.expect("no contradiction").outcome.name())
}

/// What `can` says; none where it cannot be asked.
fn asked(
    (cluster, namespace): (&Cluster, &str),
    from: &Asked,
    to: &Asked,
    mode: Mode,
) -> Option<Verdict> {
    let around = Around {
        cluster,
        settings: &Settings::default(),
        namespace,
    };
    let question = Question {
        source: from.clone(),
        destination: to.clone(),
        mode,
    };
    ask(around, &question).ok().map(|it| it.verdict)
}

/// Whether both are sure of an answer; fails where they are of different ones.
fn agree(
    (cluster, namespace): (&Cluster, &str),
    from: &str,
    to: &str,
) -> Result<(bool, bool), Failure> {
    let parse = |text: &str| grammar::parse(text).expect("an endpoint");
    let (source, destination) = (parse(from), parse(to));
    let (Some(all), Some(any)) = (
        asked((cluster, namespace), &source, &destination, Mode::All),
        asked((cluster, namespace), &source, &destination, Mode::Any),
    ) else {
        return Ok((false, false));
    };
    let of = |denied| proved((cluster, namespace), &source, &destination, denied);
    let (Some(allowed), Some(denied)) = (of(false), of(true)) else {
        return Ok((false, false));
    };
    let wrong = (all == Verdict::Allow && (allowed == "fails" || denied == "holds"))
        || (all == Verdict::Deny && allowed == "holds")
        || (any == Verdict::Deny && denied == "fails");
    if wrong {
        return Err(Failure::new(format!(
            "can {from} {to} is {all:?} for all and {any:?} for some, and in prove `allowed` {allowed} and \
             `denied` {denied}: {:#?}",
            cluster.services.rows().first()
        )));
    }
    let sure = all != Verdict::Undecided;
    let proved = allowed == "holds" || (all == Verdict::Deny && allowed != "unknown");
    Ok((sure, sure && proved))
}

#[test]
fn claims_about_ways_do_not_contradict_answers() {
    let (sure, both) = (Cell::new(0), Cell::new(0));
    on_clusters(clusters(60, 1_000), draw, |drawn: &Drawn| {
        let mut choices = Choices::new(&drawn.words);
        let cluster = with_services(drawn, &mut choices);
        let pods = cluster.pods.rows().iter();
        let pods = pods.map(|pod| {
            let namespace = &cluster.namespaces.at(pod.namespace).name;
            format!("{namespace}/pod/{}", pod.name)
        });
        let others = ["node/n1", "198.51.100.7", "2001:db8::7", "internet"].map(str::to_owned);
        for from in pods.take(3).chain(others) {
            for to in DESTINATIONS {
                let (can, prove) = agree((&cluster, "a"), &from, to)?;
                sure.set(sure.get() + usize::from(can));
                both.set(both.get() + usize::from(prove));
            }
        }
        Ok(())
    });
    assert!(
        10 * both.get() > 7 * sure.get(),
        "prove is sure of only {} of the {} that can is sure of",
        both.get(),
        sure.get()
    );
}

/// The questions of a case: from whom and to whom.
fn questions(case: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(case.join("expect.txt")).unwrap_or_default();
    let lines = text.lines().filter_map(|line| {
        let line = line.split('#').next()?;
        let (from, rest) = line.split_once(" -> ")?;
        let (to, answer) = rest.trim().rsplit_once(' ')?;
        (answer != "error").then(|| (from.trim().to_owned(), to.trim().to_owned()))
    });
    lines.collect()
}

#[test]
fn claims_do_not_contradict_the_answers_of_cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/cases");
    let cases = fs::read_dir(root).expect("the cases");
    let mut asked = 0;
    let mut wrong = Vec::new();
    for case in cases.map(|entry| entry.expect("a case").path()) {
        let inputs = [input::Input::Path(case.join("manifest.yaml"))];
        let Ok(read) = input::load(&inputs, &input::Options::default()) else {
            continue;
        };
        let mut cluster = Cluster::new(read.objects);
        // What was left out makes answers open after they are given.
        if !cluster.left_out.is_empty() {
            continue;
        }
        cluster.take_as_several();
        for (from, to) in questions(&case) {
            asked += 1;
            if let Err(failure) = agree((&cluster, "default"), &from, &to) {
                wrong.push(format!("{}: {failure:?}", case.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(asked > 300, "only {asked} questions were asked");
}
