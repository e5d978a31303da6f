//! Settings files are as their schema says.

use super::validator::Validator;
use super::{intents as documents, root, schema};
use netpolc::settings::{Cni, FailOn};
use netpolc::source::SourceMap;
use serde_json::{Value, json};

/// Whether netpolc reads a document as settings.
fn is_read(document: &Value) -> bool {
    let text = document.to_string();
    let loaded = netpolc::input::read_settings("a.json", &text, &mut SourceMap::new());
    loaded.settings.is_some()
}

fn good() -> Value {
    json!({
        "apiVersion": "netpolc/v1", "kind": "Settings",
        "metadata": {"name": "a"},
        "cni": "cilium", "kubernetesVersion": "1.35",
        "inventory": {"complete": ["shop"]},
        "podCIDRs": ["10.244.0.0/16"], "serviceCIDRs": ["10.96.0.0/12"], "nodeCIDRs": ["fd00::/64"],
        "dns": {
            "pods": {
                "namespace": "dns",
                "podSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["x"]}]},
            },
            "ports": [53], "addresses": ["169.254.20.10"],
        },
        "clusterDomain": "k8s.example",
        "ingressControllers": [{"namespace": "edge", "podSelector": {"matchLabels": {"app": "x"}}}],
        "rules": {"all": "note", "NP017": "off", "and-or-peers": false},
        "exclude": ["vendor/**"],
        "failOn": "warning",
    })
}

#[test]
fn the_schema_takes_what_netpolc_takes() {
    let schema = schema("settings.json");
    let mut all = vec![good()];
    let guide = std::fs::read_to_string(root().join("docs/lint.md")).expect("a guide");
    let examples = guide.split("```yaml\n").skip(1);
    let examples = examples.filter_map(|it| it.split("```").next());
    let whole: Vec<&str> = examples
        .filter(|it| it.contains("kind: Settings"))
        .collect();
    assert!(!whole.is_empty(), "the guide shows a whole file");
    all.extend(whole.iter().flat_map(|text| documents(text)));
    // Every word that netpolc knows.
    let with = |field: &str, value: &str| {
        let mut document = good();
        document[field] = json!(value);
        document
    };
    all.extend(Cni::words().map(|it| with("cni", it)));
    all.push(with("cni", "cilium@1.17"));
    all.extend(FailOn::ALL.iter().map(|it| with("failOn", it.name())));
    all.extend(["complete", "partial", "none"].map(|it| with("inventory", it)));
    for document in &all {
        assert_eq!(Validator::faults(&schema, document), [""; 0], "{document}");
        assert!(is_read(document), "{document}");
    }
    for field in schema["properties"].as_object().expect("fields").keys() {
        assert!(good().get(field).is_some(), "no example of `{field}`");
    }
}

#[test]
fn the_schema_refuses_what_netpolc_refuses() {
    let schema = schema("settings.json");
    for (place, value, fault) in [
        ("/apiVersion", json!("netpolc/v2"), "$.apiVersion: const"),
        ("/kind", json!("Intents"), "$.kind: const"),
        ("/cni", json!("calcio"), "$.cni: anyOf"),
        ("/inventory", json!("all"), "$.inventory: anyOf"),
        ("/inventory", json!({"complete": []}), "$.inventory: anyOf"),
        ("/podCIDRs", json!([1]), "$.podCIDRs[0]: type"),
        ("/dns/ports/0", json!(0), "$.dns.ports[0]: minimum"),
        ("/dns/ports/0", json!("53"), "$.dns.ports[0]: type"),
        ("/dns/pods", json!({}), "$.dns.pods: required"),
        (
            "/ingressControllers/0/podSelector",
            json!({"app": "x"}),
            "$.ingressControllers[0].podSelector: additionalProperties",
        ),
        ("/rules/NP017", json!("of"), "$.rules.NP017: enum"),
        ("/rules/NP017", json!(true), "$.rules.NP017: enum"),
        ("/failOn", json!("errors"), "$.failOn: enum"),
        ("/exclude", json!("vendor"), "$.exclude: type"),
    ] {
        let mut bad = good();
        *bad.pointer_mut(place).expect("a place") = value;
        assert_eq!(Validator::faults(&schema, &bad), [fault], "{place}");
        assert!(!is_read(&bad), "{place}");
    }
}
