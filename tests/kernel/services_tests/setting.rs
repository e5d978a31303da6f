//! The lab with all rules in place, and what connections through it show.

use super::super::available::{Tool, available, skip};
use super::super::emitted::{Backend, Emitted, jumping};
use super::super::load::{Node, Variant};
use super::super::proxy::{OnNode, ServicePort, plugin, portmap};
use super::super::two_nodes::{N1, N2, Network, Place, TwoNodes};
use super::connections::{Attempt, outcomes};
use super::rows::{Around, Case, Outcome, TRIALS, Trial, cases, objects};
use netpolc::emit::nftables::{Hook, Options, write};
use netpolc::emit::plan::Scope;
use netpolc::model::Cluster;
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

/// What is loaded, and in which order.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub network: Network,
    /// What kube-proxy writes for.
    pub proxy: Backend,
    /// What netpolc writes for.
    pub backend: Backend,
    /// Where its rules stand, with nftables.
    pub hook: Hook,
    pub around: Around,
    /// Each node has the rules for all pods of the cluster, not for its own only.
    pub whole: bool,
    /// kube-proxy comes after netpolc, and puts its rules before those that are there.
    pub proxy_last: bool,
}

/// A packet where a node forwards it: source and destination.
pub type Forwarded = (IpAddr, SocketAddr);

/// What came of a connection.
#[derive(Clone, Debug)]
pub struct Measured {
    pub case: Case,
    pub trial: Trial,
    pub outcome: Outcome,
    /// Everything that the two nodes forwarded to ports of this connection.
    pub forwarded: [BTreeSet<Forwarded>; 2],
}

const POD_BLOCK: &str = "10.1.0.0/16";
const NODE_BLOCKS: [&str; 2] = ["10.1.1.0/24", "10.1.2.0/24"];

/// Rows in one lab: an ordinary user cannot load rules for more in one step.
const AT_ONCE: usize = 45;

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

/// Adds tables of iptables to a node, beside what is there.
fn add(node: &Node, variant: Variant, text: &str) -> Result<(), String> {
    node.run(variant.restore(true), &["--noflush"], text)
        .map(drop)
}

impl Setting {
    /// As it should be, and nothing else around.
    pub fn of(network: Network, proxy: Backend, backend: Backend) -> Self {
        Setting {
            network,
            proxy,
            backend,
            hook: Hook::Forward,
            around: Around::Plain,
            whole: false,
            proxy_last: false,
        }
    }

    /// Opens all connections of some rows; none if that cannot be done here.
    pub fn measure(self, wanted: impl Fn(&Case) -> bool) -> Option<Vec<Measured>> {
        if !available(&[Tool::Nft, tool(self.proxy), tool(self.backend)]) {
            return None;
        }
        let mut cases = cases(self.network, self.proxy == Backend::Nftables);
        cases.retain(|case| case.around() == self.around && wanted(case));
        let mut all = Vec::new();
        for cases in cases.chunks(AT_ONCE) {
            let lab = TwoNodes::new(self.network);
            let lab = lab.map_err(|error| skip(&format!("no two nodes: {error}")));
            let lab = lab.ok()?;
            self.load(&lab, cases).expect("it loads");
            lead_outside(&lab, cases).expect("routes");
            all.extend(measured(&lab, cases).expect("sockets can be had"));
        }
        Some(all)
    }

    fn load(self, lab: &TwoNodes, cases: &[Case]) -> Result<(), String> {
        for (at, node) in lab.nodes.iter().enumerate() {
            let scope = if self.whole {
                Scope::Cluster
            } else {
                Scope::Node(["n1", "n2"][at].into())
            };
            let emitted = Emitted::within(Cluster::new(objects(cases)), &scope);
            node.load_nft(OBSERVER)?;
            if self.proxy_last {
                self.load_rules(node, &emitted)?;
                self.load_proxy(node, at, cases)?;
            } else {
                self.load_proxy(node, at, cases)?;
                self.load_rules(node, &emitted)?;
            }
        }
        Ok(())
    }

    fn load_rules(self, node: &Node, emitted: &Emitted) -> Result<(), String> {
        match self.backend {
            Backend::Nftables => {
                let options = Options {
                    hook: self.hook,
                    ..Options::default()
                };
                node.load_nft(&write(&emitted.plan, &emitted.cluster, &options))
            }
            Backend::Iptables(variant) => {
                let files = emitted.iptables();
                node.run("ipset", &["-exist", "restore"], &files.ipset)?;
                add(node, variant, &jumping(&files.v4))
            }
        }
    }

