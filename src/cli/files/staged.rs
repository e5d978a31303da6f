//! Directories of files that become known one after the other, and may be more than fit in memory.
//!
//! They are written to a directory beside, or inside where that cannot be, which takes the name when
//! all is done: so the directory is there with all its files, or not at all. Where files must move one by
//! one, that which says what the others are moves last.

use super::batch::{beside, directory};
use super::disk::{Disk, Real};
use super::{Identity, unusable};
use crate::cli::watch;
use crate::endpoint::Problem;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A directory under way; what was written to it is gone if it is dropped.
#[derive(Debug)]
pub(in crate::cli) struct Staged {
    target: PathBuf,
    staging: PathBuf,
    /// Whether the staging directory itself takes the name.
    whole: bool,
    names: Vec<String>,
}

impl Staged {
    /// A directory that is not there yet, or empty. What is in one already would be taken for ours.
    pub(in crate::cli) fn empty(path: &Path) -> Result<Self, Problem> {
        let cannot = |error: io::Error| unusable("cannot create the directory", path, &error);
        let there = match fs::read_dir(path) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    let message = format!("the directory `{}` is not empty", path.display());
                    let problem = Problem::new(message);
                    return Err(
                        problem.help("name an empty directory, or one that does not exist yet")
                    );
                }
                true
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(cannot(error)),
        };
        if !there && path.is_symlink() {
            let message = format!("`{}` is a dangling symbolic link", path.display());
            return Err(Problem::new(message).help("name another directory"));
        }
        // Without links and dots on the way: a link is not replaced, but what it leads to.
        let target = if there {
            fs::canonicalize(path).map_err(cannot)?
        } else {
            path.to_owned()
        };
        if !there {
            Real.make_directory(directory(&target)).map_err(cannot)?;
        }
        let make = |place: &Path| fs::create_dir(place);
        let outside = if there && is_held(&target) {
            None
        } else {
            beside(&target, make).ok()
        };
        let (staging, whole) = match outside {
            Some((staging, ())) => (staging, true),
            None => (
                beside(&target.join("inside"), make).map_err(cannot)?.0,
                false,
            ),
        };
        Ok(Self {
            target,
            staging,
            whole,
            names: Vec::new(),
        })
    }

    /// Writes a file.
    pub(in crate::cli) fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), Problem> {
        let cannot = |error: io::Error| unusable("cannot write", &self.target.join(name), &error);
        let mut file = Real
            .create(&self.staging.join(name), false)
            .map_err(cannot)?;
        Real.write(&mut file, bytes).map_err(cannot)?;
        Real.sync(&file).map_err(cannot)?;
        self.names.push(name.to_owned());
        Ok(())
    }

    /// Takes a file away that was written.
    pub(in crate::cli) fn remove(&mut self, name: &str) -> Result<(), Problem> {
        let removed = Real.remove(&self.staging.join(name));
        self.names.retain(|other| other != name);
        removed.map_err(|error| unusable("cannot remove", &self.target.join(name), &error))
    }

    /// All is written: gives the directory its name.
    pub(in crate::cli) fn finish(self) -> Result<(), Problem> {
        let cannot = |path: &Path, error: &io::Error| unusable("cannot write", path, error);
        let _writes = watch::writing();
        // The names in it must be there before its own is; not all systems can say that.
        let _ = Real.sync_directory(&self.staging);
        if self.whole {
            if let Ok(meta) = fs::metadata(&self.target) {
                // An empty directory that somebody made stays as open or closed as it was.
                let kept = fs::set_permissions(&self.staging, meta.permissions());
                kept.map_err(|error| cannot(&self.target, &error))?;
            }
            let renamed = Real.rename(&self.staging, &self.target);
            renamed.map_err(|error| cannot(&self.target, &error))?;
            let _ = Real.sync_directory(directory(&self.target));
            return Ok(());
        }
        for name in &self.names {
            let place = self.target.join(name);
            let renamed = Real.rename(&self.staging.join(name), &place);
            renamed.map_err(|error| cannot(&place, &error))?;
        }
        let _ = Real.sync_directory(&self.target);
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Where it took the name, nothing is there any more.
        let _ = fs::remove_dir_all(&self.staging);
    }
}

/// Whether a directory cannot be exchanged for another: somebody stands in it, or it is a disk.
fn is_held(target: &Path) -> bool {
    let here = Identity::of(Path::new("."));
    let target_is = Identity::of(target);
    let above = Identity::of(directory(target));
    let other_disk = match (&target_is, &above) {
        (Some(one), Some(other)) => !one.is_on_disk_of(other),
        _ => true,
    };
    here == target_is || other_disk
}
