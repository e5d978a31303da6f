//! Gateways of the Gateway API, their classes, and who may refer to what.

use super::{Origin, RouteKind};
use crate::selector::{Labels, Selector};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// A `GatewayClass`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayClass {
    /// Its name.
    pub name: Arc<str>,
    /// Who serves it: `gateway.envoyproxy.io/gatewayclass-controller`.
    pub controller: Arc<str>,
    /// The name in the manifest.
    pub origin: Origin,
}

/// A `Gateway`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its `GatewayClass`.
    pub class: Arc<str>,
    /// Where it takes connections, in the order of the manifest.
    pub listeners: Vec<Listener>,
    /// Its addresses, asked for and given.
    pub addresses: Vec<IpAddr>,
    /// Its names, likewise.
    pub hostnames: Vec<Arc<str>>,
    /// Labels of what is made for it (`infrastructure.labels`).
    pub labels: Labels,
    /// Whether others may add listeners (`allowedListeners`), which are not read.
    pub takes_listener_sets: bool,
    /// Whether it takes routes that do not name it (`defaultScope`), which is experimental.
    pub is_default: bool,
    /// The name in the manifest.
    pub origin: Origin,
}

/// One place where a Gateway takes connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Its name.
    pub name: Arc<str>,
    /// Its port.
    pub port: u16,
    /// What it speaks.
    pub protocol: ListenerProtocol,
    /// The host that it serves, perhaps with `*.` before it; none for all.
    pub hostname: Option<Arc<str>>,
    /// What becomes of TLS, where the manifest says.
    pub tls: Option<TlsMode>,
    /// The namespaces of routes that it takes.
    pub namespaces: FromNamespaces,
    /// The kinds of routes that it takes, where the manifest says; kinds that are not read are left out.
    pub kinds: Option<Vec<RouteKind>>,
}

/// What a listener speaks. Source: `ProtocolType`, which is read without regard to case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenerProtocol {
    /// HTTP as it is.
    Http,
    /// HTTP over TLS.
    Https,
    /// Anything over TLS.
    Tls,
    /// Anything over TCP.
    Tcp,
    /// Datagrams.
    Udp,
    /// A protocol of the implementation.
    Other(Arc<str>),
}

impl ListenerProtocol {
    /// The protocol of an API name.
    pub fn from_name(name: &str, share: impl FnOnce(&str) -> Arc<str>) -> Self {
        match &*name.to_ascii_uppercase() {
            "HTTP" => Self::Http,
            "HTTPS" => Self::Https,
            "TLS" => Self::Tls,
            "TCP" => Self::Tcp,
            "UDP" => Self::Udp,
            _ => Self::Other(share(name)),
        }
    }
}

impl fmt::Display for ListenerProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "HTTP",
            Self::Https => "HTTPS",
            Self::Tls => "TLS",
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Other(name) => name,
        })
    }
}

/// What becomes of TLS at a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// It ends there.
    Terminate,
    /// It goes on to the backend.
    Passthrough,
}

/// From which namespaces a listener takes routes. Source: `FromNamespaces`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromNamespaces {
    /// All.
    All,
    /// That of the Gateway.
    Same,
    /// Those with such labels.
    Selector(Selector),
    /// None.
    None,
}

/// A `ReferenceGrant`: what others may refer to in its own namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceGrant {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Who may refer.
    pub from: Vec<GrantFrom>,
    /// To what.
    pub to: Vec<GrantTo>,
    /// The name in the manifest.
    pub origin: Origin,
}

/// Who may refer to something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantFrom {
    /// The API group of the kind.
    pub group: Arc<str>,
    /// The kind.
    pub kind: Arc<str>,
    /// The namespace.
    pub namespace: Arc<str>,
}

/// What may be referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantTo {
    /// The API group of the kind; empty for the core group.
    pub group: Arc<str>,
    /// The kind.
    pub kind: Arc<str>,
    /// The one object; none for all of the kind.
    pub name: Option<Arc<str>>,
}
