//! What a ruleset must do, whatever it is written in.
//!
//! Built from the model: pods by their addresses, grouped by the policies that select them; the
//! rules of those policies with their peers as addresses and their named ports as elements. Grows
//! with distinct groups and rules, plus one element per pod and set.
//!
//! How a packet from address `s` to address `d` is judged:
//!
//! 1. If `(s, d)` is in [`Plan::always`], it passes.
//! 2. Egress: if [`Plan::governed`] has a group for `s` in [`Direction::Egress`], that group judges it;
//!    a group judges by its lists ([`Group`]). Without a group, the direction lets it through.
//! 3. Ingress: likewise by the group of `d`. It passes if both directions let it through.

mod build;
mod fit;
mod sets;

pub use build::{Scope, plan};
pub use fit::{Note, Unfit};

use crate::model::{Action, Direction, PolicyId, Tier};
use crate::net::{AddressSet, ConnSet, Family, Protocol};
use crate::table::{Table, define_id};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

define_id! {
    /// Names a [`PeerSet`] of a [`Plan`].
    pub PeerSetId;
    /// Names a [`NamedPorts`] of a [`Plan`].
    pub NamedPortsId;
    /// Names a [`RuleList`] of a [`Plan`].
    pub RuleListId;
    /// Names a [`Group`] of a [`Plan`].
    pub GroupId;
}

/// What a ruleset must do.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The addresses that rules name.
    pub peers: Table<PeerSetId, PeerSet>,
    /// What named ports lead to.
    pub named: Table<NamedPortsId, NamedPorts>,
    /// Rules in the order in which they are tried.
    pub lists: Table<RuleListId, RuleList>,
    /// Pods under the same policies, by direction.
    pub groups: Table<GroupId, Group>,
    /// The group of each governed address, per direction: egress first, as in [`Direction::BOTH`].
    pub governed: [BTreeMap<IpAddr, GroupId>; 2],
    /// Source and destination of what no policy can stop: a governed pod and itself (S52), and a
    /// governed pod and its own node (S55, S56). Both of one family.
    pub always: BTreeSet<(IpAddr, IpAddr)>,
}

/// Addresses that some peers of rules match. Its members change with the pods; its key does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerSet {
    /// What it stands for, unambiguous and the same in every run: what names are made of.
    pub key: String,
    /// For people, in a few words; holds text from manifests.
    pub words: String,
    /// Its addresses.
    pub members: Members,
}

/// The addresses of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Members {
    /// Single addresses of pods, of both families.
    Pods(BTreeSet<IpAddr>),
    /// Address blocks of both families, disjoint and joined.
    Blocks(AddressSet),
}

impl Members {
    /// Whether it can never have a member of a family, whatever pods there are: it is made of
    /// blocks, and none is of that family.
    pub fn never(&self, family: Family) -> bool {
        match self {
            Self::Pods(_) => false,
            Self::Blocks(blocks) => blocks.only(family).is_empty(),
        }
    }

    /// Whether it has a member of a family.
    pub fn has(&self, family: Family) -> bool {
        match self {
            Self::Pods(pods) => pods.iter().any(|&ip| Family::of(ip) == family),
            Self::Blocks(blocks) => !blocks.only(family).is_empty(),
        }
    }
}

/// What some named ports of a rule lead to: on which address which port (S36 to S42).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPorts {
    /// What it stands for, as in [`PeerSet::key`].
    pub key: String,
    /// For people; holds text from manifests.
    pub words: String,
    /// Destination address, protocol, destination port.
    pub members: BTreeSet<(IpAddr, Protocol, u16)>,
}

