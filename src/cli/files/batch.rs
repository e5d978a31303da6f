//! Files that are written together: all of them, or none.
//!
//! Each is written whole beside its place, under a name that begins with `.netpolc-`, reaches the disk,
//! and then takes the name. So whoever looks at any moment, and whenever the run is killed, finds the
//! old file or the new one. If a name cannot be taken, those that were are given back.

use super::disk::{Disk, Real, Seen, What};
use super::{Inputs, unusable};
use crate::cli::watch;
use crate::endpoint::Problem;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Names that are tried for a file under way; those of another run with this number may be there.
const TRIES: usize = 1000;

/// Which file may be replaced.
#[derive(Debug, Clone)]
pub(in crate::cli) enum Over {
    /// Any that the run has not read.
    Any,
    /// One that begins with the same line, or is empty.
    Signed,
    /// One that is still what was read.
    Unchanged(Vec<u8>),
}

/// A file to be written.
#[derive(Debug)]
struct New {
    path: PathBuf,
    bytes: Vec<u8>,
    over: Over,
}

/// Files to be written.
#[derive(Debug)]
pub(in crate::cli) struct Batch<'d> {
    disk: &'d dyn Disk,
    inputs: Inputs,
    files: Vec<New>,
}

impl Batch<'static> {
    /// No file yet; none of `inputs` will be replaced, unless it is to be one that is still the same.
    pub(in crate::cli) fn new(inputs: Inputs) -> Self {
        Self::on(&Real, inputs)
    }
}

impl<'d> Batch<'d> {
    /// The same on another disk.
    pub(super) fn on(disk: &'d dyn Disk, inputs: Inputs) -> Self {
        Self {
            disk,
            inputs,
            files: Vec::new(),
        }
    }

    /// Adds a file.
    pub(in crate::cli) fn add(&mut self, path: PathBuf, bytes: Vec<u8>, over: Over) {
        self.files.push(New { path, bytes, over });
    }

    /// Makes a directory that the files are to be in, if it is not there yet.
    pub(in crate::cli) fn directory(&self, path: &Path) -> Result<(), Problem> {
        let made = self.disk.make_directory(path);
        made.map_err(|error| unusable("cannot create the directory", path, &error))
    }

    /// Writes them.
    ///
    /// # Errors
    /// Then none of them was written, or the message says which could not be given back.
    pub(in crate::cli) fn write(self) -> Result<(), Problem> {
        let _writes = watch::writing();
        let mut work = Work {
            disk: self.disk,
            steps: Vec::new(),
        };
        let several = self.files.len() > 1;
        match self.carry_out(&mut work) {
            Ok(()) => {
                work.finish();
                Ok(())
            }
            Err(problem) => Err(match work.undo() {
                names if !names.is_empty() => {
                    problem.help(format!("already replaced: {}; run again", names.join(", ")))
                }
                _ if several && problem.help.is_none() => problem.help("no file was written"),
                _ => problem,
            }),
        }
    }

    fn carry_out(&self, work: &mut Work<'_>) -> Result<(), Problem> {
        let mut all = Vec::new();
        for new in &self.files {
            all.push((new, self.check(new)?));
        }
        for (new, seen) in &all {
            let begun = work.begin(new, seen.as_ref());
            begun.map_err(|error| unusable("cannot write", &new.path, &error))?;
        }
        // One name is taken at once or not at all.
        if all.len() > 1 {
            work.keep_old();
        }
        work.take_names()
    }

    /// What stands in the place of a file, if it may be replaced.
    fn check(&self, new: &New) -> Result<Option<Seen>, Problem> {
        let cannot = |error: &io::Error| unusable("cannot write", &new.path, error);
        let Some(seen) = self.disk.look(&new.path).map_err(|error| cannot(&error))? else {
            return Ok(None);
        };
        let name = new.path.display();
        match seen.what {
            What::File => {}
            What::Directory => {
                let problem = Problem::new(format!("`{name}` is a directory"));
                return Err(problem.help("name a file"));
            }
            What::Link => {
                let problem = Problem::new(format!(
                    "`{name}` is a symbolic link, so it was not replaced"
                ));
                return Err(problem.help("name the file that it points to"));
            }
            What::Stream => {
                let problem = Problem::new(format!("`{name}` is a pipe or a device"));
                return Err(problem.help("name a file, or `/dev/stdout`"));
            }
        }
        let is_input = seen.identity.as_ref().is_some_and(|it| self.inputs.has(it));
        let read = || self.disk.read(&new.path).map_err(|error| cannot(&error));
        match &new.over {
            Over::Any | Over::Signed if is_input => {
                let problem = Problem::new(format!("`{name}` is also an input"));
                return Err(problem.help("write to another file: this one would be overwritten"));
            }
            Over::Any => {}
            Over::Signed => {
                let there = read()?;
                if !there.is_empty() && first_line(&there) != first_line(&new.bytes) {
                    let message = format!("`{name}` exists and was not written by netpolc");
                    return Err(Problem::new(message).help("name another directory"));
                }
            }
            Over::Unchanged(old) => {
                if read()? != *old {
                    let message =
                        format!("`{name}` is not the text that was read, so it was not changed");
                    return Err(Problem::new(message).help("did the file change in the meantime?"));
                }
            }
        }
        let may = self.disk.may_write(&new.path, &seen);
        may.map_err(|error| cannot(&error))?;
        Ok(Some(seen))
    }
}

