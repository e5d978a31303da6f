//! The packet: a protocol and a destination port (S1), and which of them a rule's ports match.
//!
//! Numbered ports are ranges. Named ports are what makes it hard, for the number behind a name is
//! the pod's to choose (S36). A pod that could exist may declare any number, so there whether the
//! packet's port has that name is a variable of its own, a plain yes or no; a variable for the
//! number, to be compared with the port, would say no more and cost sixteen bits. Of listed pods
//! the numbers are known, and those that give a name the same number are taken together.

use super::encoder::Encoder;
use super::end::{Side, Who};
use super::tri::Tri;
use super::variables::What;
use crate::model::{Cluster, Direction, Habit, PodNature, PortMatch, PortTest, Ports, Says};
use crate::net::{ConnSet, Protocol};
use crate::prove::formula::{Formula, Var};
use crate::trace::{End, Endpoint};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The cluster of a rule and its direction, where the network plugin has a say in how it is read.
type OwnWay<'c> = Option<(&'c Cluster, Direction)>;

/// Who names a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Policy,
    Claim,
}

/// The number of a protocol: the most usual is the least.
pub fn protocol_number(protocol: Protocol) -> u128 {
    let mut numbered = (0..).zip(Protocol::by_use());
    let found = numbered.find(|(_, it)| *it == protocol);
    found.map_or(0, |(number, _)| number)
}

/// The protocol of a number.
pub fn protocol_of(number: u128) -> Protocol {
    let mut numbered = (0..).zip(Protocol::by_use());
    let found = numbered.find(|(it, _)| *it == number);
    found.map_or(Protocol::Tcp, |(_, protocol)| protocol)
}

