//! The command line: arguments as typed (`args`), options as resolved (`options`), one file
//! per verb. Nothing below reads the environment or prints.

#![deny(clippy::wildcard_enum_match_arm)]

mod args;
mod can;
mod controllers;
mod emit;
mod exit;
mod explain;
mod files;
mod input_args;
mod lint;
mod load;
mod matrix;
mod memory;
mod migrate;
mod options;
mod output;
mod progress;
mod prove;
mod repair;
mod repository;
mod settings;
#[cfg(feature = "smt")]
mod solver;
mod told;
mod watch;
mod with;

pub use exit::Exit;

use args::{Cli, Verb};
use clap::CommandFactory as _;
use exit::Failure;
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// The command as clap knows it: every verb with its flags.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the command that the process was started with.
pub fn main() -> Exit {
    std::panic::set_hook(Box::new(|info| output::bug(&info.to_string())));
    run(std::env::args_os().collect())
}

fn run(arguments: Vec<OsString>) -> Exit {
    let name = command_name(arguments.first().map(OsString::as_os_str));
    let cli = match args::parse(name, arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let timeout = cli.verb.input().timeout;
    match watch::begin(timeout).and_then(|()| verb(&cli)) {
        Ok(exit) => exit,
        Err(failure) => {
            output::failure(&failure);
            failure.exit()
        }
    }
}

fn verb(cli: &Cli) -> Result<Exit, Failure> {
    match &cli.verb {
        Verb::Can(args) => can::run(args),
        Verb::Matrix(args) => matrix::run(args),
        Verb::Explain(args) => explain::run(args),
        Verb::Prove(args) => prove::run(args),
        Verb::Emit(args) => emit::run(args),
        Verb::Lint(args) => lint::run(args),
        Verb::Migrate(args) => migrate::run(args),
    }
}

/// How the user calls the command: a binary named `kubectl-…` is a plugin of kubectl.
fn command_name(argv0: Option<&OsStr>) -> &'static str {
    let stem = argv0
        .and_then(|path| Path::new(path).file_stem())
        .unwrap_or_default();
    if stem.to_string_lossy().starts_with("kubectl-") {
        "kubectl netpolc"
    } else {
        "netpolc"
    }
}

/// Help and version are answers; everything else that clap says is a usage error.
fn usage(error: &clap::Error) -> Exit {
    if error.use_stderr() {
        output::usage_error(&error.render().to_string());
        return Exit::Invalid;
    }
    match output::answer(&error.render().to_string()) {
        Ok(()) => Exit::Yes,
        Err(failure) => {
            output::failure(&failure);
            failure.exit()
        }
    }
}
