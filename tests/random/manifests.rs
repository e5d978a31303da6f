//! Random objects as the manifests that mean them, as values and as a file that people can read and
//! netpolc reads back. What manifests cannot say is told in comments.

use super::workloads::OWN_LABEL;
use super::{cluster_wide, yaml};
use netpolc::model::{
    Action, Asks, ContainerPort, Direction, NamespaceScope, Objects, PeerMatch, Peers, PodScope,
    PodTemplate, Policy, PortTest, Ports, Rule, Service, TargetPort, Tier, WorkloadObject,
};
use netpolc::net::Protocol;
use netpolc::selector::{Labels, Operator, Requirement, Selector};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// The manifests of all objects of which there can be one.
pub(crate) fn manifests(objects: &Objects) -> Vec<Value> {
    let namespaces = objects.namespaces.iter().map(|it| {
        let labels = it.labels.iter();
        // Every namespace has this one of itself.
        let labels = labels.filter(|(key, _)| &***key != "kubernetes.io/metadata.name");
        object("v1", "Namespace", (&*it.name, None), pairs(labels))
    });
    let nodes = objects.nodes.iter().map(|it| {
        let mut node = object("v1", "Node", (&*it.name, None), labels(&it.labels));
        let ips = it.ips.iter();
        let ips = ips.map(|ip| json!({"type": "InternalIP", "address": ip.to_string()}));
        node["status"] = json!({"addresses": ips.collect::<Vec<_>>()});
        node
    });
    let pods = objects.pods.iter().map(|it| {
        let place = (&*it.name, Some(&*it.namespace));
        let mut pod = object("v1", "Pod", place, labels(&it.template.labels));
        if let Some(owner) = &it.owner {
            pod["metadata"]["ownerReferences"] = json!([{"apiVersion": "apps/v1",
                "kind": *owner.kind, "name": *owner.name, "uid": "0", "controller": true}]);
        }
        pod["spec"] = spec(&it.template);
        if let Some(node) = &it.node {
            pod["spec"]["nodeName"] = json!(**node);
        }
        let ips = it.ips.iter().map(|ip| json!({"ip": ip.to_string()}));
        pod["status"] = json!({"podIPs": ips.collect::<Vec<_>>()});
        pod
    });
    let workloads = objects.workloads.iter().flat_map(workload);
    let services = objects.services.iter().map(service);
    let policies = objects.policies.iter();
    let policies = policies.filter(|it| can_be_said(it));
    let all = namespaces.chain(nodes).chain(pods).chain(workloads);
    all.chain(services).chain(policies.map(policy)).collect()
}

/// All objects as one file of YAML.
pub(crate) fn file(objects: &Objects) -> String {
    let documents = manifests(objects).into_iter();
    let documents: Vec<String> = documents.map(|it| yaml::document(&it)).collect();
    documents.join("---\n") + &unsaid(&objects.policies)
}

/// Policies as one file of YAML.
pub(crate) fn policies_file(policies: &[Policy]) -> String {
    file(&Objects {
        policies: policies.to_vec(),
        ..Objects::default()
    })
}

/// Whether a manifest can be written of a policy: of a NetworkPolicy that governs something, for
/// without `policyTypes` it would govern ingress, and of most cluster-wide ones.
pub(crate) fn can_be_said(policy: &Policy) -> bool {
    if policy.tier == Tier::NetworkPolicy {
        policy.ingress.is_some() || policy.egress.is_some()
    } else {
        cluster_wide::can_be_said(policy)
    }
}

/// The policies that no manifest is written of, in words.
fn unsaid(policies: &[Policy]) -> String {
    let mut out = String::new();
    for policy in policies.iter().filter(|it| !can_be_said(it)) {
        if policy.tier == Tier::NetworkPolicy {
            let name = policy.full_name();
            let _ = writeln!(
                out,
                "# not in this file, for it governs no direction: {name}"
            );
            continue;
        }
        let Policy {
            tier,
            name,
            priority,
            subject,
            ..
        } = policy;
        let _ = writeln!(
            out,
            "# not in this file, for no manifest says it: {name} of the {tier:?} tier, with \
             priority {priority}, for {}",
            scope_words(subject)
        );
        for direction in Direction::BOTH {
            for (number, rule) in policy.rules(direction).into_iter().flatten().enumerate() {
                let action = match rule.action {
                    Action::Accept => "accept",
                    Action::Deny => "deny",
                    Action::Pass => "pass",
                };
                let said = yaml::flow(&rule_of(rule, direction.peers_field()));
                let _ = writeln!(out, "#   {direction} rule {}: {action} {said}", number + 1);
            }
        }
    }
    out
}

