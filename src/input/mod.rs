//! Manifests in, the model's objects out.
//!
//! `discover` finds files, `window` reads them in pieces, `split`, `scan` and `json` cut them into
//! documents and list items, `yaml` and `json_tree` read those into spanned trees, `check` holds
//! them against the API's schema, `decode` makes objects of them, and `distinct` joins objects
//! that were read twice. `repair` knows the changes of the text that lead to what was meant. Every
//! problem is a finding, and reading goes on: only an unreadable file stops it. Files of intents go
//! the same way, and `intents` makes what they say of them; `settings` reads a settings file.
//! `kustomize` tells what is only a part of an object. All but
//! `discover` and the readers is pure.

mod aside;
mod baseline;
mod certificate;
mod check;
mod custom;
mod de;
mod decode;
mod discover;
mod distinct;
mod exclude;
mod fields;
mod intents;
mod inventory;
mod issues;
mod json;
mod json_object;
mod json_tree;
mod kind;
mod kustomize;
mod limit;
mod listing;
mod loader;
mod mark;
mod misplaced;
mod nearly;
mod node;
mod object;
mod partial;
mod policy_kinds;
#[cfg(test)]
mod policy_tests;
mod pool;
mod renames;
mod repair;
mod report;
mod scalar;
mod scan;
mod schema;
mod settings;
mod split;
mod strangers;
mod stream;
mod suggest;
mod syntax;
mod tally;
mod template;
#[cfg(test)]
mod tests;
mod unread;
mod validate;
mod window;
mod wrapped;
mod written;
mod yaml;

pub use baseline::{BaselineEntry, read_baseline};
pub use certificate::{CertifiedValues, read_certificate};
pub use exclude::Exclude;
pub use limit::Limits;

use crate::diag::Finding;
use crate::endpoint::Problem;
use crate::intent::Intents;
use crate::model::Objects;
use crate::settings::{KubernetesVersion, Settings};
use crate::source::SourceMap;
use crate::written::Manifests;
use limit::TooMuch;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where manifests come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file, or a directory with everything below it.
    Path(PathBuf),
    /// The standard input.
    Stdin,
}

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

/// Why an input cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// There is no such file or directory.
    #[error("no such file or directory: `{}`", .0.display())]
    NotFound(PathBuf),
    /// It may not be read.
    #[error("no permission to read `{}`", .0.display())]
    Forbidden(PathBuf),
    /// It is longer than what is read.
    #[error("{0}")]
    TooMuch(String),
    /// The disk or the pipe failed.
    #[error("cannot read `{}`: {error}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
}

impl InputError {
    fn at(path: &Path, error: io::Error) -> Self {
        if let Some(told) = TooMuch::of(&error) {
            return Self::TooMuch(told.told(&report::shown(&path.to_string_lossy())));
        }
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound(path),
            io::ErrorKind::PermissionDenied => Self::Forbidden(path),
            _ => Self::Unreadable { path, error },
        }
    }
}

impl From<InputError> for Problem {
    fn from(error: InputError) -> Self {
        let problem = Self::new(error.to_string());
        match error {
            InputError::TooMuch(_) => {
                problem.help("is this what you meant to read? `--max-input SIZE` reads more")
            }
            _ => problem,
        }
    }
}

/// The name under which the standard input appears in findings.
pub const STDIN: &str = "<stdin>";

/// Reads all inputs. What is wrong in them is among the findings.
///
/// # Errors
/// A file or directory that cannot be read.
pub fn load(inputs: &[Input], options: &Options) -> Result<Loaded, InputError> {
    let mut loader = loader::Loader::new(options);
    read_all(&mut loader, inputs)?;
    let paths = std::mem::take(&mut loader.taken.paths);
    Ok(Loaded {
        paths,
        ..loader.finish()
    })
}

/// Reads files of intents, whose texts join those of `sources`. What is wrong in them is among the
/// findings; where there is an error, the intents are not all that was meant.
///
/// # Errors
/// A file or directory that cannot be read.
pub fn load_intents(
    inputs: &[Input],
    options: &Options,
    sources: &mut SourceMap,
) -> Result<LoadedIntents, InputError> {
    let mut loader = loader::Loader::of_intents(options, std::mem::take(sources));
    let read = read_all(&mut loader, inputs);
    let (intents, all) = loader.finish_intents();
    *sources = all;
    read.map(|()| intents)
}

