//! The ports of a Service that a question means.

use super::{AskedPort, PortName, Problem};
use crate::model::{Service, ServicePort};
use crate::net::Protocol;

/// The ports of `service` that `asked` means; all where none is asked for.
///
/// # Errors
/// Says that it has no such port, and which it has.
pub fn service_ports<'a>(
    service: &'a Service,
    asked: Option<&AskedPort>,
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
