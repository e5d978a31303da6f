//! JSON output is as its schema in `docs/schema` says.
//!
//! The few keywords that the schemas use are checked here; one that is not known fails, so that
//! none is passed over.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot read its own files has failed"
)]

mod answers;
mod aside;
mod compared;
mod lint;
#[path = "../proof/samples.rs"]
mod samples;
mod settings;
mod shapes;
mod validator;

use netpolc::prove::certificate::{Manifest, ManifestQuestion, certify};
use netpolc::prove::formula::{Assignment, Formula, Formulas, Variable};
use netpolc::prove::outcome::Proved;
use netpolc::prove::query::Question;
use netpolc::source::SourceMap;
use samples::Samples;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use validator::{Validator, items, number, strings};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn schema(name: &str) -> Value {
    let text = std::fs::read_to_string(root().join("docs/schema").join(name)).expect("a schema");
    serde_json::from_str(&text).expect("JSON")
}

fn matrix(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_netpolc"))
        .current_dir(root().join("policies"))
        .args(["matrix", "-o", "json"])
        .args(arguments)
        .output()
        .expect("the command starts");
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn the_matrix_is_as_its_schema_says() {
    let schema = schema("matrix.json");
    for arguments in [
        &["-f", "shop"][..],
        &["-f", "snapshot"],
        &["-f", "snapshot", "--by", "pod"],
        &["-f", "shop", "--by", "namespace"],
        &["-f", "shop", "--to", "shop/svc/redis:6379"],
        &["-f", "shop", "--port", "53/UDP"],
        &["-f", "recipes/21-dual-stack"],
    ] {
        let matrix = matrix(arguments);
        assert!(!items(&matrix["rows"]).is_empty(), "{arguments:?}");
        assert_eq!(
            Validator::faults(&schema, &matrix),
            [""; 0],
            "{arguments:?}"
        );
        // What a schema cannot say: ids are places, and no pair of classes is in two rows.
        let classes = items(&matrix["classes"]);
        assert!(
            (0u64..)
                .zip(classes)
                .all(|(place, class)| class["id"] == place)
        );
        let mut pairs: Vec<(u64, u64)> = Vec::new();
        for row in items(&matrix["rows"]) {
            for from in items(&row["from"]) {
                pairs.extend(
                    items(&row["to"])
                        .iter()
                        .map(|to| (number(from), number(to))),
                );
            }
        }
        let known = |id: u64| id < classes.len() as u64;
        assert!(
            pairs.iter().all(|&(from, to)| known(from) && known(to)),
            "{arguments:?}"
        );
        let all = pairs.len();
        pairs.sort_unstable();
        pairs.dedup();
        assert_eq!(pairs.len(), all, "{arguments:?}");
    }
}

#[test]
fn the_schema_refuses_what_is_not_a_matrix() {
    let schema = schema("matrix.json");
    let good = json!({
        "apiVersion": "netpolc/v1", "kind": "Matrix",
        "classes": [{"id": 0, "members": ["shop/web[Deployment]"]}],
        "rows": [{"from": [0], "to": [0], "allow": {"TCP": ["80", "8000-8080"]}}],
        "added": "within the version",
    });
    assert_eq!(Validator::faults(&schema, &good), [""; 0]);
    let cases = [
        ("/apiVersion", json!("netpolc/v2"), "$.apiVersion: const"),
        ("/kind", json!("Table"), "$.kind: const"),
        ("/classes/0/id", json!("0"), "$.classes[0].id: type"),
        (
            "/classes/0/members",
            json!([]),
            "$.classes[0].members: minItems",
        ),
        (
            "/classes/0/members",
            json!(["a/b[C]", "a/b[C]"]),
            "$.classes[0].members: uniqueItems",
        ),
        (
            "/classes/0/members/0",
            json!("shop web"),
            "$.classes[0].members[0]: pattern",
        ),
        ("/classes/0", json!({"id": 0}), "$.classes[0]: required"),
        ("/rows/0/from", json!([-1]), "$.rows[0].from[0]: minimum"),
        ("/rows/0/allow", json!({}), "$.rows[0].allow: minProperties"),
        (
            "/rows/0/allow",
            json!({"tcp": ["80"]}),
            "$.rows[0].allow: additionalProperties",
        ),
        (
            "/rows/0/allow/TCP/0",
            json!("080"),
            "$.rows[0].allow.TCP[0]: pattern",
        ),
        (
            "/rows/0/allow/TCP/0",
            json!("80-"),
            "$.rows[0].allow.TCP[0]: pattern",
        ),
    ];
    for (place, value, fault) in cases {
        let mut bad = good.clone();
        *bad.pointer_mut(place).expect("a place") = value;
        assert_eq!(Validator::faults(&schema, &bad), [fault], "{place}");
    }
}

fn proof(proved: &[Proved], sources: &SourceMap) -> Value {
    let mut out = Vec::new();
    netpolc::render::json::write_proof(proved, sources, &mut out).expect("memory can be written");
    serde_json::from_slice(&out).expect("JSON")
}

#[test]
fn a_proof_is_as_its_schema_says() {
    let schema = schema("proof.json");
    let samples = Samples::new();
    let plain = proof(&samples.all(), &samples.sources);
    assert_eq!(items(&plain["results"]).len(), 6);
    assert_eq!(Validator::faults(&schema, &plain), [""; 0]);
    let (sources, all) = Samples::hostile();
    let hostile = proof(&all, &sources);
    assert_eq!(items(&hostile["results"]).len(), 4);
    assert_eq!(Validator::faults(&schema, &hostile), [""; 0]);
    // Every field that is written has its place in the schema.
    closed(&schema, &schema, &plain);
    closed(&schema, &schema, &hostile);
}

/// Panics at a field that the schema does not describe.
fn closed(schema: &Value, rules: &Value, value: &Value) {
    if let Some(pointer) = rules.get("$ref").and_then(Value::as_str) {
        let target = schema.pointer(pointer.trim_start_matches('#'));
        return closed(schema, target.expect("a definition"), value);
    }
    for (name, value) in value.as_object().into_iter().flatten() {
        let rules = rules.pointer(&format!("/properties/{name}"));
        assert!(rules.is_some(), "the schema has no `{name}`");
        closed(schema, rules.expect("rules"), value);
    }
    for item in items(value) {
        closed(schema, &rules["items"], item);
    }
}

#[test]
fn certificates_are_as_their_schema_says() {
    let mut formulas = Formulas::new();
    let [x, y] = [("x", 128), ("y", 1)].map(|(symbol, width)| {
        formulas.variable(Variable {
            symbol: symbol.to_owned(),
            width,
            meaning: "a number\u{1b}[31m".to_owned(),
        })
    });
    let large = formulas.within(x, 1 << 127, u128::MAX);
    let small = formulas.within(x, 0, 5);
    let set = formulas.equals(y, 1);
    let asked = |name: &str, parts: [Formula; 2]| Question {
        name: name.to_owned(),
        parts: vec![("premise".into(), parts[0]), ("claim".into(), parts[1])],
    };
    let (unsat, sat) = (asked("no", [large, small]), asked("yes", [large, set]));
    let certificate = certify(&formulas, &unsat).expect("no number is both");
    let mut values = Assignment::default();
    values.set(x, u128::MAX);
    values.set(y, 1);
    let manifest = Manifest {
        name: "claim".to_owned(),
        claim: "it \u{202e}holds".to_owned(),
        assumed: vec!["nothing".to_owned()],
        questions: vec![
            ManifestQuestion::sat(&formulas, &sat, &values),
            ManifestQuestion::unsat(&unsat, certificate.variables.clone()),
        ],
    };
    let mut out = Vec::new();
    netpolc::render::json::write_certificate(&[manifest], &mut out).expect("memory can be written");
    assert!(!String::from_utf8_lossy(&out).contains(['\u{1b}', '\u{202e}']));
    let read = netpolc::input::read_certificate(&out).expect("a manifest");
    assert_eq!(read["yes"]["x"], u128::MAX);
    assert_eq!(read.keys().collect::<Vec<_>>(), ["yes"]);

    let schema = schema("certificate.json");
    let good: Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!(Validator::faults(&schema, &good), [""; 0]);
    let cases = [
        ("/kind", json!("Proof"), "$.kind: const"),
        (
            "/claims/0/questions/0/values/0/value",
            json!(5),
            "$.claims[0].questions[0]: anyOf",
        ),
        (
            "/claims/0/questions/1/proof",
            json!(null),
            "$.claims[0].questions[1]: anyOf",
        ),
        (
            "/claims/0/assumed/0",
            json!(1),
            "$.claims[0].assumed[0]: type",
        ),
    ];
    for (place, value, fault) in cases {
        let mut bad = good.clone();
        *bad.pointer_mut(place).expect("a place") = value;
        assert_eq!(Validator::faults(&schema, &bad), [fault], "{place}");
    }
}

#[test]
fn the_schema_refuses_what_is_not_a_proof() {
    let schema = schema("proof.json");
    let samples = Samples::new();
    let good = proof(&samples.all(), &samples.sources);
    let cases = [
        ("/kind", json!("Matrix"), "$.kind: const"),
        (
            "/results/0/result",
            json!("yes"),
            "$.results[0].result: enum",
        ),
        (
            "/results/0/effort",
            json!({"queries": 1, "alike": 0}),
            "$.results[0].effort: required",
        ),
        (
            "/results/1/witness/port",
            json!(0),
            "$.results[1].witness.port: minimum",
        ),
        (
            "/results/1/witness/connections",
            json!({"ICMP": ["1"]}),
            "$.results[1].witness.connections: additionalProperties",
        ),
        (
            "/results/1/witness/judged/0/verdict",
            json!("yes"),
            "$.results[1].witness.judged[0].verdict: enum",
        ),
        ("/results/1/place", json!(7), "$.results[1].place: type"),
    ];
    for (place, value, fault) in cases {
        let mut bad = good.clone();
        *bad.pointer_mut(place).expect("a place") = value;
        assert_eq!(Validator::faults(&schema, &bad), [fault], "{place}");
    }
}

/// The documents of a file of intents, as JSON.
fn intents(text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).expect("YAML")
}

