//! Manifests in, the model's objects out.
//!
//! `discover` finds files, `stream` takes each through a `window` piece by piece, `split`, `scan` and
//! `json` cut it into documents and list items, `yaml` and `json_tree` read those into spanned trees,
//! `dispatch` tells what each is, `check` holds it against the API's schema, `decode` makes objects of
//! it, and `distinct` joins objects that were read twice; `loader` is what was read so far. `repair`
//! knows the changes of the text that lead to what was meant. Every problem is a finding, and reading
//! goes on: only an unreadable file stops it. Files of intents go the same way, and `intents` makes
//! what they say of them; `settings` reads a settings file. `kustomize` tells what is only a part of
//! an object. All but `discover` and the readers is pure.

mod applied;
mod aside;
mod baseline;
mod certificate;
mod check;
#[cfg(test)]
mod cluster_tests;
mod copied;
mod custom;
mod de;
mod decode;
mod discover;
mod dispatch;
mod distinct;
mod document;
mod error;
mod exclude;
mod fields;
#[cfg(test)]
mod ingress_tests;
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
mod live;
mod loaded;
mod loader;
mod mark;
mod misplaced;
#[cfg(test)]
mod names_tests;
mod nearly;
mod node;
mod object;
mod options;
mod outcome;
mod partial;
mod policy_kinds;
#[cfg(test)]
mod policy_tests;
mod pool;
mod questions;
mod recognised;
mod renames;
mod repair;
mod report;
#[cfg(test)]
mod route_tests;
mod scalar;
mod scan;
mod schema;
mod served;
#[cfg(test)]
mod service_tests;
mod settings;
mod shown;
mod siblings;
mod split;
mod strangers;
mod stream;
mod suggest;
mod syntax;
mod tally;
mod template;
#[cfg(test)]
mod tests;
mod type_meta;
mod unread;
mod validate;
mod window;
mod wrapped;
mod written;
mod yaml;

pub use applied::load_applied;
pub use baseline::{BaselineEntry, read_baseline};
pub use certificate::{CertifiedValues, read_certificate};
pub use discover::is_found;
pub use error::InputError;
pub use exclude::Exclude;
pub use limit::Limits;
pub use live::Live;
pub use loaded::{Loaded, LoadedIntents, LoadedSettings};
pub use options::{Input, Options, STDIN};
pub use questions::{WrittenQuestion, read_question};
pub use served::{Served, Wanted, known, wanted};

use crate::source::SourceMap;
use loader::Loader;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

/// Reads all inputs. What is wrong in them is among the findings.
///
/// # Errors
/// A file or directory that cannot be read.
pub fn load(inputs: &[Input], options: &Options) -> Result<Loaded, InputError> {
    let mut loader = Loader::new(options);
    read_all(&mut loader, inputs)?;
    let taken = std::mem::take(&mut loader.taken);
    Ok(Loaded {
        paths: taken.paths,
        bytes: taken.bytes,
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
    let mut loader = Loader::of_intents(options, std::mem::take(sources));
    let read = read_all(&mut loader, inputs);
    let (intents, all) = loader.finish_intents();
    *sources = all;
    read.map(|()| intents)
}

fn read_all(loader: &mut Loader<'_>, inputs: &[Input]) -> Result<(), InputError> {
    for input in inputs {
        match input {
            Input::Stdin => {
                loader.begin_intents(None);
                let name = Arc::clone(&loader.options.stdin_name);
                let read = stream::read(loader, &name, io::stdin().lock());
                read.map_err(|error| InputError::at(Path::new(&*name), error))?;
                loader.end_intents(&name);
            }
            Input::Text { name, text } => {
                loader.begin_intents(None);
                let read = stream::read(loader, name, &**text);
                read.map_err(|error| InputError::at(Path::new(&**name), error))?;
                loader.end_intents(name);
            }
            Input::Found { name, text } => {
                let mark = loader.mark();
                loader.begin_intents(None);
                let read = stream::read(loader, name, &**text);
                read.map_err(|error| InputError::at(Path::new(&**name), error))?;
                loader.end_intents(name);
                if loader.has_met_noise(&mark) && !nearly::is_manifest(text) {
                    loader.forget_file(&mark);
                }
            }
            Input::Path(path) => {
                let found = discover::files(path, &loader.options.exclude)?;
                loader.findings.extend(found.findings);
                loader.patches.extend(found.patches);
                loader.charts.extend(found.charts);
                for file in found.files {
                    read_file(loader, &file, path.is_dir())?;
                }
            }
        }
    }
    Ok(())
}

/// Reads a file. One that was found and is no manifest is passed over; one that was named is wrong.
fn read_file(loader: &mut Loader<'_>, file: &Path, was_found: bool) -> Result<(), InputError> {
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
    let mut loader = Loader::new(options);
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
    let mut loader = Loader::of_intents(options, std::mem::take(sources));
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
