//! Ingresses: `networking.k8s.io/v1`, and the older form (`serviceName`, `servicePort`).

use super::Build;
use super::meta::{Meta, Pairs, Text, nullable};
use super::service::RawTarget;
use crate::model::{Backend, Ingress, IngressPath};
use serde::Deserialize;

/// An Ingress of any version.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawIngress<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: IngressMeta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawSpec<'a>,
}

/// `metadata` with its annotations, one of which was the class before `ingressClassName`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct IngressMeta<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow, rename = "generateName")]
    generate_name: Text<'a>,
    #[serde(borrow)]
    namespace: Text<'a>,
    #[serde(borrow)]
    annotations: Pairs<'a>,
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
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawRule<'a> {
    #[serde(borrow)]
    host: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    http: RawHttp<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawHttp<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    paths: Vec<RawPath<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawPath<'a> {
    #[serde(borrow)]
    path: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    backend: RawBackend<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawBackend<'a> {
    #[serde(borrow)]
    service: Option<RawBackendService<'a>>,
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

/// The annotation that named the class before there was a field.
const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

impl RawIngress<'_> {
    /// The Ingress.
    pub(in crate::input) fn build(&self, build: &mut Build<'_>) -> Ingress {
        let meta = Meta {
            name: self.metadata.name.clone(),
            generate_name: self.metadata.generate_name.clone(),
            namespace: self.metadata.namespace.clone(),
            ..Meta::default()
        };
        let annotation = self.metadata.annotations.0.iter();
        let annotation = annotation
            .filter(|(key, _)| &**key == CLASS_ANNOTATION)
            .find_map(|(_, class)| build.optional(class));
        let class = build.optional(&self.spec.ingress_class_name);
        let default = self.spec.default_backend.as_ref();
        let default = default
            .or(self.spec.backend.as_ref())
            .and_then(|backend| backend.build("spec.defaultBackend", build));
        Ingress {
            namespace: meta.namespace(build),
            name: meta.name(build),
            class: class.or(annotation),
            default_backend: default,
            paths: self.paths(build),
            origin: build.origin,
        }
    }

    fn paths(&self, build: &mut Build<'_>) -> Vec<IngressPath> {
        let mut paths = Vec::new();
        for (rule, entry) in self.spec.rules.iter().enumerate() {
            for (index, path) in entry.http.paths.iter().enumerate() {
                let at = format!("spec.rules[{rule}].http.paths[{index}].backend");
                let text = if path.path.is_empty() {
                    "/"
                } else {
                    &path.path
                };
                paths.push(IngressPath {
                    host: build.optional(&entry.host),
                    path: build.pool.text(text),
                    backend: path.backend.build(&at, build),
                });
            }
        }
        paths
    }
}

impl RawBackend<'_> {
    fn build(&self, path: &str, build: &mut Build<'_>) -> Option<Backend> {
        let (name, port, path) = if let Some(service) = &self.service {
            let port = match &*service.port.name {
                "" => RawTarget::Number(service.port.number),
                _ => RawTarget::Name(service.port.name.clone()),
            };
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
