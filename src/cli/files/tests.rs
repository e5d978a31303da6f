//! Every step of writing fails once, or is the last before the run is killed: each file is the old one
//! or the new one, and of a set that was not written none is new.

use super::batch::{Batch, Over};
use super::disk::{Disk, Real, Seen};
use super::{Identity, Inputs, Staged};
use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What becomes of the steps after the one that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// They are taken.
    GoOn,
    /// None is: the run was killed.
    Stop,
}

/// A disk of which one step fails.
#[derive(Debug)]
struct Faulty {
    left: Cell<usize>,
    failed: Cell<bool>,
    then: Then,
}

impl Faulty {
    fn new(step: usize, then: Then) -> Self {
        Self {
            left: Cell::new(step),
            failed: Cell::new(false),
            then,
        }
    }

    fn step(&self) -> io::Result<()> {
        if self.failed.get() && self.then == Then::Stop {
            return Err(ErrorKind::Interrupted.into());
        }
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        if left == 1 {
            self.failed.set(true);
            return Err(ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}

impl Disk for Faulty {
    fn look(&self, path: &Path) -> io::Result<Option<Seen>> {
        self.step()?;
        Real.look(path)
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.step()?;
        Real.read(path)
    }
    fn may_write(&self, path: &Path, seen: &Seen) -> io::Result<()> {
        self.step()?;
        Real.may_write(path, seen)
    }
    fn create(&self, path: &Path, private: bool) -> io::Result<File> {
        self.step()?;
        Real.create(path, private)
    }
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.step() {
            // A full disk takes the first half.
            let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
            Real.write(file, half)?;
            return Err(error);
        }
        Real.write(file, bytes)
    }
    fn become_like(&self, file: &File, path: &Path, seen: &Seen) -> io::Result<()> {
        self.step()?;
        Real.become_like(file, path, seen)
    }
    fn sync(&self, file: &File) -> io::Result<()> {
        self.step()?;
        Real.sync(file)
    }
    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        Real.link(from, to)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        Real.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        Real.remove(path)
    }
    fn make_directory(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        Real.make_directory(path)
    }
    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        Real.sync_directory(path)
    }
}

/// A directory that is gone when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let name = format!("netpolc-files-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).expect("a file");
        path
    }

    fn text(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.0.join(name)).ok()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("a directory");
        let name = |entry: io::Result<fs::DirEntry>| entry.map(|entry| entry.file_name());
        let names = entries.map(|entry| name(entry).expect("an entry"));
        let mut names: Vec<String> = names.map(|it| it.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Writes three files, of which the last is new.
fn write_three(scratch: &Scratch, disk: &dyn Disk) -> bool {
    let mut batch = Batch::on(disk, Inputs::default());
    let add = |batch: &mut Batch<'_>, name: &str, over| {
        batch.add(scratch.0.join(name), b"# mark\nnew\n".to_vec(), over);
    };
    add(&mut batch, "a", Over::Signed);
    add(&mut batch, "b", Over::Unchanged(b"# mark\nold\n".to_vec()));
    add(&mut batch, "c", Over::Any);
    batch.directory(&scratch.0).is_ok() && batch.write().is_ok()
}

/// The states of the three files: old, new or neither.
fn states(scratch: &Scratch) -> [&'static str; 3] {
    ["a", "b", "c"].map(|name| match scratch.text(name).as_deref() {
        Some("# mark\nnew\n") => "new",
        Some("# mark\nold\n") => "old",
        None if name == "c" => "old",
        _ => "neither",
    })
}

fn steps(then: Then, judge: impl Fn(usize, &Scratch, bool)) {
    for step in 1.. {
        let scratch = Scratch::new(&format!("{then:?}-{step}"));
        scratch.put("a", "# mark\nold\n");
        scratch.put("b", "# mark\nold\n");
        let disk = Faulty::new(step, then);
        let written = write_three(&scratch, &disk);
        judge(step, &scratch, written);
        if !disk.failed.get() {
            // 1 directory, 3 looks, 2 reads, 2 tries, then 3 creations with 3 writes, 2 modes and 3
            // syncs, 2 links, 3 renames, and to end 2 removals and a directory.
            assert_eq!((step, written), (28, true));
            return;
        }
    }
}

#[test]
fn a_step_that_fails_leaves_all_files_old_or_all_new() {
    steps(Then::GoOn, |step, scratch, written| {
        let expected = if written { ["new"; 3] } else { ["old"; 3] };
        assert_eq!(states(scratch), expected, "step {step}");
        let names = scratch.names();
        let drafts = names.iter().filter(|name| name.starts_with('.')).count();
        // What cannot be taken away stays, and harms nobody.
        assert!(drafts == 0 || (written && drafts == 1), "{step}: {names:?}");
    });
}

#[test]
fn a_run_that_is_killed_leaves_each_file_old_or_new() {
    steps(Then::Stop, |step, scratch, _| {
        let states = states(scratch);
        assert!(!states.contains(&"neither"), "step {step}: {states:?}");
        let names = scratch.names();
        let others = names
            .iter()
            .filter(|name| !["a", "b", "c"].contains(&&***name));
        for name in others {
            assert!(name.starts_with(".netpolc-"), "step {step}: {name}");
        }
        // The next run does not mind.
        assert!(write_three(scratch, &Real) || states.contains(&"new"));
    });
}

