//! Answers and explanations for machines are as their schemas say, in JSON and in YAML.

use super::validator::Validator;
use super::{closed, items, root, schema};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_netpolc"))
        .current_dir(root())
        .args(arguments)
        .output()
        .expect("the command starts")
}

/// The document in JSON, which is the same in YAML, with the exit code.
fn document(arguments: &[&str]) -> (Option<i32>, Value) {
    let written = |format| {
        let output = run(&[arguments, &["-o", format]].concat());
        let text = String::from_utf8(output.stdout).expect("text");
        (output.status.code(), text)
    };
    let (code, json) = written("json");
    assert_eq!(written("json"), (code, json.clone()), "{arguments:?}");
    let (again, yaml) = written("yaml");
    assert_eq!(again, code, "{arguments:?}");
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let yaml: Value = serde_saphyr::from_str(&yaml).expect("YAML");
    assert_eq!(json, yaml, "{arguments:?}");
    (code, json)
}

/// All values of the fields of a name, wherever they are.
fn told<'v>(value: &'v Value, name: &str, found: &mut BTreeSet<&'v str>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        if key == name {
            found.extend(value.as_str());
        }
        told(value, name, found);
    }
    for value in items(value) {
        told(value, name, found);
    }
}

const QUESTIONS: [&[&str]; 12] = [
    &["shop/web", "shop/svc/redis:6379", "-f", "policies/shop"],
    &["internet", "shop/deploy/web", "-f", "policies/shop"],
    &["ns/shop", "ns/shop:80", "--any", "-f", "policies/shop"],
    &["internet", "ns/crowd:80", "-f", "tests/fixtures/crowd.yaml"],
    &[
        "web",
        "db:sql",
        "-n",
        "shop",
        "-f",
        "tests/fixtures/shop.yaml",
    ],
    &[
        "10.2.0.1",
        "sts/db:sql",
        "-n",
        "shop",
        "-f",
        "tests/fixtures/shop.yaml",
    ],
    &[
        "batch",
        "db:sql",
        "-n",
        "shop",
        "-f",
        "tests/fixtures/shop.yaml",
    ],
    &[
        "ops/[app=backup]",
        "shop/db:5440",
        "-f",
        "tests/fixtures/shop.yaml",
    ],
    &[
        "web",
        "svc/outside",
        "-n",
        "shop",
        "-f",
        "tests/fixtures/shop.yaml",
    ],
    &[
        "web",
        "db.shop:15432",
        "-n",
        "shop",
        "-f",
        "tests/fixtures/shop.yaml",
    ],
    &[
        "-l",
        "app",
        "shop/db",
        "-A",
        "-f",
        "tests/fixtures/shop.yaml",
    ],
    &[
        "web",
        "db:sql",
        "--cni",
        "calico,cilium",
        "-n",
        "shop",
        "-f",
        "tests/fixtures/shop.yaml",
    ],
];

#[test]
fn answers_are_as_their_schema_says() {
    let schema = schema("answer.json");
    let mut verdicts = BTreeSet::new();
    for question in QUESTIONS {
        for verb in ["can", "explain"] {
            if verb == "explain" && question.iter().any(|it| ["--any", "--cni"].contains(it)) {
                continue;
            }
            let arguments = [&[verb], question].concat();
            let (code, answer) = document(&arguments);
            assert_eq!(
                Validator::faults(&schema, &answer),
                [""; 0],
                "{arguments:?}"
            );
            closed(&schema, &schema, &answer);
            let verdict = answer["verdict"].as_str().expect("a verdict").to_owned();
            let expected = match &*verdict {
                "yes" => 0,
                "no" => 1,
                _ => 3,
            };
            assert_eq!(code, Some(expected), "{arguments:?}");
            let words = run(&arguments);
            let words = String::from_utf8(words.stdout).expect("text");
            if verb == "can" {
                assert_eq!(words.lines().next(), Some(&*verdict), "{arguments:?}");
            }
            verdicts.insert(verdict);
        }
    }
    assert_eq!(verdicts, ["no", "unknown", "yes"].map(Into::into).into());
}

#[test]
fn cluster_wide_policies_are_told_as_their_schema_says() {
    let schema = schema("answer.json");
    let mut met = Vec::new();
    for case in ["s08-pass", "s11-equal-priorities", "s06-order-of-tiers"] {
        let directory = format!("policies/cases/{case}");
        let questions = std::fs::read_to_string(root().join(&directory).join("expect.txt"));
        let questions = questions.expect("questions");
        for line in questions.lines().filter(|line| line.contains(" -> ")) {
            let (source, rest) = line.split_once(" -> ").expect("two ends");
            let destination = rest.split_whitespace().next().expect("a destination");
            let (_, answer) = document(&["explain", source, destination, "-f", &directory]);
            assert_eq!(Validator::faults(&schema, &answer), [""; 0], "{line}");
            closed(&schema, &schema, &answer);
            met.push(answer);
        }
    }
    let mut words = BTreeSet::new();
    for answer in &met {
        told(answer, "met", &mut words);
    }
    assert!(words.contains("matches"), "{words:?}");
}

#[test]
fn reasons_are_data() {
    let fixture = "tests/fixtures/shop.yaml";
    let (_, answer) = document(&["can", "10.2.0.1", "sts/db:sql", "-n", "shop", "-f", fixture]);
    let flow = &answer["hops"][0]["flows"][0];
    assert_eq!(flow["decidedOn"], "5432/TCP");
    assert_eq!(flow["from"]["addresses"][0], "10.2.0.1/32");
    let ingress = &flow["ingress"];
    assert_eq!(ingress["basis"], "no-rule");
    assert_eq!(ingress["isolatedBy"][0]["kind"], "NetworkPolicy");
    let place = ingress["isolatedBy"][0]["place"].as_str().expect("a place");
    assert!(place.starts_with("tests/fixtures/shop.yaml:"), "{place}");
    assert_eq!(flow["egress"]["why"], "outside");
}

#[test]
fn explanations_are_as_their_schema_says() {
    let schema = schema("explanation.json");
    let fixture = "tests/fixtures/shop.yaml";
    for subject in [
        &["deploy/api"][..],
        &["ops/pod/agent"],
        &["netpol/db"],
        &["netpol/db", "netpol/deny-all"],
        &["netpol", "-A"],
        &["-l", "app"],
        &["svc/db"],
    ] {
        let arguments = [&["explain"], subject, &["-n", "shop", "-f", fixture]].concat();
        let (code, explained) = document(&arguments);
        assert_eq!(code, Some(0), "{arguments:?}");
        assert_eq!(
            Validator::faults(&schema, &explained),
            [""; 0],
            "{arguments:?}"
        );
        closed(&schema, &schema, &explained);
    }
}

#[test]
fn lists_of_one_end_are_matrices() {
    let schema = schema("matrix.json");
    for question in [&["shop/web"][..], &["--to", "shop/svc/redis"]] {
        let arguments = [&["can"], question, &["-f", "policies/shop"]].concat();
        let (code, listing) = document(&arguments);
        assert_eq!(code, Some(0), "{arguments:?}");
        assert!(!items(&listing["rows"]).is_empty(), "{arguments:?}");
        assert_eq!(
            Validator::faults(&schema, &listing),
            [""; 0],
            "{arguments:?}"
        );
    }
}
