//! Where the repository is that netpolc runs in.

use crate::render::lint::Base;
use std::path::{Path, PathBuf};

/// The current directory, and the root of the repository that it is in.
#[derive(Debug)]
pub(super) struct Repository {
    here: PathBuf,
    root: Option<PathBuf>,
}

impl Repository {
    /// The repository of the current directory, told by its `.git`.
    pub(super) fn find() -> Self {
        let here = std::env::current_dir().unwrap_or_default();
        let root = here.ancestors().find(|it| it.join(".git").exists());
        Self {
            root: root.map(Path::to_owned),
            here,
        }
    }

    /// The current directory and those above it, up to the root of the repository.
    pub(super) fn upwards(&self) -> impl Iterator<Item = &Path> {
        let last = self.root.as_deref();
        let mut done = false;
        self.here.ancestors().take_while(move |directory| {
            let take = !done;
            done = Some(*directory) == last;
            take
        })
    }

    /// The same for the formats that name files from the root on.
    pub(super) fn base(&self) -> Base {
        let Some(root) = &self.root else {
            return Base {
                root: self.here.to_string_lossy().into_owned(),
                prefix: String::new(),
            };
        };
        let inside = self.here.strip_prefix(root).unwrap_or(Path::new(""));
        Base {
            root: root.to_string_lossy().into_owned(),
            prefix: inside.to_string_lossy().into_owned(),
        }
    }
}
