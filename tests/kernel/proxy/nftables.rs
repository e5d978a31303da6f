//! The mode `nftables`: one table, with maps that lead to chains.

use super::{AT_ONCE, OnNode, ServicePort, Without};

/// What is there before any Service is.
const BASE: &str = "table ip kube-proxy {
    set cluster-ips { type ipv4_addr; }
    set nodeport-ips { type ipv4_addr; }
    map firewall-ips { type ipv4_addr . inet_proto . inet_service : verdict; }
    map no-endpoint-nodeports { type inet_proto . inet_service : verdict; }
    map no-endpoint-services { type ipv4_addr . inet_proto . inet_service : verdict; }
    map service-ips { type ipv4_addr . inet_proto . inet_service : verdict; }
    map service-nodeports { type inet_proto . inet_service : verdict; }
    chain cluster-ips-check {
        ip daddr @cluster-ips reject
        ip daddr { 10.96.0.0/16 } drop
    }
    chain firewall-check { ip daddr . meta l4proto . th dport vmap @firewall-ips; }
    chain mark-for-masquerade { meta mark set meta mark or 0x4000; }
    chain masquerading {
        meta mark and 0x4000 == 0 return
        meta mark set meta mark xor 0x4000
        masquerade fully-random
    }
    chain reject-chain { reject; }
    chain services {
        ip daddr . meta l4proto . th dport vmap @service-ips
        ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports
    }
    chain nodeport-endpoints-check {
        ip daddr @nodeport-ips meta l4proto . th dport vmap @no-endpoint-nodeports
    }
    chain service-endpoints-check { ip daddr . meta l4proto . th dport vmap @no-endpoint-services; }
    chain filter-prerouting-pre-dnat {
        type filter hook prerouting priority -110;
        ct state new jump firewall-check
    }
    chain filter-output-pre-dnat {
        type filter hook output priority -110;
        ct state new jump firewall-check
    }
    chain filter-forward {
        type filter hook forward priority 0;
        ct state new jump service-endpoints-check
        ct state new jump cluster-ips-check
    }
    chain filter-input {
        type filter hook input priority 0;
        ct state new jump nodeport-endpoints-check
        ct state new jump service-endpoints-check
    }
    chain filter-output {
        type filter hook output priority 0;
        ct state new jump service-endpoints-check
        ct state new jump cluster-ips-check
    }
    chain nat-output { type nat hook output priority -100; jump services; }
    chain nat-postrouting { type nat hook postrouting priority 100; jump masquerading; }
    chain nat-prerouting { type nat hook prerouting priority -100; jump services; }
}
";

pub fn write(node: &OnNode<'_>) -> Vec<String> {
    let mut texts = vec![format!(
        "{BASE}add element ip kube-proxy nodeport-ips {{ {} }}\n",
        node.address
    )];
    texts.extend(node.services.chunks(AT_ONCE).map(|services| {
        let lines = services.iter().flat_map(|service| {
            let elements = elements(service).into_iter();
            let elements = elements.map(|(map, key, verdict)| {
                format!("element ip kube-proxy {map} {{ {key} : {verdict} }}")
            });
            let own = format!(
                "element ip kube-proxy cluster-ips {{ {} }}",
                service.cluster_ip
            );
            chains(service, node.local)
                .into_iter()
                .chain(elements)
                .chain([own])
        });
        let lines = lines.collect::<Vec<_>>().join("\nadd ");
        format!("add {lines}\n")
    }));
    texts
}

