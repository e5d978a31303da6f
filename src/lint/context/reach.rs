//! What passes between pods and addresses, decided by the compiled policies.

use crate::compile::{Alike, Directions};
use crate::model::{Cluster, Direction, PodId};
use crate::net::{AddressSet, ConnSet};
use std::net::IpAddr;

/// What passes, each direction for itself and both together.
#[derive(Debug)]
pub struct Reach<'a> {
    cluster: &'a Cluster,
    directions: Directions,
    outside: Vec<(Alike, AddressSet)>,
}

impl<'a> Reach<'a> {
    pub(super) fn new(cluster: &'a Cluster) -> Self {
        // What is sure is less where it is open what the plugin does, and nothing is refused by that.
        let practice = cluster.practice.settled();
        let directions = if practice == cluster.practice {
            Directions::new(cluster)
        } else {
            let mut settled = cluster.clone();
            settled.practice = practice;
            Directions::new(&settled)
        };
        let outside = directions.outside();
        Self {
            cluster,
            directions,
            outside,
        }
    }

    /// The endpoints that a pod is alike to.
    pub fn of(&self, pod: PodId) -> Alike {
        self.directions.pod(pod)
    }

    /// The addresses outside that an address is alike to.
    pub fn address(&self, address: IpAddr) -> Option<Alike> {
        let mut outside = self.outside.iter();
        outside
            .find(|(_, addresses)| addresses.contains(address))
            .map(|(alike, _)| *alike)
    }

    /// All addresses outside, by what policies can tell apart. The sets do not overlap, and each is
    /// of one family.
    pub fn outside(&self) -> &[(Alike, AddressSet)] {
        &self.outside
    }

    /// What one direction surely lets through between two different endpoints.
    pub fn half(&mut self, direction: Direction, from: Alike, to: Alike) -> &ConnSet {
        self.directions.passes(direction, from, to)
    }

    /// What the policies surely let through between two different endpoints.
    pub fn between(&mut self, from: Alike, to: Alike) -> &ConnSet {
        self.directions.connections(from, to)
    }

    /// The cluster that this is about.
    pub fn cluster(&self) -> &'a Cluster {
        self.cluster
    }
}
