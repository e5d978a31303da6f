//! Ports and labels of a claim in words, and what no policy can say of them.

use crate::endpoint::{Asked, AskedPort, PortName};
use crate::intent::{Flows, Who};
use crate::model::PortTest;
use crate::net::{PortSet, Protocol};
use std::sync::Arc;

pub(super) fn asked_in_words(asked: &AskedPort) -> String {
    if let PortName::Portless(protocol) = &asked.port {
        return format!(" on {protocol}");
    }
    let protocol = asked.protocol.unwrap_or(Protocol::Tcp);
    format!(" on {protocol} {}", asked.port)
}

/// ` on TCP 80, UDP 53`; nothing for every port.
pub(super) fn ports_in_words(flows: &Flows) -> String {
    match ports_listed(flows) {
        all if all.is_empty() => all,
        some => format!(" on{some}"),
    }
}

/// ` TCP 80, UDP 53`; nothing for every port.
pub(super) fn ports_listed(flows: &Flows) -> String {
    let portless = flows.portless.iter().map(ToString::to_string);
    let each = flows.ports.iter().map(|port| match &port.test {
        PortTest::Range {
            protocol,
            first: 1,
            last: u16::MAX,
        } => protocol.to_string(),
        PortTest::Range {
            protocol,
            first,
            last,
        } => format!("{protocol} {}", PortSet::range(*first, *last)),
        PortTest::Named { name, protocol } => match protocol {
            Some(protocol) => format!("{protocol} {name}"),
            None => name.to_string(),
        },
    });
    let each = each.chain(portless).collect::<Vec<_>>().join(", ");
    if each.is_empty() {
        each
    } else {
        format!(" {each}")
    }
}

pub(super) fn labels_in_words(flows: &Flows) -> String {
    let list = |word: &str, keys: &[Arc<str>]| match keys {
        [] => String::new(),
        keys => format!(", between pods with {word} {}", keys.join(", ")),
    };
    list("the same", &flows.same_labels) + &list("a different", &flows.different_labels)
}

/// Why a claim cannot be decided, whatever the policies say (S65).
pub(super) fn portless(flows: &Flows) -> Option<String> {
    let named = flows.to.iter().filter_map(|entry| named(&entry.who));
    let mut asked = named.filter_map(|asked| match &asked.port.as_ref()?.port {
        PortName::Portless(protocol) => Some(protocol),
        PortName::Number(_) | PortName::Name(_) => None,
    });
    let protocol = flows.portless.first().or_else(|| asked.next())?;
    Some(format!(
        "policies speak of TCP, UDP and SCTP: what becomes of {protocol} is left to the network plugin"
    ))
}

/// What an entry names as on the command line.
pub(super) fn named(who: &Who) -> Option<&Asked> {
    match who {
        Who::Named(asked) => Some(asked),
        Who::Anyone | Who::AnyPod | Who::Pods(_) | Who::Block(_) => None,
    }
}
