//! Why an input cannot be read at all.

use super::limit::TooMuch;
use super::report::shown;
use crate::endpoint::Problem;
use std::io;
use std::path::{Path, PathBuf};

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
    /// Why a file cannot be read.
    pub fn of(path: &Path, error: io::Error) -> Self {
        Self::at(path, error)
    }

    pub(super) fn at(path: &Path, error: io::Error) -> Self {
        if let Some(told) = TooMuch::of(&error) {
            return Self::TooMuch(told.told(&shown(&path.to_string_lossy())));
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
                problem.help("if this is the right input, raise the limit with `--max-input SIZE`")
            }
            _ => problem,
        }
    }
}
