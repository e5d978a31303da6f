//! Flows that no policy can stop, or may not.
//!
//! A pod reaches itself, and a node its own pods, whatever policies say; without that, a proof that
//! all is refused would be wrong. Often it is open: the node of a pod is not known, or it depends
//! on the network plugin. Then the flow only may pass. Endpoints are sorted by their seat first
//! (pod, pod in the network of its node, node or outside, and on which node), and pairs of seats
//! are compared instead of pairs of pods.

use super::encoder::Encoder;
use super::end::{Side, Who};
use super::tri::{Half, Tri};
use crate::model::{Cluster, Exception, Habit, HowMany, Pod, PodNature, Practice, Says};
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

/// What a flow is exempt from.
#[derive(Debug, Clone, Copy)]
pub struct Exempt {
    /// From every policy.
    pub from_all: Tri,
    /// From `NetworkPolicies`.
    pub from_namespaced: Tri,
}

impl Encoder<'_> {
    /// Which policies cannot stop the flow.
    pub fn exempt(
        &mut self,
        cluster: &Cluster,
        source: &Side<'_>,
        destination: &Side<'_>,
    ) -> Exempt {
        let seats = (seats(cluster, source), seats(cluster, destination));
        let (mut from_all, mut from_namespaced) = (Vec::new(), Vec::new());
        for exception in Exception::ALL {
            let from = if exception.is_from_network_policies() {
                &mut from_namespaced
            } else {
                &mut from_all
            };
            from.push(match exception {
                Exception::Itself => self.same_pod(source, destination),
                Exception::NodeToItsPod | Exception::PodToItsNode | Exception::SharedNode => {
                    let (from, to) = (&seats.0, &seats.1);
                    let rule = (exception, &cluster.practice);
                    self.on_one_node(rule, (source, from), (destination, to))
                }
                Exception::LinkLocal => Tri {
                    sure: self.formulas.constant(false),
                    may: self.link_local(source, destination),
                },
                // Claims are about the pods behind a Service, at their own addresses; and about no
                // loopback address, which is taken out of all that they name.
                Exception::ItselfThroughService | Exception::Loopback => self.known(false),
            });
        }
        Exempt {
            from_all: self.any_of(&from_all),
            from_namespaced: self.any_of(&from_namespaced),
        }
    }

    /// Whether the flow is let through whatever policies say, given what directions do (S100).
    pub fn exempted(&mut self, exempt: Exempt, halves: &[Half]) -> Tri {
        let by_rule: Vec<Tri> = halves.iter().map(|half| half.by_rule).collect();
        let by_rule = self.any_of(&by_rule);
        let not_denied = self.negated(by_rule);
        let Tri { sure, may } = exempt.from_namespaced;
        let f = &mut self.formulas;
        // What a plugin lets past NetworkPolicies, it may let past these rules too.
        let not_surely = f.any([not_denied.may, sure]);
        let namespaced = Tri {
            sure: f.all([sure, not_denied.sure]),
            may: f.all([may, not_surely]),
        };
        self.any_of(&[exempt.from_all, namespaced])
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

    /// Whether the ends have seats on one node that are exempt together.
    fn on_one_node<'a>(
        &mut self,
        rule: (Exception, &Practice),
        (source, from): (&Side<'_>, &Seats<'a>),
        (destination, to): (&Side<'_>, &Seats<'a>),
    ) -> Tri {
        let mut all = Vec::new();
        for (a, at_source) in from {
            for (b, at_destination) in to {
                let (sure, may) = shares(rule, *a, *b);
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

/// Whether traffic between the two is exempt as that of a node and its pods: surely, possibly.
fn shares((exception, practice): (Exception, &Practice), a: Seat<'_>, b: Seat<'_>) -> (bool, bool) {
    // Surely, possibly.
    let together = |a: Option<&str>, b: Option<&str>| match (a, b) {
        (Some(a), Some(b)) => (a == b, a == b),
        (None, _) | (_, None) => (false, true),
    };
    let both = |a: (bool, bool), b: (bool, bool)| (a.0 && b.0, a.1 && b.1);
    let says = |habit| match practice.says(habit) {
        Says::Yes => (true, true),
        Says::No => (false, false),
        Says::Open => (false, true),
    };
    match (exception, a, b) {
        // S55, S56.
        (Exception::NodeToItsPod, Seat::Node(node), Seat::Pod(on) | Seat::HostNetwork(on)) => {
            both(together(Some(node), on), says(Habit::NodeIn))
        }
        // S69, S56.
        (Exception::PodToItsNode, Seat::Pod(on) | Seat::HostNetwork(on), Seat::Node(node)) => {
            both(together(on, Some(node)), says(Habit::OutToNode))
        }
        // S60: as the node, where the plugin takes it for that.
        (Exception::SharedNode, Seat::HostNetwork(a), Seat::Pod(b)) => {
            let as_node = both(says(Habit::HostPodIsNode), says(Habit::NodeIn));
            both(together(a, b), or_open(practice, as_node))
        }
        (Exception::SharedNode, Seat::Pod(a), Seat::HostNetwork(b)) => {
            let as_node = both(says(Habit::HostPodIsNode), says(Habit::OutToNode));
            both(together(a, b), or_open(practice, as_node))
        }
        (_, Seat::Pod(_) | Seat::HostNetwork(_) | Seat::Node(_) | Seat::Outside, _) => {
            (false, false)
        }
    }
}

/// Where it is open whether a pod in the network of its node passes for that, so is all of it.
fn or_open(practice: &Practice, as_node: (bool, bool)) -> (bool, bool) {
    match practice.says(Habit::HostPodIsNode) {
        Says::Open => (false, true),
        Says::Yes | Says::No => as_node,
    }
}

type Seats<'a> = BTreeMap<Seat<'a>, Vec<usize>>;

/// The seats at an end, with the listed endpoints that have them.
fn seats<'c>(cluster: &'c Cluster, side: &Side<'c>) -> Seats<'c> {
    let mut seats = Seats::new();
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
                    Endpoint::Node(node) => Seat::Node(&cluster.nodes.at(node.node).name),
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
