//! Names in `/dev` that people give on purpose where a file is asked for. They are written to as they
//! are; every other pipe and device is refused.

use super::unusable;
use crate::cli::exit::Failure;
use crate::cli::output;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What such a name stands for.
#[derive(Debug)]
pub(in crate::cli) enum Stream {
    Output,
    Error,
    Nothing,
    /// What the shell opened, as for `>(gzip > report.gz)`.
    Open(PathBuf),
}

impl Stream {
    /// The stream of a name, if it is one.
    pub(in crate::cli) fn of(path: &Path) -> Option<Self> {
        match path.to_str()? {
            "/dev/stdout" | "/dev/fd/1" => Some(Self::Output),
            "/dev/stderr" | "/dev/fd/2" => Some(Self::Error),
            "/dev/null" => Some(Self::Nothing),
            name => {
                let number = name.strip_prefix("/dev/fd/")?;
                let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
                is_number.then(|| Self::Open(path.to_owned()))
            }
        }
    }

    /// Writes to it.
    pub(in crate::cli) fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Output => output::data(|out| out.write_all(bytes)),
            Self::Error => {
                // Where it is closed there is nobody to tell.
                let _ = io::stderr().lock().write_all(bytes);
                Ok(())
            }
            Self::Nothing => Ok(()),
            Self::Open(path) => {
                let opened = OpenOptions::new().write(true).open(path);
                let written = opened.and_then(|mut file| file.write_all(bytes));
                written.map_err(|error| unusable("cannot write", path, &error).into())
            }
        }
    }
}
