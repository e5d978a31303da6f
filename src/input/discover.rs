//! Finds the files behind the inputs: the only place, with the readers, that meets the disk.
//!
//! Directories are walked recursively for `.yaml`, `.yml` and `.json`, sorted by path; hidden
//! directories are skipped (`.git`, `.github`), and no directory is entered twice, so that
//! symbolic links cannot run in a circle. Pipes, sockets and devices are not opened: reading them
//! could wait for ever. Files that a kustomization names as patches are parts of objects, and set
//! aside.

use super::report::shown;
use super::{Exclude, InputError, kustomize};
use crate::diag::Finding;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is behind an input.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The files, in order of their paths.
    pub files: Vec<PathBuf>,
    /// What could not be followed on the way.
    pub findings: Vec<Finding>,
    /// The files that are patches of kustomizations, as they may stand in messages.
    pub patches: Vec<String>,
    /// The directories of charts, none within another.
    pub charts: Vec<Arc<str>>,
    /// The files that say what directories are made of.
    kustomizations: Vec<PathBuf>,
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
    set_patches_aside(&mut found);
    Ok(found)
}

/// Whether a file of this path would be found in a directory: a manifest by its name, and in no hidden
/// directory.
pub fn is_found(path: &Path) -> bool {
    let mut above = path.ancestors().skip(1);
    is_manifest(path) && !above.any(is_hidden)
}

/// Takes out the files that kustomizations name as patches and none names as a resource.
fn set_patches_aside(found: &mut Found) {
    let (mut patches, mut resources) = (BTreeSet::new(), BTreeSet::new());
    for file in &found.kustomizations {
        // What cannot be read here is told when it is read as a manifest.
        let Ok(bytes) = std::fs::read(file) else {
            continue;
        };
        let named = kustomize::named(&String::from_utf8_lossy(&bytes));
        let directory = file.parent().unwrap_or(Path::new(""));
        let real = |path: &String| directory.join(path).canonicalize().ok();
        patches.extend(named.patches.iter().filter_map(real));
        resources.extend(named.resources.iter().filter_map(real));
    }
    if patches.is_empty() {
        return;
    }
    let (set_aside, files) = std::mem::take(&mut found.files)
        .into_iter()
        .partition(|file| {
            let real = file.canonicalize();
            real.is_ok_and(|real| patches.contains(&real) && !resources.contains(&real))
        });
    found.files = files;
    let names = |file: PathBuf| shown(&file.to_string_lossy());
    let set_aside: Vec<PathBuf> = set_aside;
    found.patches = set_aside.into_iter().map(names).collect();
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
        if is_kustomization(&path) {
            found.kustomizations.push(path.clone());
        }
        if is_chart(&path) && !is_in_chart(directory, found) {
            found.charts.push(directory.to_string_lossy().into());
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
        .help("remove the link, or restore the file that it points to")
}

/// Whether a path is that of a file that says what its directory is made of. Pipes are not opened.
fn is_kustomization(path: &Path) -> bool {
    let name = path.file_name();
    name.is_some_and(|name| kustomize::FILES.iter().any(|file| name == *file)) && path.is_file()
}

/// Whether a path is that of the file that makes its directory a Helm chart.
fn is_chart(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "Chart.yaml") && path.is_file()
}

fn is_in_chart(directory: &Path, found: &Found) -> bool {
    let mut charts = found.charts.iter();
    charts.any(|chart| directory.starts_with(&**chart))
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
