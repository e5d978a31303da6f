//! What arguments name, before it is looked for.

use super::kind::ObjectKind;
use super::url::Url;
use crate::model::PortTest;
use crate::net::{Cidr, Protocol};
use crate::selector::{Labels, Selector};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// What an endpoint argument names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// An object of a namespace by name: `web`, `deploy/web`, `shop/svc/db`.
    Named {
        /// The namespace; none: the default one.
        namespace: Option<Arc<str>>,
        /// The kind; none: whichever has the name.
        kind: Option<ObjectKind>,
        /// The name.
        name: Arc<str>,
    },
    /// Any pod of a namespace: `ns/shop`.
    Namespace(Arc<str>),
    /// Any pod of any namespace: `ns/*`.
    EveryNamespace,
    /// A pod with exactly these labels, which need not exist: `shop/[app=web,tier!=db]`.
    Labels {
        /// The namespace; none: the default one.
        namespace: Option<Arc<str>>,
        /// Its labels.
        labels: Labels,
        /// All that is written of them, for whoever asks about every pod that fits.
        selector: Selector,
    },
    /// Every pod of the input with labels that a selector matches, as `-l` names them.
    Selected {
        /// The namespace; none: every one.
        namespace: Option<Arc<str>>,
        /// What its labels must be.
        selector: Selector,
    },
    /// One address.
    Address(IpAddr),
    /// The addresses of a prefix.
    Addresses(Cidr),
    /// The public internet.
    Internet,
    /// A node: `node/worker-1`.
    Node(Arc<str>),
    /// The workload of a kind that is not of Kubernetes itself: `shop/rollout/web`.
    OfKind {
        /// The namespace, where it is given.
        namespace: Option<Arc<str>>,
        /// The kind as it is typed.
        kind: Arc<str>,
        /// The name.
        name: Arc<str>,
    },
    /// A name as DNS has it, in lower case: `db.shop.svc`, `api.example.com.`.
    DnsName(Arc<str>),
    /// What a request to a URL reaches.
    Url(Url),
    /// The API server of the cluster.
    ApiServer,
}

impl Reference {
    /// A Service.
    pub fn service(namespace: &Arc<str>, name: &Arc<str>) -> Self {
        Self::of(namespace, ObjectKind::Service, name)
    }

    /// A pod.
    pub fn pod(namespace: &Arc<str>, name: &Arc<str>) -> Self {
        Self::of(namespace, ObjectKind::Pod, name)
    }

    /// The namespace that it is in, where that is not known to be another; `default` is that of names
    /// without one.
    pub fn namespace<'r>(&'r self, default: &'r Arc<str>) -> Option<&'r str> {
        match self {
            Self::Named { namespace, .. }
            | Self::Labels { namespace, .. }
            | Self::OfKind { namespace, .. } => Some(namespace.as_ref().unwrap_or(default)),
            Self::Namespace(name) => Some(name),
            Self::Selected { namespace, .. } => namespace.as_deref(),
            // `db.shop`, `db.shop.svc`.
            Self::DnsName(name) => Some(name.split('.').nth(1).unwrap_or(default)),
            Self::EveryNamespace
            | Self::Address(_)
            | Self::Addresses(_)
            | Self::Internet
            | Self::Node(_)
            | Self::Url(_)
            | Self::ApiServer => None,
        }
    }

    fn of(namespace: &Arc<str>, kind: ObjectKind, name: &Arc<str>) -> Self {
        Self::Named {
            namespace: Some(Arc::clone(namespace)),
            kind: Some(kind),
            name: Arc::clone(name),
        }
    }
}

/// A port by number or by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortName {
    /// 1 to 65535.
    Number(u16),
    /// The name of a container port or of a Service's port.
    Name(Arc<str>),
    /// No port at all: a protocol that has none, such as `ICMP`, in capitals.
    Portless(Arc<str>),
}

impl fmt::Display for PortName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) | Self::Portless(name) => f.write_str(name),
        }
    }
}

/// `80`, `http`, `53/UDP`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedPort {
    /// Number or name.
    pub port: PortName,
    /// The protocol; none where it was not said.
    pub protocol: Option<Protocol>,
}

impl AskedPort {
    /// The same as an entry of `ports`: TCP where a number comes without a protocol.
    ///
    /// # Errors
    /// Gives back the protocol that has no ports, of which `ports` cannot speak.
    pub fn test(&self) -> Result<PortTest, Arc<str>> {
        match &self.port {
            PortName::Number(number) => Ok(PortTest::Range {
                protocol: self.protocol.unwrap_or(Protocol::Tcp),
                first: *number,
                last: *number,
            }),
            PortName::Name(name) => Ok(PortTest::Named {
                name: Arc::clone(name),
                protocol: self.protocol,
            }),
            PortName::Portless(protocol) => Err(Arc::clone(protocol)),
        }
    }
}

/// An endpoint argument: whom, and for a destination on which port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Whom.
    pub reference: Reference,
    /// On which port, where it was said.
    pub port: Option<AskedPort>,
}
