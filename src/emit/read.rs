//! The text of a ruleset read back into a small program, as the kernel would run it.
//!
//! This is the judge of `nftables` and `iptables`: it shares nothing with them, and knows only the part
//! of the two languages that they write. It is strict. What it does not know is an error with its
//! line, never passed over, for a statement that is ignored here would still count in the kernel.
//!
//! ```text
//! lexer, table, set, rule   nft's language
//! ipset, restore            ipset's and iptables-restore's
//! build                     names to ids; no loops, nothing too deep, every set of the right type
//! values                    addresses, ports and numbers, in both
//! run                       one packet through a program
//! ```

mod build;
mod ipset;
#[cfg(test)]
mod iptables_tests;
mod lexer;
#[cfg(test)]
mod nftables_tests;
mod restore;
mod rule;
mod run;
mod set;
mod table;
mod values;

pub use restore::{ENTRY, iptables};
pub use run::{Decision, Packet, Payload};
pub use table::nftables;

use crate::net::{AddressSet, ConnSet, Protocol};
use crate::table::{Table, define_id};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

define_id! {
    /// Names a [`Chain`] of a [`Ruleset`].
    pub ChainId;
    /// Names a [`Set`] of a [`Ruleset`].
    pub SetId;
    /// Names a [`VerdictMap`] of a [`Ruleset`].
    pub MapId;
}

/// Why a text is not a ruleset of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The line, from 1; of several files, that of the file that [`Self::what`] names.
    pub line: usize,
    /// What is there, in one sentence; may hold text of the ruleset.
    pub what: String,
}

/// A ruleset as a program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ruleset {
    /// Where packets come in, in the order in which they pass. Every one must let a packet through.
    pub hooks: Vec<Hook>,
    /// All chains.
    pub chains: Table<ChainId, Chain>,
    /// All sets.
    pub sets: Table<SetId, Set>,
    /// All verdict maps.
    pub maps: Table<MapId, VerdictMap>,
}

/// A chain that packets come into from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// The chain.
    pub chain: ChainId,
    /// When its turn is: lower first.
    pub priority: i32,
    /// What becomes of a packet that no rule decides: whether it is let through.
    pub accepts: bool,
}

/// Statements in the order in which they are tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Its name.
    pub name: String,
    /// Where it begins, from 1.
    pub line: usize,
    /// Its statements.
    pub statements: Vec<Statement>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// All of them must match.
    pub matches: Vec<Match>,
    /// What it does then; nothing where it only counts.
    pub verdict: Option<Verdict>,
    /// What it says of itself.
    pub comment: Option<String>,
    /// Where it stands, from 1.
    pub line: usize,
}

/// What becomes of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is let through this hook; the hooks after it are still asked.
    Accept,
    /// It is gone.
    Drop,
    /// It goes on behind the jump that led here; at a hook, to what the hook does in the end.
    Return,
    /// It goes through a chain and, where that does not decide, goes on here.
    Jump(ChainId),
    /// It goes through a chain and, where that does not decide, goes on behind the jump that led here.
    Goto(ChainId),
    /// The verdict that a map has for the address of an end; without one it goes on here.
    Lookup {
        /// The end.
        end: PacketEnd,
        /// The map.
        map: MapId,
    },
}

/// An end of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PacketEnd {
    /// Where it comes from.
    Source,
    /// Where it goes.
    Destination,
}

impl PacketEnd {
    /// The opposite end.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Source => Self::Destination,
            Self::Destination => Self::Source,
        }
    }
}

/// A test of a packet.
///
/// Tests that name addresses match no packet of the other family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// An end's address is in a set of addresses.
    In(PacketEnd, SetId),
    /// An end's address is one of those from the first to the last, both of one family.
    Within(PacketEnd, IpAddr, IpAddr),
    /// An end and the other one are, in this order, a pair of a set.
    Pair(PacketEnd, SetId),
    /// The protocol.
    Protocol(Protocol),
    /// Protocol and destination port.
    Connection(ConnSet),
    /// Protocol and destination port are in a set.
    ConnectionIn(SetId),
    /// Destination, protocol and destination port are in a set.
    DestinationIn(SetId),
    /// The packet belongs to a connection that was let through, or to an error of one.
    Established,
    /// An `ICMPv6` packet of this type.
    Icmpv6(u8),
    /// An `ICMPv6` packet of a type in a set.
    Icmpv6In(SetId),
    /// The source is an address of the machine that judges.
    SourceLocal,
}

/// A named set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// Its name.
    pub name: String,
    /// Where it begins, from 1.
    pub line: usize,
    /// What is in it.
    pub members: Members,
}

/// The elements of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Members {
    /// Addresses.
    Addresses(AddressSet),
    /// Pairs of an end and the other one.
    Pairs(BTreeSet<(IpAddr, IpAddr)>),
    /// Protocols with destination ports.
    Connections(ConnSet),
    /// Destinations with protocols and destination ports.
    Destinations(BTreeMap<IpAddr, ConnSet>),
    /// Types of `ICMPv6`.
    Icmpv6(BTreeSet<u8>),
}

/// Verdicts by address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictMap {
    /// Its name.
    pub name: String,
    /// Where it begins, from 1.
    pub line: usize,
    /// Its elements, with their lines.
    pub elements: BTreeMap<IpAddr, (Verdict, usize)>,
}

fn unreadable<T>(line: usize, what: impl Into<String>) -> Result<T, Unreadable> {
    Err(Unreadable {
        line,
        what: what.into(),
    })
}
