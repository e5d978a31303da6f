//! Lint over recorded clusters, which `NETPOLC_CASES` names: every finding of a rule that speaks of
//! meaning and can be an error is confirmed by `trace`. What was found while manifests were read is
//! confirmed by the input, which refuses them. The project's own manifests and random clusters are
//! held against `trace` in the same way.

use super::confirm::confirmation;
use super::random::Mix;
use super::random::failing::{Drawn, Failure, clusters, on_clusters};
use super::{lint_read, load, root};
use netpolc::diag::Severity;
use netpolc::input::Loaded;
use netpolc::lint::{ALL, Check, Found, Report, Rule};
use netpolc::model::{Cluster, Service, ServiceKind, ServicePort, TargetPort};
use netpolc::net::Protocol;
use netpolc::selector::Selector;
use netpolc::settings::{Settings, Told};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The inputs of the recorded clusters.
fn recorded() -> Vec<PathBuf> {
    let Some(cases) = std::env::var_os("NETPOLC_CASES") else {
        return Vec::new();
    };
    let mut inputs = Vec::new();
    for (kind, input) in [("truth", "all.yaml"), ("analyzer", "in")] {
        let entries = std::fs::read_dir(Path::new(&cases).join(kind)).unwrap();
        inputs.extend(entries.map(|entry| entry.unwrap().path().join(input)));
    }
    inputs.sort();
    assert!(!inputs.is_empty());
    inputs
}

/// Every cluster is all there is.
fn complete() -> Settings {
    Settings {
        inventory: Told::Complete,
        ..Settings::default()
    }
}

/// Whether the input refuses what a finding is about, or the API server would.
fn is_refused(read: &Loaded, cluster: &Cluster, found: &Found) -> bool {
    let left_out = cluster.left_out.iter();
    let left_out: Vec<String> = left_out.map(ToString::to_string).collect();
    let object = &found.fact.object;
    if left_out.contains(&object.to_string()) || !is_name(&object.name) {
        return true;
    }
    // Of a block only the first line is underlined.
    let start = |span: Option<netpolc::source::Span>| span.map(|it| (it.file, it.start));
    let errors = read.findings.iter();
    let mut errors = errors.filter(|it| it.severity == Severity::Error);
    errors.any(|finding| start(finding.span()) == start(found.span()))
}

/// Whether the API server takes a name of a policy: a DNS subdomain (RFC 1123).
fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let mut parts = name.split('.');
    let of_part = |part: &str| {
        let bytes = part.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        ends.iter().all(|end| end.is_some_and(|&end| plain(end)))
            && bytes.iter().all(|&byte| plain(byte) || byte == b'-')
    };
    name.len() <= 253 && parts.all(of_part)
}

/// What is wrong with the findings of a run.
pub(crate) fn wrong(read: &Loaded, cluster: &Cluster, report: &Report) -> Vec<String> {
    let mut wrong = Vec::new();
    for found in &report.findings {
        let confirmed = match (found.rule.check, confirmation(found.rule.code)) {
            (Check::Reading(_), _) if is_refused(read, cluster, found) => Ok(()),
            // The server takes it, in one of two ways.
            (Check::Reading(_), _) if found.fact.message.contains("has no value") => Ok(()),
            (_, Some(confirm)) if found.severity == Severity::Error || is_ours(found.rule.code) => {
                confirm(cluster, found)
            }
            (Check::Reading(_), None) if found.severity == Severity::Error => {
                Err("the input takes it".to_owned())
            }
            _ => Ok(()),
        };
        if let Err(why) = confirmed {
            let fact = &found.fact;
            wrong.push(format!(
                "{} {} {}: {}\n    {why}",
                found.rule.code, fact.object, fact.path, fact.message
            ));
        }
    }
    wrong
}

/// Rules whose warnings and notes are confirmed as well: what they claim is about flows.
fn is_ours(code: &str) -> bool {
    code >= "NP060"
}

/// Rules whose errors say nothing of flows: each with what they speak of instead.
const NOT_OF_FLOWS: [(&str, &str); 8] = [
    (
        "NP043",
        "what Cilium does with addresses of pods, where the settings name it",
    ),
    // What a plugin that is told does with what is written: tests/semantics/plugins.rs holds trace to
    // the same.
    ("NP080", "that it enforces nothing"),
    ("NP081", "that it passes `endPort` over"),
    ("NP083", "whom it matches blocks to"),
    ("NP084", "what it makes of port names"),
    ("NP094", "which priorities it takes"),
    ("NP098", "that names in such rules have no meaning"),
    ("NP108", "what the API server refuses of a workload"),
];

