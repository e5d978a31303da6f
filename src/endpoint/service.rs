//! The ports of a Service that a question means.

use super::{AskedPort, PartyPod, PortName, Problem};
use crate::model::{Service, ServicePort, TargetPort};
use crate::net::Protocol;

/// The ports of `service` that `asked` means; all where none is asked for. `behind` are pods that it
/// leads to, as far as they are known.
///
/// # Errors
/// Says that it has no such port, and which it has, or whose port that is.
pub fn service_ports<'a>(
    service: &'a Service,
    asked: Option<&AskedPort>,
    behind: &[PartyPod<'_>],
) -> Result<Vec<&'a ServicePort>, Problem> {
    let Some(asked) = asked else {
        return Ok(service.ports.iter().collect());
    };
    let named = |port: &&ServicePort| match &asked.port {
        PortName::Number(number) => port.port == *number,
        PortName::Name(name) => port.name.as_deref() == Some(&**name),
        PortName::Portless(_) => false,
    };
    let fits = |port: &&ServicePort| {
        asked
            .protocol
            .is_none_or(|protocol| port.protocol == protocol)
    };
    let found: Vec<_> = service.ports.iter().filter(named).filter(fits).collect();
    // A port over several protocols means TCP, as everywhere, if that is among them.
    let tcp: Vec<_> = found
        .iter()
        .copied()
        .filter(|port| port.protocol == Protocol::Tcp)
        .collect();
    if asked.protocol.is_none() && !tcp.is_empty() {
        return Ok(tcp);
    }
    if !found.is_empty() {
        return Ok(found);
    }
    let protocol = asked
        .protocol
        .map_or(String::new(), |protocol| format!("/{protocol}"));
    let problem = Problem::new(format!(
        "Service `{}/{}` has no port `{}{protocol}`",
        service.namespace, service.name, asked.port
    ));
    if let Some(meant) = another_port(service, asked, behind) {
        return Err(problem.help(meant));
    }
    let list = service.ports.iter().map(|port| match &port.name {
        Some(name) => format!("{}/{} (`{name}`)", port.port, port.protocol),
        None => format!("{}/{}", port.port, port.protocol),
    });
    let list = list.collect::<Vec<_>>().join(", ");
    Err(if list.is_empty() {
        problem.help("it has no ports at all")
    } else {
        problem.help(format!("it has {list}"))
    })
}

/// Whose port was given in place of the Service's own.
fn another_port(service: &Service, asked: &AskedPort, behind: &[PartyPod<'_>]) -> Option<String> {
    let fits = |port: &&ServicePort| {
        let other = asked.protocol;
        other.is_none_or(|protocol| port.protocol == protocol)
    };
    let ask = |port: &ServicePort| {
        let protocol = match port.protocol {
            Protocol::Tcp => String::new(),
            Protocol::Udp | Protocol::Sctp => format!("/{}", port.protocol),
        };
        let (namespace, name) = (&service.namespace, &service.name);
        format!("{namespace}/svc/{name}:{}{protocol}", port.port)
    };
    let mut ports = service.ports.iter().filter(fits);
    let number = match &asked.port {
        PortName::Number(number) => *number,
        PortName::Name(name) => {
            let port = ports
                .find(|port| matches!(&port.target, TargetPort::Named(target) if target == name))?;
            return Some(format!(
                "that is the target port of its port {}: ask for `{}`",
                port.port,
                ask(port)
            ));
        }
        PortName::Portless(_) => return None,
    };
    if let Some(port) = ports.clone().find(|port| port.node_port == Some(number)) {
        return Some(format!(
            "that is the node port of its port {}: ask for `{}`, or for `node/NAME:{number}` to go by a node",
            port.port,
            ask(port)
        ));
    }
    let leads = |port: &&ServicePort| {
        let served = behind
            .iter()
            .any(|it| service.targets(port, &it.pod).contains(&number));
        port.target == TargetPort::Number(number) || served
    };
    let port = ports.find(leads)?;
    Some(format!(
        "that is the target port of its port {}: ask for `{}`, or for the pods behind it",
        port.port,
        ask(port)
    ))
}
