//! The rows of the page, through every kind of proxy and of ruleset.

use super::super::available::{Tool, available, skip};
use super::super::emitted::{Backend, Emitted, jumping};
use super::super::load::{Node, Variant};
use super::super::proxy::{OnNode, ServicePort, portmap};
use super::super::two_nodes::{N1, N2, Network, Place, TwoNodes, WEB};
use super::connections::{Attempt, outcomes};
use super::rows::{Case, TRIALS, Trial, cases, objects};
use netpolc::emit::plan::Scope;
use netpolc::model::Cluster;
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

const POD_BLOCK: &str = "10.1.0.0/16";

/// A packet where a node forwards it: source and destination.
type Forwarded = (IpAddr, SocketAddr);

/// Notes the first packets of all connections that a node forwards, before any policy is asked.
const OBSERVER: &str = "table ip observer {
    set seen { type ipv4_addr . ipv4_addr . inet_service; size 65535; flags dynamic; }
    chain first {
        type filter hook forward priority -10;
        ct state new add @seen { ip saddr . ip daddr . tcp dport }
    }
}
";

fn tool(backend: Backend) -> Tool {
    match backend {
        Backend::Nftables => Tool::Nft,
        Backend::Iptables(variant) => Tool::Iptables(variant),
    }
}

/// Adds tables to a node, beside what is there.
fn add(node: &Node, variant: Variant, text: &str) -> Result<(), String> {
    node.run(variant.restore(true), &["--noflush"], text).map(drop)
}

fn load_proxy(node: &Node, number: usize, proxy: Backend, cases: &[Case]) -> Result<(), String> {
    let services: Vec<ServicePort> = cases.iter().flat_map(|case| case.services(number)).collect();
    let text = OnNode {
        address: [N1, N2][number - 1].parse().expect("an address"),
        local: POD_BLOCK,
        services: &services,
    };
    let host_ports: Vec<_> = cases.iter().flat_map(Case::host_ports).collect();
    match proxy {
        Backend::Nftables => {
            node.load_nft(&text.nftables())?;
            if number == 1 {
                node.load_nft(&portmap::nftables(&host_ports))?;
            }
        }
        Backend::Iptables(variant) => {
            add(node, variant, &text.iptables())?;
            if number == 1 {
                add(node, variant, &portmap::iptables(&host_ports, "10.1.1.0/24"))?;
            }
        }
    }
    Ok(())
}

fn load_rules(node: &Node, emitted: &Emitted, backend: Backend) -> Result<(), String> {
    match backend {
        Backend::Nftables => node.load_nft(&emitted.nft()),
        Backend::Iptables(variant) => {
            let files = emitted.iptables();
            node.run("ipset", &["-exist", "restore"], &files.ipset)?;
            add(node, variant, &jumping(&files.v4))
        }
    }
}

/// What the observer of a node has noted.
fn forwarded(node: &Node) -> Result<BTreeSet<Forwarded>, String> {
    let text = node.run("nft", &["-j", "list", "set", "ip", "observer", "seen"], "")?;
    let root: serde_json::Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let sets = root["nftables"].as_array().into_iter().flatten();
    let elements = sets.filter_map(|entry| entry["set"]["elem"].as_array()).flatten();
    let read = |element: &serde_json::Value| {
        let parts = element["concat"].as_array().or(element["elem"]["val"]["concat"].as_array())?;
        let ip = |at: usize| parts[at].as_str().and_then(|text| text.parse().ok());
        let port = u16::try_from(parts[2].as_u64()?).ok()?;
        Some((ip(0)?, SocketAddr::new(ip(1)?, port)))
    };
    elements
        .map(|element| read(element).ok_or_else(|| format!("nft lists {element}")))
        .collect()
}

/// A client outside gets to the addresses of a Service by the node that its row names.
fn lead_outside(lab: &TwoNodes, cases: &[Case]) -> Result<(), String> {
    let led = cases.iter().filter_map(|case| {
        let (to, by) = case.dialled(Trial::Allowed);
        Some(format!("route add {}/32 via {}\n", to.ip(), by?))
    });
    lab.ip(Place::Outside, &led.collect::<String>())
}

