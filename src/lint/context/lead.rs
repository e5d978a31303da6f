//! How a Service leads to pods.

use super::subjects::AppId;
use crate::model::{Service, ServicePort};
use crate::net::Protocol;
use std::rc::Rc;

/// A way from a port of a Service to the pods of an app.
#[derive(Debug, Clone)]
pub struct Lead<'a> {
    /// The Service.
    pub service: &'a Service,
    /// The place of the port among the Service's.
    pub index: usize,
    pub(super) port: &'a ServicePort,
    /// The app.
    pub app: AppId,
    /// The ports of its pods; empty where the target's name is no port of theirs.
    pub targets: Rc<[u16]>,
}

impl<'a> Lead<'a> {
    /// The Service's port.
    pub fn port(&self) -> &'a ServicePort {
        self.port
    }

    /// The protocol of both ports.
    pub fn protocol(&self) -> Protocol {
        self.port.protocol
    }
}
