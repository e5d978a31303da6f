//! Commands to try an answer on a running cluster: what opens the connection, what to watch, and what
//! the node remembers of it. Nothing is run here.
//!
//! Names come from manifests: every word is quoted for a shell.

use super::Teller;
use crate::hops::HopKind;
use crate::net::Protocol;
use crate::query::{Answer, Leg, Pair, Place, Side};
use std::net::IpAddr;

/// Has `nc` and `nslookup`.
const IMAGE: &str = "busybox:1.37";
/// Has `tcpdump` and `conntrack`.
const TOOLS: &str = "nicolaka/netshoot";

impl Teller<'_> {
    /// The commands for each connection of a way. Each stands in one line, to be pasted.
    pub fn probe(&self, answer: &Answer) -> String {
        let mut out = String::new();
        for leg in &answer.legs {
            let Some(pair) = leg.pairs.first() else {
                continue;
            };
            let (protocol, port) = pair.example;
            let title = format!(
                "# {}: {} to {} on {protocol} {port}",
                purpose(leg),
                pair.source.name,
                pair.destination.name
            );
            out.push('\n');
            for line in [vec![title], commands(leg, pair)].concat() {
                out.push_str(&crate::render::visible(&line));
                out.push('\n');
            }
        }
        out
    }
}

fn purpose(leg: &Leg) -> &'static str {
    match leg.kind {
        HopKind::Lookup => "look the name up",
        HopKind::Connection => "connect",
        HopKind::Backend => "connect from whoever listens to the backend",
        HopKind::Copy => "send the copy",
    }
}

/// The commands for one pair: in the client, on the wire, and on its node.
fn commands(leg: &Leg, pair: &Pair) -> Vec<String> {
    let (protocol, port) = pair.example;
    let target = target(leg, &pair.destination);
    let mut lines = Vec::new();
    let inside = match (leg.kind, protocol) {
        (HopKind::Lookup, _) => {
            let name = leg.asked_name.as_deref().unwrap_or("kubernetes.default");
            format!("nslookup {}", quoted(name))
        }
        (_, Protocol::Tcp) => format!("nc -v -z -w 3 {target} {port}"),
        (_, Protocol::Udp) => format!("nc -v -u -z -w 3 {target} {port}"),
        (_, Protocol::Sctp) => format!("nc -v -w 3 --sctp {target} {port}"),
    };
    let image = if protocol == Protocol::Sctp {
        TOOLS
    } else {
        IMAGE
    };
    lines.push(from(&pair.source, image, &inside));
    if let (Some(url), HopKind::Connection) = (&leg.asked_url, leg.kind) {
        let curl = format!(
            "curl -sS -o /dev/null -m 5 -w '%{{http_code}}\\n' {}",
            quoted(url)
        );
        lines.push(from(&pair.source, TOOLS, &curl));
    }
    let hosts: Vec<IpAddr> = [&pair.source, &pair.destination]
        .into_iter()
        .filter_map(|side| side.place.ips.first().copied())
        .collect();
    let over = protocol.to_string().to_ascii_lowercase();
    let capture: Vec<String> = hosts.iter().map(|ip| format!("host {ip}")).collect();
    let capture = [capture, vec![format!("{over} port {port}")]]
        .concat()
        .join(" and ");
    lines.push(on_node(
        &pair.destination.place,
        &format!("tcpdump -n -i any {}", quoted(&capture)),
    ));
    let shown: Vec<String> = hosts
        .iter()
        .map(|ip| match ip {
            IpAddr::V4(ip) => format!("ip.addr == {ip}"),
            IpAddr::V6(ip) => format!("ipv6.addr == {ip}"),
        })
        .collect();
    let shown = [shown, vec![format!("{over}.port == {port}")]]
        .concat()
        .join(" && ");
    lines.push(format!("# Wireshark: {shown}"));
    let destination = hosts
        .last()
        .filter(|_| !pair.destination.place.ips.is_empty());
    let reply = destination.map_or(String::new(), |ip| format!(" --reply-src {ip}"));
    lines.push(on_node(
        &pair.source.place,
        &format!("conntrack -L -p {over}{reply} --reply-port-src {port}"),
    ));
    lines
}

/// What the client dials: the address of a pod, if that is known.
fn target(leg: &Leg, side: &Side) -> String {
    match side.place.ips.first() {
        Some(ip) => ip.to_string(),
        None => match side
            .addresses
            .as_ref()
            .and_then(crate::net::AddressSet::first)
        {
            Some(ip) => ip.to_string(),
            None => quoted(leg.asked_name.as_deref().unwrap_or("ADDRESS")),
        },
    }
}

/// A command in the network of a side.
fn from(side: &Side, image: &str, command: &str) -> String {
    let place = &side.place;
    match (&place.namespace, &place.pod) {
        (Some(namespace), Some(pod)) => format!(
            "kubectl debug -n {} {} -it --profile=general --image={image} -- {command}",
            quoted(namespace),
            quoted(&format!("pod/{pod}")),
        ),
        (Some(namespace), None) => format!(
            "kubectl debug -n {ns} \"$(kubectl get pods -n {ns} -l {labels} -o name | head -n 1)\" -it \
             --profile=general --image={image} -- {command}",
            ns = quoted(namespace),
            labels = quoted(&place.labels),
        ),
        (None, _) => match &place.node {
            Some(node) => format!(
                "kubectl debug {} -it --profile=general --image={image} -- {command}",
                quoted(&format!("node/{node}"))
            ),
            None => command.to_owned(),
        },
    }
}

/// A command on the node of a side, which needs its rights.
fn on_node(place: &Place, command: &str) -> String {
    let node = match (&place.node, &place.namespace) {
        (Some(node), _) => format!("node/{node}"),
        (None, Some(_)) => "node/NODE-OF-THE-POD".to_owned(),
        (None, None) => return command.to_owned(),
    };
    format!(
        "kubectl debug {} -it --profile=sysadmin --image={TOOLS} -- {command}",
        quoted(&node)
    )
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:,=@%+".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_safe_in_a_shell() {
        assert_eq!(quoted("shop/web-0"), "shop/web-0");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("$(rm -rf x)"), "'$(rm -rf x)'");
        assert_eq!(quoted("it's; ls"), "'it'\\''s; ls'");
    }
}
