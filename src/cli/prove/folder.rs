//! Directories that proofs are written to and read from.

use crate::cli::files::{make_directory, unusable};
use crate::endpoint::Problem;
use crate::input::read_certificate;
use crate::prove::certified::Shelf;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The file that says what is in a directory of certificates.
pub(super) const MANIFEST: &str = "manifest.json";

/// A directory that is written to.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// The directory, made if it is not there yet. What is in one already would be taken for ours.
    pub(super) fn empty(path: &Path) -> Result<Self, Problem> {
        make_directory(path)?;
        let cannot = |error: io::Error| unusable("cannot make the directory", path, &error);
        let mut entries = fs::read_dir(path).map_err(cannot)?;
        if entries.next().is_some() {
            let message = format!("the directory `{}` is not empty", path.display());
            return Err(Problem::new(message).help("name one that is empty, or not there yet"));
        }
        Ok(Self(path.to_owned()))
    }

    /// Writes a file.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Problem> {
        let path = self.0.join(name);
        fs::write(&path, bytes).map_err(|error| unusable("cannot write", &path, &error))
    }

    /// Takes a file away that was written.
    pub(super) fn remove(&self, name: &str) -> Result<(), Problem> {
        let path = self.0.join(name);
        fs::remove_file(&path).map_err(|error| unusable("cannot remove", &path, &error))
    }
}

/// Reads a directory of certificates.
pub(super) fn shelf(path: &Path) -> Result<Shelf, Problem> {
    let cannot = |path: &Path, error: &io::Error| unusable("cannot read", path, error);
    let manifest = path.join(MANIFEST);
    let text = fs::read(&manifest).map_err(|error| {
        let told = cannot(&manifest, &error);
        match error.kind() {
            ErrorKind::NotFound => {
                told.help("name a directory that `netpolc prove --certificate DIR` wrote")
            }
            _ => told,
        }
    })?;
    let values = read_certificate(&text)
        .map_err(|why| Problem::new(format!("cannot read `{}`: {why}", manifest.display())))?;
    let mut shelf = Shelf {
        values,
        ..Shelf::default()
    };
    for entry in fs::read_dir(path).map_err(|error| cannot(path, &error))? {
        let file = entry.map_err(|error| cannot(path, &error))?.path();
        let ending = file.extension().unwrap_or_default();
        if let Some(name) = file.file_name().and_then(|name| name.to_str())
            && (ending == "cnf" || ending == "drat")
        {
            let bytes = fs::read(&file).map_err(|error| cannot(&file, &error))?;
            shelf.files.insert(name.to_owned(), bytes);
        }
    }
    Ok(shelf)
}
