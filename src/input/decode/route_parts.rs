//! What Gateways and routes of every kind have in common: hosts, ports, backends.

use super::Build;
use super::meta::{Text, nullable};
use crate::input::validate;
use crate::model::{BackendRef, RouteFilter};
use serde::Deserialize;
use std::sync::Arc;

/// `BackendRef` of every kind of route.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawBackend<'a> {
    #[serde(borrow)]
    group: Text<'a>,
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    namespace: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    port: Option<i64>,
    weight: Option<i64>,
    #[serde(borrow, deserialize_with = "nullable")]
    filters: Vec<RawFilter<'a>>,
}

/// `HTTPRouteFilter` and `GRPCRouteFilter`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RawFilter<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    request_mirror: RawMirror<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    extension_ref: RawExtension<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawMirror<'a> {
    #[serde(borrow)]
    backend_ref: Option<Box<RawBackend<'a>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawExtension<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
}

/// The greatest weight of a backend.
const MOST_WEIGHT: u32 = 1_000_000;

impl RawBackend<'_> {
    /// The backend, of a route in `namespace`; `path` is where it stands.
    pub(super) fn build(
        &self,
        namespace: &Arc<str>,
        path: &str,
        build: &mut Build<'_>,
    ) -> BackendRef {
        if self.name.is_empty() {
            build.issue(
                "required",
                format!("{path}.name"),
                "a backend must have a name",
            );
        }
        let is_service = self.group.is_empty() && matches!(&*self.kind, "" | "Service");
        let port = port(self.port, format!("{path}.port"), build);
        if is_service && self.port.is_none() {
            let what = "a Service must have a port";
            build.issue("required", format!("{path}.port"), what);
        }
        let weight = self.weight.map(|weight| u32::try_from(weight).ok());
        let weight = weight.map(|it| it.filter(|weight| *weight <= MOST_WEIGHT));
        if weight == Some(None) {
            let what = "a weight must be between 0 and 1000000";
            build.issue("invalid-value", format!("{path}.weight"), what);
        }
        let kind = match (&*self.kind, &*self.group) {
            (kind, "") => kind.to_owned(),
            (kind, group) => format!("{kind}.{group}"),
        };
        BackendRef {
            foreign: (!is_service).then(|| build.pool.text(&kind)),
            namespace: build
                .optional(&self.namespace)
                .unwrap_or_else(|| Arc::clone(namespace)),
            name: build.pool.text(&self.name),
            port,
            weight: weight.flatten().unwrap_or(1),
            filters: filters(&self.filters, namespace, path, build),
        }
    }
}

/// What is done on the way; `path` is where the list stands.
pub(super) fn filters(
    raw: &[RawFilter<'_>],
    namespace: &Arc<str>,
    path: &str,
    build: &mut Build<'_>,
) -> Vec<RouteFilter> {
    let mut filters = Vec::new();
    for (index, filter) in raw.iter().enumerate() {
        let path = format!("{path}.filters[{index}]");
        filters.push(match &*filter.kind {
            "RequestRedirect" => RouteFilter::Redirect,
            "RequestMirror" => {
                let path = format!("{path}.requestMirror.backendRef");
                let Some(backend) = &filter.request_mirror.backend_ref else {
                    build.issue("required", path, "a mirror must have a backend");
                    continue;
                };
                RouteFilter::Mirror(backend.build(namespace, &path, build))
            }
            "ExtensionRef" => {
                let RawExtension { kind, name } = &filter.extension_ref;
                RouteFilter::Extension(build.pool.text(&format!("{} {}", &**kind, &**name)))
            }
            "RequestHeaderModifier" | "ResponseHeaderModifier" | "URLRewrite" | "CORS" => {
                RouteFilter::Harmless
            }
            other => RouteFilter::Other(build.pool.text(other)),
        });
    }
    filters
}

/// A port of a Gateway, a Service or a parent.
pub(super) fn port(written: Option<i64>, path: String, build: &mut Build<'_>) -> Option<u16> {
    let number = u16::try_from(written?).ok().filter(|&port| port > 0);
    if number.is_none() {
        let what = "a port must be between 1 and 65535";
        build.issue("invalid-value", path, what);
    }
    number
}

/// A host, perhaps with `*.` before it; none for every host.
pub(super) fn hostname(
    text: &str,
    path: impl FnOnce() -> String,
    build: &mut Build<'_>,
) -> Option<Arc<str>> {
    let host = build.optional(text)?;
    if let Err(what) = judged(text) {
        build.issue("invalid-value", path(), what);
    }
    Some(host)
}

/// Whether a host is one as Ingresses, Gateways and routes have it.
pub(super) fn judged(host: &str) -> Result<(), &'static str> {
    if host.parse::<std::net::IpAddr>().is_ok() {
        return Err("must be a DNS name, not an IP address");
    }
    match host.strip_prefix("*.") {
        Some(rest) if rest.contains('.') || validate::subdomain(rest).is_ok() => {
            validate::subdomain(rest)
        }
        Some(_) | None if host.contains('*') => {
            Err("`*` can only stand for the first label, as in `*.example.com`")
        }
        Some(_) | None => validate::subdomain(host),
    }
}
