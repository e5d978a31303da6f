//! What findings claim, asked of `trace`: for each rule a function that derives from a finding which
//! flows it speaks of, and says what is wrong with it if `trace` judges otherwise.

mod exposure;
mod policies;
mod ports;
mod tiers;

use super::random;
use netpolc::lint::Found;
use netpolc::model::{
    Cluster, Count, Direction, NAMESPACE_NAME_LABEL, NamespaceId, NamespaceScope, PeerMatch, Peers,
    Pod, PodNature, PodScope, Policy, PortTest, Ports, Rule, Service, TargetPort,
};
use netpolc::net::Protocol;
use netpolc::selector::{Labels, Requirement, Selector};
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// Says what is wrong with a finding.
pub(crate) type Confirm = fn(&Cluster, &Found) -> Result<(), String>;

/// What confirms findings of a rule.
pub(crate) fn confirmation(code: &str) -> Option<Confirm> {
    Some(match code {
        "NP011" | "NP012" => policies::ignored,
        "NP014" => policies::everyone,
        "NP017" => policies::and_or,
        "NP020" | "NP105" => policies::selects_nothing,
        "NP024" => policies::unsatisfiable,
        "NP025" => policies::no_value,
        "NP026" => policies::wrong_namespace,
        "NP030" => ports::service_port,
        "NP037" => ports::never_resolves,
        "NP044" => ports::service_address,
        "NP050" => ports::dns_blocked,
        "NP057" => exposure::refuses_the_controller,
        "NP062" => exposure::open,
        "NP064" => exposure::lets_nobody_in,
        "NP067" => exposure::exposed,
        "NP072" => exposure::nullified,
        "NP090" => tiers::conflict,
        "NP091" | "NP093" | "NP097" => tiers::never_decides,
        "NP073" | "NP074" => exposure::half_open,
        "NP104" => exposure::no_difference,
        "NP106" => policies::selects_others,
        _ => return None,
    })
}

/// Addresses of no pod.
const OUTSIDE: [&str; 4] = ["198.51.100.7", "8.8.8.8", "10.255.255.1", "2001:db8::7"];

fn outside<'a>() -> impl Iterator<Item = Endpoint<'a>> {
    let addresses = OUTSIDE.iter().chain(&random::OUTSIDE);
    addresses.map(|text| Endpoint::Address(text.parse::<IpAddr>().unwrap()))
}

/// Connections to try: what policies and pods mention, and some that nobody does.
fn connections(cluster: &Cluster) -> Vec<(Protocol, u16)> {
    let mut ports: BTreeSet<u16> = [1, 53, 80, 443, 8080, 40_404, 65_535].into();
    for policy in cluster.policies.rows() {
        let rules = Direction::BOTH.into_iter();
        for rule in rules.flat_map(|it| policy.rules(it).unwrap_or_default()) {
            let Ports::Listed(entries) = &rule.ports else {
                continue;
            };
            for entry in entries {
                if let PortTest::Range { first, last, .. } = entry.test {
                    ports.extend([first, last]);
                }
            }
        }
    }
    let declared = cluster.pods.rows().iter();
    ports.extend(declared.flat_map(|pod| pod.ports.iter().map(|it| it.port)));
    let ports = ports.into_iter();
    ports
        .flat_map(|port| Protocol::ALL.map(|protocol| (protocol, port)))
        .collect()
}

fn flow<'a>(
    source: Endpoint<'a>,
    destination: Endpoint<'a>,
    (protocol, port): (Protocol, u16),
) -> Flow<'a> {
    Flow {
        source,
        destination,
        protocol,
        port,
    }
}

/// What one direction says of a flow.
fn half(cluster: &Cluster, direction: Direction, flow: &Flow<'_>) -> Verdict {
    let trace = trace(cluster, flow);
    match direction {
        Direction::Ingress => trace.ingress.verdict,
        Direction::Egress => trace.egress.verdict,
    }
}

fn claim(holds: bool, otherwise: impl Into<String>) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

/// The policy that a finding is about.
fn policy<'a>(cluster: &'a Cluster, found: &Found) -> Result<&'a Policy, String> {
    let object = &found.fact.object;
    let mut policies = cluster.policies.rows().iter();
    policies
        .find(|it| it.name == object.name && it.namespace == object.namespace)
        .ok_or_else(|| format!("no policy {object}"))
}

