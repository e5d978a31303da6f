//! A packet on which a ruleset and the policies differ, seen with both as they are run.
//!
//! A solver's answer says only that two formulas differ, and either could be wrong. So its values
//! are read as a packet, the ruleset is run on that packet as the kernel would, and `trace` judges
//! the flow. The difference is reported only if the two say opposite things, counting the
//! directions that the ruleset governs; anything else is a bug in netpolc. The line that decided
//! comes from that run.

use super::ends::Ends;
use super::view::{Stand, View};
use crate::emit::read::{Packet, Payload, Ruleset};
use crate::model::Direction;
use crate::net::{Family, Protocol};
use crate::prove::Bug;
use crate::prove::encode::{Encoder, What, Who, protocol_of};
use crate::prove::formula::Assignment;
use crate::trace::{End, Endpoint, Flow, Trace, Verdict, trace};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A packet of which a ruleset and the policies say different things.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Where it comes from.
    pub source: Peer,
    /// Where it goes.
    pub destination: Peer,
    /// Its protocol.
    pub protocol: Protocol,
    /// Its destination port, 1 to 65535.
    pub port: u16,
    /// Whether the ruleset lets it through; the policies surely say the opposite.
    pub accepted: bool,
    /// The line of the ruleset that decided, from 1; none where no rule spoke of it.
    pub line: Option<usize>,
    /// The comment of that rule.
    pub comment: Option<String>,
    /// What the policies say, and why.
    pub policies: Trace,
}

/// An end of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub address: IpAddr,
    /// Who has it: `shop/web-1`, `node a`; none for an address outside. Holds text from manifests.
    pub name: Option<String>,
}

/// What a solver found.
pub(super) struct Found<'f> {
    pub(super) view: &'f View<'f>,
    pub(super) ruleset: &'f Ruleset,
    pub(super) ends: Ends<'f>,
}

impl Found<'_> {
    /// The difference, if there is one.
    pub(super) fn difference(
        &self,
        encoder: &Encoder<'_>,
        values: &Assignment,
    ) -> Result<Difference, Bug> {
        let value = |wanted: &What| {
            let all = encoder.whats().iter();
            let found = all
                .filter(|(_, what)| what == wanted)
                .map(|(variable, _)| *variable);
            found.map(|variable| values.value(variable)).next()
        };
        let protocol = protocol_of(value(&What::Protocol).unwrap_or(0));
        // A packet of which nothing was asked has any port.
        let port = value(&What::Port).unwrap_or(1).clamp(1, u16::MAX.into());
        let port = u16::try_from(port).unwrap_or(u16::MAX);
        let source = endpoint(self.ends.source, End::Source, &value)?;
        let destination = endpoint(self.ends.destination, End::Destination, &value)?;
        let (from, to) = (self.peer(source)?, self.peer(destination)?);
        let packet = Packet {
            source: from.address,
            destination: to.address,
            payload: Payload::Connection(protocol, port),
            local: self.is_local(source, destination),
        };
        let decision = self.ruleset.verdict(&packet);
        let flow = Flow {
            source,
            destination,
            protocol,
            port,
        };
        let policies = trace(&self.view.cluster, &flow);
        let expected = if decision.accepted {
            Verdict::Deny
        } else {
            Verdict::Allow
        };
        let said = self.in_scope(&policies, source, destination);
        if said != expected {
            let accepted = decision.accepted;
            return Err(Bug(format!(
                "a proof has {packet:?} judged wrongly by the ruleset; run, it is accepted \
                 ({accepted}), and traced, {said:?}"
            )));
        }
        Ok(Difference {
            source: from,
            destination: to,
            protocol,
            port,
            accepted: decision.accepted,
            line: decision.line,
            comment: decision.comment,
            policies,
        })
    }

    fn peer(&self, end: Endpoint<'_>) -> Result<Peer, Bug> {
        let address = self.view.address(end);
        let address = address.ok_or_else(|| Bug("somebody has no address".to_owned()))?;
        let cluster = &self.view.cluster;
        let name = match end {
            Endpoint::Pod(pod) => Some(cluster.pod_name(pod)),
            Endpoint::Node(node) => Some(format!("node {}", cluster.nodes.at(node.node).name)),
            Endpoint::Address(_) => None,
        };
        Ok(Peer { address, name })
    }

    /// Whether the source is an address of the node of the destination.
    fn is_local(&self, source: Endpoint<'_>, destination: Endpoint<'_>) -> bool {
        let Endpoint::Pod(pod) = destination else {
            return false;
        };
        let host = self.view.host(source);
        !pod.host_network && host.is_some() && host == pod.node.as_deref()
    }

    /// What the policies say in the directions in which the ruleset governs.
    fn in_scope(
        &self,
        policies: &Trace,
        source: Endpoint<'_>,
        destination: Endpoint<'_>,
    ) -> Verdict {
        if policies.verdict == Verdict::Allow {
            return Verdict::Allow;
        }
        let governs = Direction::BOTH
            .into_iter()
            .zip(self.view.governs(source, destination));
        let halves = governs.filter(|(_, governed)| *governed);
        let halves = halves.map(|(direction, _)| policies.half(direction).verdict);
        match halves.max_by_key(|verdict| match verdict {
            Verdict::Allow => 0,
            Verdict::Undecided => 1,
            Verdict::Deny => 2,
        }) {
            None | Some(Verdict::Allow) => Verdict::Allow,
            Some(Verdict::Undecided) => Verdict::Undecided,
            // Where it is open whether policies count at all, so is the verdict.
            Some(Verdict::Deny) => policies.verdict,
        }
    }
}

/// Who was found at an end.
fn endpoint<'f>(
    stand: &Stand<'f>,
    end: End,
    value: &impl Fn(&What) -> Option<u128>,
) -> Result<Endpoint<'f>, Bug> {
    match &stand.side.who {
        Who::Listed(list) => {
            let chosen = value(&What::Choice(end, list.len())).unwrap_or(0);
            let found = usize::try_from(chosen)
                .ok()
                .and_then(|index| list.get(index));
            let found = found.copied();
            found.ok_or_else(|| Bug("a solver chose somebody who is not there".to_owned()))
        }
        Who::Outside(family) => {
            let number = value(&What::Address(end, *family)).unwrap_or(0);
            let address = match family {
                Family::V4 => Ipv4Addr::from_bits(u32::try_from(number).unwrap_or(u32::MAX)).into(),
                Family::V6 => Ipv6Addr::from_bits(number).into(),
            };
            Ok(Endpoint::Address(address))
        }
        Who::Imagined(_) => Err(Bug("a ruleset was asked about nobody".to_owned())),
    }
}