/// Rules in the order in which they are tried: the first that matches decides. Where none matches,
/// the list decides nothing.
///
/// A NetworkPolicy's rules of one direction are a list. The Admin tier of a group is one list, and so
/// is its Baseline tier, with the rules of all its policies in the order of their priorities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleList {
    /// What it stands for, as in [`PeerSet::key`].
    pub key: String,
    /// The tier.
    pub tier: Tier,
    /// The direction.
    pub direction: Direction,
    /// The policies that it is made of: one in the NetworkPolicy tier, at least one in the others.
    pub policies: Vec<PolicyId>,
    /// The rules, each of which may be several entries.
    pub entries: Vec<Entry>,
}

/// One test with what it decides. All parts must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it decides: [`Action::Accept`] and [`Action::Deny`] settle the direction; [`Action::Pass`]
    /// ends the list and leaves the rest to what follows in the group.
    pub action: Action,
    /// The address at the other end: the source for ingress, the destination for egress.
    pub peer: PeerTest,
    /// The packet's protocol and destination port.
    pub ports: ConnectionTest,
    /// The rule that it comes from.
    pub rule: RulePlace,
}

/// A rule by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RulePlace {
    /// The policy.
    pub policy: PolicyId,
    /// The direction.
    pub direction: Direction,
    /// The rule's number among those of the direction, from 0.
    pub index: usize,
}

/// Which addresses an entry matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerTest {
    /// All of both families.
    Anyone,
    /// Those of a set.
    In(PeerSetId),
}

/// Which packets an entry matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionTest {
    /// All of every protocol, those without ports among them.
    Any,
    /// These connections, at least one. Ports 1 to 65535 are all ports of a protocol.
    Connections(ConnSet),
    /// Those to an address, protocol and port of a set.
    Named(NamedPortsId),
}

/// Addresses under the same policies in one direction.
///
/// Judged in order: `admin`, which may accept, deny, or pass; then, if `isolating` names a policy, each
/// of `rules`, of which the first entry that matches accepts, and if none does the packet is
/// dropped; else `baseline`, and what it does not decide is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What it stands for, as in [`PeerSet::key`].
    pub key: String,
    /// The direction.
    pub direction: Direction,
    /// The Admin tier over these addresses.
    pub admin: Option<RuleListId>,
    /// The policies of that tier that isolate them, by namespace and name; empty: not isolated.
    pub isolating: Vec<PolicyId>,
    /// The lists of those policies, in the same order; none for a policy without rules.
    pub rules: Vec<RuleListId>,
    /// The Baseline tier over these addresses; none for isolated ones.
    pub baseline: Option<RuleListId>,
}

impl Plan {
    /// The group of an address.
    pub fn group(&self, direction: Direction, address: IpAddr) -> Option<GroupId> {
        self.governed(direction).get(&address).copied()
    }

    /// The governed addresses of a direction, with their groups.
    pub fn governed(&self, direction: Direction) -> &BTreeMap<IpAddr, GroupId> {
        let [egress, ingress] = &self.governed;
        match direction {
            Direction::Egress => egress,
            Direction::Ingress => ingress,
        }
    }

    /// What no policy can stop in a direction: a governed address, and the other end.
    pub fn exempt(&self, direction: Direction) -> impl Iterator<Item = (IpAddr, IpAddr)> {
        let pairs = self.always.iter().map(move |&(from, to)| match direction {
            Direction::Egress => (from, to),
            Direction::Ingress => (to, from),
        });
        pairs.filter(|(own, _)| self.governed.iter().any(|map| map.contains_key(own)))
    }

    /// What cluster-wide rules deny the addresses of a group.
    pub fn denied(&self, group: &Group) -> impl Iterator<Item = &Entry> {
        let lists = [group.admin, group.baseline].into_iter().flatten();
        let entries = lists.flat_map(|list| &self.lists.at(list).entries);
        entries.filter(|entry| entry.action == Action::Deny)
    }

    /// Whether a cluster-wide rule denies something that pods send, which may be on the way to their
    /// own node (S100).
    pub fn denies_out(&self) -> bool {
        let mut groups = self.groups.rows().iter();
        groups.any(|it| it.direction == Direction::Egress && self.denied(it).next().is_some())
    }
}
