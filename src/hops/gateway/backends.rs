//! Where a rule of a route leads: its backends with their shares, and what is done on the way.
//!
//! Source: `HTTPBackendRef`, `HTTPRouteFilter` and `ReferenceGrant`.

use super::super::request::{Answer, BackendPort, Because, Destination, Refusal};
use crate::model::{
    BackendRef, Cluster, ReferenceGrant, Route, RouteFilter, RouteRule, TargetPort,
};
use std::collections::HashMap;
use std::sync::Arc;

/// The API group of routes.
const GROUP: &str = "gateway.networking.k8s.io";

/// What may be referred to from other namespaces, by the namespace that allows it.
pub(super) struct Grants<'c>(HashMap<&'c str, Vec<&'c ReferenceGrant>>);

impl<'c> Grants<'c> {
    pub(super) fn new(cluster: &'c Cluster) -> Self {
        let mut all: HashMap<&str, Vec<&ReferenceGrant>> = HashMap::new();
        for grant in &cluster.reference_grants {
            all.entry(&grant.namespace).or_default().push(grant);
        }
        Self(all)
    }

    /// Whether a route may lead to a backend.
    fn allow(&self, route: &Route, backend: &BackendRef) -> bool {
        let grants = self.0.get(&*backend.namespace);
        let mut grants = grants.into_iter().flatten();
        route.namespace == backend.namespace
            || grants.any(|grant| {
                let from = grant.from.iter().any(|from| {
                    *from.group == *GROUP
                        && *from.kind == *route.kind.name()
                        && from.namespace == route.namespace
                });
                let to = grant.to.iter().any(|to| {
                    to.group.is_empty()
                        && *to.kind == *"Service"
                        && to.name.as_ref().is_none_or(|name| *name == backend.name)
                });
                from && to
            })
    }
}

/// What a rule comes to.
#[derive(Default)]
struct Sum {
    destinations: Vec<Destination>,
    mirrors: Vec<Destination>,
    refused: Vec<Because>,
    open: Vec<Because>,
}

/// What becomes of a request that a rule of a route takes; `why` says that it does.
pub(super) fn answer(grants: &Grants<'_>, route: &Route, rule: &RouteRule, why: &str) -> Answer {
    let mut sum = Sum::default();
    if rule.filters.contains(&RouteFilter::Redirect) {
        let text = format!("{why}, and sends the client elsewhere");
        return Answer::Nothing(Refusal::Redirect, Because::new(text, route.origin));
    }
    for filter in &rule.filters {
        sum.filter(grants, route, filter, why);
    }
    for backend in &rule.backends {
        sum.backend(grants, route, backend, why);
    }
    let Sum {
        destinations,
        mirrors,
        refused,
        open,
    } = sum;
    let nowhere = destinations.is_empty();
    let destinations = destinations.into_iter().chain(mirrors).collect();
    if !open.is_empty() {
        return Answer::Open {
            because: open,
            perhaps: destinations,
        };
    }
    if nowhere {
        let first = refused.into_iter().next();
        let none = || Because::new(format!("{why}, and has no backend"), route.origin);
        return Answer::Nothing(Refusal::NoBackend, first.unwrap_or_else(none));
    }
    Answer::To {
        destinations,
        refused,
    }
}

impl Sum {
    fn filter(&mut self, grants: &Grants<'_>, route: &Route, filter: &RouteFilter, why: &str) {
        match filter {
            RouteFilter::Redirect | RouteFilter::Harmless => {}
            RouteFilter::Mirror(backend) => {
                if backend.foreign.is_none() && grants.allow(route, backend) {
                    self.mirrors.push(destination(route, backend, why, true));
                }
            }
            RouteFilter::Extension(name) => {
                let text = format!("{why}, and its filter `{name}` is the implementation's own");
                self.open.push(Because::new(text, route.origin));
            }
            RouteFilter::Other(name) => {
                let text = format!("{why}, and its filter `{name}` may refuse it");
                self.open.push(Because::new(text, route.origin));
            }
        }
    }

    fn backend(&mut self, grants: &Grants<'_>, route: &Route, backend: &BackendRef, why: &str) {
        if backend.weight == 0 {
            return;
        }
        let name = format!("{}/{}", backend.namespace, backend.name);
        if let Some(kind) = &backend.foreign {
            let text = format!("{why}, and leads to `{kind}` {name}, which is not a Service");
            self.open.push(Because::new(text, route.origin));
            return;
        }
        if !grants.allow(route, backend) {
            let text = format!(
                "{why}, and no ReferenceGrant in {} lets it lead to Service {name}: 500",
                backend.namespace
            );
            self.refused.push(Because::new(text, route.origin));
            return;
        }
        if backend.filters.contains(&RouteFilter::Redirect) {
            let text =
                format!("{why}, and sends the client elsewhere instead of to Service {name}");
            self.refused.push(Because::new(text, route.origin));
            return;
        }
        for filter in &backend.filters {
            self.filter(grants, route, filter, why);
        }
        self.destinations
            .push(destination(route, backend, why, false));
    }
}

fn destination(route: &Route, backend: &BackendRef, why: &str, is_mirror: bool) -> Destination {
    let port = backend.port.map(TargetPort::Number);
    Destination {
        namespace: Arc::clone(&backend.namespace),
        service: Arc::clone(&backend.name),
        port: port.map_or(BackendPort::Any, BackendPort::OfService),
        weight: backend.weight,
        is_mirror,
        why: why.to_owned(),
        origin: route.origin,
    }
}
