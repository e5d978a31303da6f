//! What was read.

use crate::diag::Finding;
use crate::intent::Intents;
use crate::model::{Applied, Objects};
use crate::settings::Settings;
use crate::source::SourceMap;
use crate::written::Manifests;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What was read.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The texts that spans point into.
    pub sources: SourceMap,
    /// The objects, distinct by kind, namespace and name.
    pub objects: Objects,
    /// All problems, in reading order.
    pub findings: Vec<Finding>,
    /// How many objects there were of each kind that is not read, by `kind.group`.
    pub unknown_kinds: BTreeMap<String, usize>,
    /// How many files were read.
    pub files: usize,
    /// The files that were read, without those found in a directory of which nothing is an object
    /// but a report of an earlier run.
    pub paths: Vec<PathBuf>,
    /// How many of them were found in a directory and are no manifests, nor text that can be read.
    pub no_manifests: usize,
    /// How many documents that were not empty and could be Kubernetes objects or lists.
    pub documents: usize,
    /// The files and places of patches of kustomizations, which are not read.
    pub patches: Vec<String>,
    /// How many bytes were read, which the limit counts.
    pub bytes: u64,
    /// What was applied over the objects, if anything was.
    pub applied: Option<Applied>,
    /// The objects without it.
    pub before: Option<Box<Objects>>,
    /// The objects as they are written, if that was asked for; without Pods of an API server.
    pub manifests: Manifests,
}

/// What was read of files of intents.
#[derive(Debug, Clone, Default)]
pub struct LoadedIntents {
    /// One for each `kind: Intents` document without errors, in reading order.
    pub files: Vec<Intents>,
    /// All problems, in reading order. A document with an error is left out as a whole.
    pub findings: Vec<Finding>,
}

/// What was read of a settings file.
#[derive(Debug, Clone, Default)]
pub struct LoadedSettings {
    /// The settings; none where there is an error.
    pub settings: Option<Settings>,
    /// All problems, in the order of the text.
    pub findings: Vec<Finding>,
}