fn read_all(loader: &mut loader::Loader<'_>, inputs: &[Input]) -> Result<(), InputError> {
    for input in inputs {
        match input {
            Input::Stdin => {
                loader.begin_intents(None);
                let name = Arc::clone(&loader.options.stdin_name);
                let read = stream::read(loader, &name, io::stdin().lock());
                read.map_err(|error| InputError::at(Path::new(&*name), error))?;
                loader.end_intents(&name);
            }
            Input::Path(path) => {
                let found = discover::files(path, &loader.options.exclude)?;
                loader.findings.extend(found.findings);
                loader.patches.extend(found.patches);
                for file in found.files {
                    read_file(loader, &file, path.is_dir())?;
                }
            }
        }
    }
    Ok(())
}

/// Reads a file. One that was found and is no manifest is passed over; one that was named is wrong.
fn read_file(
    loader: &mut loader::Loader<'_>,
    file: &Path,
    was_found: bool,
) -> Result<(), InputError> {
    let fails = |error| InputError::at(file, error);
    let reader = File::open(file).map_err(fails)?;
    let name = file.to_string_lossy();
    let mark = loader.mark();
    loader.begin_intents(file.parent());
    stream::read(loader, &name, reader).map_err(fails)?;
    loader.end_intents(&name);
    if loader.intents.is_some() {
        return Ok(());
    }
    let has_object = !loader.has_met_no_object(&mark);
    if was_found {
        // Only what cannot be read is looked at once more.
        if loader.has_met_noise(&mark)
            && !nearly::is_manifest(&head(file, loader.options.limits).map_err(fails)?)
        {
            loader.forget_file(&mark);
            return Ok(());
        }
    } else if !loader.options.takes_any_file && !has_object {
        loader.findings.push(nearly::no_manifest(&name));
    }
    if !was_found || (has_object && !loader.has_met_only_reports(&mark)) {
        loader.taken.paths.push(file.to_owned());
    }
    Ok(())
}

/// The beginning of a file, as much as a document may have.
fn head(file: &Path, limits: Limits) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let longest = limits.longest() as u64;
    File::open(file)?.take(longest).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads one text, which findings call `name`: the same as [`load`] without a disk.
pub fn read_text(name: &str, text: &str, options: &Options) -> Loaded {
    let mut loader = loader::Loader::new(options);
    // Reading from memory cannot fail.
    let read = stream::read(&mut loader, name, text.as_bytes());
    debug_assert!(read.is_ok(), "memory was unreadable");
    loader.finish()
}

/// Panics where the two readers of YAML make different trees of a text; for fuzzing.
#[cfg(fuzzing)]
pub fn yaml_readers_agree(text: &str) {
    yaml::quick::agree::agree(text);
}

/// Reads one text of intents: the same as [`load_intents`] without a disk.
pub fn read_intents(
    name: &str,
    text: &str,
    options: &Options,
    sources: &mut SourceMap,
) -> LoadedIntents {
    let mut loader = loader::Loader::of_intents(options, std::mem::take(sources));
    loader.begin_intents(None);
    // Reading from memory cannot fail.
    let read = stream::read(&mut loader, name, text.as_bytes());
    debug_assert!(read.is_ok(), "memory was unreadable");
    loader.end_intents(name);
    let (intents, all) = loader.finish_intents();
    *sources = all;
    intents
}

/// Reads a settings file, whose text joins those of `sources`. What is wrong in it is among the
/// findings.
///
/// # Errors
/// A file that cannot be read.
pub fn load_settings(
    path: &Path,
    limits: Limits,
    sources: &mut SourceMap,
) -> Result<LoadedSettings, InputError> {
    let bytes = read_whole(path, limits)?;
    Ok(settings::read(&path.to_string_lossy(), &bytes, sources))
}

/// Reads a file that is one document.
///
/// # Errors
/// A file that cannot be read, or is longer than a document may be.
pub fn read_whole(path: &Path, limits: Limits) -> Result<Vec<u8>, InputError> {
    let read = File::open(path).and_then(|file| limits.read(file));
    read.map_err(|error| InputError::at(path, error))
}

/// Reads one text of settings: the same as [`load_settings`] without a disk.
pub fn read_settings(name: &str, text: &str, sources: &mut SourceMap) -> LoadedSettings {
    settings::read(name, text.as_bytes(), sources)
}
