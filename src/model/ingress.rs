//! Ingresses and their classes.

use super::{Origin, TargetPort};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// Where an Ingress path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backend {
    /// The Service, in the namespace of the Ingress.
    pub service: Arc<str>,
    /// The Service's port, by number or name.
    pub port: Option<TargetPort>,
}

/// How a path of an Ingress matches. Source: `networking.k8s.io/v1` `PathType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathType {
    /// The whole path, letter by letter.
    Exact,
    /// Its first elements.
    Prefix,
    /// As the controller likes.
    ImplementationSpecific,
}

/// One path of one host of an Ingress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressPath {
    /// The number of its rule, an index into [`Ingress::hosts`].
    pub rule: usize,
    /// Its number within the rule.
    pub index: usize,
    /// The host; none for every host.
    pub host: Option<Arc<str>>,
    /// The path; `/` where the manifest does not say.
    pub path: Arc<str>,
    /// How it matches.
    pub path_type: PathType,
    /// Where it leads; none for a backend that is not a Service.
    pub backend: Option<Backend>,
}

/// An Ingress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingress {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its class (`ingressClassName`), where the manifest says.
    pub class: Option<Arc<str>>,
    /// Its class in the annotation that was there before the field, where the manifest says.
    pub annotated_class: Option<Arc<str>>,
    /// Where everything leads that no path takes.
    pub default_backend: Option<Backend>,
    /// Whether [`Self::default_backend`] is there and is not a Service.
    pub default_is_foreign: bool,
    /// The hosts of its rules, also of those without paths; none for every host.
    pub hosts: Vec<Option<Arc<str>>>,
    /// Its paths.
    pub paths: Vec<IngressPath>,
    /// The hosts that are served with TLS; an entry without any is for all that the controller serves.
    pub tls: Vec<Vec<Arc<str>>>,
    /// Its annotations by name, but for the copy that `kubectl apply` keeps.
    pub annotations: Vec<(Arc<str>, Arc<str>)>,
    /// The addresses where it is served (`status.loadBalancer`).
    pub addresses: Vec<IpAddr>,
    /// The names where it is served, likewise.
    pub hostnames: Vec<Arc<str>>,
    /// The name in the manifest.
    pub origin: Origin,
}

impl IngressPath {
    /// Where it stands in the manifest: `spec.rules[0].http.paths[1]`.
    pub fn field(&self) -> String {
        format!("spec.rules[{}].http.paths[{}]", self.rule, self.index)
    }
}

impl Ingress {
    /// The value of an annotation.
    pub fn annotation(&self, name: &str) -> Option<&str> {
        let found = self
            .annotations
            .binary_search_by(|(key, _)| (**key).cmp(name));
        let (_, value) = self.annotations.get(found.ok()?)?;
        Some(value)
    }
}

impl fmt::Display for PathType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "Exact",
            Self::Prefix => "Prefix",
            Self::ImplementationSpecific => "ImplementationSpecific",
        })
    }
}

/// An `IngressClass`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressClass {
    /// Its name.
    pub name: Arc<str>,
    /// Who serves it: `k8s.io/ingress-nginx`.
    pub controller: Arc<str>,
    /// Whether it is that of Ingresses that name none
    /// (`ingressclass.kubernetes.io/is-default-class: "true"`).
    pub is_default: bool,
    /// The name in the manifest.
    pub origin: Origin,
}
