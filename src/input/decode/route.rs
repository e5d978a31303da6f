//! Routes of the Gateway API: HTTPRoute, GRPCRoute, TLSRoute and TCPRoute.

use super::Build;
use super::annotated::AnnotatedMeta;
use super::gateway::GROUP;
use super::meta::{Text, nullable};
use super::route_parts::{RawBackend, RawFilter, filters, hostname, port};
use crate::model::{ParentKind, ParentRef, PathMatch, Route, RouteKind, RouteMatch, RouteRule};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;
use std::sync::Arc;

/// A route of any kind. Source: `gateway.networking.k8s.io/v1`, and older.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawRoute<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: AnnotatedMeta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawSpec<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawSpec<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    parent_refs: Vec<RawParent<'a>>,
    #[serde(borrow)]
    use_default_gateways: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    hostnames: Vec<Text<'a>>,
    #[serde(borrow)]
    rules: Option<Vec<RawRule<'a>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawParent<'a> {
    #[serde(borrow)]
    group: Option<Text<'a>>,
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    namespace: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    section_name: Text<'a>,
    port: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawRule<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    matches: Vec<RawMatch<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    filters: Vec<RawFilter<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    backend_refs: Vec<RawBackend<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawMatch<'a> {
    #[serde(borrow)]
    path: Option<RawPath<'a>>,
    #[serde(borrow)]
    method: Option<RawMethod<'a>>,
    #[serde(deserialize_with = "nullable")]
    headers: Vec<IgnoredAny>,
    #[serde(deserialize_with = "nullable")]
    query_params: Vec<IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawPath<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    value: Text<'a>,
}

/// A method of HTTP, which is text, or one of gRPC.
#[derive(Debug)]
enum RawMethod<'a> {
    Http(Text<'a>),
    Grpc(RawGrpc<'a>),
}

impl<'de: 'a, 'a> Deserialize<'de> for RawMethod<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MethodVisitor;

        impl<'de> Visitor<'de> for MethodVisitor {
            type Value = RawMethod<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a method of HTTP or of gRPC")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<RawMethod<'de>, E> {
                Ok(RawMethod::Http(Text(name.into())))
            }

            fn visit_str<E>(self, name: &str) -> Result<RawMethod<'de>, E> {
                Ok(RawMethod::Http(Text(name.to_owned().into())))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawMethod<'de>, A::Error> {
                let method = RawGrpc::deserialize(MapAccessDeserializer::new(map))?;
                Ok(RawMethod::Grpc(method))
            }
        }

        deserializer.deserialize_any(MethodVisitor)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawGrpc<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    service: Text<'a>,
    #[serde(borrow)]
    method: Text<'a>,
}

impl RawRoute<'_> {
    /// The route, of the kind that its manifest names.
    pub(in crate::input) fn build(&self, kind: RouteKind, build: &mut Build<'_>) -> Route {
        let meta = self.metadata.plain();
        let namespace = meta.namespace(build);
        let spec = &self.spec;
        let mut parents = Vec::new();
        for (index, parent) in spec.parent_refs.iter().enumerate() {
            parents.push(parent.build(&namespace, &format!("spec.parentRefs[{index}]"), build));
        }
        let mut hostnames = Vec::new();
        for (index, text) in spec.hostnames.iter().enumerate() {
            let path = || format!("spec.hostnames[{index}]");
            hostnames.extend(hostname(text, path, build));
        }
        // "rules: defaults to one that matches the prefix `/`", of HTTP alone.
        let absent = [RawRule::default()];
        let rules = match &spec.rules {
            Some(rules) => rules.as_slice(),
            None if matches!(kind, RouteKind::Http) => &absent,
            None => &[],
        };
        let mut all = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            all.push(rule.build(kind, &namespace, &format!("spec.rules[{index}]"), build));
        }
        Route {
            kind,
            name: meta.name(build),
            parents,
            uses_default: !matches!(&*spec.use_default_gateways, "" | "None"),
            hostnames,
            rules: all,
            created: self.metadata.created(build),
            origin: build.origin,
            namespace,
        }
    }
}

