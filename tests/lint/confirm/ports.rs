//! What findings about ports, addresses and DNS claim.

use super::super::paths::{self, place};
use super::*;

/// NP030: some Service has this port and leads to another one at a pod of the rule, which does not
/// declare it; the entry does not open where the Service leads.
pub(super) fn service_port(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let at = place(&found.fact.path).ok_or("no rule")?;
    let mut rule = paths::narrowed(policy, at).ok_or("no such port")?;
    let (number, over) = match &rule.ports {
        Ports::Listed(entries) => match entries.first().map(|it| &it.test) {
            Some(PortTest::Range {
                first, protocol, ..
            }) => (*first, *protocol),
            _ => return Err("no number".to_owned()),
        },
        Ports::Any => return Err("no port".to_owned()),
    };
    let destinations: Vec<&Pod> = match (at.direction, &rule.peers) {
        (Direction::Ingress, _) => subjects(cluster, policy, Direction::Ingress),
        (Direction::Egress, Peers::Listed(peers)) => {
            let pods = cluster.pods.rows().iter();
            let named = |pod: &&Pod| {
                let mut scopes = peers.iter().filter_map(netpolc::model::Peer::scope);
                scopes.any(|scope| matches(cluster, policy, scope, pod))
            };
            pods.filter(named).collect()
        }
        (Direction::Egress, Peers::Anyone) => return Err("to everyone".to_owned()),
    };
    let declared = destinations.iter().any(|pod| {
        pod.ports
            .iter()
            .any(|it| (it.port, it.protocol) == (number, over))
    });
    claim(!declared, format!("a pod declares {number} over {over}"))?;
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
pub(super) fn never_resolves(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let at = place(&found.fact.path).ok_or("no rule")?;
    let rule = paths::narrowed(policy, at).ok_or("no such port")?;
    let Peers::Listed(peers) = &rule.peers else {
        return Err("everyone".to_owned());
    };
    let blocks = peers.iter().map(|peer| peer.block()?.addresses().first());
    let addresses: Option<Vec<IpAddr>> = blocks.collect();
    let addresses = addresses.ok_or("a peer is no block")?;
    let only = alone(cluster, policy, at.direction, vec![rule.clone()]);
    for pod in subjects(cluster, policy, at.direction) {
        for &address in &addresses {
            for to in connections(cluster) {
                let flow = flow(Endpoint::Pod(pod), Endpoint::Address(address), to);
                claim(
                    trace(&only, &flow).egress.verdict == Verdict::Deny,
                    format!("{address} is reached on {to:?}"),
                )?;
            }
        }
    }
    Ok(())
}

/// NP044: the block has the address of a Service, and matches none of the pods that it leads to.
pub(super) fn service_address(cluster: &Cluster, found: &Found) -> Result<(), String> {
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
pub(super) fn dns_blocked(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let mut owners: BTreeMap<String, Vec<&Pod>> = BTreeMap::new();
    for pod in cluster.pods.rows().iter().filter(|it| !it.host_network) {
        let owner = cluster.endpoint_name(pod);
        owners.entry(owner).or_default().push(pod);
    }
    owners.retain(|name, _| found.fact.message.contains(&format!("`{name}`")));
    claim(!owners.is_empty(), "no pods")?;
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
            port.protocol == Protocol::Udp
                && port.name.as_ref().is_some_and(|it| it.contains("dns"))
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
    let is_cut_off = |pod: &&Pod| {
        let others = servers.iter().filter(|(it, _)| !std::ptr::eq(*it, *pod));
        let others = others.map(|(it, port)| (Endpoint::Pod(it), *port));
        let mut servers = others.chain(addresses);
        servers.all(|(server, port)| {
            let flow = flow(Endpoint::Pod(pod), server, (Protocol::Udp, port));
            half(cluster, Direction::Egress, &flow) == Verdict::Deny
        })
    };
    for (name, pods) in owners {
        claim(
            pods.iter().any(is_cut_off),
            format!("every pod of {name} may ask somebody"),
        )?;
    }
    Ok(())
}
