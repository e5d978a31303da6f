//! Finds the files behind the inputs: the only place, with the readers, that meets the disk.
//!
//! Directories are walked recursively for `.yaml`, `.yml` and `.json`, sorted by path; hidden
//! directories are skipped (`.git`, `.github`), and no directory is entered twice, so that
//! symbolic links cannot run in a circle. Pipes, sockets and devices are not opened: reading them
//! could wait for ever.

use super::report::shown;
use super::{Exclude, InputError};
use crate::diag::Finding;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What is behind an input.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The files, in order of their paths.
    pub files: Vec<PathBuf>,
    /// What could not be followed on the way.
    pub findings: Vec<Finding>,
}

/// The files behind `path`: itself, whatever it is, or those below it that are not excluded.
pub(super) fn files(path: &Path, exclude: &Exclude) -> Result<Found, InputError> {
    if !path.is_dir() {
        // A name that does not exist must be said as the user wrote it, before anything is read.
        path.metadata()
            .map_err(|error| InputError::at(path, error))?;
        return Ok(Found {
            files: vec![path.to_owned()],
            ..Found::default()
        });
    }
    let mut found = Found::default();
    walk(path, exclude, &mut BTreeSet::new(), &mut found)?;
    found.files.sort();
    Ok(found)
}

fn walk(
    directory: &Path,
    exclude: &Exclude,
    entered: &mut BTreeSet<PathBuf>,
    found: &mut Found,
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
        if exclude.excludes(&path) {
            continue;
        }
        if path.is_dir() {
            if !is_hidden(&path) {
                walk(&path, exclude, entered, found)?;
            }
        } else if is_manifest(&path) {
            match path.metadata() {
                Ok(meta) if !meta.is_file() => {}
                Err(_) if is_broken(&path) => found.findings.push(broken(&path)),
                // What goes wrong otherwise is said when the file is opened.
                Ok(_) | Err(_) => found.files.push(path),
            }
        }
    }
    Ok(())
}

/// Whether a path is a symbolic link to nothing, or to itself.
fn is_broken(path: &Path) -> bool {
    path.is_symlink()
        && !matches!(path.metadata(), Err(error) if error.kind() == ErrorKind::PermissionDenied)
}

fn broken(path: &Path) -> Finding {
    let path = shown(&path.to_string_lossy());
    Finding::warning("broken-link", format!("broken symbolic link `{path}`"))
        .help("nothing was read from it: remove it, or restore the file that it leads to")
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
