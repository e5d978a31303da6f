//! What findings claim, asked of `trace`: for each rule a function that derives from a finding which
//! flows it speaks of, and says what is wrong with it if `trace` judges otherwise.

use super::paths::{self, Part, Place, place};
use super::random;
use netpolc::lint::Found;
use netpolc::model::{
    Cluster, Direction, NAMESPACE_NAME_LABEL, NamespaceId, NamespaceScope, PeerMatch, Peers, Pod, PodNature, PodScope,
    Policy, PortTest, Ports, Rule, Service, TargetPort,
};
use netpolc::net::Protocol;
use netpolc::selector::{Labels, Requirement, Selector};
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

/// Says what is wrong with a finding.
pub(crate) type Confirm = fn(&Cluster, &Found) -> Result<(), String>;

/// What confirms findings of a rule.
pub(crate) fn confirmation(code: &str) -> Option<Confirm> {
    Some(match code {
        "NP011" | "NP012" => ignored,
        "NP014" => everyone,
        "NP017" => and_or,
        "NP020" => selects_nothing,
        "NP024" => unsatisfiable,
        "NP026" => wrong_namespace,
        "NP030" => service_port,
        "NP037" => never_resolves,
        "NP044" => service_address,
        "NP050" => dns_blocked,
        "NP062" => open,
        "NP064" => lets_nobody_in,
        "NP067" => exposed,
        "NP072" => nullified,
        "NP073" | "NP074" => half_open,
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
        namespace,
        name: "imagined".into(),
        labels,
        ips: Vec::new(),
        host_network: false,
        node: None,
        ports: Arc::new([]),
        workload: None,
        count: Some(1),
        nature: PodNature::Hypothetical,
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

/// NP011, NP012: the policy does not govern the direction for which it has rules.
fn ignored(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let direction = if found.fact.path.contains("egress") {
        Direction::Egress
    } else {
        Direction::Ingress
    };
    let only = cluster.with_policies(vec![policy.clone()]);
    let all = cluster.pods.rows().iter();
    let mut flows = all.flat_map(|pod| {
        outside().map(move |other| match direction {
            Direction::Ingress => flow(other, Endpoint::Pod(pod), (Protocol::Tcp, 80)),
            Direction::Egress => flow(Endpoint::Pod(pod), other, (Protocol::Tcp, 80)),
        })
    });
    let open = flows.all(|flow| trace(&only, &flow).verdict == Verdict::Allow);
    claim(open, format!("the policy isolates for {direction}"))
}

/// NP014: the rule lets everyone in or out.
fn everyone(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let at = place(&found.fact.path).ok_or("no rule")?;
    let mut rule = paths::rule(policy, at).ok_or("no such rule")?.clone();
    rule.ports = Ports::Any;
    let only = alone(cluster, policy, at.direction, vec![rule]);
    let pods = subjects(cluster, policy, at.direction);
    let mut flows = pods.iter().flat_map(|pod| {
        outside().map(move |other| match at.direction {
            Direction::Ingress => flow(other, Endpoint::Pod(pod), (Protocol::Tcp, 80)),
            Direction::Egress => flow(Endpoint::Pod(pod), other, (Protocol::Tcp, 80)),
        })
    });
    let open = flows.all(|flow| trace(&only, &flow).verdict == Verdict::Allow);
    claim(open, "the rule refuses an address outside")
}

/// NP017 as an error: the second peer matches nobody; both selectors together match somebody.
fn and_or(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let Some(Place {
        part: Part::Peer(second),
        direction,
        rule,
    }) = place(&found.fact.path)
    else {
        return Err("the path names no peer".to_owned());
    };
    let peer = |index: usize| {
        let part = Part::Peer(index);
        let place = Place {
            direction,
            rule,
            part,
        };
        let rule = paths::narrowed(policy, place).ok_or("no such peer")?;
        match &rule.peers {
            Peers::Listed(peers) => match peers.first().map(|it| it.matches.clone()) {
                Some(PeerMatch::Pods(scope)) => Ok(scope),
                _ => Err("not pods".to_owned()),
            },
            Peers::Anyone => Err("everyone".to_owned()),
        }
    };
    let first = peer(second.checked_sub(1).ok_or("the first peer")?)?;
    let second = peer(second)?;
    let both = PodScope {
        namespaces: first.namespaces,
        pods: second.pods.clone(),
    };
    let pods = cluster.pods.rows();
    let any = |scope| pods.iter().any(|pod| matches(cluster, policy, scope, pod));
    claim(!any(&second), "the second peer matches a pod")?;
    claim(any(&both), "both selectors together match nobody")
}

/// NP020: the policy governs none of the pods.
fn selects_nothing(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let governed = subjects(cluster, policy, Direction::Ingress);
    let names: Vec<String> = governed.iter().map(|pod| cluster.pod_name(pod)).collect();
    claim(names.is_empty(), format!("it governs {names:?}"))
}

/// NP024: every combination of what the requirements mention, one value that they do not, and
/// absence fails some requirement, read as the API documents them.
fn unsatisfiable(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let mut selectors: Vec<(String, &Selector)> =
        vec![("spec.podSelector".to_owned(), &policy.subject.pods)];
    for direction in Direction::BOTH {
        let rules = policy.rules(direction).unwrap_or_default();
        for (index, rule) in rules.iter().enumerate() {
            let Peers::Listed(peers) = &rule.peers else {
                continue;
            };
            for (peer, entry) in peers.iter().enumerate() {
                let PeerMatch::Pods(scope) = &entry.matches else {
                    continue;
                };
                let path = Policy::rule_path(direction, index);
                let path = format!("{path}.{}[{peer}]", direction.peers_field());
                selectors.push((format!("{path}.podSelector"), &scope.pods));
                if let NamespaceScope::Matching(selector) = &scope.namespaces {
                    selectors.push((format!("{path}.namespaceSelector"), selector));
                }
            }
        }
    }
    let mut about = selectors.iter();
    let (path, selector) = about
        .find(|(path, _)| found.fact.path.starts_with(&**path))
        .ok_or("no selector there")?;
    let keys: BTreeSet<&Arc<str>> = selector.requirements().iter().map(|it| &it.key).collect();
    let mut keys = keys.into_iter();
    // Requirements on different keys do not hinder each other.
    let dead = keys.any(|key| {
        let of_key = selector.requirements().iter().filter(|it| it.key == *key);
        let of_key: Vec<&Requirement> = of_key.collect();
        let values = of_key
            .iter()
            .flat_map(|it| it.values.iter().map(|it| &**it));
        let mut states: Vec<Labels> = values
            .chain(["some-other-value"])
            .map(|value| Labels::from_pairs([(&**key, value)]))
            .collect();
        // Every namespace carries its name.
        let always = path.ends_with("namespaceSelector") && ***key == *NAMESPACE_NAME_LABEL;
        if !always {
            states.push(Labels::none());
        }
        let met = |labels: &Labels| of_key.iter().all(|it| it.matches(labels));
        !states.iter().any(met)
    });
    claim(dead, "some labels match")
}

/// NP026: nobody here is governed; in exactly one other namespace somebody would be.
fn wrong_namespace(cluster: &Cluster, found: &Found) -> Result<(), String> {
    selects_nothing(cluster, found)?;
    let policy = policy(cluster, found)?;
    // Pods that are not there now, and those in the network of their node, have labels as well.
    let pods = cluster.pods.rows().iter();
    let pods = pods.chain(cluster.dormant.iter().map(|it| &it.pod));
    let elsewhere = pods.filter(|pod| policy.subject.pods.matches(&pod.labels));
    let elsewhere: BTreeSet<NamespaceId> = elsewhere.map(|pod| pod.namespace).collect();
    claim(
        elsewhere.len() == 1 && !elsewhere.contains(&namespace(cluster, policy)),
        format!("pods with these labels are in {elsewhere:?}"),
    )
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

/// NP030: some Service has this port and leads to another one at a pod of the rule, which does not
/// declare it; the entry does not open where the Service leads.
fn service_port(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let at = place(&found.fact.path).ok_or("no rule")?;
    let mut rule = paths::narrowed(policy, at).ok_or("no such port")?;
    let number = match &rule.ports {
        Ports::Listed(entries) => match entries.first().map(|it| &it.test) {
            Some(PortTest::Range { first, .. }) => *first,
            _ => return Err("no number".to_owned()),
        },
        Ports::Any => return Err("no port".to_owned()),
    };
    let destinations: Vec<&Pod> = match (at.direction, &rule.peers) {
        (Direction::Ingress, _) => subjects(cluster, policy, Direction::Ingress),
        (Direction::Egress, Peers::Listed(peers)) => {
            let pods = cluster.pods.rows().iter();
            let named = |pod: &&Pod| {
                peers.iter().any(|peer| match &peer.matches {
                    PeerMatch::Pods(scope) => matches(cluster, policy, scope, pod),
                    PeerMatch::IpBlock(_) => false,
                })
            };
            pods.filter(named).collect()
        }
        (Direction::Egress, Peers::Anyone) => return Err("to everyone".to_owned()),
    };
    let declared = destinations
        .iter()
        .any(|pod| pod.ports.iter().any(|port| port.port == number));
    claim(!declared, format!("a pod declares {number}"))?;
    rule.peers = Peers::Anyone;
    let subject = Policy {
        namespace: policy.namespace.clone(),
        ..policy.clone()
    };
    for service in cluster.services.rows() {
        for (index, port) in service.ports.iter().enumerate() {
            if port.port != number {
                continue;
            }
            for pod in backends(cluster, service) {
                let here = destinations.iter().any(|it| std::ptr::eq(*it, pod));
                let open = |to: (Protocol, u16)| match at.direction {
                    Direction::Ingress => {
                        let only = alone(cluster, &subject, at.direction, vec![rule.clone()]);
                        let from = Endpoint::Address(OUTSIDE[0].parse().unwrap());
                        trace(&only, &flow(from, Endpoint::Pod(pod), to)).verdict
                    }
                    Direction::Egress => Verdict::Deny,
                };
                let mut to = targets(service, index, pod).into_iter();
                if here && to.any(|to| to.1 != number && open(to) == Verdict::Deny) {
                    return Ok(());
                }
            }
        }
    }
    Err("no Service with this port leads elsewhere at these pods".to_owned())
}

/// NP037: the entry lets nothing out to any address, whatever the port.
fn never_resolves(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let at = place(&found.fact.path).ok_or("no rule")?;
    let rule = paths::narrowed(policy, at).ok_or("no such port")?;
    let Peers::Listed(peers) = &rule.peers else {
        return Err("everyone".to_owned());
    };
    let blocks = peers.iter().map(|peer| match &peer.matches {
        PeerMatch::IpBlock(block) => block.addresses().first(),
        PeerMatch::Pods(_) => None,
    });
    let addresses: Option<Vec<IpAddr>> = blocks.collect();
    let addresses = addresses.ok_or("a peer is no block")?;
    let only = alone(cluster, policy, at.direction, vec![rule.clone()]);
    for pod in subjects(cluster, policy, at.direction) {
        for &address in &addresses {
            for to in connections(cluster) {
                let flow = flow(Endpoint::Pod(pod), Endpoint::Address(address), to);
                claim(
                    trace(&only, &flow).verdict == Verdict::Deny,
                    format!("{address} is reached on {to:?}"),
                )?;
            }
        }
    }
    Ok(())
}

/// NP044: the block has the address of a Service, and matches none of the pods that it leads to.
fn service_address(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let at = place(&found.fact.path).ok_or("no rule")?;
    let rule = paths::narrowed(policy, at).ok_or("no such peer")?;
    let Peers::Listed(peers) = &rule.peers else {
        return Err("everyone".to_owned());
    };
    let Some(PeerMatch::IpBlock(block)) = peers.first().map(|it| &it.matches) else {
        return Err("no block".to_owned());
    };
    let addresses = block.addresses();
    let only = alone(cluster, policy, at.direction, vec![rule.clone()]);
    let services = cluster.services.rows().iter();
    let services = services.filter(|it| it.addresses.iter().any(|&ip| addresses.contains(ip)));
    for service in services {
        for backend in backends(cluster, service) {
            for pod in subjects(cluster, policy, at.direction) {
                for to in connections(cluster) {
                    let (pod, backend) = (Endpoint::Pod(pod), Endpoint::Pod(backend));
                    let flow = match at.direction {
                        Direction::Ingress => flow(backend, pod, to),
                        Direction::Egress => flow(pod, backend, to),
                    };
                    claim(
                        pod == backend || trace(&only, &flow).verdict != Verdict::Allow,
                        "the block matches a pod of the Service",
                    )?;
                }
            }
        }
    }
    Ok(())
}

/// NP050: the pods reach none of those who may answer DNS queries over UDP.
fn dns_blocked(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let object = &found.fact.object;
    let pods = cluster.pods.rows().iter();
    let pods: Vec<&Pod> = match policy(cluster, found) {
        Ok(policy) => subjects(cluster, policy, Direction::Egress),
        Err(_) => pods
            .filter(|pod| {
                let namespace = &cluster.namespaces.at(pod.namespace).name;
                let workload = pod.workload.map(|id| &cluster.workloads.at(id).owner.name);
                object.namespace.as_ref() == Some(namespace)
                    && *workload.unwrap_or(&pod.name) == object.name
            })
            .collect(),
    };
    claim(!pods.is_empty(), "no pods")?;
    let answering = |pod: &&Pod| {
        let names = [
            "k8s-app",
            "app.kubernetes.io/name",
            "dns.operator.openshift.io/daemonset-dns",
        ];
        let mut values = names.iter().filter_map(|key| pod.labels.get(key));
        values.any(|value| value.contains("dns") || &**value == "default")
    };
    // Where a server names its port for DNS, it is that one; policies do not see the Service's.
    let ports = |server: &Pod| {
        let named = server.ports.iter().filter(|port| {
            port.protocol == Protocol::Udp && port.name.as_ref().is_some_and(|it| it.contains("dns"))
        });
        let mut ports: Vec<u16> = named.map(|port| port.port).collect();
        if ports.is_empty() {
            ports.push(53);
        }
        ports
    };
    let servers = cluster.pods.rows().iter().filter(answering);
    let servers = servers.flat_map(|it| ports(it).into_iter().map(move |port| (it, port)));
    let servers: Vec<(&Pod, u16)> = servers.collect();
    let addresses = ["169.254.20.10", "169.254.169.254", "8.8.8.8"];
    let addresses = addresses.map(|it| (Endpoint::Address(it.parse().unwrap()), 53));
    for pod in pods {
        let others = servers.iter().filter(|(it, _)| !std::ptr::eq(*it, pod));
        let others = others.map(|(it, port)| (Endpoint::Pod(it), *port));
        for (server, port) in others.chain(addresses) {
            let flow = flow(Endpoint::Pod(pod), server, (Protocol::Udp, port));
            claim(
                half(cluster, Direction::Egress, &flow) == Verdict::Deny,
                format!("{} may ask {server:?}", cluster.pod_name(pod)),
            )?;
        }
    }
    Ok(())
}

/// The pods of the workload (or the pod) that a finding is about.
fn pods_of<'a>(cluster: &'a Cluster, found: &Found) -> Vec<&'a Pod> {
    let object = &found.fact.object;
    let pods = cluster.pods.rows().iter();
    pods.filter(|pod| {
        let owner = pod.workload.map(|id| &cluster.workloads.at(id).owner);
        let (kind, name) = owner.map_or(("Pod", &pod.name), |it| (&*it.kind, &it.name));
        let namespace = &cluster.namespaces.at(pod.namespace).name;
        *kind == *object.kind
            && *name == object.name
            && object.namespace.as_ref() == Some(namespace)
    })
    .collect()
}

/// NP062: some pod lets every address in on every port.
fn open(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let mut pods = pods_of(cluster, found).into_iter();
    let open = pods.any(|pod| {
        outside().all(|from| {
            let mut tried = connections(cluster).into_iter();
            tried.all(|to| {
                trace(cluster, &flow(from, Endpoint::Pod(pod), to)).verdict == Verdict::Allow
            })
        })
    });
    claim(open, "none of the pods lets everyone in")
}

/// NP064: whoever there is, no pod behind the Service lets them in where it leads.
fn lets_nobody_in(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let object = &found.fact.object;
    let mut services = cluster.services.rows().iter();
    let service = services
        .find(|it| it.name == object.name && Some(&it.namespace) == object.namespace.as_ref())
        .ok_or("no such Service")?;
    let mut tried = 0;
    for pod in backends(cluster, service) {
        for to in (0..service.ports.len()).flat_map(|port| targets(service, port, pod)) {
            let others = cluster.pods.rows().iter();
            let others = others.filter(|from| !std::ptr::eq(*from, pod) || from.is_many());
            for from in others.map(Endpoint::Pod).chain(outside()) {
                let verdict = half(
                    cluster,
                    Direction::Ingress,
                    &flow(from, Endpoint::Pod(pod), to),
                );
                claim(
                    verdict == Verdict::Deny,
                    format!("{from:?} gets in on {to:?}"),
                )?;
                tried += 1;
            }
        }
    }
    claim(tried > 0, "it leads nowhere")
}

/// NP067: some pod of the policy lets a pod that nobody knows in, or most of the internet, on a port
/// that it declares.
fn exposed(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let stranger = imagined(
        namespace(cluster, policy),
        Labels::from_pairs([("is", "unknown")]),
    );
    let mut pods = subjects(cluster, policy, Direction::Ingress).into_iter();
    let exposed = pods.any(|pod| {
        pod.ports.iter().any(|port| {
            let to = (port.protocol, port.port);
            let lets_in = |from| {
                let flow = flow(from, Endpoint::Pod(pod), to);
                half(cluster, Direction::Ingress, &flow) == Verdict::Allow
            };
            let public = Endpoint::Address("8.8.8.8".parse().unwrap());
            found.fact.message.contains(&port.port.to_string())
                && (lets_in(Endpoint::Pod(&stranger)) || lets_in(public))
        })
    });
    claim(exposed, "neither a stranger nor the internet gets in")
}

/// NP072: the pods of the policy are refused nothing in the directions that it denies.
fn nullified(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let denied = Direction::BOTH.into_iter();
    for direction in denied.filter(|&it| policy.rules(it).is_some()) {
        for pod in subjects(cluster, policy, direction) {
            for other in outside() {
                for to in connections(cluster) {
                    let flow = match direction {
                        Direction::Ingress => flow(other, Endpoint::Pod(pod), to),
                        Direction::Egress => flow(Endpoint::Pod(pod), other, to),
                    };
                    claim(
                        trace(cluster, &flow).verdict == Verdict::Allow,
                        format!("{to:?} is refused"),
                    )?;
                }
            }
        }
    }
    Ok(())
}

/// NP073, NP074: every flow of the rule between its pods and those of the peer is refused, and by
/// the other end.
fn half_open(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let at = place(&found.fact.path).ok_or("no rule")?;
    let rule = paths::narrowed(policy, at).ok_or("no such peer")?;
    let only = alone(cluster, policy, at.direction, vec![rule]);
    let other_direction = match at.direction {
        Direction::Ingress => Direction::Egress,
        Direction::Egress => Direction::Ingress,
    };
    let mut tried = 0;
    for subject in subjects(cluster, policy, at.direction) {
        for other in cluster.pods.rows() {
            if std::ptr::eq(subject, other) && !subject.is_many() {
                continue;
            }
            let (subject, other) = (Endpoint::Pod(subject), Endpoint::Pod(other));
            for to in connections(cluster) {
                let flow = match at.direction {
                    Direction::Ingress => flow(other, subject, to),
                    Direction::Egress => flow(subject, other, to),
                };
                if half(&only, at.direction, &flow) != Verdict::Allow {
                    continue;
                }
                tried += 1;
                claim(
                    half(cluster, at.direction, &flow) == Verdict::Allow
                        && half(cluster, other_direction, &flow) == Verdict::Deny
                        && trace(cluster, &flow).verdict == Verdict::Deny,
                    format!("{flow:?} is not refused by the other end"),
                )?;
            }
        }
    }
    claim(tried > 0, "the rule is for no flow")
}
