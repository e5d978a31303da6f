//! Which Services a URL means through Routes of OpenShift.
//!
//! Source: `pkg/router/template` of openshift/router (the expressions of its maps), and the API of Routes.
//! A Route takes `^HOST\.?(:PORT)?PATH(/.*)?$`, or with a slash at the end of its path all that begins so.
//!
//! Cost: making the index looks at each Route once; an answer looks at those of the host.

use super::exposed::Exposed;
use super::request::{
    Answer, BackendPort, Because, By, Destination, Refusal, Request, Scheme, Served, below,
};
use crate::model::{Cluster, InsecurePolicy, OpenShiftRoute, Termination};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Annotations that may refuse a request, or change where it goes.
const UNREAD: [&str; 4] = [
    "haproxy.router.openshift.io/ip_allowlist",
    "haproxy.router.openshift.io/ip_whitelist",
    "haproxy.router.openshift.io/rate-limit-connections",
    "router.openshift.io/pool-size",
];

/// All Routes of a cluster, by host.
pub struct OpenShiftRoutes<'c> {
    hosts: HashMap<String, Vec<&'c OpenShiftRoute>>,
    /// Those that serve what stands beside their host, by what that has in common.
    wildcards: HashMap<String, Vec<&'c OpenShiftRoute>>,
    /// Those of which the host is not known.
    unknown: Vec<&'c OpenShiftRoute>,
}

/// What a Route makes of a request with a scheme.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It leads to its backends.
    Serve,
    /// The client is sent to `https`.
    Redirect,
}

impl<'c> OpenShiftRoutes<'c> {
    /// The index of a cluster.
    pub fn new(cluster: &'c Cluster) -> Self {
        let mut index = Self {
            hosts: HashMap::new(),
            wildcards: HashMap::new(),
            unknown: Vec::new(),
        };
        for route in &cluster.openshift_routes {
            index.add(route);
        }
        index
    }

    fn add(&mut self, route: &'c OpenShiftRoute) {
        let told = route.ingress.iter().filter_map(|it| it.host.as_ref());
        let hosts: BTreeSet<String> = told
            .chain(&route.host)
            .map(|host| host.to_ascii_lowercase())
            .collect();
        if hosts.is_empty() {
            self.unknown.push(route);
        }
        for host in hosts {
            if route.is_wildcard
                && let Some(rest) = below(&host)
            {
                let list = self.wildcards.entry(rest.to_owned()).or_default();
                list.push(route);
            }
            self.hosts.entry(host).or_default().push(route);
        }
    }

    /// What the routers do with a request; none if no Route has the host.
    pub fn answer(&self, request: &Request) -> Option<Served> {
        let own = self.hosts.get(&request.host);
        let wild = below(&request.host).and_then(|rest| self.wildcards.get(rest));
        // The maps are sorted so that a host without a wildcard comes first.
        let tiers = own.into_iter().chain(wild);
        let all: Vec<&OpenShiftRoute> = tiers.clone().flatten().copied().collect();
        let may = self.unknown.iter().filter(|it| may_have(it, &request.host));
        let may: Vec<&OpenShiftRoute> = may.copied().collect();
        let mut answer = None;
        for tier in tiers {
            answer = answer.or_else(|| of_host(tier, request));
        }
        let first = all.first().or(may.first())?;
        let answer = answer.unwrap_or_else(|| refused(&all, first, request));
        let answer = may.iter().fold(answer, |answer, route| {
            let text = format!(
                "Route {}/{} has no host, and the one that the router gives it may be this one",
                route.namespace, route.name
            );
            let because = vec![Because::new(text, route.origin)];
            answer.opened(because, to(route, &name(route)).destinations().to_vec())
        });
        let routers = all.iter().flat_map(|it| &it.ingress);
        let routers: BTreeSet<Arc<str>> = routers.filter_map(|it| it.router.clone()).collect();
        Some(Served {
            by: By::OpenShift {
                routers: routers.into_iter().collect(),
            },
            doubts: standard_port(request, first),
            answer,
        })
    }
}

/// Routers listen on the ports of `http` and `https`.
fn standard_port(request: &Request, route: &OpenShiftRoute) -> Vec<Because> {
    let usual = match request.scheme {
        Scheme::Http => 80,
        Scheme::Https => 443,
    };
    if request.port == usual {
        return Vec::new();
    }
    let text = format!(
        "routers listen on the ports 80 and 443, and whether on {} is not known",
        request.port
    );
    vec![Because::new(text, route.origin)]
}

