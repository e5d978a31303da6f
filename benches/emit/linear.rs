//! What a ruleset looks like that is written down policy by policy: in each direction one chain with
//! a rule for each rule of each policy, which tests for the policy's pods, the ports and the peers.
//! Sets of pods are shared where they are equal.

use netpolc::emit::plan::{ConnectionTest, Entry, Members, PeerTest, Plan};
use netpolc::model::Direction;
use netpolc::net::{ConnSet, Protocol};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::IpAddr;

/// The file for a plan of the `NetworkPolicy` tier with IPv4 addresses and numbered ports.
pub(crate) fn write(plan: &Plan) -> String {
    let mut sets = Sets::default();
    let mut chains = String::new();
    for (direction, priority) in [(Direction::Egress, 2), (Direction::Ingress, 1)] {
        // Writing to a string cannot fail.
        let _ = write!(
            chains,
            "\tchain {direction} {{\n\
             \t\ttype filter hook forward priority filter - {priority}; policy accept;\n\
             \t\tct state established,related accept\n"
        );
        chain(plan, direction, &mut sets, &mut chains);
        chains += "\t}\n";
    }
    format!(
        "add table inet linear\ndelete table inet linear\ntable inet linear {{\n{}{chains}}}\n",
        sets.text
    )
}

fn chain(plan: &Plan, direction: Direction, sets: &mut Sets, out: &mut String) {
    let mut pods: BTreeMap<_, BTreeSet<IpAddr>> = BTreeMap::new();
    for (&address, &group) in plan.governed(direction) {
        for &list in &plan.groups.at(group).rules {
            pods.entry(list).or_default().insert(address);
        }
    }
    let (own, other) = match direction {
        Direction::Egress => ("saddr", "daddr"),
        Direction::Ingress => ("daddr", "saddr"),
    };
    for (list, pods) in pods {
        let pods = sets.name("", pods.iter().map(ToString::to_string));
        for Entry { peer, ports, .. } in &plan.lists.at(list).entries {
            let peer = match peer {
                PeerTest::Anyone => String::new(),
                PeerTest::In(id) => {
                    let name = peers(&plan.peers.at(*id).members, sets);
                    format!("ip {other} @{name} ")
                }
            };
            for ports in tests(ports) {
                // Writing to a string cannot fail.
                let _ = writeln!(out, "\t\tip {own} @{pods} {ports}{peer}accept");
            }
        }
    }
    let all = plan.governed(direction).keys();
    let all = sets.name("", all.map(ToString::to_string));
    let _ = writeln!(out, "\t\tip {own} @{all} drop");
}

fn peers(members: &Members, sets: &mut Sets) -> String {
    match members {
        Members::Pods(pods) => sets.name("", pods.iter().map(ToString::to_string)),
        Members::Blocks(blocks) => {
            let ranges = blocks.ranges();
            let ranges = ranges.map(|(first, last)| format!("{first}-{last}"));
            sets.name(" flags interval;", ranges)
        }
    }
}

fn tests(ports: &ConnectionTest) -> Vec<String> {
    let ConnectionTest::Connections(connections) = ports else {
        return vec![String::new()];
    };
    Protocol::ALL
        .into_iter()
        .flat_map(|protocol| of_protocol(connections, protocol))
        .collect()
}

fn of_protocol(connections: &ConnSet, protocol: Protocol) -> impl Iterator<Item = String> {
    let ranges = connections.ports(protocol).ranges().iter();
    ranges.map(move |(first, last)| {
        let protocol = protocol.name().to_lowercase();
        match last {
            only if only == first => format!("{protocol} dport {only} "),
            last => format!("{protocol} dport {first}-{last} "),
        }
    })
}

/// Sets under way, each once.
#[derive(Default)]
struct Sets {
    names: BTreeMap<String, String>,
    text: String,
}

impl Sets {
    fn name(&mut self, flags: &str, elements: impl Iterator<Item = String>) -> String {
        let elements: Vec<String> = elements.collect();
        let elements = match elements.join(", ") {
            none if none.is_empty() => none,
            some => format!(" elements = {{ {some} }};"),
        };
        let new = format!("s_{}", self.names.len());
        let body = format!("type ipv4_addr;{flags}{elements}");
        let name = self.names.entry(body.clone()).or_insert(new.clone());
        if *name == new {
            let _ = writeln!(self.text, "\tset {new} {{ {body}\n\t}}");
        }
        name.clone()
    }
}
