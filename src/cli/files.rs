//! Files and directories that arguments name: what is said where they cannot be used.

use crate::endpoint::Problem;
use std::fs;
use std::io;
use std::path::Path;

/// What cannot be done with a path, such as `cannot write`, and why.
pub(super) fn unusable(what: &str, path: &Path, error: &io::Error) -> Problem {
    Problem::new(format!("{what} `{}`: {error}", path.display()))
}

/// Makes a directory that is not there yet.
pub(super) fn make_directory(path: &Path) -> Result<(), Problem> {
    fs::create_dir_all(path).map_err(|error| unusable("cannot make the directory", path, &error))
}
