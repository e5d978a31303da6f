//! Flows that no policy can stop, or may not (S52 to S60, S69, S70).

use super::encoder::Encoder;
use super::end::{Side, Who};
use super::tri::Tri;
use crate::model::{Cluster, HowMany, Pod, PodNature};
use crate::net::AddressSet;
use crate::prove::formula::Formula;
use crate::trace::Endpoint;
use std::collections::BTreeMap;

/// Where an endpoint is, for the traffic between a node and its pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seat<'a> {
    /// A pod with a network of its own, on this node if known.
    Pod(Option<&'a str>),
    /// A pod in the network of this node, if known.
    HostNetwork(Option<&'a str>),
    /// The node of this name.
    Node(&'a str),
    /// An address outside.
    Outside,
}

impl Encoder<'_> {
    /// Whether no policy can stop the flow.
    pub fn exempt(&mut self, cluster: &Cluster, source: &Side<'_>, destination: &Side<'_>) -> Tri {
        let same = self.same_pod(source, destination);
        let node = self.same_node(cluster, source, destination);
        let link = Tri {
            sure: self.formulas.constant(false),
            may: self.link_local(source, destination),
        };
        self.any_of(&[same, node, link])
    }

    /// S70: one end is a link-local address.
    fn link_local(&mut self, source: &Side<'_>, destination: &Side<'_>) -> Formula {
        if !self.open_link_local {
            return self.formulas.constant(false);
        }
        let set = AddressSet::link_local();
        let mut ends = Vec::new();
        for side in [source, destination] {
            ends.push(match &side.who {
                Who::Outside(family) => self.address_in(&set, side.end, *family),
                Who::Listed(list) => side.where_listed(
                    self,
                    list,
                    |end| matches!(end, Endpoint::Address(address) if set.contains(*address)),
                ),
                Who::Imagined(_) => self.formulas.constant(false),
            });
        }
        self.formulas.any(ends)
    }

    /// S52: both ends are one pod; S53: which an entry is that stands for exactly one, and may be
    /// where it is not known for how many.
    pub fn same_pod(&mut self, source: &Side<'_>, destination: &Side<'_>) -> Tri {
        let (Who::Listed(from), Who::Listed(to)) = (&source.who, &destination.who) else {
            return self.known(false);
        };
        let pod = |endpoint: &Endpoint<'_>| match endpoint {
            Endpoint::Pod(pod) if pod.nature != PodNature::Hypothetical => {
                Some((pod.key(), pod.count.how_many()))
            }
            Endpoint::Pod(_) | Endpoint::Node(_) | Endpoint::Address(_) => None,
        };
        let (mut sure, mut may) = (Vec::new(), Vec::new());
        for (index, endpoint) in from.iter().enumerate() {
            let Some((own, count)) = pod(endpoint) else {
                continue;
            };
            if count == HowMany::Several {
                continue;
            }
            let at = |other: &Endpoint<'_>| pod(other).is_some_and(|(other, _)| other == own);
            if let Some(other) = to.iter().position(at) {
                let (a, b) = (
                    source.chosen(self, &[index]),
                    destination.chosen(self, &[other]),
                );
                let both = self.formulas.all([a, b]);
                may.push(both);
                sure.extend((count != HowMany::NotKnown).then_some(both));
            }
        }
        Tri {
            sure: self.formulas.any(sure),
            may: self.formulas.any(may),
        }
    }

    fn same_node(&mut self, cluster: &Cluster, source: &Side<'_>, destination: &Side<'_>) -> Tri {
        let (from, to) = (seats(cluster, source), seats(cluster, destination));
        let mut all = Vec::new();
        for (a, at_source) in &from {
            for (b, at_destination) in &to {
                let (sure, may) = shares(*a, *b);
                if !may {
                    continue;
                }
                let source = self.seated(source, at_source);
                let destination = self.seated(destination, at_destination);
                let both = self.formulas.all([source, destination]);
                let sure = if sure {
                    both
                } else {
                    self.formulas.constant(false)
                };
                all.push(Tri { sure, may: both });
            }
        }
        self.any_of(&all)
    }

    fn seated(&mut self, side: &Side<'_>, indices: &[usize]) -> Formula {
        match &side.who {
            Who::Listed(_) => side.chosen(self, indices),
            Who::Imagined(_) | Who::Outside(_) => self.formulas.constant(true),
        }
    }
}

/// Whether traffic between the two is that of a node and its own pods: surely, possibly.
fn shares(a: Seat<'_>, b: Seat<'_>) -> (bool, bool) {
    match (a, b) {
        // S55, S56.
        (Seat::Node(node), Seat::Pod(on) | Seat::HostNetwork(on)) => match on {
            Some(on) => (on == node, on == node),
            None => (false, true),
        },
        // S69, S56.
        (Seat::Pod(on) | Seat::HostNetwork(on), Seat::Node(node)) => {
            (false, on.is_none_or(|on| on == node))
        }
        // S60.
        (Seat::Pod(a), Seat::HostNetwork(b)) | (Seat::HostNetwork(b), Seat::Pod(a)) => {
            match (a, b) {
                (Some(a), Some(b)) => (false, a == b),
                (None, _) | (_, None) => (false, true),
            }
        }
        (Seat::Pod(_), Seat::Pod(_))
        | (Seat::HostNetwork(_), Seat::HostNetwork(_))
        | (Seat::Node(_), Seat::Node(_))
        | (Seat::Outside, _)
        | (_, Seat::Outside) => (false, false),
    }
}

/// The seats at an end, with the listed endpoints that have them.
fn seats<'c>(cluster: &'c Cluster, side: &Side<'c>) -> BTreeMap<Seat<'c>, Vec<usize>> {
    let mut seats: BTreeMap<Seat<'c>, Vec<usize>> = BTreeMap::new();
    match &side.who {
        Who::Imagined(_) => {
            seats.insert(Seat::Pod(None), Vec::new());
        }
        Who::Outside(_) => {
            seats.insert(Seat::Outside, Vec::new());
        }
        Who::Listed(list) => {
            for (index, endpoint) in list.iter().enumerate() {
                let seat = match *endpoint {
                    Endpoint::Pod(pod) => seat_of(pod),
                    Endpoint::Node(node) => Seat::Node(&cluster.nodes.at(node).name),
                    Endpoint::Address(_) => Seat::Outside,
                };
                seats.entry(seat).or_default().push(index);
            }
        }
    }
    seats
}

fn seat_of(pod: &Pod) -> Seat<'_> {
    let on = pod.node.as_deref();
    if pod.host_network {
        Seat::HostNetwork(on)
    } else {
        Seat::Pod(on)
    }
}
