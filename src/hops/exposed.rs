//! Which Services requests from outside may go to, whatever they ask for, and who opens the
//! connections.

use super::request::{BackendPort, By};
use crate::model::{Cluster, Gateway, Ingress, OpenShiftRoute, ParentKind, Route, TargetPort};
use std::sync::Arc;

/// A Service that an Ingress, a route or a Route leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposed {
    /// Who opens the connections to it.
    pub by: By,
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub service: Arc<str>,
    /// Which of its ports.
    pub port: BackendPort,
}

/// All of a cluster, in reading order.
pub fn exposed(cluster: &Cluster) -> Vec<Exposed> {
    let ingresses = cluster.ingresses.iter();
    let ingresses = ingresses.flat_map(|it| of_ingress(cluster, it));
    let routes = cluster.routes.iter().flat_map(|it| of_route(cluster, it));
    let openshift = cluster.openshift_routes.iter().flat_map(of_openshift);
    ingresses.chain(routes).chain(openshift).collect()
}

fn of_ingress(cluster: &Cluster, ingress: &Ingress) -> Vec<Exposed> {
    let class = ingress
        .class
        .clone()
        .or_else(|| ingress.annotated_class.clone());
    let mut classes = cluster.ingress_classes.iter();
    let found = classes.find(|it| match &class {
        Some(class) => it.name == *class,
        None => it.is_default,
    });
    let by = By::Ingress {
        class: class.or_else(|| found.map(|it| Arc::clone(&it.name))),
        controller: found.map(|it| Arc::clone(&it.controller)),
    };
    let paths = ingress
        .paths
        .iter()
        .filter_map(|path| path.backend.as_ref());
    let backends = ingress.default_backend.iter().chain(paths);
    let exposed = backends.map(|backend| Exposed {
        by: by.clone(),
        namespace: Arc::clone(&ingress.namespace),
        service: Arc::clone(&backend.service),
        port: backend
            .port
            .clone()
            .map_or(BackendPort::Any, BackendPort::OfService),
    });
    exposed.collect()
}

fn of_route(cluster: &Cluster, route: &Route) -> Vec<Exposed> {
    let gateways = route
        .parents
        .iter()
        .filter(|it| it.kind == ParentKind::Gateway);
    let found = gateways.filter_map(|parent| {
        let is = |it: &&Gateway| it.namespace == parent.namespace && it.name == parent.name;
        let gateway = cluster.gateways.iter().find(is)?;
        let mut classes = cluster.gateway_classes.iter();
        let class = classes.find(|it| it.name == gateway.class);
        Some(By::Gateway {
            namespace: Arc::clone(&gateway.namespace),
            name: Arc::clone(&gateway.name),
            class: Arc::clone(&gateway.class),
            controller: class.map(|it| Arc::clone(&it.controller)),
            listener: "".into(),
        })
    });
    let Some(by) = found.into_iter().next() else {
        return Vec::new();
    };
    let backends = route.rules.iter().flat_map(|rule| &rule.backends);
    let backends = backends.filter(|it| it.foreign.is_none() && it.weight > 0);
    let exposed = backends.map(|backend| Exposed {
        by: by.clone(),
        namespace: Arc::clone(&backend.namespace),
        service: Arc::clone(&backend.name),
        port: match backend.port {
            Some(port) => BackendPort::OfService(TargetPort::Number(port)),
            None => BackendPort::Any,
        },
    });
    exposed.collect()
}

fn of_openshift(route: &OpenShiftRoute) -> Vec<Exposed> {
    let backends = route.backends.iter().filter(|it| it.weight > 0);
    let exposed = backends.map(|backend| Exposed {
        by: By::OpenShift {
            routers: Vec::new(),
        },
        namespace: Arc::clone(&route.namespace),
        service: Arc::clone(&backend.service),
        port: route
            .port
            .clone()
            .map_or(BackendPort::Any, BackendPort::OfEndpoints),
    });
    exposed.collect()
}
