//! Two nodes with pods behind them, and an outside: real sockets anywhere, and rules on both nodes.
//!
//! ```text
//!  near 10.1.1.10 ─┐                                       ┌─ far 10.1.2.10
//!                  n1 10.0.0.1 ─────── lan ─────── n2 10.0.0.2
//!  web 10.1.1.80 ──┘ t1 10.1.1.0        │    t2 10.1.2.0
//!                                    outside 203.0.113.9, 203.0.113.200
//! ```
//!
//! Pods have routed veths; `lan` is a bridge in a namespace of its own. What the nodes' own processes do,
//! pods in the network of their node do alike.

use super::load::Node;
use super::netlink::Netlink;
use super::netns::{Netns, set};
use super::topology::{
    FAR, NEAR, default_routes, far_index, forwards, loopback, near_index, own_address, quiet,
    raised, reached, veth, wait_until_in_use,
};
use nix::sys::socket::SockProtocol;
use std::io;

pub const N1: &str = "10.0.0.1";
pub const N2: &str = "10.0.0.2";
/// Of the tunnel's devices: the first of each node's block of pod addresses.
pub const T1: &str = "10.1.1.0";
pub const T2: &str = "10.1.2.0";
pub const NEAR_POD: &str = "10.1.1.10";
pub const WEB: &str = "10.1.1.80";
pub const FAR_POD: &str = "10.1.2.10";
pub const CLIENT: &str = "203.0.113.9";
pub const STRANGER: &str = "203.0.113.200";
const ROUTER: &str = "10.0.0.254";

/// How packets to pods get from node to node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// As they are, to the other node's address.
    Routed,
    /// Inside VXLAN.
    Tunnel,
}

/// Where a socket can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    N1,
    N2,
    Near,
    Web,
    Far,
    Outside,
}

/// The lab. It ends with the value.
pub struct TwoNodes {
    pub nodes: [Node; 2],
    places: [Netns; 6],
    /// Nobody is in it, but it would be gone with its links.
    lan: Netns,
}

/// What is at the ends of the links of `lan`, in the order of their numbers.
const ON_LAN: [(Place, &str); 3] = [(Place::N1, N1), (Place::N2, N2), (Place::Outside, ROUTER)];
/// Pods, each with its node: their links have the numbers from 10.
const PODS: [(Place, &str, Place); 3] = [
    (Place::Near, NEAR_POD, Place::N1),
    (Place::Web, WEB, Place::N1),
    (Place::Far, FAR_POD, Place::N2),
];

fn mac(number: usize) -> [u8; 6] {
    let last = u8::try_from(number).expect("few links");
    [2, 0, 0, 0, 1, last]
}

/// What `ip` does at an end: the address, permanent neighbours, and the way out.
fn end_on_lan(number: usize) -> String {
    let (place, address) = ON_LAN[number];
    let mut lines = vec![
        "link set lo up".to_owned(),
        format!("address add {address}/24 dev eth0"),
        "link set eth0 up".to_owned(),
    ];
    let others = ON_LAN.into_iter().enumerate();
    let others = others.filter(|(other, _)| *other != number);
    lines.extend(others.map(|(other, (_, address))| {
        let mac = format!("02:00:00:00:01:0{other}");
        format!("neighbour add {address} lladdr {mac} dev eth0 nud permanent")
    }));
    if place == Place::Outside {
        let own = [CLIENT, STRANGER];
        lines.extend(own.map(|address| format!("address add {address}/32 dev lo")));
    } else {
        lines.push(format!("route add default via {ROUTER}"));
    }
    lines.join("\n")
}

impl TwoNodes {
    pub fn new(network: Network) -> Result<Self, String> {
        let said = |error: io::Error| error.to_string();
        let fresh = || Netns::fresh().map_err(said);
        let places = [fresh()?, fresh()?, fresh()?, fresh()?, fresh()?, fresh()?];
        let node = |place: Place| places[place as usize].try_clone().and_then(Node::new);
        let nodes = [
            node(Place::N1).map_err(said)?,
            node(Place::N2).map_err(said)?,
        ];
        let lab = TwoNodes {
            nodes,
            places,
            lan: fresh()?,
        };
        for place in [Place::N1, Place::N2] {
            lab.inside(place, forwards_and_refuses).map_err(said)?;
        }
        lab.lay_lan()?;
        for (number, (pod, address, node)) in (10..).zip(PODS) {
            lab.attach(number, pod, address, node).map_err(said)?;
        }
        for [own, other] in [[0, 1], [1, 0]] {
            lab.reach_other_node(network, own, other)?;
        }
        Ok(lab)
    }

