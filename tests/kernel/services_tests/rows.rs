//! What stands for a row in the lab: a Service, the policies around it, and what must come of it.

use super::super::emitted_tests::written::{self, Written};
use super::super::proxy::ServicePort;
use super::super::proxy::portmap::HostPort;
use super::super::two_nodes::{FAR_POD, N1, N2, NEAR_POD, Network, Place, WEB};
use super::address;
use super::page::{Row, rows};
use netpolc::model::{Direction, Objects};
use std::net::{IpAddr, SocketAddr};

/// What a connection is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// Policies allow the source and the destination of the row, and nothing else.
    Allowed,
    /// Policies of the backend let in all sources but that of the row.
    OtherSources,
    /// Policies of the client let out to all destinations but that of the row.
    OtherDestinations,
}

pub const TRIALS: [Trial; 3] = [
    Trial::Allowed,
    Trial::OtherSources,
    Trial::OtherDestinations,
];

/// What comes of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The backend has it, from this address.
    Accepted(IpAddr),
    Refused,
    /// Nothing comes back.
    Silence,
}

/// What else there is on the nodes, by the heading of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// Nothing; and kube-proxy tells pods by the block of all pods.
    Plain,
    /// kube-proxy tells pods by the block of its node.
    NodeBlock,
    /// The network plugin replaces the source of what leaves the network of pods.
    HiddenPods,
}

/// A row for one of the two external traffic policies.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Tells its addresses and ports from others'.
    pub number: usize,
    pub row: Row,
    pub local: bool,
    pub network: Network,
    /// kube-proxy and `portmap` write for nftables.
    pub nftables: bool,
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// All cases of the page.
pub fn cases(network: Network, nftables: bool) -> Vec<Case> {
    let both = rows()
        .into_iter()
        .flat_map(|row| [(row, false), (row, true)]);
    let numbered = (1..).zip(both);
    let case = |(number, (row, local))| Case {
        number,
        row,
        local,
        network,
        nftables,
    };
    numbered.map(case).collect()
}

impl Case {
    pub fn around(&self) -> Around {
        match self.row.heading {
            "Pods told by the block of their node" => Around::NodeBlock,
            "Pods hidden behind their node" => Around::HiddenPods,
            _ => Around::Plain,
        }
    }

    fn port_of(&self, first: u16, trial: Trial) -> u16 {
        let number = u16::try_from(self.number).expect("few rows");
        first + 3 * number + trial as u16
    }

    /// The port at the pod.
    pub fn target(&self, trial: Trial) -> u16 {
        self.port_of(10_000, trial)
    }

    fn node_port(&self, trial: Trial) -> u16 {
        self.port_of(30_000, trial)
    }

    fn host_port(&self, trial: Trial) -> u16 {
        self.port_of(20_000, trial)
    }

    fn service_port(trial: Trial) -> u16 {
        80 + trial as u16
    }

    fn cluster_ip(&self) -> IpAddr {
        ip(&format!("10.96.0.{}", self.number))
    }

    pub fn external_ip(&self) -> IpAddr {
        ip(&format!("192.0.2.{}", self.number))
    }

    pub fn balancer_ip(&self) -> IpAddr {
        ip(&format!("198.51.100.{}", self.number))
    }

    /// Whose address is dialled, and the node by which a client outside gets there.
    pub fn dialled(&self, trial: Trial) -> (SocketAddr, Option<&'static str>) {
        let (what, by) = match self.row.at.split_once(", by ") {
            Some((what, by)) => (what, Some(address(by, self.network))),
            None => (self.row.at, None),
        };
        let service = Self::service_port(trial);
        let (to, port) = match what {
            "ClusterIP" => (self.cluster_ip(), service),
            "LoadBalancer" => (self.balancer_ip(), service),
            "external IP" => (self.external_ip(), service),
            "pod address" => (ip(WEB), self.target(trial)),
            "NodePort of n1" => (ip(N1), self.node_port(trial)),
            "NodePort of n2" => (ip(N2), self.node_port(trial)),
            "hostPort of n1" => (ip(N1), self.host_port(trial)),
            other => panic!("`{other}` is no way to reach a Service"),
        };
        ((to, port).into(), by)
    }

    /// Where the client is, and the address that it takes if it does not leave that to the kernel.
    pub fn client(&self) -> (Place, Option<IpAddr>) {
        let own = || Some(ip(address(self.row.from, self.network)));
        match self.row.from {
            "near" => (Place::Near, None),
            "far" => (Place::Far, None),
            "web" => (Place::Web, None),
            "n1" => (Place::N1, None),
            "n2" => (Place::N2, None),
            "client" | "stranger" => (Place::Outside, own()),
            other => panic!("`{other}` is no client"),
        }
    }

