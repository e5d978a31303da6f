//! Files and directories that arguments name. Everything that netpolc writes to a disk passes here:
//! `disk` is all that is done to one, `batch` replaces files whole or not at all, and `staged` makes
//! directories of files that are not known beforehand.

mod batch;
mod disk;
mod staged;
mod stream;
#[cfg(test)]
mod tests;

pub(super) use batch::{Batch, Over};
pub(super) use disk::Identity;
pub(super) use staged::Staged;
pub(super) use stream::Stream;

use crate::endpoint::Problem;
use crate::input::Limits;
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::Path;

/// What cannot be done with a path, such as `cannot write`, and why.
pub(super) fn unusable(what: &str, path: &Path, error: &io::Error) -> Problem {
    Problem::new(format!("{what} `{}`: {error}", path.display()))
}

/// What is wrong in a file of JSON, with the place as all other messages give it.
pub(super) fn placed(path: &Path, what: &str) -> String {
    let place = what.rsplit_once(" at line ").and_then(|(what, place)| {
        let (line, column) = place.split_once(" column ")?;
        // The parser counts from 0 at the end of a line.
        let column: usize = column.parse().ok()?;
        Some((what, format!("{line}:{}", column.max(1))))
    });
    match place {
        Some((what, place)) => format!("{what} ({}:{place})", path.display()),
        None => what.to_owned(),
    }
}

/// Reads a file of text that has to fit in memory.
pub(super) fn read_text(path: &Path, limits: Limits) -> io::Result<String> {
    let bytes = limits.read(File::open(path)?)?;
    let not_text = |_| io::Error::new(io::ErrorKind::InvalidData, "this is not UTF-8 text");
    String::from_utf8(bytes).map_err(not_text)
}

/// The files that a run has read, whatever they are called.
#[derive(Debug, Clone, Default)]
pub(super) struct Inputs(BTreeSet<Identity>);

impl Inputs {
    /// Adds a file, and what it leads to if it is a link.
    pub(super) fn add(&mut self, path: &Path) {
        self.0.extend(Identity::of(path));
    }

    /// Adds what stands behind the standard input, where that is a file.
    pub(super) fn add_stdin(&mut self) {
        self.add(Path::new("/dev/stdin"));
    }

    fn has(&self, identity: &Identity) -> bool {
        self.0.contains(identity)
    }
}
