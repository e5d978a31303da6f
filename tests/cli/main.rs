//! The command as it is run: streams, exit codes, help, and what bad input is told.
#![expect(
    clippy::expect_used,
    reason = "a test that cannot start its subject has failed"
)]

mod advice;
mod answers;
mod aside;
#[cfg(feature = "smt")]
mod baseline;
mod batch;
mod certificates;
#[cfg(feature = "smt")]
mod claims;
#[cfg(unix)]
mod cluster_wide;
mod common;
#[cfg(feature = "smt")]
mod corners;
mod detect;
mod diff;
mod dump;
#[cfg(unix)]
mod edges;
mod emit;
#[cfg(feature = "smt")]
mod equal;
#[cfg(feature = "smt")]
mod flags;
#[cfg(target_os = "linux")]
mod killed;
#[cfg(unix)]
mod kubectl;
mod lint;
mod messages;
#[cfg(feature = "smt")]
mod migrate;
mod packaging;
#[cfg(feature = "smt")]
mod prove;
mod reach;
mod repairs;
#[cfg(unix)]
mod tiers;
mod unfit;
mod with;
#[cfg(unix)]
mod written;
mod wrong;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run left behind.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn command(binary: &str) -> Command {
    let mut command = Command::new(binary);
    command
        .env_clear()
        .env("COLUMNS", "100")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"));
    command
}

fn finish(mut command: Command, input: &str) -> Ran {
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A child that does not read its input closes the pipe, which is no failure.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("the child ends");
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

fn run(arguments: &[&str]) -> Ran {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.args(arguments);
    finish(command, "")
}

/// Runs a verb over the sample shop, in its namespace.
fn shop(arguments: &[&str]) -> Ran {
    run(&[arguments, &["-f", "shop.yaml", "-n", "shop"]].concat())
}

/// The exit code and the first line.
fn short(ran: &Ran) -> (Option<i32>, &str) {
    (ran.code, ran.out.lines().next().unwrap_or_default())
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/cli"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Everything that a run said, for a snapshot.
fn whole(ran: &Ran) -> String {
    let code = ran.code.unwrap_or(-1);
    let rule = if ran.err.is_empty() {
        ""
    } else {
        "--- stderr ---\n"
    };
    format!("{}{rule}{}--- exit {code} ---\n", ran.out, ran.err)
}

#[test]
fn help_is_short_and_shows_examples() {
    for verb in ["can", "matrix", "explain"] {
        let ran = run(&[verb, "--help"]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
        assert_eq!(ran.out, run(&[verb, "-h"]).out, "{verb} has one help");
        snapshot(&format!("help-{verb}"), &ran.out);
    }
    snapshot("help", &run(&["--help"]).out);
    assert_eq!(
        run(&["--version"]).out,
        concat!("netpolc ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn a_kubectl_plugin_calls_itself_that() {
    let mut plugin = command(env!("CARGO_BIN_EXE_kubectl-netpolc"));
    plugin.args(["can", "--help"]);
    snapshot("help-plugin-can", &finish(plugin, "").out);
    let mut plugin = command(env!("CARGO_BIN_EXE_kubectl-netpolc"));
    plugin.arg("--help");
    let ran = finish(plugin, "");
    assert!(
        ran.out.contains("Usage: kubectl netpolc <COMMAND>"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("Flags go after `kubectl netpolc`."),
        "{}",
        ran.out
    );
}

#[test]
fn wrong_usage_is_told_and_exits_with_2() {
    for arguments in [
        &[][..],
        &["frobnicate"],
        &["can", "a"],
        &["can", "a", "b", "c"],
        &["can", "a", "b", "--frobnicate"],
        &["can", "a", "b", "--color", "red", "-f", "shop.yaml"],
        &["explain", "a", "--port", "80", "-f", "shop.yaml"],
        &["can", "a", "b"],
        &["can", "a", "b", "-f", "-", "-f", "-"],
        &["can", "a", "b", "-f", "shop.yaml", "-n", ""],
        &["can", "a", "b", "-f", "nowhere.yaml"],
        &["can", "a", "b:80", "--port", "81", "-f", "shop.yaml"],
        &["can", "a:80", "b", "-f", "shop.yaml"],
    ] {
        let ran = run(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!ran.err.is_empty(), "{arguments:?}");
    }
    assert_eq!(
        run(&["can", "a", "b"]).err,
        "error: no input\n  help: name manifests with `-f FILE`, `-f DIR`, `-k DIR`, or `-f -` for \
         standard input; without them the cluster of the kubeconfig is read, and there is none\n"
    );
    assert_eq!(
        run(&["can", "a", "b", "-f", "nowhere.yaml"]).err,
        "error: no such file or directory: `nowhere.yaml`\n"
    );
}
