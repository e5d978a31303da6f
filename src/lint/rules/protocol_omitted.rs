//! A port without a protocol.
//!
//! ## What it does
//! Reports entries of `ports` that do not say their protocol, which is then TCP. For numbers that are
//! UDP in practice (DNS, DHCP, TFTP, NTP, SNMP, syslog, RADIUS, VXLAN, mDNS) it is a warning, unless the
//! rule opens them over UDP, too.
//!
//! ## Why it matters
//! A rule for a UDP service that does not say so opens the port for TCP, and the service stays
//! unreachable.
//!
//! ## Example
//! ```yaml
//! ports: [{port: 123}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! ports: [{port: 123, protocol: UDP}]
//! ```
//!
//! ## Limits
//! Only checked when asked for (`--strict`): TCP is usually intended. If pods or Services show that the
//! port is served over another protocol only, `protocol-mismatch` (on by default) reports it and this
//! rule does not.

use crate::lint::context::{Context, PortAt, PortCover, PortTrouble};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, PolicyId, PortTest};
use crate::net::Protocol;
use std::collections::HashSet;

pub(super) const CHECK: Check = Check::Flows(check);

/// Ports that are registered for both protocols or for UDP, and used over UDP alone or first.
const UDP: [u16; 12] = [53, 67, 68, 69, 123, 161, 500, 514, 1812, 1813, 4789, 5353];

type Key = (PolicyId, Direction, usize, usize);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let troubles = context.port_troubles().iter();
    let mismatches: HashSet<Key> = troubles
        .filter(|(_, trouble)| matches!(trouble, PortTrouble::Protocol { .. }))
        .map(|(port, _)| key(port))
        .collect();
    for port in context.ports() {
        let part = context.field(port.at.policy, &port.path());
        let omitted = part.is_some_and(|it| it.get("protocol").is_none());
        if omitted && !mismatches.contains(&key(&port)) {
            facts.add(fact(context, &port));
        }
    }
}

fn key(port: &PortAt<'_>) -> Key {
    (port.at.id, port.at.direction, port.at.index, port.index)
}

fn fact<'a>(context: &Context<'a>, port: &PortAt<'a>) -> Fact {
    let policy = port.at.policy;
    let path = port.path();
    let udp = match &port.port.test {
        PortTest::Range { first, last, .. } => {
            let over_udp = || {
                PortCover::of(&port.at.rule.ports)
                    .fixed
                    .contains(Protocol::Udp, *first)
            };
            first == last
                && UDP.contains(first)
                && !over_udp()
                && !context.is_served(port, (*first, Protocol::Tcp))
        }
        PortTest::Named { .. } => false,
    };
    let (message, means) = match &port.port.test {
        _ if udp => (
            "this port is usually UDP, but without a protocol it is TCP",
            "opens it over TCP, and not over UDP",
        ),
        PortTest::Range { first, last, .. } if (*first, *last) == (1, u16::MAX) => (
            "without a port and a protocol, this means every TCP port",
            "opens every port over TCP, but none over UDP or SCTP",
        ),
        PortTest::Range { .. } | PortTest::Named { .. } => (
            "without a protocol this port is TCP",
            "opens it over TCP, but not over UDP or SCTP",
        ),
    };
    let protocol = if udp { "UDP" } else { "TCP" };
    let fact = Fact::new(context.policy_ref(policy), &path, message)
        .at(context.span(policy, &path), "no `protocol`")
        .means(means)
        .fix(format!("add `protocol: {protocol}`"));
    let number = context.field(policy, &port.number_path());
    let shown = number.and_then(|it| match &it.value {
        crate::written::Value::Int(number) => Some(number.to_string()),
        crate::written::Value::Text(name) => Some(name.to_string()),
        _ => None,
    });
    let fact = match shown {
        Some(number) => fact.paste(format!("- port: {number}\n  protocol: {protocol}\n")),
        None => fact,
    };
    if udp { fact.shown() } else { fact }
}
