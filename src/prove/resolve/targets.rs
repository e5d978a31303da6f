//! Whom an intent names as destination, and on which ports.

use super::words::asked_in_words;
use super::{Resolved, Resolver, Unresolved};
use crate::endpoint::{AskedPort, Problem, Role, service_ports};
use crate::intent::{Entry, IntentPort, Who};
use crate::model::{Origin, PortTest, ServiceId, TargetPort};
use crate::prove::claim::{Packets, Scope, Target};
use std::sync::Arc;

impl<'a> Resolver<'a> {
    /// The targets of entries on ports, and the entries in words.
    pub(super) fn targets(
        &self,
        entries: &[Entry],
        ports: &[IntentPort],
        scope: Scope,
    ) -> Resolved<(Vec<Target<'a>>, String)> {
        let (mut targets, mut words) = (Vec::new(), Vec::new());
        for entry in entries {
            let (terms, word) = self.term(entry, Role::Destination, scope)?;
            let (asked, service) = match &entry.who {
                Who::Named(asked) => (asked.port.as_ref(), self.service_at(asked)),
                Who::Anyone | Who::AnyPod | Who::Pods(_) | Who::Block(_) => (None, None),
            };
            let packets = match service {
                Some((id, _)) if !is_portless(asked) => {
                    self.service_packets(id, asked, ports, entry.origin)?
                }
                _ => packets(asked, ports),
            };
            let port = asked.map_or(String::new(), asked_in_words);
            words.push(word + &port);
            targets.extend(terms.into_iter().map(|who| Target {
                who,
                ports: packets.clone(),
            }));
        }
        Ok((targets, words.join(" or ")))
    }

    /// The pods' ports that ports of a Service lead to.
    fn service_packets(
        &self,
        id: ServiceId,
        asked: Option<&AskedPort>,
        ports: &[IntentPort],
        origin: Origin,
    ) -> Resolved<Packets> {
        let service = self.cluster.services.at(id);
        let unresolved = |problem| Unresolved { problem, origin };
        let mut found = service_ports(service, asked).map_err(unresolved)?;
        if asked.is_none() && !ports.is_empty() {
            found.retain(|port| {
                ports.iter().any(|wanted| match &wanted.test {
                    PortTest::Range {
                        protocol,
                        first,
                        last,
                    } => *protocol == port.protocol && (*first..=*last).contains(&port.port),
                    PortTest::Named { name, protocol } => {
                        let fits = protocol.is_none_or(|protocol| protocol == port.protocol);
                        fits && port.name.as_ref() == Some(name)
                    }
                })
            });
        }
        if found.is_empty() {
            let problem = Problem::new(format!(
                "Service `{}/{}` has none of these ports",
                service.namespace, service.name
            ));
            let ports = service.ports.iter();
            let ports = ports.map(|port| format!("{}/{}", port.port, port.protocol));
            let list = ports.collect::<Vec<_>>().join(", ");
            return Err(unresolved(problem.help(if list.is_empty() {
                "it has no ports at all".to_owned()
            } else {
                format!("it has {list}")
            })));
        }
        let tests = found.into_iter().map(|port| match &port.target {
            _ if service.headless => PortTest::Range {
                protocol: port.protocol,
                first: port.port,
                last: port.port,
            },
            TargetPort::Number(number) => PortTest::Range {
                protocol: port.protocol,
                first: *number,
                last: *number,
            },
            TargetPort::Named(name) => PortTest::Named {
                name: Arc::clone(name),
                protocol: Some(port.protocol),
            },
        });
        Ok(Packets::Some(tests.collect()))
    }
}

fn is_portless(asked: Option<&AskedPort>) -> bool {
    asked.is_some_and(|asked| asked.test().is_err())
}

/// The packets of a destination that is no Service.
fn packets(asked: Option<&AskedPort>, ports: &[IntentPort]) -> Packets {
    if let Some(asked) = asked {
        return asked
            .test()
            .map_or(Packets::Any, |test| Packets::Some(vec![test]));
    }
    if ports.is_empty() {
        return Packets::Any;
    }
    Packets::Some(ports.iter().map(|port| port.test.clone()).collect())
}
