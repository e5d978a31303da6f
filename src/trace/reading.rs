//! One reading of a flow: the flow as it looks over one IP family.
//!
//! A flow names pods, not addresses, so a pod with an address of each family may be reached over
//! either. Each family that both ends have is read on its own (S49).

use super::Unknown;
use super::truth::Truth;
use super::{End, Endpoint, Flow};
use crate::model::{Cluster, Direction, Habit, Practice, Says};
use crate::net::Family;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Which addresses of the two ends count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    /// Neither end has a known address.
    NoneKnown,
    /// Those of one family.
    Only(Family),
    /// None: the ends have no family in common.
    Nothing,
}

/// A flow over one IP family.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) practice: &'a Practice,
    pub(super) flow: &'a Flow<'a>,
    counted: Counted,
}

impl<'a> Reading<'a> {
    /// The readings of a flow: one, or one for each family; where it is said over which it goes, the
    /// one of that.
    pub(super) fn all(
        cluster: &'a Cluster,
        practice: &'a Practice,
        (flow, over): (&'a Flow<'a>, Option<Family>),
    ) -> (Self, Option<Self>) {
        let reading = |counted| Self {
            cluster,
            practice,
            flow,
            counted,
        };
        let (first, second) = counted(flow);
        let over = over.map(Counted::Only);
        match second {
            Some(_) if over == Some(first) => (reading(first), None),
            Some(second) if over == Some(second) => (reading(second), None),
            second => (reading(first), second.map(reading)),
        }
    }

    /// The family that is read, where one is.
    pub(super) fn family(&self) -> Option<Family> {
        match self.counted {
            Counted::Only(family) => Some(family),
            Counted::NoneKnown | Counted::Nothing => None,
        }
    }

    /// The family that packets of the flow have: that of an outside address, whatever is read.
    pub(super) fn packets(&self) -> Option<Family> {
        match (self.flow.source, self.flow.destination) {
            (Endpoint::Address(address), _) | (_, Endpoint::Address(address)) => {
                Some(Family::of(address))
            }
            _ => self.family(),
        }
    }

    pub(super) fn endpoint(&self, end: End) -> Endpoint<'a> {
        match end {
            End::Source => self.flow.source,
            End::Destination => self.flow.destination,
        }
    }

    /// The addresses of `end` that count; none where they are not known (S47).
    pub(super) fn addresses(&self, end: End) -> Option<Vec<IpAddr>> {
        let endpoint = self.endpoint(end);
        let known = known_addresses(endpoint);
        match (endpoint, self.counted) {
            // S48: an outside address is itself, whatever the other end has.
            (Endpoint::Address(_), _) => Some(known),
            (_, _) if known.is_empty() => None,
            (_, Counted::Only(family)) => {
                let of_family = |address: &IpAddr| Family::of(*address) == family;
                Some(known.into_iter().filter(of_family).collect())
            }
            (_, Counted::NoneKnown | Counted::Nothing) => Some(Vec::new()),
        }
    }
}

/// Whether the plugin does something; where that is open, what hangs on it is.
pub(super) fn does(practice: &Practice, habit: Habit) -> Truth {
    match practice.says(habit) {
        Says::Yes => Truth::Yes,
        Says::No => Truth::No,
        Says::Open => Truth::maybe(Unknown::Habit(habit)),
    }
}

/// The end whose policies decide `direction`.
pub(super) fn subject_end(direction: Direction) -> End {
    match direction {
        Direction::Egress => End::Source,
        Direction::Ingress => End::Destination,
    }
}

/// The end that the rules of `direction` speak of in `from` or `to`.
pub(super) fn peer_end(direction: Direction) -> End {
    match direction {
        Direction::Egress => End::Destination,
        Direction::Ingress => End::Source,
    }
}

fn known_addresses(endpoint: Endpoint<'_>) -> Vec<IpAddr> {
    match endpoint {
        Endpoint::Pod(pod) => pod.ips.clone(),
        // S50: a node is the address at which it is met.
        Endpoint::Node(end) => end.ips(),
        Endpoint::Address(address) => vec![address],
    }
}

/// S49: the families that both ends have; those of one end where the other's are not known.
fn counted(flow: &Flow<'_>) -> (Counted, Option<Counted>) {
    let families = |endpoint| -> BTreeSet<Family> {
        let known = known_addresses(endpoint);
        known.into_iter().map(Family::of).collect()
    };
    let (source, destination) = (families(flow.source), families(flow.destination));
    let common = match (source.is_empty(), destination.is_empty()) {
        (true, true) => return (Counted::NoneKnown, None),
        (true, false) => destination,
        (false, true) => source,
        (false, false) => &source & &destination,
    };
    let mut common = common.into_iter().map(Counted::Only);
    (common.next().unwrap_or(Counted::Nothing), common.next())
}