fn scope_words(scope: &PodScope) -> String {
    let namespaces = match &scope.namespaces {
        NamespaceScope::Named(name) => format!("namespace {name}"),
        NamespaceScope::Matching(selector) => {
            format!("namespaces {}", yaml::flow(&self::selector(selector)))
        }
    };
    format!(
        "pods {} of {namespaces}",
        yaml::flow(&selector(&scope.pods))
    )
}

/// The beginning of a manifest.
pub(super) fn object(
    version: &str,
    kind: &str,
    place: (&str, Option<&str>),
    labels: Value,
) -> Value {
    let (name, namespace) = place;
    let mut metadata = json!({"name": name});
    if let Some(namespace) = namespace {
        metadata["namespace"] = json!(namespace);
    }
    if labels != json!({}) {
        metadata["labels"] = labels;
    }
    json!({"apiVersion": version, "kind": kind, "metadata": metadata})
}

fn pairs<'a>(
    pairs: impl Iterator<Item = (&'a std::sync::Arc<str>, &'a std::sync::Arc<str>)>,
) -> Value {
    let pairs = pairs.map(|(key, value)| (key.to_string(), Value::from(&**value)));
    pairs.collect::<Map<_, _>>().into()
}

fn labels(labels: &Labels) -> Value {
    pairs(labels.iter())
}

/// What a pod is made of: a container has no two ports of one name, so the next port is in another.
fn spec(template: &PodTemplate) -> Value {
    let mut containers: Vec<Vec<&ContainerPort>> = vec![Vec::new()];
    for port in &*template.ports {
        let last = &containers[containers.len() - 1];
        if port.name.is_some() && last.iter().any(|it| it.name == port.name) {
            containers.push(Vec::new());
        }
        containers
            .last_mut()
            .into_iter()
            .for_each(|it| it.push(port));
    }
    let containers = (0..).zip(&containers).map(|(number, ports)| {
        let mut container = json!({"name": format!("c{number}"), "image": "i"});
        if !ports.is_empty() {
            container["ports"] = ports.iter().map(|it| container_port(it)).collect();
        }
        container
    });
    let mut written = json!({"containers": containers.collect::<Vec<_>>()});
    if template.host_network {
        written["hostNetwork"] = json!(true);
    }
    written
}

fn container_port(port: &ContainerPort) -> Value {
    let mut written = json!({"containerPort": port.port, "protocol": port.protocol.name()});
    if let Some(name) = &port.name {
        written["name"] = json!(**name);
    }
    written
}

/// A workload, and what scales it where its pods are not of one number.
fn workload(workload: &WorkloadObject) -> Vec<Value> {
    let made = &workload.makes[0];
    let version = match &*workload.kind {
        "Job" => "batch/v1",
        _ => "apps/v1",
    };
    let (name, namespace) = (&*workload.name, &*workload.namespace);
    let mut written = object(version, &workload.kind, (name, Some(namespace)), json!({}));
    let template = json!({"metadata": {"labels": labels(&made.template.labels)}, "spec": spec(&made.template)});
    written["spec"] = json!({});
    let count = match made.asks {
        Asks::Between(least, _) => Some(least),
        Asks::Nothing(_) => Some(0),
        Asks::PerNode { .. } => None,
    };
    match (&*workload.kind, count) {
        ("Job", count) => written["spec"]["parallelism"] = json!(count),
        (_, Some(count)) => written["spec"]["replicas"] = json!(count),
        (_, None) => {}
    }
    if &*workload.kind != "Job" {
        let own = made.template.labels.get(OWN_LABEL).map(|it| &**it);
        written["spec"]["selector"] = json!({"matchLabels": {OWN_LABEL: own}});
    }
    written["spec"]["template"] = template;
    let mut all = vec![written];
    if let Asks::Between(least, Some(most)) = made.asks
        && least < most
    {
        let place = (name, Some(namespace));
        let mut scaler = object(
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            place,
            json!({}),
        );
        scaler["spec"] = json!({"minReplicas": least, "maxReplicas": most, "scaleTargetRef":
            {"apiVersion": version, "kind": *workload.kind, "name": name}});
        all.push(scaler);
    }
    all
}