/// Whether the host that a router makes up for a Route may be `host`.
fn may_have(route: &OpenShiftRoute, host: &str) -> bool {
    let first = match &route.subdomain {
        Some(subdomain) => subdomain.to_string(),
        None => format!("{}-{}", route.name, route.namespace),
    };
    host.strip_prefix(&first)
        .is_some_and(|rest| rest.starts_with('.'))
}

/// Whether a Route has been refused by every router that says anything of it.
fn is_refused(route: &OpenShiftRoute) -> bool {
    let mut told = route.ingress.iter().filter_map(|it| it.admitted).peekable();
    told.peek().is_some() && told.all(|admitted| !admitted)
}

/// What a Route makes of a request with a scheme; none if it is not for it.
fn use_of(route: &OpenShiftRoute, scheme: Scheme) -> Option<Use> {
    match (scheme, route.tls, route.insecure) {
        (Scheme::Http, None, _)
        | (Scheme::Http, Some(Termination::Edge | Termination::Reencrypt), InsecurePolicy::Allow)
        | (Scheme::Https, Some(_), _) => Some(Use::Serve),
        (Scheme::Http, Some(_), InsecurePolicy::Redirect) => Some(Use::Redirect),
        (Scheme::Http, Some(_), InsecurePolicy::None | InsecurePolicy::Allow)
        | (Scheme::Https, None, _) => None,
    }
}

