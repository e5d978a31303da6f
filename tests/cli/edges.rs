//! The edges of a run: who reads what it prints, how long it may take, how much it reads, and what it
//! may write over.

use super::{Ran, command, finish};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_netpolc");

pub(super) const CLOSED: &str = "\
{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: []}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: []}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec: {podSelector: {}, policyTypes: [Ingress]}
";

pub(super) const OPEN: &str = "---\n{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, \
                    metadata: {name: p}}\n";

/// A directory that is gone when dropped.
pub(super) struct Scratch(pub(super) PathBuf);

impl Scratch {
    pub(super) fn new(name: &str) -> Self {
        let name = format!("netpolc-edges-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    pub(super) fn put(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).expect("a file");
        path
    }

    pub(super) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).expect("a file")
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(BINARY);
        command.current_dir(&self.0).args(arguments);
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ran {
        finish(self.command(arguments), "")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn start(mut command: Command) -> Child {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts")
}

#[test]
fn a_reader_that_leaves_does_not_change_the_exit_code() {
    let scratch = Scratch::new("pipe");
    scratch.put("closed.yaml", CLOSED);
    scratch.put("open.yaml", format!("{CLOSED}{OPEN}"));
    scratch.put("wrong.yaml", CLOSED.replace("podSelector", "podSelectr"));
    for (arguments, code) in [
        (&["can", "a", "b", "-f", "closed.yaml"][..], 1),
        (&["can", "a", "b", "-f", "open.yaml"], 3),
        (&["can", "a", "a", "-f", "open.yaml"], 0),
        (&["explain", "a", "b", "-f", "closed.yaml"], 1),
        (&["explain", "pod/a", "-f", "open.yaml"], 3),
        (&["matrix", "-o", "txt", "-f", "open.yaml"], 3),
        (&["matrix", "-o", "json", "-f", "open.yaml"], 3),
        (&["lint", "wrong.yaml"], 1),
        (&["lint", "-o", "sarif", "wrong.yaml"], 1),
        (&["can", "a", "b", "-f", "wrong.yaml"], 2),
        (&["can", "a", "nobody", "-f", "closed.yaml"], 2),
        (&["--help"], 0),
        #[cfg(feature = "smt")]
        (
            &[
                "prove",
                "--from",
                "a",
                "--to",
                "b",
                "--expect",
                "allowed",
                "-f",
                "closed.yaml",
            ],
            1,
        ),
    ] {
        let mut child = start(scratch.command(arguments));
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the child ends");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn an_answer_that_cannot_be_written_is_none() {
    let Ok(full) = File::options().write(true).open("/dev/full") else {
        eprintln!("NOT TESTED: there is no /dev/full");
        return;
    };
    let scratch = Scratch::new("full");
    scratch.put("closed.yaml", CLOSED);
    for arguments in [
        &["can", "a", "a", "-f", "closed.yaml"][..],
        &["matrix", "-o", "json", "-f", "closed.yaml"],
        &["--help"],
    ] {
        let mut command = scratch.command(arguments);
        command.stdout(full.try_clone().expect("a stream"));
        let output = command.stderr(Stdio::piped()).output().expect("a run");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            said.starts_with("error: cannot write the answer: "),
            "{said}"
        );
    }
}

#[test]
fn a_run_ends_when_its_time_is_over_whatever_it_waits_for() {
    let scratch = Scratch::new("time");
    scratch.put("closed.yaml", CLOSED);
    let mut runs: Vec<&[&str]> = vec![
        &["can", "a", "b", "-f", "-"],
        &["matrix", "-f", "-"],
        &["explain", "pod/a", "-f", "-"],
        &["lint", "-"],
        &["emit", "nftables", "-f", "-"],
        &["emit", "iptables", "-o", "out", "-f", "-"],
    ];
    if cfg!(feature = "smt") {
        runs.push(&[
            "prove", "--from", "a", "--to", "b", "--expect", "denied", "-f", "-",
        ]);
        runs.push(&["prove", "-", "-f", "closed.yaml"]);
    }
    for arguments in runs {
        let all = [arguments, &["--timeout", "0.3"]].concat();
        let begun = Instant::now();
        let mut child = start(scratch.command(&all));
        // A stream that begins and goes silent, and stays open.
        let mut silent = child.stdin.take().expect("a pipe");
        let _ = silent.write_all(CLOSED.as_bytes());
        let output = child.wait_with_output().expect("the child ends");
        assert_eq!(output.status.code(), Some(3), "{arguments:?}");
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "error: not finished after 0.3 s, so there is no answer\n  help: raise `--timeout \
             SECONDS`; 0 means no limit\n"
        );
        assert!(begun.elapsed() < Duration::from_secs(20), "{arguments:?}");
        drop(silent);
    }
    assert!(!scratch.0.join("out").exists());
    for wrong in ["-1", "soon", "inf", "nan", "1e30"] {
        let timeout = format!("--timeout={wrong}");
        let ran = scratch.run(&["can", "a", "b", "-f", "closed.yaml", &timeout]);
        assert_eq!(ran.code, Some(2), "{wrong}");
        assert!(
            ran.err.contains("write seconds, such as 30 or 0.5"),
            "{}",
            ran.err
        );
    }
    for enough in ["60", "0", "1e9"] {
        let ran = scratch.run(&["can", "a", "b", "-f", "closed.yaml", "--timeout", enough]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""), "{enough}");
    }
}

