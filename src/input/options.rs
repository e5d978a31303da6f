//! What is read, and how.

use super::exclude::Exclude;
use super::limit::Limits;
use crate::settings::KubernetesVersion;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where manifests come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file, or a directory with everything below it.
    Path(PathBuf),
    /// The standard input.
    Stdin,
    /// What another program wrote.
    Text {
        /// What findings call it.
        name: Arc<str>,
        /// The manifests.
        text: Arc<[u8]>,
    },
    /// A file that was found somewhere else than on a disk, and may be no manifest.
    Found {
        /// What findings call it.
        name: Arc<str>,
        /// What is in it.
        text: Arc<[u8]>,
    },
}

impl Input {
    /// What a path stands for; `-` is the standard input.
    pub fn of(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        if path.as_os_str() == "-" {
            Self::Stdin
        } else {
            Self::Path(path.to_owned())
        }
    }

    /// Whether it is a file or a directory, so that what is read can be written back.
    pub fn is_on_disk(&self) -> bool {
        matches!(self, Self::Path(_))
    }
}

impl fmt::Display for Input {
    /// The path as it was given, or `standard input`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.display().fmt(f),
            Self::Stdin => f.write_str("standard input"),
            Self::Text { name, .. } | Self::Found { name, .. } => f.write_str(name),
        }
    }
}

/// The name under which the standard input appears in findings.
pub const STDIN: &str = "<stdin>";

/// How manifests are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The namespace of objects that name none (`kubectl apply -n`).
    pub default_namespace: Arc<str>,
    /// Whether objects are also kept as they are written, and comments. Costs the memory of their
    /// fields.
    pub keeps_written: bool,
    /// What is passed over below the directories that are read.
    pub exclude: Exclude,
    /// What the standard input is called in findings.
    pub stdin_name: Arc<str>,
    /// Whether files that are named may be no manifests. Tools that look at all files of a change
    /// name whatever there is.
    pub takes_any_file: bool,
    /// The API server that new objects are for.
    pub kubernetes_version: KubernetesVersion,
    /// How much is read at most.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            default_namespace: "default".into(),
            keeps_written: false,
            exclude: Exclude::default(),
            stdin_name: STDIN.into(),
            takes_any_file: false,
            kubernetes_version: KubernetesVersion::NEWEST,
            limits: Limits::default(),
        }
    }
}