/// Whether the path of a Route takes that of a request.
fn takes(route: &OpenShiftRoute, request: &Request) -> bool {
    if route.tls == Some(Termination::Passthrough) {
        return true;
    }
    let path = &*route.path;
    if path.trim_end_matches('/').is_empty() {
        return true;
    }
    let rest = request.path.strip_prefix(path);
    rest.is_some_and(|rest| path.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
}

/// What the Routes of a host make of a request; none if none takes it.
fn of_host(routes: &[&OpenShiftRoute], request: &Request) -> Option<Answer> {
    let admitted = routes
        .iter()
        .filter(|it| !is_refused(it) && takes(it, request));
    let used: Vec<(&OpenShiftRoute, Use)> = admitted
        .filter_map(|it| Some((*it, use_of(it, request.scheme)?)))
        .collect();
    // The longest path comes first in the maps; passthrough has none, and is asked before.
    let rank = |route: &OpenShiftRoute| {
        let is_passthrough = route.tls == Some(Termination::Passthrough);
        (is_passthrough, route.path.trim_end_matches('/').len())
    };
    let best = used.iter().map(|(route, _)| rank(route)).max()?;
    let best: Vec<_> = used
        .iter()
        .filter(|(route, _)| rank(route) == best)
        .collect();
    let oldest = best
        .iter()
        .copied()
        .reduce(|oldest, it| match is_older(it.0, oldest.0) {
            Some(true) => it,
            Some(false) | None => oldest,
        });
    let (first, does) = oldest?;
    let mut answer = made(first, *does, request);
    for (other, does) in best {
        let rival = made(other, *does, request);
        if is_older(first, other) == Some(true)
            || std::ptr::eq(*first, *other)
            || answer.is_same(&rival)
        {
            continue;
        }
        let text = format!(
            "Route {}/{} has the same host and path, and which of them is older is not in the input",
            other.namespace, other.name
        );
        let because = vec![Because::new(text, other.origin)];
        answer = answer.opened(because, rival.destinations().to_vec());
    }
    // Which requests are sent to `https` is a map of its own, of which it is not documented that it comes after.
    let shorter = used
        .iter()
        .find(|(_, other)| *does == Use::Serve && *other == Use::Redirect);
    if let Some((other, _)) = shorter {
        let text = format!(
            "{} takes it as well, and redirects `http` to `https`",
            name(other)
        );
        answer = answer.opened(vec![Because::new(text, other.origin)], Vec::new());
    }
    Some(claimed(answer, first, routes))
}

/// A host belongs to the namespace of its oldest Route, unless routers are told otherwise; where routers
/// have not said whom they take, others may have it.
fn claimed(answer: Answer, route: &OpenShiftRoute, routes: &[&OpenShiftRoute]) -> Answer {
    let others = routes
        .iter()
        .filter(|it| it.namespace != route.namespace && !is_refused(it));
    let rivals = others.filter(|it| is_older(route, it) != Some(true));
    let is_admitted = route.ingress.iter().any(|it| it.admitted == Some(true));
    let because: Vec<Because> = rivals
        .filter(|_| !is_admitted)
        .map(|it| {
            let text = format!(
                "Route {}/{} has the same host in another namespace, and a router may take that one alone",
                it.namespace, it.name
            );
            Because::new(text, it.origin)
        })
        .collect();
    if because.is_empty() {
        answer
    } else {
        answer.opened(because, Vec::new())
    }
}

/// Whether a Route is older than another one; none where that is not known.
fn is_older(own: &OpenShiftRoute, other: &OpenShiftRoute) -> Option<bool> {
    // Times are written so that the earlier one is the lesser text.
    match (&own.created, &other.created) {
        (Some(own), Some(other)) if own != other => Some(own < other),
        (Some(_), Some(_)) | (None, _) | (_, None) => None,
    }
}

/// `Route shop/web`.
fn name(route: &OpenShiftRoute) -> String {
    format!("Route {}/{}", route.namespace, route.name)
}

fn made(route: &OpenShiftRoute, does: Use, request: &Request) -> Answer {
    let why = format!("{} takes `{}{}`", name(route), request.host, request.path);
    match does {
        Use::Redirect => {
            let text = format!("{why}, and redirects `http` to `https`");
            Answer::Nothing(Refusal::Redirect, Because::new(text, route.origin))
        }
        Use::Serve => to(route, &why),
    }
}

fn to(route: &OpenShiftRoute, why: &str) -> Answer {
    let port = route
        .port
        .clone()
        .map_or(BackendPort::Any, BackendPort::OfEndpoints);
    let destinations = route.backends.iter().filter(|it| it.weight > 0);
    let destinations: Vec<_> = destinations
        .map(|backend| Destination {
            namespace: Arc::clone(&route.namespace),
            service: Arc::clone(&backend.service),
            port: port.clone(),
            weight: backend.weight,
            is_mirror: false,
            why: why.to_owned(),
            origin: route.origin,
        })
        .collect();
    if destinations.is_empty() {
        let text = format!("{why}, and all its backends have the weight 0");
        return Answer::Nothing(Refusal::NoBackend, Because::new(text, route.origin));
    }
    let answer = Answer::To {
        destinations,
        refused: Vec::new(),
    };
    let unread = route
        .annotations
        .iter()
        .filter(|(key, _)| UNREAD.contains(&&**key));
    let because: Vec<Because> = unread
        .map(|(key, _)| {
            let text = format!("the annotation `{key}` of {} may refuse it", name(route));
            Because::new(text, route.origin)
        })
        .collect();
    if because.is_empty() {
        answer
    } else {
        answer.opened(because, Vec::new())
    }
}

/// Why no Route of the host takes a request.
fn refused(routes: &[&OpenShiftRoute], first: &OpenShiftRoute, request: &Request) -> Answer {
    let taking = routes.iter().copied().filter(|it| takes(it, request));
    let (refused, other): (Vec<_>, Vec<_>) = taking.partition(|it| is_refused(it));
    if let Some(route) = other.first() {
        let text = match request.scheme {
            Scheme::Http => format!(
                "{} is not served without TLS (`insecureEdgeTerminationPolicy`)",
                name(route)
            ),
            Scheme::Https => format!("{} has no TLS", name(route)),
        };
        return Answer::Nothing(Refusal::WrongScheme, Because::new(text, route.origin));
    }
    if let Some(route) = refused.first() {
        let text = format!("no router has admitted {}", name(route));
        return Answer::Nothing(Refusal::NotFound, Because::new(text, route.origin));
    }
    let text = format!("no Route for `{}` takes `{}`", request.host, request.path);
    Answer::Nothing(Refusal::NotFound, Because::new(text, first.origin))
}

/// The backends of every Route that some router may have taken.
pub fn backends(cluster: &Cluster) -> Vec<Exposed> {
    let routes = cluster.openshift_routes.iter().filter(|it| !is_refused(it));
    routes.flat_map(exposed).collect()
}

fn exposed(route: &OpenShiftRoute) -> Vec<Exposed> {
    let routers = route.ingress.iter().filter_map(|it| it.router.clone());
    let routers: BTreeSet<Arc<str>> = routers.collect();
    let by = By::OpenShift {
        routers: routers.into_iter().collect(),
    };
    let all = to(route, &name(route));
    let destinations = all.destinations().iter();
    let led = destinations.map(|to| {
        let mut backends = route.backends.iter();
        let place = backends.position(|it| it.service == to.service);
        let field = match place.and_then(|place| place.checked_sub(1)) {
            None => "spec.to".to_owned(),
            Some(place) => format!("spec.alternateBackends[{place}]"),
        };
        Exposed {
            kind: "Route",
            namespace: Arc::clone(&route.namespace),
            name: Arc::clone(&route.name),
            field,
            to: to.clone(),
            by: by.clone(),
            is_sure: true,
        }
    });
    led.collect()
}