impl RawParent<'_> {
    fn build(&self, namespace: &Arc<str>, path: &str, build: &mut Build<'_>) -> ParentRef {
        if self.name.is_empty() {
            build.issue(
                "required",
                format!("{path}.name"),
                "a parent must have a name",
            );
        }
        let group = self.group.as_ref().map_or(GROUP, |group| group);
        let kind = match (group, &*self.kind) {
            (GROUP, "" | "Gateway") => ParentKind::Gateway,
            ("", "Service") => ParentKind::Service,
            (GROUP | "", kind) => ParentKind::Other(build.pool.text(kind)),
            (group, kind) => ParentKind::Other(build.pool.text(&format!("{kind}.{group}"))),
        };
        ParentRef {
            kind,
            namespace: build
                .optional(&self.namespace)
                .unwrap_or_else(|| Arc::clone(namespace)),
            name: build.pool.text(&self.name),
            section: build.optional(&self.section_name),
            port: port(self.port, format!("{path}.port"), build),
        }
    }
}

impl RawRule<'_> {
    fn build(
        &self,
        kind: RouteKind,
        namespace: &Arc<str>,
        path: &str,
        build: &mut Build<'_>,
    ) -> RouteRule {
        let mut matches = Vec::new();
        for (index, entry) in self.matches.iter().enumerate() {
            matches.extend(entry.build(kind, &format!("{path}.matches[{index}]"), build));
        }
        let mut backends = Vec::new();
        for (index, backend) in self.backend_refs.iter().enumerate() {
            backends.push(backend.build(namespace, &format!("{path}.backendRefs[{index}]"), build));
        }
        RouteRule {
            matches,
            filters: filters(&self.filters, namespace, path, build),
            backends,
        }
    }
}

impl RawMatch<'_> {
    fn build(&self, kind: RouteKind, at: &str, build: &mut Build<'_>) -> Option<RouteMatch> {
        let absent = RawPath::default();
        let grpc = RawGrpc::default();
        let (path, method) = match (kind, &self.method) {
            (RouteKind::Grpc, Some(RawMethod::Grpc(method))) => (method.path(at, build), None),
            (RouteKind::Grpc, _) => (grpc.path(at, build), None),
            (_, Some(RawMethod::Http(method))) => {
                let path = self.path.as_ref().unwrap_or(&absent);
                (path.path(at, build), build.optional(method))
            }
            (_, Some(RawMethod::Grpc(_)) | None) => {
                (self.path.as_ref().unwrap_or(&absent).path(at, build), None)
            }
        };
        Some(RouteMatch {
            path: path?,
            method,
            headers: self.headers.len(),
            query_params: self.query_params.len(),
        })
    }
}

impl RawPath<'_> {
    fn path(&self, at: &str, build: &mut Build<'_>) -> Option<PathMatch> {
        let text = match &*self.value {
            "" => "/",
            text => text,
        };
        let is_plain = matches!(&*self.kind, "" | "PathPrefix" | "Exact");
        if is_plain && !text.starts_with('/') {
            let path = format!("{at}.path.value");
            build.issue("invalid-value", path, "a path must begin with `/`");
        }
        let text = build.pool.text(text);
        match &*self.kind {
            "" | "PathPrefix" => Some(PathMatch::Prefix(text)),
            "Exact" => Some(PathMatch::Exact(text)),
            "RegularExpression" => Some(PathMatch::Regex(text)),
            _ => {
                let what = "must be `Exact`, `PathPrefix` or `RegularExpression`";
                build.issue("invalid-value", format!("{at}.path.type"), what);
                None
            }
        }
    }
}

impl RawGrpc<'_> {
    /// A call of gRPC is a request for `/SERVICE/METHOD`.
    fn path(&self, at: &str, build: &mut Build<'_>) -> Option<PathMatch> {
        let (service, method) = (&*self.service, &*self.method);
        let text = format!("/{service}/{method}");
        match (&*self.kind, service, method) {
            ("" | "Exact", "", "") => Some(PathMatch::Prefix(build.pool.text("/"))),
            ("" | "Exact", "", method) => Some(PathMatch::GrpcMethod(build.pool.text(method))),
            ("" | "Exact", _, "") => {
                Some(PathMatch::Prefix(build.pool.text(&format!("/{service}"))))
            }
            ("" | "Exact", _, _) => Some(PathMatch::Exact(build.pool.text(&text))),
            ("RegularExpression", _, _) => Some(PathMatch::Regex(build.pool.text(&text))),
            _ => {
                let what = "must be `Exact` or `RegularExpression`";
                build.issue("invalid-value", format!("{at}.method.type"), what);
                None
            }
        }
    }
}