#[test]
fn every_rule_of_meaning_that_can_be_an_error_has_a_confirmation() {
    let can = ALL.iter().filter(|rule| {
        let error = rule.level == Severity::Error || rule.shown == Some(Severity::Error);
        error && !matches!(rule.check, Check::Reading(_))
    });
    let unconfirmed = can.filter(|rule| {
        let of_flows = NOT_OF_FLOWS.iter().all(|(code, _)| *code != rule.code);
        of_flows && confirmation(rule.code).is_none()
    });
    let unconfirmed: Vec<_> = unconfirmed.map(|rule| (rule.code, rule.name)).collect();
    assert!(unconfirmed.is_empty(), "{unconfirmed:?}");
}

#[test]
fn what_is_found_in_recorded_clusters_is_confirmed() {
    let inputs = recorded();
    if inputs.is_empty() {
        eprintln!("NETPOLC_CASES is not set: recorded clusters are not linted");
    }
    let mut complaints = Vec::new();
    for input in inputs {
        let mut read = load(std::slice::from_ref(&input));
        let cluster = Cluster::new(std::mem::take(&mut read.objects));
        for settings in [complete(), Settings::default()] {
            let report = lint_read(&read, &cluster, &settings, true);
            let wrong = wrong(&read, &cluster, &report);
            complaints.extend(wrong.iter().map(|it| format!("{}: {it}", input.display())));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// What is found in the manifests of a rule, of any rule, is confirmed.
pub(crate) fn confirmed(rule: &Rule) {
    let directory = format!("policies/lint/{}", rule.code);
    confirmed_in(&directory);
}

fn confirmed_in(directory: &str) {
    let mut complaints = Vec::new();
    let files = std::fs::read_dir(root().join(directory));
    let files = files.unwrap_or_else(|error| panic!("{directory}: {error}"));
    let files = files.map(|entry| entry.unwrap().path());
    for path in files.filter(|it| !it.ends_with("netpolc.yaml") && it.is_file()) {
        let mut read = load(std::slice::from_ref(&path));
        let cluster = Cluster::new(std::mem::take(&mut read.objects));
        let report = lint_read(&read, &cluster, &complete(), true);
        let wrong = wrong(&read, &cluster, &report);
        let name = path.file_name().unwrap().to_string_lossy();
        complaints.extend(wrong.iter().map(|it| format!("{directory}/{name}: {it}")));
    }
    assert!(
        complaints.is_empty(),
        "trace (src/trace) does not confirm these; what they claim of flows is derived in \
         tests/lint/confirm:\n{}\nsee them: netpolc lint --strict --inventory complete {directory}",
        complaints.join("\n")
    );
}

#[test]
fn what_is_found_in_the_manifests_about_other_tools_is_confirmed() {
    confirmed_in("policies/lint/others");
}

/// A Service of pods with `app=x` in a namespace.
fn service(namespace: &str) -> Service {
    let port = |port: u16, target| ServicePort {
        name: None,
        protocol: Protocol::Tcp,
        port,
        target,
        node_port: None,
        origin: netpolc::model::Origin::default(),
    };
    Service {
        endpoints: Vec::new(),
        inside_local: false,
        publishes_not_ready: false,
        namespace: namespace.into(),
        name: "x".into(),
        kind: ServiceKind::ClusterIp,
        selector: Some(Selector::labels([("app", "x")])),
        addresses: Vec::new(),
        headless: false,
        families: Vec::new(),
        outside: netpolc::model::OutsideAccess::default(),
        external_name: None,
        ports: vec![
            port(80, TargetPort::Number(80)),
            port(443, TargetPort::Named("http".into())),
        ],
        origin: netpolc::model::Origin::default(),
    }
}

/// A cluster with a Service in every namespace.
fn draw(list: &[u16], words: &[u16]) -> Drawn {
    let mix = Mix {
        families: true,
        ..Mix::default()
    };
    let mut drawn = Drawn::of(mix, list, words);
    drawn.objects.services = ["a", "b", "c"].map(service).into();
    drawn
}

#[test]
fn what_is_found_in_random_clusters_is_confirmed() {
    let counts = RefCell::new(BTreeMap::new());
    on_clusters(clusters(300, 300), draw, |drawn| {
        let mut cluster = drawn.cluster();
        // Findings are about connections between different pods.
        cluster.take_as_several();
        let report = lint_read(&Loaded::default(), &cluster, &complete(), true);
        for found in &report.findings {
            *counts.borrow_mut().entry(found.rule.code).or_insert(0) += 1;
        }
        let wrong = wrong(&Loaded::default(), &cluster, &report);
        if wrong.is_empty() {
            return Ok(());
        }
        let said = format!(
            "trace (src/trace) does not confirm what a rule (src/lint/rules) claims of flows; what \
             it claims is derived in tests/lint/confirm:\n{}",
            wrong.join("\n")
        );
        Err(Failure::new(said).shown_by("lint --strict --inventory complete"))
    });
    let counts = counts.into_inner();
    for code in ["NP020", "NP062", "NP064", "NP073", "NP074"] {
        let count = counts.get(code).copied().unwrap_or(0);
        assert!(
            count > 2,
            "random clusters (tests/random) show {code} {count} times, too seldom to tell: {counts:?}"
        );
    }
}
