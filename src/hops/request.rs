//! A request for a URL, and what becomes of it.

pub use crate::endpoint::Scheme;
use crate::model::{Origin, TargetPort};
use std::sync::Arc;

/// A request, as far as a URL says what it is: neither method nor headers are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Whether it is sent over TLS.
    pub scheme: Scheme,
    /// The host in small letters, without a port and without a final dot.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The path, without a query; begins with `/`.
    pub path: String,
}

impl Request {
    /// A request for a URL of these parts. `path` may have a query, and may be empty.
    pub fn new(scheme: Scheme, host: &str, port: u16, path: &str) -> Self {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        Self {
            scheme,
            host: host.trim_end_matches('.').to_ascii_lowercase(),
            port,
            path: if path.starts_with('/') {
                path.to_owned()
            } else {
                format!("/{path}")
            },
        }
    }
}

/// Something that takes requests, and what it does with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Who takes it.
    pub by: By,
    /// What leaves open whether it takes the request at all; empty: it does.
    pub doubts: Vec<Because>,
    /// What it does with it.
    pub answer: Answer,
}

/// Who takes a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// The controller of a class of Ingresses.
    Ingress {
        /// The class; none for Ingresses that name none.
        class: Option<Arc<str>>,
        /// The controller as the IngressClass names it; none where that is not in the input.
        controller: Option<Arc<str>>,
    },
    /// A Gateway.
    Gateway {
        /// Its namespace.
        namespace: Arc<str>,
        /// Its name.
        name: Arc<str>,
        /// Its GatewayClass.
        class: Arc<str>,
        /// The controller as the GatewayClass names it; none where that is not in the input.
        controller: Option<Arc<str>>,
        /// The listener.
        listener: Arc<str>,
    },
    /// Routers of OpenShift, by name; none where no Route says by which it is served.
    OpenShift {
        /// The routers.
        routers: Vec<Arc<str>>,
    },
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It goes to these, each with its share; some part may be refused, as `refused` says.
    To {
        /// Where it goes.
        destinations: Vec<Destination>,
        /// What becomes of the rest.
        refused: Vec<Because>,
    },
    /// It reaches no backend.
    Nothing(Refusal, Because),
    /// It hangs on something that is not known.
    Open {
        /// On what.
        because: Vec<Because>,
        /// Where it may go; it may also reach no backend.
        perhaps: Vec<Destination>,
    },
}

/// Why a request reaches no backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// Nothing is there: 404.
    NotFound,
    /// What takes it has no backend: 500, or 503.
    NoBackend,
    /// The client is sent elsewhere.
    Redirect,
    /// It is not served with this scheme.
    WrongScheme,
}

/// A plain sentence, without a full stop, and the object that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// The sentence.
    pub text: String,
    /// The object's place.
    pub origin: Origin,
}

impl Because {
    /// A sentence about the object at `origin`.
    pub fn new(text: impl Into<String>, origin: Origin) -> Self {
        Self {
            text: text.into(),
            origin,
        }
    }
}

/// A Service behind a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub service: Arc<str>,
    /// Which of its ports.
    pub port: BackendPort,
    /// Its share of the traffic, of the sum of all.
    pub weight: u32,
    /// Whether it only gets copies.
    pub is_mirror: bool,
    /// Why it goes there.
    pub why: String,
    /// The object that says so.
    pub origin: Origin,
}

/// A port of a Service, as something that leads to it names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum BackendPort {
    /// The Service's port, by number or name.
    OfService(TargetPort),
    /// The port of the endpoints: by number, or by the name of the Service's port.
    OfEndpoints(TargetPort),
    /// Any of them.
    Any,
}

impl Destination {
    /// Whether a request that goes to either meets the same: share, reason and place aside.
    pub fn is_same(&self, other: &Self) -> bool {
        let key = |it: &Self| {
            (
                Arc::clone(&it.namespace),
                Arc::clone(&it.service),
                it.is_mirror,
            )
        };
        key(self) == key(other) && self.port == other.port
    }
}

impl Answer {
    /// What becomes of it for sure, or perhaps.
    pub fn destinations(&self) -> &[Destination] {
        match self {
            Self::To { destinations, .. } => destinations,
            Self::Open { perhaps, .. } => perhaps,
            Self::Nothing(..) => &[],
        }
    }

    /// Whether it is surely the same as another: the same backends, or none for the same reason.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::To { .. }, Self::To { .. }) => same(self.destinations(), other.destinations()),
            (Self::Nothing(own, _), Self::Nothing(other, _)) => own == other,
            (Self::To { .. } | Self::Nothing(..) | Self::Open { .. }, _) => false,
        }
    }

    /// This one, or one of `others`, and which is open for these reasons.
    pub(super) fn opened(self, because: Vec<Because>, others: Vec<Destination>) -> Self {
        let (mut reasons, mut perhaps) = match self {
            Self::To { destinations, .. } => (Vec::new(), destinations),
            Self::Nothing(..) => (Vec::new(), Vec::new()),
            Self::Open { because, perhaps } => (because, perhaps),
        };
        for reason in because {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        for other in others {
            if !perhaps.iter().any(|it| it.is_same(&other)) {
                perhaps.push(other);
            }
        }
        Self::Open {
            because: reasons,
            perhaps,
        }
    }
}

fn same(own: &[Destination], others: &[Destination]) -> bool {
    own.len() == others.len()
        && (own.iter().zip(others))
            .all(|(own, other)| own.is_same(other) && own.weight == other.weight)
}

/// Whether `path` begins with the elements of `prefix`: `/foo` and `/foo/` are the same two, and
/// neither takes `/foobar`. Both documents have it so.
pub(super) fn has_elements(path: &str, prefix: &str) -> bool {
    let prefix = prefix.trim_end_matches('/');
    let rest = path.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The part of a host below which a wildcard with one label matches: `b.c` of `a.b.c`.
pub(super) fn below(host: &str) -> Option<&str> {
    let (label, rest) = host.split_once('.')?;
    (!label.is_empty()).then_some(rest)
}
