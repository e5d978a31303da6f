//! Shares equal texts and equal port lists, so that a thousand replicas cost one copy.

use crate::model::ContainerPort;
use std::collections::HashSet;
use std::sync::Arc;

/// Everything that is shared.
#[derive(Default)]
pub(super) struct Pool {
    texts: HashSet<Arc<str>>,
    ports: HashSet<Arc<[ContainerPort]>>,
}

impl Pool {
    /// The shared copy of `text`.
    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(shared) = self.texts.get(text) {
            return Arc::clone(shared);
        }
        let shared: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&shared));
        shared
    }

    /// The shared copy of a list of ports.
    pub(super) fn ports(&mut self, ports: Vec<ContainerPort>) -> Arc<[ContainerPort]> {
        if let Some(shared) = self.ports.get(ports.as_slice()) {
            return Arc::clone(shared);
        }
        let shared: Arc<[ContainerPort]> = ports.into();
        self.ports.insert(Arc::clone(&shared));
        shared
    }
}
