//! A path at a host, and where it leads.

use super::super::request::{Answer, BackendPort, Because, Destination, Request};
use crate::model::{Backend, Ingress, IngressPath, PathType};

/// A path at a host.
#[derive(Clone)]
pub(super) struct Entry<'c> {
    /// Its Ingress.
    pub(super) ingress: &'c Ingress,
    /// The path; none for a host without paths.
    pub(super) path: Option<&'c IngressPath>,
    /// Why the Ingress may be of another class.
    pub(super) doubt: Option<String>,
}

/// A path that takes a request, or may take it.
pub(super) struct Taker<'e, 'c> {
    pub(super) entry: &'e Entry<'c>,
    pub(super) path: &'c IngressPath,
    pub(super) is_expression: bool,
    /// The longest path wins, and of equal ones that of type Exact.
    pub(super) rank: (usize, bool),
}

impl<'e, 'c> Taker<'e, 'c> {
    pub(super) fn new(entry: &'e Entry<'c>, path: &'c IngressPath, is_expression: bool) -> Self {
        let rank = if is_expression {
            (path.path.len(), false)
        } else {
            // A slash at the end of a prefix adds no element.
            let is_exact = path.path_type == PathType::Exact;
            let text = match path.path_type {
                PathType::Prefix => path.path.trim_end_matches('/'),
                PathType::Exact | PathType::ImplementationSpecific => &path.path,
            };
            (text.len().max(1), is_exact)
        };
        Self {
            entry,
            path,
            is_expression,
            rank,
        }
    }

    /// What becomes of the request if it is taken.
    pub(super) fn answer(&self, request: &Request) -> Answer {
        let Entry { ingress, .. } = self.entry;
        let host = self.path.host.as_deref().unwrap_or("every host");
        let read = if self.is_expression {
            ", read as an expression because of `use-regex` or `rewrite-target` of an Ingress for this host"
        } else {
            ""
        };
        let text = format!(
            "`{}` of Ingress {}/{} takes `{}{}`: {} `{}` of `{host}`{read}",
            self.path.field(),
            ingress.namespace,
            ingress.name,
            request.host,
            request.path,
            self.path.path_type,
            self.path.path,
        );
        to(ingress, self.path.backend.as_ref(), text)
    }
}

/// A request that goes to a backend of an Ingress.
pub(super) fn to(ingress: &Ingress, backend: Option<&Backend>, why: String) -> Answer {
    let Some(backend) = backend else {
        let text = format!("{why}, and that leads to something that is not a Service");
        return Answer::Open {
            because: vec![Because::new(text, ingress.origin)],
            perhaps: Vec::new(),
        };
    };
    Answer::To {
        destinations: vec![destination(ingress, backend, why)],
        refused: Vec::new(),
    }
}

/// The Service of a backend.
pub(super) fn destination(ingress: &Ingress, backend: &Backend, why: String) -> Destination {
    let port = backend.port.clone();
    Destination {
        namespace: std::sync::Arc::clone(&ingress.namespace),
        service: std::sync::Arc::clone(&backend.service),
        port: port.map_or(BackendPort::Any, BackendPort::OfService),
        weight: 1,
        is_mirror: false,
        why,
        origin: ingress.origin,
    }
}