fn refused(path: &Path, over: Over, inputs: &Inputs) -> Option<String> {
    let mut batch = Batch::new(inputs.clone());
    batch.add(path.to_owned(), b"# mark\n".to_vec(), over);
    batch.write().err().map(|problem| problem.message)
}

#[test]
fn files_of_others_and_inputs_are_not_replaced() {
    let scratch = Scratch::new("others");
    let none = Inputs::default();
    let other = scratch.put("other", "mine\n");
    let message = refused(&other, Over::Signed, &none).expect("a refusal");
    assert!(message.ends_with("exists and was not written by netpolc"));
    // Not even what is no text.
    let binary = scratch.0.join("binary");
    fs::write(&binary, [0xFF, 0xFE, 0]).expect("a file");
    assert!(refused(&binary, Over::Signed, &none).is_some());
    let changed = refused(&other, Over::Unchanged(b"not mine\n".to_vec()), &none);
    assert!(
        changed
            .is_some_and(|it| it.ends_with("is not the text that was read, so it was not changed"))
    );
    // An input by another name.
    let again = scratch.0.join("again");
    fs::hard_link(&other, &again).expect("a second name");
    let mut inputs = Inputs::default();
    inputs.add(&other);
    let message = refused(&again, Over::Any, &inputs).expect("a refusal");
    assert!(message.ends_with("again` is also an input"), "{message}");
    assert_eq!(scratch.text("other").as_deref(), Some("mine\n"));
    assert_eq!(refused(&other, Over::Any, &none), None);
    assert_eq!(scratch.text("again").as_deref(), Some("mine\n"));
    assert!(refused(&scratch.0, Over::Any, &none).is_some_and(|it| it.ends_with("is a directory")));
}

#[cfg(unix)]
#[test]
fn links_and_files_that_nobody_may_write_are_left_alone() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let scratch = Scratch::new("links");
    let file = scratch.put("file", "old\n");
    let link = scratch.0.join("link");
    symlink(&file, &link).expect("a link");
    let none = Inputs::default();
    let message = refused(&link, Over::Any, &none).expect("a refusal");
    assert!(message.ends_with("link` is a symbolic link, so it was not replaced"));
    let mode = |mode| fs::set_permissions(&file, fs::Permissions::from_mode(mode));
    mode(0o444).expect("a mode");
    let message = refused(&file, Over::Any, &none).expect("a refusal");
    assert!(message.ends_with("file`: permission denied"), "{message}");
    assert_eq!(scratch.text("file").as_deref(), Some("old\n"));
    // Mode and second names of what is replaced: it is as closed as it was.
    mode(0o640).expect("a mode");
    assert_eq!(refused(&file, Over::Any, &none), None);
    let meta = fs::metadata(&file).expect("a file");
    assert_eq!(meta.permissions().mode() & 0o7777, 0o640);
    let pipe = scratch.0.join("pipe");
    let mkfifo = std::process::Command::new("mkfifo").arg(&pipe).status();
    if mkfifo.is_ok_and(|status| status.success()) {
        let message = refused(&pipe, Over::Any, &none).expect("a refusal");
        assert!(message.ends_with("is a pipe or a device"), "{message}");
    }
    let null = refused(Path::new("/dev/null"), Over::Any, &none);
    assert!(null.is_some_and(|it| it.ends_with("is a pipe or a device")));
}

#[test]
fn a_directory_of_files_is_there_as_a_whole_or_not_at_all() {
    let scratch = Scratch::new("staged");
    for there in [false, true] {
        let target = scratch.0.join(format!("out-{there}"));
        if there {
            fs::create_dir(&target).expect("a directory");
        }
        let files = || fs::read_dir(&target).map_or(0, Iterator::count);
        let begin = || {
            let mut staged = Staged::empty(&target).expect("an empty directory");
            for name in ["one", "two", "manifest"] {
                staged.write(name, b"text").expect("a file");
            }
            staged.remove("two").expect("a file less");
            staged
        };
        // One that is given up leaves nothing.
        drop(begin());
        assert_eq!(
            (files(), scratch.names().len()),
            (0, usize::from(there) + usize::from(there))
        );
        let staged = begin();
        assert_eq!(files(), 0);
        staged.finish().expect("a directory");
        assert_eq!(files(), 2);
        assert!(Staged::empty(&target).is_err(), "it is not empty any more");
    }
    assert_eq!(scratch.names(), ["out-false", "out-true"]);
}

#[test]
fn files_have_one_identity_whatever_they_are_called() {
    let scratch = Scratch::new("identity");
    let file = scratch.put("file", "");
    let dotted = scratch
        .0
        .join("./../")
        .join(scratch.0.file_name().expect("a name"));
    assert_eq!(Identity::of(&file), Identity::of(&dotted.join("file")));
    assert_eq!(Identity::of(&scratch.0.join("nothing")), None);
}
