//! The mode `iptables`: chains `KUBE-…` in `filter` and `nat`.

use super::{AT_ONCE, OnNode, ServicePort, Without};

/// The chains that are there before any Service is, and what leads to them: in `FORWARD` in the order in
/// which kube-proxy has them after it has put each first.
const FILTER: &str = "*filter
:KUBE-NODEPORTS - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-EXTERNAL-SERVICES - [0:0]
:KUBE-FORWARD - [0:0]
:KUBE-PROXY-FIREWALL - [0:0]
-I INPUT -m conntrack --ctstate NEW -j KUBE-EXTERNAL-SERVICES
-I FORWARD -m conntrack --ctstate NEW -j KUBE-EXTERNAL-SERVICES
-I INPUT -j KUBE-NODEPORTS
-I FORWARD -m conntrack --ctstate NEW -j KUBE-SERVICES
-I OUTPUT -m conntrack --ctstate NEW -j KUBE-SERVICES
-I FORWARD -j KUBE-FORWARD
-I INPUT -m conntrack --ctstate NEW -j KUBE-PROXY-FIREWALL
-I OUTPUT -m conntrack --ctstate NEW -j KUBE-PROXY-FIREWALL
-I FORWARD -m conntrack --ctstate NEW -j KUBE-PROXY-FIREWALL
-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT
-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
";

const NAT: &str = "*nat
:KUBE-NODEPORTS - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-POSTROUTING - [0:0]
-I OUTPUT -j KUBE-SERVICES
-I PREROUTING -j KUBE-SERVICES
-I POSTROUTING -j KUBE-POSTROUTING
-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --xor-mark 0x4000
-A KUBE-POSTROUTING -j MASQUERADE --random-fully
";

pub fn write(node: &OnNode<'_>) -> Vec<String> {
    let mut texts = vec![format!("{FILTER}COMMIT\n{NAT}COMMIT\n")];
    texts.extend(node.services.chunks(AT_ONCE).map(|services| {
        let filter = services.iter().flat_map(refused).collect::<Vec<_>>();
        let nat = services.iter().flat_map(|service| {
            let chains = chains(service, node.local).into_iter();
            chains.chain(entries(service))
        });
        let nat = nat.collect::<Vec<_>>();
        let (filter, nat) = (filter.join("\n"), nat.join("\n"));
        format!("*filter\n{filter}\nCOMMIT\n*nat\n{nat}\nCOMMIT\n")
    }));
    let last = "-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS";
    texts.push(format!("*nat\n{last}\nCOMMIT\n"));
    texts
}

/// The rules of the table `filter`.
fn refused(service: &ServicePort) -> Vec<String> {
    let target = |without| match without {
        Without::Reject => "REJECT",
        Without::Drop => "DROP",
    };
    let (port, node_port) = (service.port, service.node_port);
    let to = |chain: &str, ip: &_, target: &str| {
        format!("-A {chain} -p tcp -m tcp -d {ip} --dport {port} -j {target}")
    };
    let mut lines = Vec::new();
    if let Some(without) = service.without_internal() {
        lines.push(to("KUBE-SERVICES", &service.cluster_ip, target(without)));
    }
    if let Some(without) = service.without_external() {
        let outside = service.external_ips.iter().chain(&service.balancer_ips);
        lines.extend(outside.map(|ip| to("KUBE-EXTERNAL-SERVICES", ip, target(without))));
        lines.push(format!(
            "-A KUBE-EXTERNAL-SERVICES -m addrtype --dst-type LOCAL -p tcp -m tcp --dport {node_port} -j {}",
            target(without)
        ));
    }
    if !service.ranges.is_empty() && !service.endpoints.is_empty() {
        let held = service.balancer_ips.iter();
        lines.extend(held.map(|ip| to("KUBE-PROXY-FIREWALL", ip, "DROP")));
    }
    lines
}

