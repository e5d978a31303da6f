//! Objects that are applied over what was read.

use super::loader::Loader;
use super::options::{Input, Options};
use super::{InputError, Loaded, distinct, read_all};
use crate::model::Applied;

/// Reads objects and applies them over what was read, as `kubectl apply` does it: one of the same
/// kind, namespace and name takes the place of the other. What is wrong with them joins the findings,
/// and their bytes count with those that were read before.
///
/// # Errors
/// A file or directory that cannot be read.
pub fn load_applied(
    loaded: &mut Loaded,
    inputs: &[Input],
    options: &Options,
) -> Result<(), InputError> {
    let mut loader = Loader::new(options);
    loader.sources = std::mem::take(&mut loaded.sources);
    loader.taken.bytes = loaded.bytes;
    let mut applied = Applied::default();
    for input in inputs {
        let before = loader.documents;
        read_all(&mut loader, std::slice::from_ref(input))?;
        let name = input.to_string();
        if loader.documents == before {
            applied.without_object.push(name.clone());
        }
        applied.from.push(name);
    }
    join(loaded, loader, applied);
    Ok(())
}

/// The same of one text without a disk.
#[cfg(test)]
pub(super) fn apply_text(loaded: &mut Loaded, name: &str, text: &str, options: &Options) {
    let mut loader = Loader::new(options);
    loader.sources = std::mem::take(&mut loaded.sources);
    let read = super::stream::read(&mut loader, name, text.as_bytes());
    debug_assert!(read.is_ok(), "memory was unreadable");
    join(loaded, loader, Applied::default());
}

/// Joins what is applied with what it is applied over.
fn join(loaded: &mut Loaded, mut loader: Loader<'_>, mut applied: Applied) {
    let paths = std::mem::take(&mut loader.taken.paths);
    let over = loader.finish();
    loaded.sources = over.sources;
    loaded.paths.extend(paths);
    loaded.findings.extend(over.findings);
    loaded.patches.extend(over.patches);
    loaded.files += over.files;
    loaded.no_manifests += over.no_manifests;
    for (kind, number) in over.unknown_kinds {
        *loaded.unknown_kinds.entry(kind).or_default() += number;
    }
    loaded.before = Some(Box::new(loaded.objects.clone()));
    applied.documents = over.documents;
    applied.objects = distinct::apply(&mut loaded.objects, over.objects);
    loaded.applied = Some(applied);
}