    /// What others write: kube-proxy, and the network plugin where there is a port of the node or where
    /// it hides pods.
    fn load_proxy(self, node: &Node, at: usize, cases: &[Case]) -> Result<(), String> {
        let services = cases.iter().flat_map(|case| case.services(at == 0));
        let services: Vec<ServicePort> = services.collect();
        let own = NODE_BLOCKS[at];
        let by_node = self.around == Around::NodeBlock;
        let on_node = OnNode {
            address: [N1, N2][at].parse().expect("an address"),
            local: if by_node { own } else { POD_BLOCK },
            services: &services,
        };
        let host_ports = cases.iter().filter(|_| at == 0).flat_map(Case::host_ports);
        let host_ports: Vec<_> = host_ports.collect();
        let hides = self.around == Around::HiddenPods;
        match self.proxy {
            Backend::Nftables => {
                let texts = on_node.nftables();
                texts.iter().try_for_each(|text| node.load_nft(text))?;
                node.load_nft(&portmap::nftables(&host_ports))?;
                let plugin = hides.then(|| plugin::nftables(POD_BLOCK, own));
                plugin.map_or(Ok(()), |text| node.load_nft(&text))
            }
            Backend::Iptables(variant) => {
                let texts = on_node.iptables();
                texts.iter().try_for_each(|text| add(node, variant, text))?;
                add(node, variant, &portmap::iptables(&host_ports, own))?;
                let plugin = hides.then(|| plugin::iptables(POD_BLOCK, own));
                plugin.map_or(Ok(()), |text| add(node, variant, &text))
            }
        }
    }
}

/// A client outside gets to the addresses of a Service by the node that its row names.
fn lead_outside(lab: &TwoNodes, cases: &[Case]) -> Result<(), String> {
    let led = cases.iter().filter_map(|case| {
        let (to, by) = case.dialled(Trial::Allowed);
        Some(format!("route add {}/32 via {}\n", to.ip(), by?))
    });
    lab.ip(Place::Outside, &led.collect::<String>())
}

fn measured(lab: &TwoNodes, cases: &[Case]) -> Result<Vec<Measured>, String> {
    let tried = cases
        .iter()
        .flat_map(|case| TRIALS.map(|trial| (*case, trial)));
    let tried: Vec<(Case, Trial)> = tried.collect();
    let attempt = |(case, trial): &(Case, Trial)| Attempt {
        from: case.client(),
        to: case.dialled(*trial).0,
        target: case.target(*trial),
        expected: case.expected(*trial),
    };
    let attempts: Vec<Attempt> = tried.iter().map(attempt).collect();
    let outcomes = outcomes(lab, &attempts).map_err(|error| error.to_string())?;
    let [one, two] = &lab.nodes;
    let seen = [forwarded(one)?, forwarded(two)?];
    let all = tried.into_iter().zip(outcomes);
    Ok(all
        .map(|((case, trial), outcome)| {
            let ports = [case.dialled(trial).0.port(), case.target(trial)];
            let of_it = |seen: &BTreeSet<Forwarded>| {
                let of_it = seen.iter().filter(|(_, to)| ports.contains(&to.port()));
                of_it.copied().collect()
            };
            Measured {
                case,
                trial,
                outcome,
                forwarded: seen.each_ref().map(of_it),
            }
        })
        .collect())
}

/// What the observer of a node has noted.
fn forwarded(node: &Node) -> Result<BTreeSet<Forwarded>, String> {
    let text = node.run("nft", &["-j", "list", "set", "ip", "observer", "seen"], "")?;
    let root: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let sets = root["nftables"].as_array().into_iter().flatten();
    let elements = sets.filter_map(|entry| entry["set"]["elem"].as_array());
    let read = |element: &Value| {
        let parts = element["concat"].as_array()?;
        let ip = |at: usize| parts.get(at)?.as_str()?.parse::<IpAddr>().ok();
        let port = u16::try_from(parts.get(2)?.as_u64()?).ok()?;
        Some((ip(0)?, SocketAddr::new(ip(1)?, port)))
    };
    let read = |element| read(element).ok_or_else(|| format!("nft lists {element}"));
    elements.flatten().map(read).collect()
}