/// Runs over a stream that never ends.
fn endless(scratch: &Scratch, arguments: &[&str], piece: &[u8]) -> Ran {
    let mut child = start(scratch.command(arguments));
    let mut stdin = child.stdin.take().expect("a pipe");
    let piece = piece.repeat(1 + 65_536 / piece.len());
    let feeder = std::thread::spawn(move || while stdin.write_all(&piece).is_ok() {});
    let mut texts = [String::new(), String::new()];
    let [out, err] = &mut texts;
    child
        .stdout
        .take()
        .expect("a pipe")
        .read_to_string(out)
        .expect("text");
    child
        .stderr
        .take()
        .expect("a pipe")
        .read_to_string(err)
        .expect("text");
    let code = child.wait().expect("the child ends").code();
    feeder.join().expect("the feeder ends");
    let [out, err] = texts;
    Ran { code, out, err }
}

const HELP: &str =
    "\n  help: if this is the right input, raise the limit with `--max-input SIZE`\n";

#[test]
fn input_without_end_is_not_read_for_ever() {
    let scratch = Scratch::new("endless");
    let less: &[&str] = &["can", "a", "b", "-f", "-", "--max-input", "1MiB"];
    for (arguments, piece, told) in [
        (
            &["lint", "-"][..],
            "y\n",
            "<stdin>:1:1: the document that begins here is larger than 64 MiB",
        ),
        (
            less,
            "y\n",
            "<stdin>:1:1: the input is larger than 1 MiB; reading stopped here",
        ),
        (
            less,
            "\0",
            "<stdin>:1:1: the input is larger than 1 MiB; reading stopped here",
        ),
        (
            less,
            "{\"a\":",
            "<stdin>:1:1: the input is larger than 1 MiB; reading stopped here",
        ),
        (
            less,
            " ",
            "<stdin>:1:1: the input is larger than 1 MiB; reading stopped here",
        ),
        (less, "# x\n---\n", "reading stopped here"),
    ] {
        let ran = endless(&scratch, arguments, piece.as_bytes());
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{piece:?}");
        let end = format!("{told}{HELP}");
        assert!(
            ran.err.starts_with("error: <stdin>:") && ran.err.ends_with(&end),
            "{}",
            ran.err
        );
    }
    // Text in UTF-16 has no place until it is read.
    let ran = endless(&scratch, less, b"\xFF\xFE\n\0");
    assert!(ran.err.contains("larger than 1 MiB"), "{}", ran.err);
    scratch.put("closed.yaml", CLOSED);
    for arguments in [
        &["can", "a", "b", "-f", "/dev/zero", "--max-input", "1MiB"][..],
        &[
            "lint",
            "closed.yaml",
            "--config",
            "/dev/zero",
            "--max-input",
            "1MiB",
        ],
        &[
            "lint",
            "closed.yaml",
            "--baseline",
            "/dev/zero",
            "--max-input",
            "1MiB",
        ],
        &[
            "emit",
            "nftables",
            "--delta",
            "/dev/zero",
            "-f",
            "closed.yaml",
            "--max-input",
            "1MiB",
        ],
    ] {
        let ran = scratch.run(arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}");
        assert!(ran.err.contains("is larger than 1 MiB"), "{}", ran.err);
        assert!(ran.err.contains("/dev/zero"), "{}", ran.err);
    }
}

#[test]
fn the_limit_is_on_all_files_together_and_says_where_it_was_reached() {
    let scratch = Scratch::new("limit");
    scratch.put("a.yaml", CLOSED);
    scratch.put("b.yaml", OPEN);
    let length = CLOSED.len().to_string();
    let limited = |files: &[&str], limit: &str| {
        let mut arguments = vec!["matrix", "-o", "txt", "--max-input", limit];
        for file in files {
            arguments.extend(["-f", file]);
        }
        scratch.run(&arguments)
    };
    assert_eq!(limited(&["a.yaml"], &length).code, Some(0));
    let ran = limited(&["a.yaml", "b.yaml"], &length);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    let end = format!("the input is larger than {length} bytes; reading stopped here{HELP}");
    assert_eq!(ran.err, format!("error: b.yaml:1:1: {end}"));
    assert_eq!(limited(&["a.yaml", "b.yaml"], "0").code, Some(3));
}

#[test]
fn a_name_without_end_is_cut_in_what_is_said_of_it() {
    let scratch = Scratch::new("name");
    let name = "x".repeat(3_000_000);
    scratch.put(
        "long.yaml",
        CLOSED.replace("name: p", &format!("name: {name}")),
    );
    let other = name.get(..100_000).expect("so long");
    for arguments in [
        &["can", "a", "b", "-f", "long.yaml"][..],
        &["can", "a", "b", "-f", "long.yaml", "--keep-going"],
        &["explain", "pod/a", "-f", "long.yaml", "--keep-going"],
        &["lint", "long.yaml"],
        &["can", "a", other, "-f", "long.yaml", "--keep-going"],
        &["can", "a", "b", "-f", other],
        &["can", "a", "b", other],
        &["lint", "long.yaml", "--level", other],
        &["lint", "--explain", other],
    ] {
        let ran = scratch.run(arguments);
        let shown: Vec<&str> = arguments
            .iter()
            .map(|it| it.get(..20).unwrap_or(it))
            .collect();
        assert!(
            ran.err.len() + ran.out.len() < 20_000,
            "{shown:?}: {} + {}",
            ran.out.len(),
            ran.err.len()
        );
        assert_ne!(ran.code, Some(0), "{shown:?}");
    }
}

/// The names in a directory.
pub(super) fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<String> = entries
        .map(|it| name(it).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
