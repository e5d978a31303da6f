//! Backends of all that leads requests on, whatever the requests are.

use super::request::{By, Destination};
use std::sync::Arc;

/// A backend, and who sends requests on to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposed {
    /// The kind of the object that says so: `Ingress`.
    pub kind: &'static str,
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// The field that names the backend: `spec.defaultBackend`.
    pub field: String,
    /// The backend; its share is not zero.
    pub to: Destination,
    /// Who sends requests on.
    pub by: By,
    /// Whether it is sure that they do.
    pub is_sure: bool,
}
