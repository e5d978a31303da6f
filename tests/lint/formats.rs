//! Reports over manifests that try to be more than text: no command, tag, row or escape sequence
//! comes out of any format that is not netpolc's own.

use super::xml;
use netpolc::diag::{Severity, is_unsafe};
use netpolc::input::{self, Loaded};
use netpolc::lint::{self, Levels, Report, Subject, Templates};
use netpolc::model::Cluster;
use netpolc::render::lint::{Base, View, concise, github, human, markdown};
use netpolc::render::{Look, json, junit};
use netpolc::settings::{Settings, Told};
use serde_json::Value;
use std::io;
use std::process::Command;

/// What people try: commands, tags, rows, escapes, marks that turn text around.
const HOSTILE: [&str; 8] = [
    "%0A::error::x",
    "a\\n::error file=x::y",
    "]]><failure/>",
    "<script>alert(1)</script>",
    "x | y | `z` | @team",
    "\\e[2J\\x9b31m",
    "\\u202egnp.exe",
    "## [a](https://b) \\u2028 c",
];

/// Each in the places of a policy that reports repeat: names, labels, values, reasons.
fn manifest() -> String {
    let documents = HOSTILE.iter().map(|text| {
        format!(
            "---
# netpolc: ignore[{plain}] {plain}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: \"{text}\"
  namespace: \"{text}\"
  annotations: {{netpolc.io/ignore: \"NP001={text}, {text}\"}}
spec:
  podSelector: {{matchLabels: {{\"{text}\": yes, app: \"{text}\"}}}}
  \"{text}\": {{}}
  policyTypes: [\"{text}\"]
  ingress: [{{from: [{{ipBlock: {{cidr: \"{text}\"}}}}], ports: [{{port: \"{text}\", protocol: \"{text}\"}}]}}]
",
            plain = text.replace('\\', "")
        )
    });
    documents.collect()
}

struct Linted {
    report: Report,
    read: Loaded,
}

fn linted(name: &str) -> Linted {
    let options = input::Options {
        keeps_written: true,
        ..input::Options::default()
    };
    let mut read = input::read_text(name, &manifest(), &options);
    let cluster = Cluster::new(std::mem::take(&mut read.objects));
    let settings = Settings {
        inventory: Told::Complete,
        ..Settings::default()
    };
    let subject = Subject {
        cluster: &cluster,
        sources: &read.sources,
        manifests: &read.manifests,
        read: &read.findings,
    };
    let levels = Levels::new(true, []).unwrap();
    let report = lint::run(subject, &settings, &levels);
    assert!(report.counted().count() > 3 * HOSTILE.len());
    Linted { report, read }
}

/// The name of a file of somebody who may open a pull request.
const NAME: &str = "a\n::error file=x,line=1::y|<b>%\u{1b}[31m.yaml";

fn each(check: impl Fn(&View<'_>)) {
    for name in ["plain.yaml", NAME] {
        let linted = linted(name);
        check(&View::new(&linted.report, &linted.read.sources));
    }
}

fn text(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[track_caller]
fn assert_safe(text: &str) {
    let unsafe_one = text.chars().find(|&c| c != '\n' && is_unsafe(c));
    assert_eq!(unsafe_one, None, "{text}");
}

#[test]
fn every_format_of_the_command_has_a_test_here() {
    let mut help = Command::new(env!("CARGO_BIN_EXE_netpolc"));
    let help = help.args(["lint", "-h"]).env_clear().output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, formats) = help.split_once("Output format: ").unwrap();
    let (formats, _) = formats.split_once(';').unwrap();
    let words = formats.split(|c: char| !c.is_alphanumeric());
    let formats: Vec<&str> = words.filter(|it| !it.is_empty() && *it != "or").collect();
    assert!(formats.contains(&"human"), "{formats:?}");
    for format in formats {
        assert!(
            include_str!("formats.rs").contains(&format!("\n#[test]\nfn {format}_")),
            "nothing holds `netpolc lint -o {format}` against hostile manifests: add a test to \
             tests/lint/formats.rs whose name begins with `{format}_`"
        );
    }
}

#[test]
fn human_is_text_and_nothing_else() {
    let look = Look {
        color: false,
        width: 100,
    };
    each(|view| assert_safe(&human(view, look)));
}

#[test]
fn concise_is_one_line_of_text_for_each_finding() {
    each(|view| {
        let concise = concise(view);
        assert_safe(&concise);
        assert_eq!(concise.lines().count(), view.report.counted().count());
    });
}

#[test]
fn github_has_no_forged_workflow_command() {
    each(|view| {
        let commands = github(view);
        assert_safe(&commands);
        assert_eq!(commands.lines().count(), view.report.counted().count());
        for line in commands.lines() {
            let known = ["::error file=", "::warning file=", "::notice file="];
            assert!(known.iter().any(|it| line.starts_with(it)), "{line}");
            let (properties, message) = line[2..].split_once("::").unwrap();
            // Seven properties and the word before them; what is in them is escaped.
            assert_eq!(properties.matches([',', ':']).count(), 5, "{properties}");
            for (at, _) in line.match_indices('%') {
                let code = &line[at + 1..at + 3];
                assert!(["0A", "25", "3A", "2C"].contains(&code), "{message}");
            }
        }
        let words = commands.lines().map(|line| line.split(' ').next().unwrap());
        let order: Vec<_> = words
            .map(|word| {
                ["::error", "::warning", "::notice"]
                    .iter()
                    .position(|it| *it == word)
            })
            .collect();
        assert!(order.is_sorted(), "the worst first");
    });
}

#[test]
fn markdown_has_no_tag_link_or_row_but_its_own() {
    each(|view| {
        let text = markdown(view);
        assert_safe(&text);
        let rows: Vec<&str> = text.lines().filter(|it| it.starts_with('|')).collect();
        assert_eq!(rows.len(), 2 + view.report.counted().count());
        for row in rows {
            assert_eq!(row.matches('|').count(), 5, "{row}");
        }
        let mut rest = text.clone();
        for own in ["<code>", "</code>", "<br>", "&#64;<!-- -->"] {
            rest = rest.replace(own, "");
        }
        assert!(
            !rest.contains(['<', '>', '@', '[', ']', '`', '*']),
            "{rest}"
        );
        assert!(!rest.contains("://"), "{rest}");
    });
}

#[test]
fn junit_is_what_its_schema_says() {
    each(|view| {
        let fails = |severity| severity >= Severity::Warning;
        let written = text(|out| junit::write_lint(view, &fails, out));
        assert_safe(&written);
        let report = xml::read(&written);
        let number = |name| {
            report.value("testsuites", name)[0]
                .parse::<usize>()
                .unwrap()
        };
        assert_eq!(number("tests"), view.report.findings.len());
        let failing = view.report.counted().filter(|it| fails(it.severity));
        assert_eq!(number("failures"), failing.count());
        assert_eq!(report.value("failure", "message").len(), number("failures"));
        assert!(report.text.contains("NetworkPolicy"));
    });
    // A file in which nothing is found is a test that passes.
    let good = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n";
    let read = input::read_text("good.yaml", good, &input::Options::default());
    let mut linted = linted("a.yaml");
    linted.report.findings.clear();
    let view = View::new(&linted.report, &read.sources);
    let written = text(|out| junit::write_lint(&view, &|_| true, out));
    let report = xml::read(&written);
    assert_eq!(report.value("testcase", "classname"), ["good.yaml"]);
    assert_eq!(report.value("testsuite", "tests"), ["1"]);
}

/// What a writer of JSON writes is safe to print, and is JSON.
fn is_safe_json(write: fn(&View<'_>, &mut dyn io::Write) -> io::Result<()>) {
    each(|view| {
        let text = text(|out| write(view, out));
        assert_safe(&text);
        let _: Value = serde_json::from_str(&text).unwrap();
    });
}

#[test]
fn json_is_safe_to_print_and_reads_back() {
    is_safe_json(json::write_lint);
}

#[test]
fn sarif_is_safe_to_print_and_reads_back() {
    is_safe_json(json::write_sarif);
}

#[test]
fn gitlab_is_safe_to_print_and_reads_back() {
    is_safe_json(json::write_gitlab);
}

#[test]
fn every_finding_has_a_fingerprint_of_its_own() {
    let linted = linted("a.yaml");
    let view = View::new(&linted.report, &linted.read.sources);
    let written = text(|out| json::write_lint(&view, out));
    let document: Value = serde_json::from_str(&written).unwrap();
    let findings = document["findings"].as_array().unwrap();
    let mut all: Vec<&str> = findings
        .iter()
        .map(|it| it["fingerprint"].as_str().unwrap())
        .collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), findings.len());
}

#[test]
fn places_are_those_of_the_template_and_of_the_repository() {
    let text = "---
# Source: shop/templates/policy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingres]}
---
# Source: ../etc/passwd
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingres]}
";
    let options = input::Options {
        keeps_written: true,
        ..input::Options::default()
    };
    let mut read = input::read_text("<stdin>", text, &options);
    let cluster = Cluster::new(std::mem::take(&mut read.objects));
    let subject = Subject {
        cluster: &cluster,
        sources: &read.sources,
        manifests: &read.manifests,
        read: &read.findings,
    };
    let levels = Levels::new(false, []).unwrap();
    let report = lint::run(subject, &Settings::default(), &levels);
    for (here, path) in [
        ("shop/templates/policy.yaml", "shop/templates/policy.yaml"),
        ("templates/policy.yaml", "templates/policy.yaml"),
        ("nowhere", "shop/templates/policy.yaml"),
    ] {
        let exists = |path: &str| path == here;
        let templates = Templates::new(&read.manifests, &read.sources, "<stdin>", &exists);
        let base = Base {
            root: "/repo".to_owned(),
            prefix: "charts".to_owned(),
        };
        let view = View::new(&report, &read.sources)
            .with_templates(templates)
            .with_base(base);
        let commands = github(&view);
        let expected = format!("::error file=charts/{path},line=1,endLine=1,col=1,");
        assert!(commands.contains(&expected), "{commands}");
        assert!(commands.contains("file=<stdin>,line=12,"), "{commands}");
        let lines = concise(&view);
        assert!(lines.contains("<stdin>:12:"), "{lines}");
        assert!(lines.contains(&format!("{path}:1:1: error:")), "{lines}");
    }
}