#[test]
fn files_of_intents_are_as_their_schema_says() {
    let schema = schema("intents.json");
    let mut documents = Vec::new();
    for file in ["shop-holds.yaml", "shop-fails.yaml"] {
        let path = root().join("policies/intents").join(file);
        documents.extend(intents(&std::fs::read_to_string(path).expect("intents")));
    }
    let guide = std::fs::read_to_string(root().join("docs/intents.md")).expect("a guide");
    let examples = guide.split("```yaml\n").skip(1);
    let examples: Vec<&str> = examples.filter_map(|it| it.split("```").next()).collect();
    let mut whole = 0;
    for example in examples {
        // An example is a file, or some entries of one.
        let text = if example.starts_with("apiVersion") {
            whole += 1;
            example.to_owned()
        } else {
            format!("apiVersion: netpolc/v1\nkind: Intents\nintents:\n{example}")
        };
        let mut sources = netpolc::source::SourceMap::new();
        let options = netpolc::input::Options::default();
        let read = netpolc::input::read_intents("intents.md", &text, &options, &mut sources);
        assert_eq!(read.findings, [], "{text}");
        documents.extend(intents(&text));
    }
    assert!(whole > 0, "the guide shows a whole file");
    for document in &documents {
        assert_eq!(Validator::faults(&schema, document), [""; 0]);
    }
    let kinds = documents.iter().flat_map(|it| items(&it["intents"]));
    let kinds: BTreeSet<&str> = kinds.filter_map(|it| it["expect"].as_str()).collect();
    let known = schema.pointer("/$defs/intent/properties/expect/enum");
    let known: BTreeSet<&str> = strings(known.expect("the kinds")).collect();
    assert_eq!(kinds, known, "an example of each kind");
}

