//! One packet through a ruleset, statement by statement.
//!
//! This is what a kernel does with the rules, so that a packet can be judged without one. Each
//! hook's chain must let the packet through in turn; where a chain ends without a verdict, the
//! hook's policy decides. The subtle part is `goto`: it keeps no place to come back to. If A jumps
//! to B, and B goes to C, and C ends, the packet goes on in A behind the jump, and the rest of B is
//! skipped.
//!
//! The packet is the first of its connection, so a test for established ones never matches. Cost:
//! the statements of the chains that the packet meets.

use super::{Chain, ChainId, Match, Members, PacketEnd, Ruleset, SetId, Verdict};
use crate::net::Protocol;
use std::net::IpAddr;

/// The first packet of a connection, or one that belongs to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet {
    /// Where it comes from; of the family of the destination.
    pub source: IpAddr,
    /// Where it goes.
    pub destination: IpAddr,
    /// What it carries.
    pub payload: Payload,
    /// Whether the source is an address of the machine that judges.
    pub local: bool,
}

/// What a packet carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// A protocol with this destination port.
    Connection(Protocol, u16),
    /// `ICMPv6` of this type.
    Icmpv6(u8),
    /// Anything else.
    Other,
}

/// What becomes of a packet, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether it is let through.
    pub accepted: bool,
    /// The line of the rule that decided: the one that dropped it, or the last that accepted it or
    /// returned it. None where no rule spoke of it.
    pub line: Option<usize>,
    /// That rule's comment.
    pub comment: Option<String>,
}

/// What came of a chain.
enum Outcome {
    Accepted,
    Dropped,
    /// Its end was reached, or a return.
    Over,
    /// Like [`Self::Over`], behind the jump that led to this chain.
    BehindJump,
}

struct Run<'r> {
    ruleset: &'r Ruleset,
    packet: &'r Packet,
    decided: Option<(usize, Option<String>)>,
}

impl Ruleset {
    /// What becomes of a packet.
    pub fn verdict(&self, packet: &Packet) -> Decision {
        let mut run = Run {
            ruleset: self,
            packet,
            decided: None,
        };
        let mut accepted = true;
        for hook in &self.hooks {
            accepted = match run.chain(self.chains.at(hook.chain)) {
                Outcome::Accepted => true,
                Outcome::Dropped => false,
                Outcome::Over | Outcome::BehindJump => hook.accepts,
            };
            if !accepted {
                break;
            }
        }
        let (line, comment) = run.decided.unzip();
        Decision {
            accepted,
            line,
            comment: comment.flatten(),
        }
    }
}

impl Run<'_> {
    fn chain(&mut self, chain: &Chain) -> Outcome {
        for statement in &chain.statements {
            let matches = |test: &Match| self.matches(test);
            if !statement.matches.iter().all(matches) {
                continue;
            }
            let verdict = match statement.verdict {
                Some(Verdict::Lookup { end, map }) => {
                    let elements = &self.ruleset.maps.at(map).elements;
                    elements.get(&self.end(end)).map(|(verdict, _)| *verdict)
                }
                other => other,
            };
            let outcome = match verdict {
                // A map has no maps in it.
                None | Some(Verdict::Lookup { .. }) => continue,
                Some(Verdict::Accept) => Outcome::Accepted,
                Some(Verdict::Drop) => Outcome::Dropped,
                Some(Verdict::Return) => Outcome::Over,
                Some(Verdict::Jump(to)) => match self.below(to) {
                    Outcome::Over | Outcome::BehindJump => continue,
                    done @ (Outcome::Accepted | Outcome::Dropped) => return done,
                },
                Some(Verdict::Goto(to)) => {
                    return match self.below(to) {
                        Outcome::Over | Outcome::BehindJump => Outcome::BehindJump,
                        done @ (Outcome::Accepted | Outcome::Dropped) => done,
                    };
                }
            };
            self.decided = Some((statement.line, statement.comment.clone()));
            return outcome;
        }
        Outcome::Over
    }

    fn below(&mut self, chain: ChainId) -> Outcome {
        let ruleset = self.ruleset;
        self.chain(ruleset.chains.at(chain))
    }

    fn end(&self, end: PacketEnd) -> IpAddr {
        match end {
            PacketEnd::Source => self.packet.source,
            PacketEnd::Destination => self.packet.destination,
        }
    }

    fn matches(&self, test: &Match) -> bool {
        let Packet {
            source,
            destination,
            payload,
            local,
        } = *self.packet;
        let connection = |holds: &dyn Fn(Protocol, u16) -> bool| match payload {
            Payload::Connection(protocol, port) => holds(protocol, port),
            Payload::Icmpv6(_) | Payload::Other => false,
        };
        match test {
            Match::In(end, set) => {
                let own = self.end(*end);
                matches!(self.members(*set), Members::Addresses(all) if all.contains(own))
            }
            Match::Within(end, first, last) => (first..=last).contains(&&self.end(*end)),
            Match::Pair(first, set) => {
                let pair = match first {
                    PacketEnd::Source => (source, destination),
                    PacketEnd::Destination => (destination, source),
                };
                matches!(self.members(*set), Members::Pairs(all) if all.contains(&pair))
            }
            Match::Protocol(own) => connection(&|protocol, _| protocol == *own),
            Match::Connection(all) => connection(&|protocol, port| all.contains(protocol, port)),
            Match::ConnectionIn(set) => connection(&|protocol, port| {
                let members = self.members(*set);
                matches!(members, Members::Connections(all) if all.contains(protocol, port))
            }),
            Match::DestinationIn(set) => connection(&|protocol, port| {
                let members = self.members(*set);
                let all = match members {
                    Members::Destinations(all) => all.get(&destination),
                    Members::Addresses(_)
                    | Members::Pairs(_)
                    | Members::Connections(_)
                    | Members::Icmpv6(_) => None,
                };
                all.is_some_and(|all| all.contains(protocol, port))
            }),
            // Of a first packet nothing is known yet.
            Match::Established => false,
            Match::Icmpv6(kind) => payload == Payload::Icmpv6(*kind),
            Match::Icmpv6In(set) => {
                let Payload::Icmpv6(kind) = payload else {
                    return false;
                };
                matches!(self.members(*set), Members::Icmpv6(all) if all.contains(&kind))
            }
            Match::SourceLocal => local,
        }
    }

    fn members(&self, set: SetId) -> &Members {
        &self.ruleset.sets.at(set).members
    }
}
