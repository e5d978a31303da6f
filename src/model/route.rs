//! Routes: of the Gateway API, and of OpenShift.

use super::{Origin, TargetPort};
use crate::table::listed;
use std::fmt;
use std::sync::Arc;

listed! {
    /// A kind of route of the Gateway API.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum RouteKind {
        /// `HTTPRoute`.
        Http,
        /// `GRPCRoute`.
        Grpc,
        /// `TLSRoute`.
        Tls,
        /// `TCPRoute`.
        Tcp,
    }
}

impl RouteKind {
    /// The kind as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "HTTPRoute",
            Self::Grpc => "GRPCRoute",
            Self::Tls => "TLSRoute",
            Self::Tcp => "TCPRoute",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for RouteKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A route of the Gateway API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its kind.
    pub kind: RouteKind,
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// What it wants to be attached to.
    pub parents: Vec<ParentRef>,
    /// Whether it wants to be attached to default Gateways (`useDefaultGateways`), which is experimental.
    pub uses_default: bool,
    /// The hosts that it serves, perhaps with `*.` before them; empty: those of the listener.
    pub hostnames: Vec<Arc<str>>,
    /// What goes where.
    pub rules: Vec<RouteRule>,
    /// When it was created, as a server writes it: the oldest of several wins.
    pub created: Option<Arc<str>>,
    /// The name in the manifest.
    pub origin: Origin,
}

/// What a route wants to be attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentRef {
    /// What kind of object that is.
    pub kind: ParentKind,
    /// The namespace; that of the route where the manifest does not say.
    pub namespace: Arc<str>,
    /// The name.
    pub name: Arc<str>,
    /// The listener of that name only.
    pub section: Option<Arc<str>>,
    /// The listeners on that port only.
    pub port: Option<u16>,
}

/// What kind of object a route can be attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParentKind {
    /// A Gateway.
    Gateway,
    /// A Service: the rules are for a mesh.
    Service,
    /// Anything else, by its kind.
    Other(Arc<str>),
}

/// A rule of a route.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RouteRule {
    /// What it takes, one of these; empty: everything.
    pub matches: Vec<RouteMatch>,
    /// What is done on the way.
    pub filters: Vec<RouteFilter>,
    /// Where it leads.
    pub backends: Vec<BackendRef>,
}

/// What a rule takes: all of this together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteMatch {
    /// The path.
    pub path: PathMatch,
    /// The HTTP method, where the manifest says.
    pub method: Option<Arc<str>>,
    /// How many headers it asks for.
    pub headers: usize,
    /// How many parameters of the query it asks for.
    pub query_params: usize,
}

/// Which paths a rule takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathMatch {
    /// This one, letter by letter.
    Exact(Arc<str>),
    /// Those that begin with these elements; `/` is every path.
    Prefix(Arc<str>),
    /// A method of any service of gRPC: paths of two elements of which this is the last.
    GrpcMethod(Arc<str>),
    /// An expression, in the implementation's own dialect.
    Regex(Arc<str>),
}

/// What is done with a request besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteFilter {
    /// The client is sent elsewhere: nothing reaches a backend.
    Redirect,
    /// A copy goes to another backend.
    Mirror(BackendRef),
    /// Something of the implementation, by kind and name.
    Extension(Arc<str>),
    /// Something that changes no destination: headers, the path as the backend sees it.
    Harmless,
    /// Something that may refuse a request, or that is not known, by its type.
    Other(Arc<str>),
}

/// Where a rule leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackendRef {
    /// What kind of object that is; none for a Service.
    pub foreign: Option<Arc<str>>,
    /// The namespace; that of the route where the manifest does not say.
    pub namespace: Arc<str>,
    /// The name.
    pub name: Arc<str>,
    /// The port of the Service, by number.
    pub port: Option<u16>,
    /// Its share of the traffic, of the sum of all; 1 where the manifest does not say.
    pub weight: u32,
    /// What is done on the way there.
    pub filters: Vec<RouteFilter>,
}

/// A Route of OpenShift (`route.openshift.io/v1`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenShiftRoute {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its host; none where the router makes it up.
    pub host: Option<Arc<str>>,
    /// The name below the router's own domain, where that is all that the manifest says.
    pub subdomain: Option<Arc<str>>,
    /// The beginning of the paths that it takes; empty for all.
    pub path: Arc<str>,
    /// Whether it serves all names beside its host, too (`wildcardPolicy: Subdomain`).
    pub is_wildcard: bool,
    /// Where it leads: `to`, then `alternateBackends`.
    pub backends: Vec<RouteBackend>,
    /// The port of the endpoints, by number or by the name of the Service's port; none for all.
    pub port: Option<TargetPort>,
    /// What becomes of TLS; none without TLS.
    pub tls: Option<Termination>,
    /// What becomes of requests without TLS where there is TLS.
    pub insecure: InsecurePolicy,
    /// What routers say of it; empty where no router has seen it, or the manifest does not say.
    pub ingress: Vec<RouteIngress>,
    /// The whitelist of the router (`haproxy.router.openshift.io/ip_whitelist`), and other annotations.
    pub annotations: Vec<(Arc<str>, Arc<str>)>,
    /// When it was created, as a server writes it: the oldest of several wins.
    pub created: Option<Arc<str>>,
    /// The name in the manifest.
    pub origin: Origin,
}

/// A Service behind a Route of OpenShift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteBackend {
    /// The Service, in the namespace of the Route.
    pub service: Arc<str>,
    /// Its share of the traffic, of the sum of all; 100 where the manifest does not say.
    pub weight: u32,
}

/// What becomes of TLS on the way to the pods of a Route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Termination {
    /// It ends at the router.
    Edge,
    /// It ends at the router, which begins its own.
    Reencrypt,
    /// It ends at the pod.
    Passthrough,
}

/// What becomes of requests without TLS. Source: `InsecureEdgeTerminationPolicyType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InsecurePolicy {
    /// They are not served.
    #[default]
    None,
    /// They are served.
    Allow,
    /// They are sent to `https`.
    Redirect,
}

/// What a router says of a Route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteIngress {
    /// The host that it serves it at.
    pub host: Option<Arc<str>>,
    /// The router.
    pub router: Option<Arc<str>>,
    /// Whether it took it, where it says.
    pub admitted: Option<bool>,
}
