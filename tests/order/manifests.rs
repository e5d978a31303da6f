//! Random objects as the manifests that mean them, one document each, in JSON.

use netpolc::model::{
    Asks, NamespaceScope, Objects, PeerMatch, Peers, PodScope, PodTemplate, Policy, PortTest,
    Ports, Rule, Tier,
};
use netpolc::net::Protocol;
use netpolc::selector::{Labels, Selector};
use serde_json::{Value, json};

/// The manifests of all objects but those of the Admin and Baseline tiers.
pub(crate) fn manifests(objects: &Objects) -> Vec<Value> {
    let namespaces = objects.namespaces.iter().map(|it| {
        json!({"apiVersion": "v1", "kind": "Namespace",
            "metadata": {"name": *it.name, "labels": labels(&it.labels)}})
    });
    let pods = objects.pods.iter().map(|it| {
        let ips = it.ips.iter().map(|ip| json!({"ip": ip.to_string()}));
        let owners = it.owner.iter().map(|owner| {
            json!({"apiVersion": "apps/v1", "kind": *owner.kind, "name": *owner.name,
                "uid": "0", "controller": true})
        });
        json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": *it.name, "namespace": *it.namespace,
                "labels": labels(&it.template.labels), "ownerReferences": owners.collect::<Vec<_>>()},
            "spec": spec(&it.template),
            "status": {"podIPs": ips.collect::<Vec<_>>()}})
    });
    let workloads = objects.workloads.iter().map(|it| {
        let made = &it.makes[0];
        let own = labels(&made.template.labels);
        let version = if &*it.kind == "Job" {
            "batch/v1"
        } else {
            "apps/v1"
        };
        let mut said = json!({"template": {"metadata": {"labels": own.clone()},
            "spec": spec(&made.template)}});
        match (&*it.kind, made.asks) {
            ("Job", Asks::Between(least, _)) => said["parallelism"] = json!(least),
            ("Job", _) => said["suspend"] = json!(true),
            ("DaemonSet", _) => said["selector"] = json!({"matchLabels": own}),
            (_, Asks::Between(least, _)) => {
                said["replicas"] = json!(least);
                said["selector"] = json!({"matchLabels": own});
            }
            _ => {
                said["replicas"] = json!(0);
                said["selector"] = json!({"matchLabels": own});
            }
        }
        json!({"apiVersion": version, "kind": *it.kind,
            "metadata": {"name": *it.name, "namespace": *it.namespace}, "spec": said})
    });
    let policies = objects.policies.iter();
    let policies = policies.filter(|it| it.tier == Tier::NetworkPolicy);
    let all = namespaces.chain(pods).chain(workloads);
    all.chain(policies.map(policy)).collect()
}

fn labels(labels: &Labels) -> Value {
    labels
        .iter()
        .map(|(key, value)| (key.to_string(), Value::from(&**value)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn spec(template: &PodTemplate) -> Value {
    let ports = template.ports.iter().map(|port| {
        json!({"name": port.name.as_deref(), "protocol": port.protocol.name(),
            "containerPort": port.port})
    });
    json!({"hostNetwork": template.host_network,
        "containers": [{"name": "c", "image": "i", "ports": ports.collect::<Vec<_>>()}]})
}

fn policy(policy: &Policy) -> Value {
    let rules = |rules: &Option<Vec<Rule>>, peers: &str| {
        let rules = rules.iter().flatten().map(|rule| rule_of(rule, peers));
        Value::from(rules.collect::<Vec<_>>())
    };
    let types = [(&policy.ingress, "Ingress"), (&policy.egress, "Egress")];
    let types = types.iter().filter(|(rules, _)| rules.is_some());
    let types: Vec<&str> = types.map(|(_, name)| *name).collect();
    json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": *policy.name, "namespace": policy.namespace.as_deref()},
        "spec": {"podSelector": selector(&policy.subject.pods), "policyTypes": types,
            "ingress": rules(&policy.ingress, "from"), "egress": rules(&policy.egress, "to")}})
}

fn rule_of(rule: &Rule, peers: &str) -> Value {
    let mut written = serde_json::Map::new();
    if let Peers::Listed(all) = &rule.peers {
        let all = all.iter().map(|peer| match &peer.matches {
            PeerMatch::IpBlock(block) => {
                let except: Vec<String> = block.except.iter().map(ToString::to_string).collect();
                json!({"ipBlock": {"cidr": block.cidr.to_string(), "except": except}})
            }
            PeerMatch::Pods(scope) => scope_of(scope),
        });
        written.insert(peers.to_owned(), all.collect::<Vec<_>>().into());
    }
    if let Ports::Listed(all) = &rule.ports {
        let all = all.iter().map(|port| match &port.test {
            PortTest::Range {
                protocol,
                first: 1,
                last: 65535,
            } => json!({"protocol": protocol.name()}),
            PortTest::Range {
                protocol,
                first,
                last,
            } => json!({"protocol": protocol.name(), "port": first, "endPort": last}),
            PortTest::Named { name, protocol } => {
                json!({"protocol": protocol.map(Protocol::name), "port": **name})
            }
        });
        written.insert("ports".to_owned(), all.collect::<Vec<_>>().into());
    }
    written.into()
}

fn scope_of(scope: &PodScope) -> Value {
    let mut written = serde_json::Map::new();
    written.insert("podSelector".to_owned(), selector(&scope.pods));
    if let NamespaceScope::Matching(namespaces) = &scope.namespaces {
        written.insert("namespaceSelector".to_owned(), selector(namespaces));
    }
    written.into()
}

fn selector(selector: &Selector) -> Value {
    let all = selector.requirements().iter().map(|it| {
        let values: Vec<&str> = it.values.iter().map(|value| &**value).collect();
        json!({"key": *it.key, "operator": it.operator.name(), "values": values})
    });
    json!({"matchExpressions": all.collect::<Vec<_>>()})
}
