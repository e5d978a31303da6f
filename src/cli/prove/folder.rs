//! Directories that proofs are read from.

use crate::cli::files::{placed, unusable};
use crate::endpoint::Problem;
use crate::input::read_certificate;
use crate::prove::certified::Shelf;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

/// The file that says what is in a directory of certificates.
pub(super) const MANIFEST: &str = "manifest.json";

/// Reads a directory of certificates.
pub(super) fn shelf(path: &Path) -> Result<Shelf, Problem> {
    let cannot = |path: &Path, error: &io::Error| unusable("cannot read", path, error);
    let manifest = path.join(MANIFEST);
    let text = fs::read(&manifest).map_err(|error| {
        let told = cannot(&manifest, &error);
        if error.kind() == ErrorKind::NotFound {
            told.help("name a directory that `netpolc prove --certificate DIR` wrote")
        } else {
            told
        }
    })?;
    let values = read_certificate(&text).map_err(|why| {
        let why = placed(&manifest, &why);
        Problem::new(format!("cannot read `{}`: {why}", manifest.display()))
    })?;
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