    fn words(&self) -> (&'static str, &'static str) {
        let (seen, peer) = self.row.seen[usize::from(self.local)];
        let choose = |cell: &'static str| match cell.split_once("; with nftables ") {
            Some((_, word)) if self.nftables => word,
            Some((word, _)) => word,
            None => cell,
        };
        (choose(seen), choose(peer))
    }

    /// The source that policies on the backend see; none if they are not asked.
    pub fn seen(&self) -> Option<IpAddr> {
        match self.words().0 {
            "–" | "dropped" | "refused" => None,
            word => Some(ip(address(word, self.network))),
        }
    }

    /// Whether the backend is reached as far as Services go.
    pub fn reached(&self) -> bool {
        !matches!(self.words().1, "dropped" | "refused" | "no answer")
    }

    /// The destination that policies on the client see; none if it is no pod that they govern.
    pub fn out(&self, trial: Trial) -> Option<SocketAddr> {
        let (to, _) = self.dialled(trial);
        match self.row.out {
            "" => None,
            "web" => Some((ip(WEB), self.target(trial)).into()),
            word => Some((ip(address(word, self.network)), to.port()).into()),
        }
    }

    /// Whether policies on the client have a say in it. None say anything of what the backend dials.
    fn judged_out(&self) -> bool {
        ["near", "far"].contains(&self.row.from)
    }

    pub fn expected(&self, trial: Trial) -> Outcome {
        let (seen, peer) = self.words();
        match peer {
            "refused" => return Outcome::Refused,
            "dropped" | "no answer" => return Outcome::Silence,
            _ => {}
        }
        // A pod reaches itself, and a node its own pods, whatever policies say.
        let stopped = match trial {
            Trial::Allowed => false,
            Trial::OtherSources => !["–", "web"].contains(&seen),
            Trial::OtherDestinations => self.judged_out(),
        };
        if stopped {
            Outcome::Silence
        } else {
            Outcome::Accepted(ip(address(peer, self.network)))
        }
    }

    /// The ports of its Service, as the node of the backend has them or another.
    pub fn services(&self, at_backend: bool) -> Vec<ServicePort> {
        if ["pod address", "hostPort of n1"].contains(&self.row.at) {
            return Vec::new();
        }
        let nobody = self.row.heading.starts_with("No ready pod");
        let held = self.row.heading.contains("loadBalancerSourceRanges");
        let port = |trial: Trial| ServicePort {
            number: 3 * self.number + trial as usize,
            cluster_ip: self.cluster_ip(),
            port: Self::service_port(trial),
            node_port: self.node_port(trial),
            external_ips: vec![self.external_ip()],
            balancer_ips: vec![self.balancer_ip()],
            ranges: if held {
                vec!["203.0.113.0/25"]
            } else {
                Vec::new()
            },
            external_local: self.local,
            internal_local: self.row.heading.contains("internalTrafficPolicy"),
            endpoints: if nobody {
                Vec::new()
            } else {
                vec![((ip(WEB), self.target(trial)).into(), at_backend)]
            },
        };
        TRIALS.map(port).into()
    }

    pub fn host_ports(&self) -> Vec<HostPort> {
        if self.row.at != "hostPort of n1" {
            return Vec::new();
        }
        let port = |trial| (self.host_port(trial), (ip(WEB), self.target(trial)).into());
        TRIALS.map(port).into()
    }
}

/// The cluster with the policies of all cases.
pub fn objects(cases: &[Case]) -> Objects {
    let web = written::policy("shop/web", "pods app=web").isolating(Direction::Ingress);
    let web = cases.iter().fold(web, lets_in);
    let lets_out = |name: &'static str| {
        let policy = written::policy(&format!("shop/{name}"), &format!("pods app={name}"));
        let own = cases.iter().filter(|case| case.row.from == name);
        own.fold(policy.isolating(Direction::Egress), lets_out)
    };
    let pod = |name, address, node| written::pod(&format!("shop/{name}"), name, &[address], node);
    written::objects(
        vec![written::namespace("shop", ("team", "a"))],
        vec![written::node("n1", &[N1]), written::node("n2", &[N2])],
        vec![
            pod("near", NEAR_POD, "n1"),
            pod("web", WEB, "n1"),
            pod("far", FAR_POD, "n2"),
        ],
        vec![web, lets_out("near"), lets_out("far")],
    )
}

fn lets_in(policy: Written, case: &Case) -> Written {
    let port = |trial| format!("TCP/{}", case.target(trial));
    let policy = policy.from(&[], &[&port(Trial::OtherDestinations)]);
    let Some(seen) = case.seen() else {
        // Nobody but the own node, unless it is kube-proxy that refuses.
        let open = [port(Trial::Allowed)];
        let anyone = open.each_ref().map(String::as_str);
        return if case.reached() {
            policy
        } else {
            policy.from(&[], &anyone)
        };
    };
    policy
        .from(&[&format!("block {seen}/32")], &[&port(Trial::Allowed)])
        .from(
            &[&format!("block 0.0.0.0/0 except {seen}/32")],
            &[&port(Trial::OtherSources)],
        )
}

fn lets_out(policy: Written, case: &Case) -> Written {
    let mut policy = policy;
    for trial in TRIALS {
        let (dialled, _) = case.dialled(trial);
        let Some(out) = case.out(trial) else {
            // It is kube-proxy that refuses.
            policy = policy.to(&[], &[&format!("TCP/{}", dialled.port())]);
            continue;
        };
        let port = format!("TCP/{}", out.port());
        policy = if trial == Trial::OtherDestinations {
            let others = format!("block 0.0.0.0/0 except {}/32", out.ip());
            let policy = policy.to(&[&others], &[&port]);
            // Not what was dialled, either.
            if dialled.port() == out.port() {
                policy
            } else {
                policy.to(&[], &[&format!("TCP/{}", dialled.port())])
            }
        } else {
            policy.to(&[&format!("block {}/32", out.ip())], &[&port])
        };
    }
    policy
}