fn first_line(bytes: &[u8]) -> &[u8] {
    let line = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// A file on its way to its name.
#[derive(Debug)]
struct Step {
    path: PathBuf,
    draft: PathBuf,
    /// Whether a file is replaced.
    replaces: bool,
    /// What the file that is replaced is also called meanwhile.
    old: Option<PathBuf>,
    done: bool,
}

/// What was begun.
#[derive(Debug)]
struct Work<'d> {
    disk: &'d dyn Disk,
    steps: Vec<Step>,
}

impl Work<'_> {
    /// Writes a file beside its place.
    fn begin(&mut self, new: &New, seen: Option<&Seen>) -> io::Result<()> {
        let (draft, mut file) = beside(&new.path, |draft| self.disk.create(draft, seen.is_some()))?;
        self.steps.push(Step {
            path: new.path.clone(),
            draft: draft.clone(),
            replaces: seen.is_some(),
            old: None,
            done: false,
        });
        self.fill(&mut file, &draft, &new.bytes, seen)
    }

    fn fill(
        &self,
        file: &mut File,
        draft: &Path,
        bytes: &[u8],
        seen: Option<&Seen>,
    ) -> io::Result<()> {
        self.disk.write(file, bytes)?;
        if let Some(seen) = seen {
            self.disk.become_like(file, draft, seen)?;
        }
        self.disk.sync(file)
    }

    /// Keeps what is to be replaced, as far as the disk can do that.
    fn keep_old(&mut self) {
        for step in self.steps.iter_mut().filter(|step| step.replaces) {
            let kept = beside(&step.path, |old| self.disk.link(&step.path, old));
            step.old = kept.ok().map(|(old, ())| old);
        }
    }

    fn take_names(&mut self) -> Result<(), Problem> {
        for step in &mut self.steps {
            let renamed = self.disk.rename(&step.draft, &step.path);
            renamed.map_err(|error| unusable("cannot write", &step.path, &error))?;
            step.done = true;
        }
        Ok(())
    }

    /// Takes away what is not needed any more. The files are there, so nothing here is worth an error.
    fn finish(self) {
        for old in self.steps.iter().filter_map(|step| step.old.as_ref()) {
            let _ = self.disk.remove(old);
        }
        let directories: BTreeSet<&Path> = self
            .steps
            .iter()
            .map(|step| directory(&step.path))
            .collect();
        for directory in directories {
            let _ = self.disk.sync_directory(directory);
        }
    }

    /// Gives names back, and takes away what was begun. The names that could not be given back.
    fn undo(self) -> Vec<String> {
        let mut stay = Vec::new();
        for step in self.steps.iter().rev() {
            let back = match &step.old {
                _ if !step.done => self.disk.remove(&step.draft),
                Some(old) => self.disk.rename(old, &step.path),
                None if step.replaces => Err(ErrorKind::Other.into()),
                None => self.disk.remove(&step.path),
            };
            match &step.old {
                Some(old) if !step.done => {
                    let _ = self.disk.remove(old);
                }
                _ => {}
            }
            if back.is_err() && step.done {
                stay.push(format!("`{}`", step.path.display()));
            }
        }
        stay.reverse();
        stay
    }
}

/// The directory that a file is in.
pub(super) fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

/// Makes something beside a path, under a name that nothing has yet. What another run left behind is
/// never touched.
pub(super) fn beside<T>(
    path: &Path,
    make: impl Fn(&Path) -> io::Result<T>,
) -> io::Result<(PathBuf, T)> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let process = std::process::id();
    for _ in 0..TRIES {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!(".netpolc-{process}-{number}");
        let place = directory(path).join(name);
        match make(&place) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            other => return other.map(|made| (place, made)),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}