fn service(service: &Service) -> Value {
    let ports = service.ports.iter().map(|port| {
        let target = match &port.target {
            TargetPort::Number(number) => json!(number),
            TargetPort::Named(name) => json!(**name),
        };
        json!({"name": format!("port-{}", port.port), "protocol": port.protocol.name(),
            "port": port.port, "targetPort": target})
    });
    let selector = service.selector.iter().flat_map(Selector::requirements);
    let selector = selector.map(|it| (it.key.to_string(), json!(*it.values[0])));
    let place = (&*service.name, Some(&*service.namespace));
    let mut written = object("v1", "Service", place, json!({}));
    written["spec"] = json!({"selector": selector.collect::<Map<_, _>>(),
        "ports": ports.collect::<Vec<_>>()});
    if service.headless {
        written["spec"]["clusterIP"] = json!("None");
    }
    written
}

fn policy(policy: &Policy) -> Value {
    if policy.tier != Tier::NetworkPolicy {
        return cluster_wide::manifest(policy);
    }
    let types = [(&policy.ingress, "Ingress"), (&policy.egress, "Egress")];
    let types = types.iter().filter(|(rules, _)| rules.is_some());
    let types: Vec<&str> = types.map(|(_, name)| *name).collect();
    let place = (&*policy.name, policy.namespace.as_deref());
    let mut written = object("networking.k8s.io/v1", "NetworkPolicy", place, json!({}));
    written["spec"] = json!({"podSelector": selector(&policy.subject.pods), "policyTypes": types});
    for direction in [Direction::Ingress, Direction::Egress] {
        if let Some(rules) = policy.rules(direction).filter(|rules| !rules.is_empty()) {
            let rules = rules
                .iter()
                .map(|rule| rule_of(rule, direction.peers_field()));
            written["spec"][direction.name()] = rules.collect();
        }
    }
    written
}

fn rule_of(rule: &Rule, peers: &str) -> Value {
    let mut written = Map::new();
    if let Peers::Listed(all) = &rule.peers {
        let all = all.iter().map(|peer| match &peer.matches {
            PeerMatch::IpBlock(block) if block.except.is_empty() => {
                json!({"ipBlock": {"cidr": block.cidr.to_string()}})
            }
            PeerMatch::IpBlock(block) => {
                let except: Vec<String> = block.except.iter().map(ToString::to_string).collect();
                json!({"ipBlock": {"cidr": block.cidr.to_string(), "except": except}})
            }
            PeerMatch::Pods(scope) => scope_of(scope),
            PeerMatch::Nodes(nodes) => json!({"nodes": selector(nodes)}),
            PeerMatch::DomainName(name) => json!({"domainNames": [name.to_string()]}),
        });
        written.insert(peers.to_owned(), all.collect::<Vec<_>>().into());
    }
    if let Ports::Listed(all) = &rule.ports {
        let all = all.iter().map(|port| self::port(&port.test));
        written.insert("ports".to_owned(), all.collect::<Vec<_>>().into());
    }
    written.into()
}

/// An entry of `ports`.
pub(crate) fn port(test: &PortTest) -> Value {
    match test {
        PortTest::Range {
            protocol,
            first: 1,
            last: 65535,
        } => json!({"protocol": protocol.name()}),
        PortTest::Range {
            protocol,
            first,
            last,
        } if first == last => json!({"protocol": protocol.name(), "port": first}),
        PortTest::Range {
            protocol,
            first,
            last,
        } => json!({"protocol": protocol.name(), "port": first, "endPort": last}),
        PortTest::Named { name, protocol } => {
            json!({"protocol": protocol.map(Protocol::name), "port": **name})
        }
    }
}

fn scope_of(scope: &PodScope) -> Value {
    let mut written = Map::new();
    written.insert("podSelector".to_owned(), selector(&scope.pods));
    if let NamespaceScope::Matching(namespaces) = &scope.namespaces {
        written.insert("namespaceSelector".to_owned(), selector(namespaces));
    }
    written.into()
}

/// A selector, its requirements in their order.
pub(crate) fn selector(selector: &Selector) -> Value {
    let requirement = |it: &Requirement| {
        let values: Vec<&str> = it.values.iter().map(|value| &**value).collect();
        let mut written = json!({"key": *it.key, "operator": it.operator.name()});
        if !values.is_empty() {
            written["values"] = json!(values);
        }
        written
    };
    match selector.requirements() {
        [] => json!({}),
        [one] if one.operator == Operator::In && one.values.len() == 1 => {
            json!({"matchLabels": {one.key.to_string(): *one.values[0]}})
        }
        all => json!({"matchExpressions": all.iter().map(requirement).collect::<Vec<_>>()}),
    }
}
