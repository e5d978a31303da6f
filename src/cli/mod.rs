//! The command line: arguments as typed (`args`), options as resolved (`options`), one file
//! per verb. Nothing below reads the environment or prints.

#![deny(clippy::wildcard_enum_match_arm)]

#[cfg(feature = "live")]
mod access;
mod args;
mod called;
mod can;
mod complete;
mod completion;
mod controllers;
mod diff;
mod dump;
mod emit;
mod exit;
mod explain;
mod files;
mod hidden;
mod input_args;
mod kinds;
mod kustomize;
mod lint;
#[cfg(feature = "live")]
mod live;
#[cfg(not(feature = "live"))]
#[path = "live/without.rs"]
mod live;
mod load;
mod man;
mod matrix;
mod memory;
mod migrate;
mod narrow;
mod options;
mod order;
mod output;
mod progress;
mod prove;
mod repair;
mod report;
mod repository;
mod scope;
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
use std::ffi::OsString;

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
    if called::completes() {
        return complete::run(&command(), arguments);
    }
    let name = called::own_name();
    let cli = match args::parse(name, arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let [limit, of_requests] = cli.verb.limits();
    let begun = watch::begin(limit, of_requests);
    match begun.and_then(|()| verb(&cli)) {
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
        Verb::Diff(args) => diff::run(args),
        Verb::Explain(args) => explain::run(args),
        Verb::Prove(args) => prove::run(args),
        Verb::Emit(args) => emit::run(args),
        Verb::Lint(args) => lint::run(args),
        Verb::Report(args) => report::run(args),
        Verb::Migrate(args) => migrate::run(args),
        #[cfg(feature = "live")]
        Verb::Access(args) => access::run(args),
        Verb::Kinds(args) => kinds::run(args),
        Verb::Completion(args) => completion::run(args, command()),
        Verb::Man(args) => man::run(args, command()),
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
