//! Ingresses: `networking.k8s.io/v1`, and the older form (`serviceName`, `servicePort`).

use super::Build;
use super::annotated::AnnotatedMeta;
use super::balancer::RawStatus;
use super::meta::{Text, nullable};
use super::route_parts::judged;
use super::target::RawTarget;
use crate::model::{Backend, Ingress, IngressPath, PathType};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// An Ingress of any version.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::input) struct RawIngress<'a> {
    #[serde(borrow)]
    api_version: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: AnnotatedMeta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawSpec<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    status: RawStatus<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawSpec<'a> {
    #[serde(borrow)]
    ingress_class_name: Text<'a>,
    #[serde(borrow)]
    default_backend: Option<RawBackend<'a>>,
    /// The name of `defaultBackend` in the older form.
    #[serde(borrow)]
    backend: Option<RawBackend<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    rules: Vec<RawRule<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    tls: Vec<RawTls<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawTls<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    hosts: Vec<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawRule<'a> {
    #[serde(borrow)]
    host: Text<'a>,
    #[serde(borrow)]
    http: Option<RawHttp<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawHttp<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    paths: Vec<RawPath<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawPath<'a> {
    #[serde(borrow)]
    path: Text<'a>,
    #[serde(borrow)]
    path_type: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    backend: RawBackend<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawBackend<'a> {
    #[serde(borrow)]
    service: Option<RawBackendService<'a>>,
    resource: Option<IgnoredAny>,
    #[serde(borrow)]
    service_name: Text<'a>,
    #[serde(borrow)]
    service_port: RawTarget<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawBackendService<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    port: RawBackendPort<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawBackendPort<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(deserialize_with = "nullable")]
    number: i64,
}

/// The form that is written today.
const CURRENT: &str = "networking.k8s.io/v1";

/// The annotation that named the class before there was a field.
const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

impl RawIngress<'_> {
    /// The Ingress.
    pub(in crate::input) fn build(&self, build: &mut Build<'_>) -> Ingress {
        let meta = self.metadata.plain();
        // Older forms had other rules, and a server has judged already.
        let is_new = !meta.is_from_server() && matches!(&*self.api_version, "" | CURRENT);
        if is_new {
            self.check(build);
        }
        let spec = &self.spec;
        let default = spec.default_backend.as_ref().or(spec.backend.as_ref());
        let backend = default.and_then(|it| it.build(("spec.defaultBackend", is_new), build));
        let tls = spec.tls.iter().map(|it| {
            let hosts = it.hosts.iter();
            hosts.filter_map(|host| build.optional(host)).collect()
        });
        let tls = tls.collect();
        Ingress {
            namespace: meta.namespace(build),
            name: meta.name(build),
            class: build.optional(&spec.ingress_class_name),
            annotated_class: self
                .metadata
                .annotation(CLASS_ANNOTATION)
                .map(|it| build.pool.text(it)),
            default_is_foreign: backend.is_none()
                && default.is_some_and(|it| it.resource.is_some()),
            default_backend: backend,
            hosts: spec
                .rules
                .iter()
                .map(|rule| build.optional(&rule.host))
                .collect(),
            paths: self.paths(is_new, build),
            tls,
            annotations: self.metadata.annotations(build),
            addresses: self.status.addresses(None),
            hostnames: self.status.hostnames(build),
            origin: build.origin,
        }
    }

    /// Says what the API server refuses of a new Ingress. Source: `ValidateIngressCreate`.
    fn check(&self, build: &mut Build<'_>) {
        let spec = &self.spec;
        if spec.rules.is_empty() && spec.default_backend.is_none() {
            let what = "an Ingress needs `defaultBackend` or `rules`";
            build.issue("required", "spec", what);
        }
        if !spec.ingress_class_name.is_empty()
            && self.metadata.annotation(CLASS_ANNOTATION).is_some()
        {
            let what = "the class is given by `ingressClassName` already";
            build.issue("invalid-value", "metadata.annotations", what);
        }
        for (index, rule) in spec.rules.iter().enumerate() {
            let path = format!("spec.rules[{index}]");
            host(&rule.host, || format!("{path}.host"), build);
            if rule.http.as_ref().is_some_and(|http| http.paths.is_empty()) {
                let what = "without paths, leave out `http`";
                build.issue("required", format!("{path}.http.paths"), what);
            }
        }
        for (index, tls) in spec.tls.iter().enumerate() {
            for (number, name) in tls.hosts.iter().enumerate() {
                host(name, || format!("spec.tls[{index}].hosts[{number}]"), build);
            }
        }
    }

    fn paths(&self, is_new: bool, build: &mut Build<'_>) -> Vec<IngressPath> {
        let mut paths = Vec::new();
        for (rule, entry) in self.spec.rules.iter().enumerate() {
            let own = entry.http.iter().flat_map(|http| &http.paths);
            for (index, path) in own.enumerate() {
                let at = format!("spec.rules[{rule}].http.paths[{index}]");
                let path_type = path.path_type(&at, is_new, build);
                let text = if path.path.is_empty() {
                    "/"
                } else {
                    &path.path
                };
                let backend = path
                    .backend
                    .build((&format!("{at}.backend"), is_new), build);
                paths.push(IngressPath {
                    rule,
                    index,
                    host: build.optional(&entry.host),
                    path: build.pool.text(text),
                    path_type,
                    backend,
                });
            }
        }
        paths
    }
}

