//! A node with pods around it, for first packets: rulesets are loaded into the node for real, and
//! packets go in at one veth and come out of another, or do not.

use super::load::Node;
use super::probe::{Probe, Wire};
use super::topology;
use std::io;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A pod as the network sees it.
#[derive(Clone, Debug)]
pub struct PodNet {
    /// What messages call it.
    pub name: String,
    /// Any number, of either family.
    pub addresses: Vec<IpAddr>,
}

impl PodNet {
    /// A pod with addresses as text.
    pub fn new(name: &str, addresses: &[&str]) -> Self {
        let parsed = |text: &&str| text.parse().expect("an address");
        PodNet {
            name: name.to_owned(),
            addresses: addresses.iter().map(parsed).collect(),
        }
    }
}

/// A lab for first packets. One lab takes any number of rulesets, one after the other.
pub struct Lab {
    node: Node,
    wire: Mutex<Wire>,
}

/// What is done to the node is done to the lab.
impl Deref for Lab {
    type Target = Node;

    fn deref(&self) -> &Node {
        &self.node
    }
}

impl Lab {
    /// Namespaces of its own around the pods, each with a veth, and a veth to the outside, where
    /// all addresses are that are no pod's. Fails where the kernel refuses the calling thread.
    pub fn new(pods: &[PodNet]) -> io::Result<Self> {
        let (node, wire) = topology::raw(pods)?;
        let wire = Wire::new(&node, &wire, pods)?;
        Ok(Lab {
            node: Node::new(node)?,
            wire: Mutex::new(wire),
        })
    }

    /// Which of the packets come out where they are meant for; connections seen before are
    /// forgotten first, so every packet is the first of its own.
    ///
    /// An error says that a packet did what no ruleset makes of it: it came out elsewhere, or
    /// twice, or could not be sent.
    pub fn probe(&self, probes: &[Probe]) -> Result<Vec<bool>, String> {
        self.wire().probe(probes, || self.node.forget_connections())
    }

    /// As `probe`, with whatever connections are known.
    pub fn send(&self, probes: &[Probe]) -> Result<Vec<bool>, String> {
        self.wire().send(probes)
    }

    /// The id that the next probe's packet will have; those of later ones follow.
    pub fn next_id(&self) -> u32 {
        self.wire().next_id()
    }

    fn wire(&self) -> MutexGuard<'_, Wire> {
        self.wire.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