/// Holds all rows against the kernel.
fn hold(network: Network, proxy: Backend, backend: Backend) {
    let needed = [Tool::Nft, tool(proxy), tool(backend)];
    if !available(&needed) {
        return;
    }
    let lab = match TwoNodes::new(network) {
        Ok(lab) => lab,
        Err(error) => return skip(&format!("no two nodes: {error}")),
    };
    let cases = cases(network, proxy == Backend::Nftables);
    assert!(cases.len() > 100, "{} rows are read", cases.len());
    for (number, node) in (1..).zip(&lab.nodes) {
        let own = Scope::Node(format!("n{number}").into());
        let emitted = Emitted::within(Cluster::new(objects(&cases)), &own);
        node.load_nft(OBSERVER).expect("it loads");
        load_proxy(node, number, proxy, &cases).expect("it loads");
        load_rules(node, &emitted, backend).expect("it loads");
    }
    lead_outside(&lab, &cases).expect("routes");
    let tried: Vec<(&Case, Trial)> = cases
        .iter()
        .flat_map(|case| TRIALS.map(|trial| (case, trial)))
        .collect();
    let attempts: Vec<Attempt> = tried
        .iter()
        .map(|(case, trial)| Attempt {
            from: case.client(),
            to: case.dialled(*trial).0,
            target: case.target(*trial),
            expected: case.expected(*trial),
        })
        .collect();
    let outcomes = outcomes(&lab, &attempts).expect("sockets can be had");
    let seen = lab.nodes.each_ref().map(|node| forwarded(node).expect("a set"));
    let mut wrong = Vec::new();
    for (((case, trial), attempt), outcome) in tried.iter().zip(&attempts).zip(outcomes) {
        let mut differs = |what: &str, expected: &dyn std::fmt::Debug, found: &dyn std::fmt::Debug| {
            let policy = if case.local { "Local" } else { "Cluster" };
            let row = case.row;
            wrong.push(format!(
                "{}: {} from {}, {policy}, {trial:?}: {what} is {found:?}, not {expected:?}",
                row.heading, row.at, row.from
            ));
        };
        if outcome != attempt.expected {
            differs("the outcome", &attempt.expected, &outcome);
        }
        if *trial == Trial::Allowed {
            let sources = sources(&seen[0], attempt.target);
            if sources != BTreeSet::from_iter(case.seen()) {
                differs("the source", &case.seen(), &sources);
            }
        }
        if let Some(out) = case.out(*trial).filter(|_| case.judged_out()) {
            let node = usize::from(case.row.from == "far");
            let first = first_of(&seen[node], attempt, case, out);
            if !first {
                differs("the destination", &out, &seen[node].len());
            }
        }
    }
    assert!(wrong.is_empty(), "{network:?}, {proxy:?}, {backend:?}:\n{}", wrong.join("\n"));
}

/// The sources from which the backend was to be reached, as its node forwarded them.
fn sources(seen: &BTreeSet<Forwarded>, target: u16) -> BTreeSet<IpAddr> {
    let web = SocketAddr::new(WEB.parse().expect("an address"), target);
    let to_web = seen.iter().filter(|(_, to)| *to == web);
    to_web.map(|(from, _)| *from).collect()
}

/// Whether a client's node forwarded the packet to `out`, and not to where it was dialled if that is
/// elsewhere.
fn first_of(seen: &BTreeSet<Forwarded>, attempt: &Attempt, case: &Case, out: SocketAddr) -> bool {
    let own: IpAddr = super::address(case.row.from, case.network)
        .parse()
        .expect("an address");
    seen.contains(&(own, out)) && (attempt.to == out || !seen.contains(&(own, attempt.to)))
}

const NFT: Backend = Backend::Nftables;
const ON_NFT: Backend = Backend::Iptables(Variant::Nft);
const LEGACY: Backend = Backend::Iptables(Variant::Legacy);

#[test]
fn rows_hold_in_a_routed_network_with_nftables() {
    hold(Network::Routed, NFT, NFT);
}

#[test]
fn rows_hold_in_a_routed_network_with_iptables_on_nf_tables() {
    hold(Network::Routed, ON_NFT, ON_NFT);
}

#[test]
fn rows_hold_in_a_routed_network_with_iptables_of_its_own() {
    hold(Network::Routed, LEGACY, LEGACY);
}

#[test]
fn rows_hold_in_a_routed_network_with_one_of_each() {
    hold(Network::Routed, ON_NFT, NFT);
    hold(Network::Routed, NFT, LEGACY);
}

#[test]
fn rows_hold_through_a_tunnel_with_nftables() {
    hold(Network::Tunnel, NFT, NFT);
}

#[test]
fn rows_hold_through_a_tunnel_with_iptables() {
    hold(Network::Tunnel, ON_NFT, ON_NFT);
    hold(Network::Tunnel, LEGACY, LEGACY);
}