fn namespace(cluster: &Cluster, policy: &Policy) -> NamespaceId {
    let name = policy.namespace.as_deref().unwrap();
    cluster.namespace(name).unwrap()
}

/// A pod that could be: with these labels, without ports and addresses.
fn imagined(namespace: NamespaceId, labels: Labels) -> Pod {
    Pod {
        names: None,
        namespace,
        name: "imagined".into(),
        labels,
        ips: Vec::new(),
        host_network: false,
        node: None,
        ports: Arc::new([]),
        workload: None,
        count: Count::ONE,
        nature: PodNature::Hypothetical,
        per_node: false,
        origin: netpolc::model::Origin::default(),
    }
}

/// The cluster with nothing but one policy, which has these rules for one direction.
fn alone(cluster: &Cluster, policy: &Policy, direction: Direction, rules: Vec<Rule>) -> Cluster {
    let (mut ingress, mut egress) = (None, None);
    match direction {
        Direction::Ingress => ingress = Some(rules),
        Direction::Egress => egress = Some(rules),
    }
    cluster.with_policies(vec![Policy {
        ingress,
        egress,
        ..policy.clone()
    }])
}

/// Whether a policy governs a pod: as the only one, and without rules, it refuses everything.
fn governs(cluster: &Cluster, policy: &Policy, direction: Direction, pod: &Pod) -> bool {
    let denied = alone(cluster, policy, direction, Vec::new());
    let pod = Endpoint::Pod(pod);
    let outside = Endpoint::Address(OUTSIDE[0].parse().unwrap());
    let (source, destination) = match direction {
        Direction::Ingress => (outside, pod),
        Direction::Egress => (pod, outside),
    };
    let flow = flow(source, destination, (Protocol::Tcp, 80));
    trace(&denied, &flow).verdict == Verdict::Deny
}

/// Whether a scope as a peer lets a pod in, at a pod that could be of the policy's namespace.
fn matches(cluster: &Cluster, policy: &Policy, scope: &PodScope, pod: &Pod) -> bool {
    let open = Policy {
        subject: PodScope {
            pods: Selector::everything(),
            ..policy.subject.clone()
        },
        ..policy.clone()
    };
    let rule = Rule {
        action: netpolc::model::Action::Accept,
        peers: Peers::Listed(vec![netpolc::model::Peer {
            matches: PeerMatch::Pods(scope.clone()),
            place: netpolc::model::PeerPlace::default(),
            origin: policy.origin,
        }]),
        ports: Ports::Any,
        origin: policy.origin,
    };
    let cluster = alone(cluster, &open, Direction::Ingress, vec![rule]);
    let subject = imagined(namespace(&cluster, policy), Labels::none());
    let flow = flow(
        Endpoint::Pod(pod),
        Endpoint::Pod(&subject),
        (Protocol::Tcp, 80),
    );
    trace(&cluster, &flow).verdict == Verdict::Allow
}

/// The pods that a policy governs.
fn subjects<'a>(cluster: &'a Cluster, policy: &Policy, direction: Direction) -> Vec<&'a Pod> {
    let pods = cluster.pods.rows().iter();
    pods.filter(|pod| governs(cluster, policy, direction, pod))
        .collect()
}

/// The numbers of a Service's target port at a pod.
fn targets(service: &Service, port: usize, pod: &Pod) -> Vec<(Protocol, u16)> {
    let Some(port) = service.ports.get(port) else {
        return Vec::new();
    };
    match &port.target {
        TargetPort::Number(number) => vec![(port.protocol, *number)],
        TargetPort::Named(name) => pod.named_port(name, Some(port.protocol)).collect(),
    }
}

fn backends<'a>(cluster: &'a Cluster, service: &Service) -> Vec<&'a Pod> {
    let namespace = cluster.namespace(&service.namespace);
    let selector = service.selector.as_ref();
    let pods = cluster.pods.rows().iter();
    pods.filter(|pod| Some(pod.namespace) == namespace)
        .filter(|pod| selector.is_some_and(|it| it.matches(&pod.labels)))
        .collect()
}
