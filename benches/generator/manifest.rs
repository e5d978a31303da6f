//! Synthetic objects as the manifests that they would be read from: one JSON value per object, and
//! a writer of the YAML that kubectl would print.

use netpolc::model::{
    Asks, IpBlock, Namespace, NamespaceScope, Objects, PeerMatch, Peers, PodObject, PodTemplate,
    Policy, PortMatch, PortTest, Ports, Rule, WorkloadObject,
};
use netpolc::net::Protocol;
use netpolc::selector::{Labels, Operator, Selector};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// The manifests of all objects, under the name of the file that they belong in.
pub(crate) fn files(
    objects: &Objects,
) -> [(&'static str, Box<dyn Iterator<Item = Value> + '_>); 4] {
    [
        (
            "namespaces",
            Box::new(objects.namespaces.iter().map(namespace)),
        ),
        (
            "deployments",
            Box::new(objects.workloads.iter().map(deployment)),
        ),
        ("pods", Box::new(objects.pods.iter().map(pod))),
        ("policies", Box::new(objects.policies.iter().map(policy))),
    ]
}

/// Writes a `List` in JSON, as `kubectl get -o json` prints one, or documents in YAML.
///
/// # Errors
/// Whatever writing to `out` returns.
pub(crate) fn write(
    manifests: impl Iterator<Item = Value>,
    yaml: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    if yaml {
        for manifest in manifests {
            write!(out, "---")?;
            write_yaml(&manifest, 0, out)?;
            writeln!(out)?;
        }
        return Ok(());
    }
    write!(out, r#"{{"apiVersion":"v1","kind":"List","items":["#)?;
    for (index, manifest) in manifests.enumerate() {
        writeln!(out, "{}", if index > 0 { "," } else { "" })?;
        serde_json::to_writer_pretty(&mut *out, &manifest)?;
    }
    writeln!(out, "]}}")
}

/// Writes a value in block style; strings are quoted where plain ones could be read otherwise.
fn write_yaml(value: &Value, depth: usize, out: &mut dyn Write) -> io::Result<()> {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, field) in fields {
                write!(out, "\n{:1$}{key}:", "", depth * 2)?;
                write_yaml(field, depth + 1, out)?;
            }
            Ok(())
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                write!(out, "\n{:1$}-", "", depth * 2)?;
                write_yaml(item, depth + 1, out)?;
            }
            Ok(())
        }
        Value::String(text) if is_plain(text) => write!(out, " {text}"),
        _ => write!(out, " {value}"),
    }
}

/// Whether YAML reads this text as the string that it is: letters first, and none of its words.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-./".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text)
}

fn namespace(namespace: &Namespace) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": *namespace.name, "labels": labels(&namespace.labels)},
    })
}

fn deployment(workload: &WorkloadObject) -> Value {
    let made = workload.makes.first().cloned().unwrap_or_default();
    let mut selected = labels(&made.template.labels);
    if let Value::Object(fields) = &mut selected {
        fields.retain(|key, _| key == "app");
    }
    let replicas = match made.asks {
        Asks::Between(replicas, _) => replicas,
        Asks::PerNode { .. } | Asks::Nothing(_) => 0,
    };
    json!({
        "apiVersion": "apps/v1",
        "kind": *workload.kind,
        "metadata": {
            "name": *workload.name,
            "namespace": *workload.namespace,
            "labels": labels(&made.template.labels),
        },
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": selected},
            "template": {
                "metadata": {"labels": labels(&made.template.labels)},
                "spec": {"containers": containers(&made.template)},
            },
        },
    })
}

fn pod(pod: &PodObject) -> Value {
    let mut metadata = json!({
        "name": *pod.name,
        "namespace": *pod.namespace,
        "labels": labels(&pod.template.labels),
    });
    if let (Value::Object(fields), Some(owner)) = (&mut metadata, &pod.owner) {
        let owner = json!({
            "apiVersion": "apps/v1",
            "kind": *owner.kind,
            "name": *owner.name,
            "uid": "00000000-0000-0000-0000-000000000000",
            "controller": true,
        });
        fields.insert("ownerReferences".into(), json!([owner]));
    }
    let ips = pod.ips.iter().map(|ip| json!({"ip": ip.to_string()}));
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"nodeName": pod.node.as_deref(), "containers": containers(&pod.template)},
        "status": {
            "phase": "Running",
            "podIP": pod.ips.first().map(ToString::to_string),
            "podIPs": ips.collect::<Value>(),
        },
    })
}

