//! Gateways of the Gateway API.

use super::Build;
use super::balancer::sorted;
use super::meta::{Meta, Pairs, Text, nullable};
use super::route_parts::{hostname, port};
use super::template_selector::RawSelector;
use crate::model::{FromNamespaces, Gateway, Listener, ListenerProtocol, RouteKind, TlsMode};
use crate::selector::Selector;
use serde::Deserialize;
use std::collections::HashSet;

/// A `Gateway`. Source: `gateway.networking.k8s.io/v1`, and older.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawGateway<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: Meta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawSpec<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    status: RawStatus<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawSpec<'a> {
    #[serde(borrow)]
    gateway_class_name: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    listeners: Vec<RawListener<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    addresses: Vec<RawAddress<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    infrastructure: RawInfrastructure<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    allowed_listeners: RawAllowed<'a>,
    #[serde(borrow)]
    default_scope: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawStatus<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    addresses: Vec<RawAddress<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawAddress<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    value: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawInfrastructure<'a> {
    #[serde(borrow)]
    labels: Pairs<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawListener<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    hostname: Text<'a>,
    port: Option<i64>,
    #[serde(borrow)]
    protocol: Text<'a>,
    #[serde(borrow)]
    tls: Option<RawTls<'a>>,
    #[serde(borrow, rename = "allowedRoutes", deserialize_with = "nullable")]
    allowed: RawAllowed<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawTls<'a> {
    #[serde(borrow)]
    mode: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawAllowed<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    namespaces: RawNamespaces<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    kinds: Vec<RawKind<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawNamespaces<'a> {
    #[serde(borrow)]
    from: Text<'a>,
    #[serde(borrow)]
    selector: Option<RawSelector<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawKind<'a> {
    #[serde(borrow)]
    group: Option<Text<'a>>,
    #[serde(borrow)]
    kind: Text<'a>,
}

/// The API group of Gateways and routes.
pub(super) const GROUP: &str = "gateway.networking.k8s.io";

impl RawGateway<'_> {
    /// The Gateway.
    pub(in crate::input) fn build(&self, build: &mut Build<'_>) -> Gateway {
        let spec = &self.spec;
        if spec.gateway_class_name.is_empty() {
            let what = "a Gateway must name its class";
            build.issue("required", "spec.gatewayClassName", what);
        }
        let mut listeners = Vec::new();
        let mut names = HashSet::new();
        for (index, listener) in spec.listeners.iter().enumerate() {
            let path = format!("spec.listeners[{index}]");
            if !listener.name.is_empty() && !names.insert(&*listener.name) {
                let what = "another listener of the Gateway has this name";
                build.issue("invalid-value", format!("{path}.name"), what);
            }
            listeners.extend(listener.build(&path, build));
        }
        let takes = &*spec.allowed_listeners.namespaces.from;
        let all = || spec.addresses.iter().chain(&self.status.addresses);
        let of = |kind: &'static str| move |it: &&RawAddress<'_>| *it.kind == *kind;
        let ips = all().filter(|it| matches!(&*it.kind, "" | "IPAddress"));
        let names = all().filter(of("Hostname"));
        Gateway {
            namespace: self.metadata.namespace(build),
            name: self.metadata.name(build),
            class: build.pool.text(&spec.gateway_class_name),
            listeners,
            addresses: sorted(ips.map(|it| &*it.value)),
            hostnames: names.filter_map(|it| build.optional(&it.value)).collect(),
            labels: spec.infrastructure.labels.labels(build),
            takes_listener_sets: !matches!(takes, "" | "None"),
            is_default: !matches!(&*spec.default_scope, "" | "None"),
            origin: build.origin,
        }
    }
}

impl RawListener<'_> {
    fn build(&self, path: &str, build: &mut Build<'_>) -> Option<Listener> {
        let at = |field: &str| format!("{path}.{field}");
        if self.name.is_empty() {
            build.issue("required", at("name"), "a listener must have a name");
        }
        if self.protocol.is_empty() {
            let what = "a listener must have a protocol, such as `HTTPS`";
            build.issue("required", at("protocol"), what);
        }
        if self.port.is_none() {
            build.issue("required", at("port"), "a listener must have a port");
        }
        let port = port(self.port, at("port"), build);
        let protocol = ListenerProtocol::from_name(&self.protocol, |name| build.pool.text(name));
        let tls = self.tls.as_ref().and_then(|tls| match &*tls.mode {
            "" | "Terminate" => Some(TlsMode::Terminate),
            "Passthrough" => Some(TlsMode::Passthrough),
            _ => {
                let what = "must be `Terminate` or `Passthrough`";
                build.issue("invalid-value", at("tls.mode"), what);
                None
            }
        });
        Some(Listener {
            name: build.pool.text(&self.name),
            port: port?,
            protocol,
            hostname: hostname(&self.hostname, || at("hostname"), build),
            tls,
            namespaces: self
                .allowed
                .namespaces
                .build(&at("allowedRoutes.namespaces"), build),
            kinds: self.allowed.kinds(),
        })
    }
}

impl RawAllowed<'_> {
    /// The kinds that are named, of those that are read.
    fn kinds(&self) -> Option<Vec<RouteKind>> {
        let own = |kind: &&RawKind<'_>| kind.group.as_ref().is_none_or(|it| **it == *GROUP);
        let kinds = self.kinds.iter().filter(own);
        let kinds = kinds.filter_map(|kind| RouteKind::from_name(&kind.kind));
        (!self.kinds.is_empty()).then(|| kinds.collect())
    }
}

impl RawNamespaces<'_> {
    fn build(&self, path: &str, build: &mut Build<'_>) -> FromNamespaces {
        match &*self.from {
            "" | "Same" => FromNamespaces::Same,
            "All" => FromNamespaces::All,
            "None" => FromNamespaces::None,
            "Selector" => {
                let path = format!("{path}.selector");
                let selector = self.selector.as_ref().map(|it| it.build(&path, build));
                if selector.is_none() {
                    let what = "with `from: Selector` a selector is needed";
                    build.issue("required", path, what);
                }
                FromNamespaces::Selector(selector.unwrap_or_else(Selector::everything))
            }
            _ => {
                let what = "must be `All`, `Same`, `Selector` or `None`";
                build.issue("invalid-value", format!("{path}.from"), what);
                FromNamespaces::None
            }
        }
    }
}
