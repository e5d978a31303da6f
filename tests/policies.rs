//! What stands beside the manifests in `policies/`, and in the README, asked of the built command. Every
//! file is a test, called after its place: `cargo test --test policies s16`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot read its own files has failed"
)]

#[path = "policies/answers.rs"]
mod answers;
#[cfg(feature = "smt")]
#[path = "policies/claims.rs"]
mod claims;
mod published;
#[path = "policies/readme.rs"]
mod readme;
#[path = "policies/statements.rs"]
mod statements;
#[path = "policies/verbs.rs"]
mod verbs;

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the package.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The command, run from the root of the package as a user of the README would.
fn netpolc() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netpolc"));
    command.current_dir(root()).env_clear().env("NO_COLOR", "1");
    command
}

/// Every file of a name under `directory`, sorted.
fn files(directory: &Path, name: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        if entry.is_dir() {
            found.extend(files(&entry, name));
        } else if entry.file_name().is_some_and(|it| it == name) {
            found.push(entry);
        }
    }
    found
}

/// A path from the root of the package.
fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

/// What a command printed, set off from what is said about it.
fn quoted(streams: &[&[u8]]) -> String {
    let texts = streams.iter().map(|it| String::from_utf8_lossy(it));
    let mut out = String::new();
    for text in texts {
        for line in text.lines() {
            out.extend(["  | ", line, "\n"]);
        }
    }
    out
}

/// A test that fails with whatever there is to complain of.
fn trial(
    name: impl Into<String>,
    complaints: impl FnOnce() -> Vec<String> + Send + 'static,
) -> Trial {
    Trial::test(name, move || match complaints().as_slice() {
        [] => Ok(()),
        complaints => Err(Failed::from(complaints.join("\n"))),
    })
}

fn main() {
    let mut trials = answers::trials();
    #[cfg(feature = "smt")]
    trials.extend(claims::trials());
    trials.extend(readme::trials());
    trials.extend(statements::trials());
    trials.extend(verbs::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
