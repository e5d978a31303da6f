//! All that is done to a disk while files are written, step by step, so that tests can have each
//! step fail.

use std::fmt::Debug;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

/// What a file is, by whatever name.
#[cfg(unix)]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli) struct Identity(u64, u64);

/// What a file is: the path that all names of it lead to.
#[cfg(not(unix))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli) struct Identity(std::path::PathBuf);

impl Identity {
    /// The file that a path leads to, also through links.
    pub(in crate::cli) fn of(path: &Path) -> Option<Self> {
        Self::with(path, &fs::metadata(path).ok()?)
    }

    /// Whether both are on one disk, as far as that can be known.
    #[cfg(unix)]
    pub(super) fn is_on_disk_of(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    /// Whether both are on one disk, as far as that can be known.
    #[cfg(not(unix))]
    pub(super) fn is_on_disk_of(&self, _: &Self) -> bool {
        false
    }

    #[cfg(unix)]
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    fn with(_: &Path, meta: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        Some(Self(meta.dev(), meta.ino()))
    }

    #[cfg(not(unix))]
    fn with(path: &Path, _: &Metadata) -> Option<Self> {
        fs::canonicalize(path).ok().map(Self)
    }
}

/// What stands under a name, links not followed.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) what: What,
    pub(super) identity: Option<Identity>,
    meta: Metadata,
}

/// Kinds of what can stand under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    File,
    Directory,
    Link,
    /// A pipe, socket or device.
    Stream,
}

/// The steps.
pub(super) trait Disk: Debug {
    /// What stands under a name; none where nothing does.
    fn look(&self, path: &Path) -> io::Result<Option<Seen>>;
    /// Reads a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// Whether a file may be written to; it is left as it is.
    fn may_write(&self, path: &Path, seen: &Seen) -> io::Result<()>;
    /// Makes a file that is not there yet; a private one that nobody else may read.
    fn create(&self, path: &Path, private: bool) -> io::Result<File>;
    /// Writes to it.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;
    /// Gives it the owner and the mode of another.
    fn become_like(&self, file: &File, path: &Path, seen: &Seen) -> io::Result<()>;
    /// Has it reach the disk.
    fn sync(&self, file: &File) -> io::Result<()>;
    /// Gives a file a second name.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Gives a file or directory another name, in place of what has it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Takes a file away.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes a directory, and those above it.
    fn make_directory(&self, path: &Path) -> io::Result<()>;
    /// Has the names in a directory reach the disk.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;
}

/// The disk that there is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Real;

impl Disk for Real {
    fn look(&self, path: &Path) -> io::Result<Option<Seen>> {
        let meta = match fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        let kind = meta.file_type();
        let what = if kind.is_file() {
            What::File
        } else if kind.is_dir() {
            What::Directory
        } else if kind.is_symlink() {
            What::Link
        } else {
            What::Stream
        };
        let identity = Identity::with(path, &meta);
        Ok(Some(Seen {
            what,
            identity,
            meta,
        }))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn may_write(&self, path: &Path, seen: &Seen) -> io::Result<()> {
        // The system lets root write anything; a file that nobody may write to is meant to stay.
        if seen.meta.permissions().readonly() {
            return Err(ErrorKind::PermissionDenied.into());
        }
        OpenOptions::new().write(true).open(path).map(drop)
    }

    #[cfg_attr(
        not(unix),
        expect(unused_variables, reason = "there are no modes elsewhere")
    )]
    fn create(&self, path: &Path, private: bool) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if private {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        options.open(path)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    #[cfg(unix)]
    fn become_like(&self, file: &File, _: &Path, seen: &Seen) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        let (own, other) = (file.metadata()?, &seen.meta);
        if (own.uid(), own.gid()) != (other.uid(), other.gid()) {
            fchown(file, Some(other.uid()), Some(other.gid()))?;
        }
        file.set_permissions(other.permissions())
    }

    #[cfg(not(unix))]
    fn become_like(&self, _: &File, path: &Path, seen: &Seen) -> io::Result<()> {
        fs::set_permissions(path, seen.meta.permissions())
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::hard_link(from, to)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }
}