/// The chains of a Service, each before whoever leads to it.
fn chains(service: &ServicePort, local: &str) -> Vec<String> {
    let number = service.number;
    let rule = |chain: &str, rule: &str| format!("rule ip kube-proxy {chain} {rule}");
    let mut lines = Vec::new();
    let balanced = |lines: &mut Vec<String>, chain: &str, endpoints: &[usize]| {
        let choices = endpoints.iter().enumerate();
        let choices =
            choices.map(|(at, endpoint)| format!("{at} : goto endpoint-{number}-{endpoint}"));
        let choices = choices.collect::<Vec<_>>().join(", ");
        let count = endpoints.len();
        lines.push(rule(
            chain,
            &format!("numgen random mod {count} vmap {{ {choices} }}"),
        ));
    };
    for (at, (endpoint, _)) in service.endpoints.iter().enumerate() {
        let (chain, ip) = (format!("endpoint-{number}-{at}"), endpoint.ip());
        lines.push(format!("chain ip kube-proxy {chain}"));
        lines.push(rule(
            &chain,
            &format!("ip saddr {ip} jump mark-for-masquerade"),
        ));
        lines.push(rule(
            &chain,
            &format!("meta l4proto tcp dnat to {endpoint}"),
        ));
    }
    let all: Vec<usize> = (0..service.endpoints.len()).collect();
    let near = service.endpoints.iter().enumerate();
    let near: Vec<usize> = near
        .filter(|(_, (_, local))| *local)
        .map(|(at, _)| at)
        .collect();
    // The mark stands in the chain that traffic inside goes through.
    let masquerade = format!(
        "ip daddr {} ip saddr != {local} jump mark-for-masquerade",
        service.cluster_ip
    );
    for (kind, inside, endpoints) in [
        ("service", !service.internal_local, &all),
        ("local", service.internal_local, &near),
    ] {
        let chain = format!("{kind}-{number}");
        lines.push(format!("chain ip kube-proxy {chain}"));
        if endpoints.is_empty() {
            continue;
        }
        if inside {
            lines.push(rule(&chain, &masquerade));
        }
        balanced(&mut lines, &chain, endpoints);
    }
    let chain = format!("external-{number}");
    lines.push(format!("chain ip kube-proxy {chain}"));
    if service.external_local {
        lines.push(rule(
            &chain,
            &format!("ip saddr {local} goto service-{number}"),
        ));
        lines.push(rule(
            &chain,
            "fib saddr type local jump mark-for-masquerade",
        ));
        lines.push(rule(
            &chain,
            &format!("fib saddr type local goto service-{number}"),
        ));
        if !near.is_empty() {
            lines.push(rule(&chain, &format!("goto local-{number}")));
        }
    } else {
        lines.push(rule(&chain, "jump mark-for-masquerade"));
        lines.push(rule(&chain, &format!("goto service-{number}")));
    }
    if !service.ranges.is_empty() {
        let chain = format!("firewall-{number}");
        let ranges = service.ranges.join(", ");
        lines.push(format!("chain ip kube-proxy {chain}"));
        lines.push(rule(&chain, &format!("ip saddr != {{ {ranges} }} drop")));
    }
    lines
}

/// Map, key and verdict.
fn elements(service: &ServicePort) -> Vec<(&'static str, String, String)> {
    let number = service.number;
    let key = |ip: &_| format!("{ip} . tcp . {}", service.port);
    let node_port = format!("tcp . {}", service.node_port);
    let verdict = |without| match without {
        Without::Reject => "goto reject-chain".to_owned(),
        Without::Drop => "drop".to_owned(),
    };
    let mut all = Vec::new();
    let inside = key(&service.cluster_ip);
    if let Some(without) = service.without_internal() {
        all.push(("no-endpoint-services", inside, verdict(without)));
    } else {
        let kind = if service.internal_local {
            "local"
        } else {
            "service"
        };
        all.push(("service-ips", inside, format!("goto {kind}-{number}")));
    }
    let outside = service.external_ips.iter().chain(&service.balancer_ips);
    let outside: Vec<String> = outside.map(key).collect();
    if let Some(without) = service.without_external() {
        let refused = outside
            .iter()
            .map(|key| ("no-endpoint-services", key.clone(), verdict(without)));
        all.extend(refused);
        all.push(("no-endpoint-nodeports", node_port.clone(), verdict(without)));
    }
    if !service.endpoints.is_empty() {
        let external = format!("goto external-{number}");
        let reached = outside
            .into_iter()
            .map(|key| ("service-ips", key, external.clone()));
        all.extend(reached);
        all.push(("service-nodeports", node_port, external.clone()));
    }
    if !service.ranges.is_empty() {
        let firewall = format!("goto firewall-{number}");
        let held = service
            .balancer_ips
            .iter()
            .map(|ip| ("firewall-ips", key(ip), firewall.clone()));
        all.extend(held);
    }
    all
}
