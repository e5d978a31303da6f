//! Tests of protocol and destination port.

use crate::net::{ConnSet, PortSet, Protocol};

/// Up to so many tests of one protocol each have a rule; more are joined by `multiport`.
const MOST_SINGLE: usize = 3;

/// How many ports a `multiport` can hold; a range counts as two.
const MOST_JOINED: usize = 15;

/// The tests of which one must match: each ends in a space.
pub(super) fn tests(connections: &ConnSet) -> Vec<String> {
    let mut tests = Vec::new();
    for protocol in Protocol::ALL {
        let (ports, word) = (connections.ports(protocol), protocol.small_name());
        if ports.is_all() {
            tests.push(format!("-p {word} "));
        } else if ports.ranges().len() <= MOST_SINGLE {
            let one = |&range| format!("-p {word} -m {word} --dport {} ", text(range));
            tests.extend(ports.ranges().iter().map(one));
        } else {
            let all = joined(ports).into_iter();
            tests.extend(all.map(|list| format!("-p {word} -m multiport --dports {list} ")));
        }
    }
    tests
}

/// Lists of ports that each fit one `multiport`.
fn joined(ports: &PortSet) -> Vec<String> {
    let mut lists: Vec<String> = Vec::new();
    let mut room = 0;
    for &range in ports.ranges() {
        let size = if range.0 == range.1 { 1 } else { 2 };
        if let Some(list) = lists.last_mut().filter(|_| size <= room) {
            list.push(',');
            list.push_str(&text(range));
            room -= size;
        } else {
            lists.push(text(range));
            room = MOST_JOINED - size;
        }
    }
    lists
}

fn text((first, last): (u16, u16)) -> String {
    if first == last {
        first.to_string()
    } else {
        format!("{first}:{last}")
    }
}
