//! Finds the files behind the inputs: the only place, with the readers, that meets the disk.
//!
//! Directories are walked recursively for `.yaml`, `.yml` and `.json`, sorted by path; hidden
//! directories are skipped (`.git`, `.github`), and no directory is entered twice, so that
//! symbolic links cannot run in a circle.

use super::InputError;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The files behind `path`: itself, or those below it in order of their paths.
pub(super) fn files(path: &Path) -> Result<Vec<PathBuf>, InputError> {
    if !path.is_dir() {
        // A name that does not exist must be said as the user wrote it, before anything is read.
        path.metadata()
            .map_err(|error| InputError::at(path, error))?;
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    walk(path, &mut BTreeSet::new(), &mut found)?;
    found.sort();
    Ok(found)
}

fn walk(
    directory: &Path,
    entered: &mut BTreeSet<PathBuf>,
    found: &mut Vec<PathBuf>,
) -> Result<(), InputError> {
    let real = directory
        .canonicalize()
        .map_err(|error| InputError::at(directory, error))?;
    if !entered.insert(real) {
        return Ok(());
    }
    let entries = directory
        .read_dir()
        .map_err(|error| InputError::at(directory, error))?;
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| InputError::at(directory, error))?;
        paths.push(entry.path());
    }
    // Sorted before anything is entered: which of two links to a directory is followed must not
    // depend on the disk's order.
    paths.sort();
    for path in paths {
        if path.is_dir() {
            if !is_hidden(&path) {
                walk(&path, entered, found)?;
            }
        } else if is_manifest(&path) {
            found.push(path);
        }
    }
    Ok(())
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn is_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        ["yaml", "yml", "json"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}