    pub fn inside<T>(&self, place: Place, work: impl FnOnce() -> T) -> T {
        self.places[place as usize].inside(work)
    }

    /// A batch of `ip` somewhere.
    pub fn ip(&self, place: Place, batch: &str) -> Result<(), String> {
        let there = self.places[place as usize].try_clone();
        let there = there
            .and_then(Node::new)
            .map_err(|error| error.to_string())?;
        there.run("ip", &["-batch", "-"], batch).map(drop)
    }

    fn lay_lan(&self) -> Result<(), String> {
        let said = |error: io::Error| error.to_string();
        let lan = &self.lan;
        let mut ports = vec![
            "link add lan type bridge".to_owned(),
            "link set lan up".to_owned(),
        ];
        for (number, (place, _)) in ON_LAN.into_iter().enumerate() {
            let (name, far) = (format!("port{number}"), &self.places[place as usize]);
            let link = veth(number, &name, far, "eth0", mac(number));
            lan.inside(|| Netlink::open(SockProtocol::NetlinkRoute)?.ask(vec![link]))
                .map_err(said)?;
            self.ip(place, &end_on_lan(number))?;
            // All ends at a bridge have the same address at first.
            ports.push(format!("link set {name} address 02:00:00:00:02:0{number}"));
            ports.push(format!("link set {name} master lan"));
        }
        let switch = lan.try_clone().and_then(Node::new).map_err(said)?;
        switch.run("ip", &["-batch", "-"], &ports.join("\n"))?;
        lan.inside(|| wait_until_in_use((0..ON_LAN.len()).map(near_index)))
            .map_err(said)?;
        for (number, (place, _)) in ON_LAN.into_iter().enumerate() {
            self.inside(place, || wait_until_in_use([far_index(number)].into_iter()))
                .map_err(said)?;
        }
        Ok(())
    }

    /// A pod behind its node.
    fn attach(&self, number: usize, pod: Place, address: &str, node: Place) -> io::Result<()> {
        let address = [address.parse().expect("an address")];
        let end = &self.places[pod as usize];
        let ask = |requests| Netlink::open(SockProtocol::NetlinkRoute)?.ask(requests);
        end.inside(quiet)?;
        self.inside(node, || {
            let mut requests = vec![veth(number, &format!("pod{number}"), end, "eth0", FAR)];
            requests.extend(reached(number, &address));
            ask(requests)
        })?;
        end.inside(|| {
            let index = far_index(number);
            let mut requests = vec![loopback(), raised(number), own_address(index, address[0])];
            requests.extend(default_routes(index, NEAR));
            ask(requests)
        })?;
        self.inside(node, || wait_until_in_use([near_index(number)].into_iter()))?;
        end.inside(|| wait_until_in_use([far_index(number)].into_iter()))
    }

    /// The way from a node to the pods of the other.
    fn reach_other_node(&self, network: Network, own: usize, other: usize) -> Result<(), String> {
        let (nodes, tunnels) = ([N1, N2], [T1, T2]);
        let blocks = tunnels.map(|first| format!("{first}/24"));
        let batch = match network {
            Network::Routed => format!("route add {} via {}\n", blocks[other], nodes[other]),
            Network::Tunnel => format!(
                "link add tunnel address 02:00:00:00:03:0{own} type vxlan id 1 dev eth0 local {} \
                 remote {} dstport 8472 nolearning\n\
                 address add {}/32 dev tunnel\nlink set tunnel up\n\
                 neighbour add {} lladdr 02:00:00:00:03:0{other} dev tunnel nud permanent\n\
                 route add {} via {} dev tunnel onlink\n",
                nodes[own],
                nodes[other],
                tunnels[own],
                tunnels[other],
                blocks[other],
                tunnels[other],
            ),
        };
        self.ip([Place::N1, Place::N2][own], &batch)
    }
}

/// What a node does; and it does not hold back when it refuses.
fn forwards_and_refuses() -> io::Result<()> {
    forwards()?;
    set("ipv4/icmp_ratelimit", "0")
}
