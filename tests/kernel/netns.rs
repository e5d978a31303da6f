//! Network namespaces held by file descriptors: they are gone when the last descriptor is, even if
//! the process is killed.

use nix::sched::{CloneFlags, setns, unshare};
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, AsRawFd, RawFd};

/// A network namespace.
pub struct Netns(File);

/// The thread's namespace: of a thread, because threads of one process may be in several.
const CURRENT: &str = "/proc/thread-self/ns/net";

/// Puts the thread back where it was.
struct Back(File);

impl Drop for Back {
    fn drop(&mut self) {
        setns(self.0.as_fd(), CloneFlags::CLONE_NEWNET).expect("the way back is open");
    }
}

impl Netns {
    /// A fresh namespace. The calling thread stays where it is.
    pub fn fresh() -> io::Result<Self> {
        let here = File::open(CURRENT)?;
        unshare(CloneFlags::CLONE_NEWNET)?;
        let _back = Back(here);
        Ok(Netns(File::open(CURRENT)?))
    }

    /// Does something inside. What is opened or started there stays there.
    pub fn inside<T>(&self, work: impl FnOnce() -> T) -> T {
        let _back = Back(File::open(CURRENT).expect("the thread has a namespace"));
        setns(self.0.as_fd(), CloneFlags::CLONE_NEWNET).expect("the namespace is held");
        work()
    }

    /// The same namespace once more.
    pub fn try_clone(&self) -> io::Result<Self> {
        self.0.try_clone().map(Netns)
    }

    /// Its descriptor, as a netlink attribute names it.
    pub fn raw(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// Sets a value below `/proc/sys/net` of the namespace that the thread is in.
pub fn set(name: &str, value: &str) -> io::Result<()> {
    let path = format!("/proc/sys/net/{name}");
    fs::write(&path, value)
        .map_err(|error| io::Error::new(error.kind(), format!("{path}: {error}")))
}