/// What the API server says of a host of a new Ingress.
fn host(text: &str, path: impl FnOnce() -> String, build: &mut Build<'_>) {
    if let Err(what) = judged(text)
        && !text.is_empty()
    {
        build.issue("invalid-value", path(), what);
    }
}

impl RawPath<'_> {
    fn path_type(&self, at: &str, is_new: bool, build: &mut Build<'_>) -> PathType {
        let path_type = match &*self.path_type {
            "Exact" => PathType::Exact,
            "Prefix" => PathType::Prefix,
            "ImplementationSpecific" => PathType::ImplementationSpecific,
            // The default of the older forms.
            "" => {
                if is_new {
                    let what = "must be `Exact`, `Prefix` or `ImplementationSpecific`";
                    build.issue("required", format!("{at}.pathType"), what);
                }
                PathType::ImplementationSpecific
            }
            _ => {
                let what = "must be `Exact`, `Prefix` or `ImplementationSpecific`";
                build.issue("invalid-value", format!("{at}.pathType"), what);
                PathType::ImplementationSpecific
            }
        };
        if is_new && let Some(what) = self.wrong(path_type) {
            build.issue("invalid-value", format!("{at}.path"), what);
        }
        path_type
    }

    /// What is wrong with the path of a new Ingress. Source: `validateIngressPath`.
    fn wrong(&self, path_type: PathType) -> Option<&'static str> {
        const MISREAD: [&str; 5] = ["//", "/./", "/../", "%2f", "%2F"];
        const MISREAD_AT_END: [&str; 2] = ["/..", "/."];
        let path = &*self.path;
        if path_type == PathType::ImplementationSpecific {
            let is_fine = path.is_empty() || path.starts_with('/');
            return (!is_fine).then_some("a path must begin with `/`");
        }
        if !path.starts_with('/') {
            return Some("a path must begin with `/`");
        }
        let misread = MISREAD.iter().any(|part| path.contains(part))
            || MISREAD_AT_END.iter().any(|part| path.ends_with(part));
        misread.then_some("`//`, `/./`, `/../` and `%2f` cannot stand in a path")
    }
}

impl RawBackend<'_> {
    fn build(&self, (path, is_new): (&str, bool), build: &mut Build<'_>) -> Option<Backend> {
        if is_new && self.service.is_none() && self.resource.is_none() {
            build.issue("required", path, "a backend needs a `service`");
        }
        let (name, port, path) = if let Some(service) = &self.service {
            let port = match &*service.port.name {
                "" => RawTarget::Number(service.port.number),
                _ => RawTarget::Name(service.port.name.clone()),
            };
            if is_new && port == RawTarget::Number(0) {
                let what = "a port by `name` or `number` is needed";
                build.issue("required", format!("{path}.service.port"), what);
            }
            (&service.name, port, format!("{path}.service.port.number"))
        } else {
            let path = format!("{path}.servicePort");
            (&self.service_name, self.service_port.clone(), path)
        };
        let service = build.optional(name)?;
        Some(Backend {
            service,
            port: port.target(&path, build),
        })
    }
}