/// What leads to the chains of a Service.
fn entries(service: &ServicePort) -> Vec<String> {
    let (number, port, node_port) = (service.number, service.port, service.node_port);
    let to = |ip: &_, chain: String| {
        format!("-A KUBE-SERVICES -p tcp -m tcp -d {ip} --dport {port} -j {chain}")
    };
    let mut lines = Vec::new();
    if service.without_internal().is_none() {
        let kind = if service.internal_local { "SVL" } else { "SVC" };
        lines.push(to(&service.cluster_ip, format!("KUBE-{kind}-{number:016}")));
    }
    if service.endpoints.is_empty() {
        return lines;
    }
    let external = format!("KUBE-EXT-{number:016}");
    lines.extend(
        service
            .external_ips
            .iter()
            .map(|ip| to(ip, external.clone())),
    );
    let balancer = if service.ranges.is_empty() {
        external.clone()
    } else {
        format!("KUBE-FW-{number:016}")
    };
    lines.extend(
        service
            .balancer_ips
            .iter()
            .map(|ip| to(ip, balancer.clone())),
    );
    lines.push(format!(
        "-A KUBE-NODEPORTS -p tcp -m tcp --dport {node_port} -j {external}"
    ));
    lines
}

/// The chains of a Service.
fn chains(service: &ServicePort, local: &str) -> Vec<String> {
    let ServicePort {
        number,
        cluster_ip,
        port,
        ..
    } = service;
    let name = |kind: &str| format!("KUBE-{kind}-{number:016}");
    let endpoint = |at: usize| format!("KUBE-SEP-{at}{number:015}");
    let mut lines: Vec<String> = ["SVC", "SVL", "EXT", "FW"]
        .map(|kind| format!(":{} - [0:0]", name(kind)))
        .into();
    for (at, (to, _)) in service.endpoints.iter().enumerate() {
        let chain = endpoint(at);
        lines.push(format!(":{chain} - [0:0]"));
        lines.push(format!("-A {chain} -s {} -j KUBE-MARK-MASQ", to.ip()));
        lines.push(format!(
            "-A {chain} -p tcp -m tcp -j DNAT --to-destination {to}"
        ));
    }
    if service.endpoints.is_empty() {
        return lines;
    }
    let (cluster, near, external) = (name("SVC"), name("SVL"), name("EXT"));
    let inside = if service.internal_local {
        &near
    } else {
        &cluster
    };
    lines.push(format!(
        "-A {inside} -d {cluster_ip} -p tcp -m tcp --dport {port} ! -s {local} -j KUBE-MARK-MASQ"
    ));
    if service.external_local {
        lines.push(format!("-A {external} -s {local} -j {cluster}"));
        lines.push(format!(
            "-A {external} -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ"
        ));
        lines.push(format!(
            "-A {external} -m addrtype --src-type LOCAL -j {cluster}"
        ));
    } else {
        lines.push(format!("-A {external} -j KUBE-MARK-MASQ"));
    }
    if service.without_external().is_none() {
        let next = if service.external_local {
            &near
        } else {
            &cluster
        };
        lines.push(format!("-A {external} -j {next}"));
    }
    for range in &service.ranges {
        lines.push(format!("-A {} -s {range} -j {external}", name("FW")));
    }
    let all: Vec<usize> = (0..service.endpoints.len()).collect();
    let on_node = all
        .iter()
        .copied()
        .filter(|at| service.endpoints[*at].1)
        .collect();
    for (chain, choices) in [(cluster, all), (near, on_node)] {
        for (choice, left) in choices.iter().zip((1..=choices.len()).rev()) {
            let chance = 1.0 / f64::from(u32::try_from(left).expect("few endpoints"));
            let by_chance = match left {
                1 => String::new(),
                _ => format!("-m statistic --mode random --probability {chance:.10} "),
            };
            lines.push(format!("-A {chain} {by_chance}-j {}", endpoint(*choice)));
        }
    }
    lines
}