#[test]
fn the_schema_refuses_what_are_no_intents() {
    let schema = schema("intents.json");
    let good = json!({
        "apiVersion": "netpolc/v1", "kind": "Intents",
        "assume": [{"always": {"matchLabels": {"team": "a"}}}],
        "intents": [{
            "name": "a", "expect": "denied", "from": "anyone",
            "to": [{"namespace": "shop"}, {"ipBlock": {"cidr": "10.0.0.0/8"}}],
            "ports": [{"port": 80}, {"port": "http"}],
        }],
    });
    assert_eq!(Validator::faults(&schema, &good), [""; 0]);
    let cases = [
        ("/apiVersion", json!("netpolc/v2"), "$.apiVersion: const"),
        ("/kind", json!("Intent"), "$.kind: const"),
        ("/intents", json!([]), "$.intents: minItems"),
        ("/assume/0", json!({}), "$.assume[0]: required"),
        (
            "/intents/0/expect",
            json!("forbidden"),
            "$.intents[0].expect: enum",
        ),
        ("/intents/0/from", json!([]), "$.intents[0].from: anyOf"),
        ("/intents/0/to/0", json!({}), "$.intents[0].to: anyOf"),
        (
            "/intents/0/to/1",
            json!({"ipBlock": {}}),
            "$.intents[0].to: anyOf",
        ),
        (
            "/intents/0/ports/0",
            json!({"ports": 80}),
            "$.intents[0].ports[0]: additionalProperties",
        ),
        (
            "/intents/0/ports/0/port",
            json!(0),
            "$.intents[0].ports[0].port: anyOf",
        ),
    ];
    for (place, value, fault) in cases {
        let mut bad = good.clone();
        *bad.pointer_mut(place).expect("a place") = value;
        assert_eq!(Validator::faults(&schema, &bad), [fault], "{place}");
    }
}
