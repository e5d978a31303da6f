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
    let mut reader = Loader::new(options);
    reader.sources = std::mem::take(&mut loaded.sources);
    reader.taken.bytes = loaded.bytes;
    let mut applied = Applied::default();
    for input in inputs {
        let before = reader.documents;
        read_all(&mut reader, std::slice::from_ref(input))?;
        let name = input.to_string();
        if reader.documents == before {
            applied.without_object.push(name.clone());
        }
        applied.from.push(name);
    }
    join(loaded, reader, applied);
    Ok(())
}

/// Joins what is applied with what it is applied over.
fn join(loaded: &mut Loaded, mut reader: Loader<'_>, mut applied: Applied) {
    let paths = std::mem::take(&mut reader.taken.paths);
    let over = reader.finish();
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
