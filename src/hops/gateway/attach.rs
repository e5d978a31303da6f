//! Which routes are attached to which listeners.
//!
//! Source: `ParentReference` and `AllowedRoutes`.

use super::host;
use crate::model::{
    Cluster, FromNamespaces, Gateway, Listener, ListenerProtocol, NAMESPACE_NAME_LABEL, ParentKind,
    ParentRef, Route, RouteKind,
};
use crate::selector::{Labels, Selector};
use std::collections::HashMap;
use std::sync::Arc;

/// A route at a listener.
#[derive(Clone)]
pub(super) struct Attached<'c> {
    /// The route.
    pub(super) route: &'c Route,
    /// The hosts that both serve; none for every host.
    pub(super) hosts: Vec<Option<Arc<str>>>,
    /// Why it may not be attached.
    pub(super) doubt: Option<String>,
}

/// The routes of every listener of every Gateway.
pub(super) fn attached(cluster: &Cluster) -> Vec<Vec<Vec<Attached<'_>>>> {
    let empty = |gateway: &Gateway| gateway.listeners.iter().map(|_| Vec::new()).collect();
    let mut all: Vec<Vec<Vec<Attached<'_>>>> = cluster.gateways.iter().map(empty).collect();
    let names = cluster.gateways.iter().enumerate();
    let ids: HashMap<(&str, &str), usize> = names
        .map(|(index, it)| ((&*it.namespace, &*it.name), index))
        .collect();
    for route in &cluster.routes {
        for parent in &route.parents {
            if parent.kind != ParentKind::Gateway {
                continue;
            }
            let id = ids.get(&(&*parent.namespace, &*parent.name));
            let Some((gateway, lists)) =
                id.and_then(|&id| Some((cluster.gateways.get(id)?, all.get_mut(id)?)))
            else {
                continue;
            };
            for (listener, list) in gateway.listeners.iter().zip(lists) {
                let known = list.iter().any(|it| std::ptr::eq(it.route, route));
                if !known {
                    list.extend(attach(cluster, (gateway, listener), parent, route));
                }
            }
        }
        if route.uses_default {
            attach_by_default(cluster, route, &mut all);
        }
    }
    all
}

/// Attaches a route to the Gateways that take what names none. That is experimental, so it may not be so.
fn attach_by_default<'c>(
    cluster: &'c Cluster,
    route: &'c Route,
    all: &mut [Vec<Vec<Attached<'c>>>],
) {
    for (gateway, lists) in cluster.gateways.iter().zip(all) {
        let parent = ParentRef {
            kind: ParentKind::Gateway,
            namespace: Arc::clone(&gateway.namespace),
            name: Arc::clone(&gateway.name),
            section: None,
            port: None,
        };
        for (listener, list) in gateway.listeners.iter().zip(lists) {
            let found = attach(cluster, (gateway, listener), &parent, route);
            list.extend(found.filter(|_| gateway.is_default).map(|found| Attached {
                doubt: Some(format!(
                    "{} {}/{} is for default Gateways, which are experimental",
                    route.kind, route.namespace, route.name
                )),
                ..found
            }));
        }
    }
}

fn attach<'c>(
    cluster: &Cluster,
    (gateway, listener): (&Gateway, &Listener),
    parent: &ParentRef,
    route: &'c Route,
) -> Option<Attached<'c>> {
    let named = parent
        .section
        .as_ref()
        .is_none_or(|name| *name == listener.name);
    let on_port = parent.port.is_none_or(|port| port == listener.port);
    if !named || !on_port || !takes(listener, route.kind) {
        return None;
    }
    let own = listener.hostname.as_ref();
    let has_hosts = matches!(
        listener.protocol,
        ListenerProtocol::Http | ListenerProtocol::Https | ListenerProtocol::Tls
    );
    let hosts: Vec<Option<Arc<str>>> = match (has_hosts, route.hostnames.as_slice()) {
        (false, _) => vec![None],
        (true, []) => vec![own.cloned()],
        (true, hosts) => {
            let common = hosts.iter().filter_map(|host| host::common(own, host));
            common.map(Some).collect()
        }
    };
    let doubt = match admits(cluster, (gateway, listener), &route.namespace) {
        Some(true) => None,
        Some(false) => return None,
        None => Some(format!(
            "listener `{}` of Gateway {}/{} takes routes from namespaces by their labels, and those of {} are not in the input",
            listener.name, gateway.namespace, gateway.name, route.namespace
        )),
    };
    (!hosts.is_empty()).then_some(Attached {
        route,
        hosts,
        doubt,
    })
}

/// Whether a listener takes routes of a kind.
fn takes(listener: &Listener, kind: RouteKind) -> bool {
    let fits = match listener.protocol {
        ListenerProtocol::Http | ListenerProtocol::Https => {
            matches!(kind, RouteKind::Http | RouteKind::Grpc)
        }
        ListenerProtocol::Tls => matches!(kind, RouteKind::Tls | RouteKind::Tcp),
        ListenerProtocol::Tcp => kind == RouteKind::Tcp,
        ListenerProtocol::Udp => false,
        ListenerProtocol::Other(_) => true,
    };
    fits && listener
        .kinds
        .as_ref()
        .is_none_or(|kinds| kinds.contains(&kind))
}

/// Whether a listener takes routes of a namespace; none where its labels are not known.
fn admits(
    cluster: &Cluster,
    (gateway, listener): (&Gateway, &Listener),
    namespace: &str,
) -> Option<bool> {
    match &listener.namespaces {
        FromNamespaces::All => Some(true),
        FromNamespaces::None => Some(false),
        FromNamespaces::Same => Some(*gateway.namespace == *namespace),
        FromNamespaces::Selector(selector) => selects(cluster, selector, namespace),
    }
}

fn selects(cluster: &Cluster, selector: &Selector, name: &str) -> Option<bool> {
    let found = cluster.namespace(name).map(|id| cluster.namespaces.at(id));
    if let Some(namespace) = found.filter(|it| it.declared) {
        return Some(selector.matches(&namespace.labels));
    }
    // The name is known of any.
    let labels = Labels::from_pairs([(NAMESPACE_NAME_LABEL, name)]);
    let (known, others): (Vec<_>, Vec<_>) = (selector.requirements().iter())
        .partition(|requirement| *requirement.key == *NAMESPACE_NAME_LABEL);
    if !known.iter().all(|requirement| requirement.matches(&labels)) {
        return Some(false);
    }
    others.is_empty().then_some(true)
}
