//! Random claims as the file of intents that says the same.
#![expect(clippy::indexing_slicing, reason = "test code outside a test function")]

use super::claims::Asked;
use super::random::{manifests, yaml};
use netpolc::prove::claim::{Goal, PodSet, Scope, Term};
use serde_json::{Map, Value, json};

/// The file; what no intent can say stands in comments.
pub(super) fn file(asked: &Asked) -> String {
    let flows = &asked.flows;
    let mut intent = json!({"name": "claim"});
    intent["expect"] = match asked.goal {
        Goal::Refused => "denied",
        Goal::LetThrough => "allowed",
    }
    .into();
    intent["scope"] = match asked.scope {
        Scope::Any => "any",
        Scope::Existing => "existing",
    }
    .into();
    intent["from"] = flows.from.iter().map(term).collect();
    intent["to"] = flows.to.iter().map(|it| term(&it.who)).collect();
    let ports = asked
        .packets
        .iter()
        .map(|(protocol, port)| json!({"protocol": protocol.name(), "port": port}));
    intent["ports"] = ports.collect();
    for (field, keys) in [
        ("sameLabels", &flows.same_labels),
        ("differentLabels", &flows.different_labels),
    ] {
        if !keys.is_empty() {
            intent[field] = keys.iter().map(|key| Value::from(&**key)).collect();
        }
    }
    let mut file = json!({"apiVersion": "netpolc/v1", "kind": "Intents"});
    let premises = &asked.premises;
    if !premises.always.is_empty() {
        let always = premises
            .always
            .iter()
            .map(|it| json!({"pods": set(&it.pods), "always": manifests::selector(&it.labels)}));
        file["assume"] = always.collect();
    }
    if !premises.pod_networks.is_empty() {
        let networks = premises.pod_networks.iter().map(ToString::to_string);
        file["podNetworks"] = networks.map(Value::from).collect();
    }
    file["intents"] = json!([intent]);
    let mut out = yaml::document(&file);
    let beside = flows.not_from.iter().chain(&flows.not_to).map(term);
    for left_out in beside {
        out.extend([
            "# but not, which no intent can say, from ",
            &yaml::flow(&left_out),
            "\n",
        ]);
    }
    if flows
        .same_labels
        .iter()
        .any(|key| flows.different_labels.contains(key))
    {
        out.push_str("# one key in both lists, which no intent can say: about nobody\n");
    }
    out
}

fn term(term: &Term<'_>) -> Value {
    match term {
        Term::Anyone => "anyone".into(),
        Term::Pods(pods) => set(pods),
        _ => "somebody whom no random claim names".into(),
    }
}

fn set(pods: &PodSet) -> Value {
    let mut written = Map::new();
    if let Some(namespace) = &pods.namespace {
        written.insert("namespace".to_owned(), Value::from(&**namespace));
    }
    let selectors = [
        ("namespaceSelector", &pods.namespace_selector),
        ("podSelector", &pods.pod_selector),
    ];
    for (field, selector) in selectors {
        if let Some(selector) = selector {
            written.insert(field.to_owned(), manifests::selector(selector));
        }
    }
    if written.is_empty() {
        "pods".into()
    } else {
        written.into()
    }
}