fn containers(template: &PodTemplate) -> Value {
    let ports = template.ports.iter().map(|port| {
        let protocol = port.protocol.name();
        json!({"name": port.name.as_deref(), "containerPort": port.port, "protocol": protocol})
    });
    let image = "registry.example.com/app:1";
    json!([{"name": "main", "image": image, "ports": ports.collect::<Value>()}])
}

fn policy(policy: &Policy) -> Value {
    let mut spec = Map::new();
    spec.insert("podSelector".into(), selector(&policy.subject.pods));
    let mut types = Vec::new();
    for (name, field, peers, rules) in [
        ("Ingress", "ingress", "from", &policy.ingress),
        ("Egress", "egress", "to", &policy.egress),
    ] {
        if let Some(rules) = rules {
            types.push(name);
            let rules: Value = rules.iter().map(|shown| rule(shown, peers)).collect();
            spec.insert(field.into(), rules);
        }
    }
    spec.insert("policyTypes".into(), json!(types));
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": policy.kind.name(),
        "metadata": {"name": *policy.name, "namespace": policy.namespace.as_deref()},
        "spec": spec,
    })
}

fn rule(rule: &Rule, field: &str) -> Value {
    let mut fields = Map::new();
    if let Peers::Listed(peers) = &rule.peers {
        let peers = peers.iter().map(|entry| peer(&entry.matches));
        fields.insert(field.into(), peers.collect());
    }
    if let Ports::Listed(ports) = &rule.ports {
        fields.insert("ports".into(), ports.iter().map(port).collect());
    }
    fields.into()
}

fn peer(peer: &PeerMatch) -> Value {
    match peer {
        PeerMatch::IpBlock(IpBlock { cidr, except }) => {
            let mut block = Map::new();
            block.insert("cidr".into(), json!(cidr.to_string()));
            if !except.is_empty() {
                let except = except.iter().map(|cidr| json!(cidr.to_string()));
                block.insert("except".into(), except.collect());
            }
            json!({"ipBlock": block})
        }
        PeerMatch::Pods(scope) => {
            let mut fields = Map::new();
            let mut elsewhere = false;
            if let NamespaceScope::Matching(namespaces) = &scope.namespaces {
                fields.insert("namespaceSelector".into(), selector(namespaces));
                elsewhere = true;
            }
            if !(elsewhere && scope.pods.is_everything()) {
                fields.insert("podSelector".into(), selector(&scope.pods));
            }
            fields.into()
        }
        PeerMatch::Nodes(nodes) => json!({"nodes": selector(nodes)}),
        PeerMatch::DomainName(name) => json!({"domainNames": [name.to_string()]}),
    }
}

fn port(port: &PortMatch) -> Value {
    match &port.test {
        PortTest::Named { name, protocol } => {
            json!({"port": **name, "protocol": protocol.map(Protocol::name)})
        }
        PortTest::Range {
            protocol,
            first,
            last,
        } if first == last => json!({"port": first, "protocol": protocol.name()}),
        PortTest::Range {
            protocol,
            first,
            last,
        } => json!({"port": first, "endPort": last, "protocol": protocol.name()}),
    }
}

fn selector(selector: &Selector) -> Value {
    let (mut labels, mut expressions) = (Map::new(), Vec::new());
    for requirement in selector.requirements() {
        let key = &*requirement.key;
        match (requirement.operator, requirement.values.as_slice()) {
            (Operator::In, [value]) => {
                labels.insert(key.into(), json!(**value));
            }
            (operator, values) => {
                let values: Vec<&str> = values.iter().map(|value| &**value).collect();
                let operator = operator.name();
                expressions.push(json!({"key": key, "operator": operator, "values": values}));
            }
        }
    }
    let mut fields = Map::new();
    if !labels.is_empty() {
        fields.insert("matchLabels".into(), labels.into());
    }
    if !expressions.is_empty() {
        fields.insert("matchExpressions".into(), expressions.into());
    }
    fields.into()
}

fn labels(labels: &Labels) -> Value {
    let pairs = labels
        .iter()
        .map(|(key, value)| ((**key).to_owned(), json!(**value)));
    Value::Object(pairs.collect())
}
