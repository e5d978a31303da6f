//! Requests to URLs: to whoever listens for the host, and from there to the backends.

use super::connect::{by_name, direct};
use super::hop::{Around, Hop};
use crate::endpoint::{AskedPort, Party, PortName, Problem, Reference, Role, Url, resolve};
use crate::net::Protocol;
use std::net::IpAddr;

/// The hops of a request.
pub(super) fn by_url<'a>(
    around: Around<'a>,
    from: Party<'a>,
    url: &Url,
) -> Result<Vec<Hop<'a>>, Problem> {
    let port = AskedPort {
        port: PortName::Number(url.port),
        protocol: Some(Protocol::Tcp),
    };
    if let Ok(address) = url.host.parse::<IpAddr>() {
        let reference = Reference::Address(address);
        let to = resolve(
            around.cluster,
            &reference,
            around.namespace,
            Role::Destination,
        )?;
        return Ok(direct(around, from, to, Some(port)));
    }
    by_name(around, from, &url.host, Some(port))
}
