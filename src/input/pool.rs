//! Shares equal texts and equal port lists, so that a thousand replicas cost one copy.

use crate::model::{ContainerPort, PodNames};
use std::collections::HashSet;
use std::sync::Arc;

/// How many texts are found without hashing. The same few names and values come again and again.
const RECENT: usize = 64;

/// Everything that is shared.
pub(super) struct Pool {
    texts: HashSet<Arc<str>>,
    /// The text that was last asked for, of those that [`place`] tells apart.
    recent: [Arc<str>; RECENT],
    ports: HashSet<Arc<[ContainerPort]>>,
    names: HashSet<Arc<PodNames>>,
}

impl Default for Pool {
    fn default() -> Self {
        Self {
            texts: HashSet::new(),
            recent: std::array::from_fn(|_| "".into()),
            ports: HashSet::new(),
            names: HashSet::new(),
        }
    }
}

/// Where a text is looked for first.
fn place(text: &str) -> usize {
    let byte = |byte: Option<&u8>| byte.copied().map_or(0, usize::from);
    let (first, last) = (text.as_bytes().first(), text.as_bytes().last());
    (text.len() + 7 * byte(first) + 31 * byte(last)) % RECENT
}

impl Pool {
    /// The shared copy of `text`.
    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        let recent = self.recent.get_mut(place(text));
        if let Some(shared) = recent.as_deref().filter(|shared| ***shared == *text) {
            return Arc::clone(shared);
        }
        let shared = if let Some(shared) = self.texts.get(text) {
            Arc::clone(shared)
        } else {
            let shared: Arc<str> = text.into();
            self.texts.insert(Arc::clone(&shared));
            shared
        };
        if let Some(recent) = recent {
            *recent = Arc::clone(&shared);
        }
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

    /// The shared copy of what pods say of names; none where that holds for every pod.
    pub(super) fn names(&mut self, names: PodNames) -> Option<Arc<PodNames>> {
        if let Some(shared) = self.names.get(&names) {
            return Some(Arc::clone(shared));
        }
        let shared = names.shared()?;
        self.names.insert(Arc::clone(&shared));
        Some(shared)
    }
}