impl Encoder<'_> {
    /// The packet's protocol, a [`protocol_number`].
    pub fn protocol(&mut self) -> Var {
        self.variable(&What::Protocol, 0, Protocol::ALL.len() as u128 - 1)
    }

    /// The packet's destination port.
    pub fn port(&mut self) -> Var {
        self.variable(&What::Port, 1, u16::MAX.into())
    }

    fn is_protocol(&mut self, protocol: Protocol) -> Formula {
        let variable = self.protocol();
        self.formulas.equals(variable, protocol_number(protocol))
    }

    fn port_within(&mut self, first: u16, last: u16) -> Formula {
        let variable = self.port();
        // Port 0 does not exist, and a range from 1 is one of everything below.
        let first = if first == 1 { 0 } else { first };
        self.formulas.within(variable, first.into(), last.into())
    }

    /// The packet is one of these.
    pub fn packet_in(&mut self, connections: &ConnSet) -> Formula {
        let mut parts = Vec::new();
        for protocol in Protocol::by_use() {
            let ranges = connections.ports(protocol).ranges().to_vec();
            let ranges: Vec<Formula> = ranges
                .into_iter()
                .map(|(first, last)| self.port_within(first, last))
                .collect();
            let within = self.formulas.any(ranges);
            let is = self.is_protocol(protocol);
            parts.push(self.formulas.all([is, within]));
        }
        self.formulas.any(parts)
    }

    /// Whether the ports of a rule match (S22, S23); under a plugin, where that has a say.
    pub(super) fn ports_match(
        &mut self,
        own_way: OwnWay<'_>,
        ports: &Ports,
        source: &Side<'_>,
        destination: &Side<'_>,
    ) -> Tri {
        let entries = match ports {
            Ports::Any => return self.known(true),
            Ports::Listed(entries) => entries,
        };
        let at = match self.meaning.named_port_end() {
            End::Source => source,
            End::Destination => destination,
        };
        let entries: Vec<Tri> = entries
            .iter()
            .map(|entry| self.port_matches(own_way, entry, at))
            .collect();
        self.any_of(&entries)
    }

    /// Whether an entry of `ports` matches; named ports are those of the pod at `at`.
    fn port_matches(&mut self, own_way: OwnWay<'_>, entry: &PortMatch, at: &Side<'_>) -> Tri {
        let documented = self.port_is(&entry.test, at, Whose::Policy);
        let Some((cluster, direction)) = own_way else {
            return documented;
        };
        let practice = &cluster.practice;
        match entry.test {
            // S35: where `endPort` is passed over, the entry is about its first port.
            PortTest::Range {
                protocol, first, ..
            } if entry.end_port => {
                let (is, first) = (self.is_protocol(protocol), self.port_within(first, first));
                let first = self.formulas.all([is, first]);
                match practice.says(Habit::EndPorts) {
                    Says::Yes => documented,
                    Says::No => Tri::exactly(first),
                    Says::Open => Tri {
                        sure: first,
                        may: documented.may,
                    },
                }
            }
            PortTest::Range { .. } => documented,
            // S36: a name may stand for its protocol, or for nothing that is known.
            PortTest::Named { ref name, protocol } => {
                let mixes = direction == Direction::Egress && !practice.does(Habit::NamesPerPod);
                let of_protocol = match protocol {
                    Some(protocol) => self.is_protocol(protocol),
                    None => self.formulas.constant(true),
                };
                match practice.says(Habit::NamedPorts) {
                    _ if practice.does(Habit::NameOpensProtocol) => Tri::exactly(of_protocol),
                    Says::No => self.known(false),
                    Says::Yes if !(mixes && cluster.has_several_numbers(name, protocol)) => {
                        documented
                    }
                    Says::Yes | Says::Open => Tri {
                        sure: self.formulas.constant(false),
                        may: of_protocol,
                    },
                }
            }
        }
    }

    /// The packet is SCTP.
    pub(super) fn is_sctp(&mut self) -> Formula {
        self.is_protocol(Protocol::Sctp)
    }

    /// Whether an entry of a claim's ports matches. Unlike in policies, the ports of pods in the
    /// network of their node have names: a Service leads there.
    pub(in crate::prove) fn claimed_port(&mut self, test: &PortTest, at: &Side<'_>) -> Tri {
        self.port_is(test, at, Whose::Claim)
    }

    fn port_is(&mut self, test: &PortTest, at: &Side<'_>, whose: Whose) -> Tri {
        match test {
            // S34, S35.
            PortTest::Range {
                protocol,
                first,
                last,
            } => {
                let (is, within) = (self.is_protocol(*protocol), self.port_within(*first, *last));
                Tri::exactly(self.formulas.all([is, within]))
            }
            // S36; S42: without a protocol of its own, the container port's counts.
            PortTest::Named { name, protocol } => {
                let protocols = match protocol {
                    Some(protocol) => vec![*protocol],
                    None => Protocol::by_use().to_vec(),
                };
                let each: Vec<Tri> = protocols
                    .iter()
                    .map(|&protocol| {
                        let is = Tri::exactly(self.is_protocol(protocol));
                        let named = self.named_port(name, protocol, at, whose);
                        self.both(is, named)
                    })
                    .collect();
                self.any_of(&each)
            }
        }
    }

    /// Whether the packet's port is a container port of this name at `at`.
    fn named_port(
        &mut self,
        name: &Arc<str>,
        protocol: Protocol,
        at: &Side<'_>,
        whose: Whose,
    ) -> Tri {
        match &at.who {
            // A pod that could exist could declare any port.
            Who::Imagined(_) => {
                let what = What::NamedPort(at.end, Arc::clone(name), protocol);
                let variable = self.variable(&what, 0, 1);
                Tri::exactly(self.formulas.equals(variable, 1))
            }
            // S40.
            Who::Outside(_) => self.known(false),
            Who::Listed(list) => {
                let mut numbers: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
                let mut open = Vec::new();
                for (index, endpoint) in list.iter().enumerate() {
                    match endpoint {
                        // S40, S59.
                        Endpoint::Address(_) | Endpoint::Node(_) => {}
                        Endpoint::Pod(pod) if pod.host_network && whose == Whose::Policy => {}
                        // S41: imagined by a question, and nothing is said of its ports.
                        Endpoint::Pod(pod) if pod.nature == PodNature::Hypothetical => {
                            open.push(index);
                        }
                        // S36, S37, S39.
                        Endpoint::Pod(pod) => {
                            for (_, port) in pod.named_port(name, Some(protocol)) {
                                numbers.entry(port).or_default().push(index);
                            }
                        }
                    }
                }
                let mut sure = Vec::new();
                for (port, indices) in numbers {
                    let (who, port) = (at.chosen(self, &indices), self.port_within(port, port));
                    sure.push(self.formulas.all([who, port]));
                }
                let sure = self.formulas.any(sure);
                let open = at.chosen(self, &open);
                Tri {
                    sure,
                    may: self.formulas.any([sure, open]),
                }
            }
        }
    }
}
