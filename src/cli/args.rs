//! The arguments as they are typed. A verb's doc comment is its help.

#[cfg(feature = "live")]
use super::access::AccessArgs;
use super::order::ordered;
use super::watch::Limit;
use super::{
    can::CanArgs, completion::CompletionArgs, diff::DiffArgs, emit::EmitArgs, explain::ExplainArgs,
    input_args::InputArgs, kinds::KindsArgs, lint::LintArgs, man::ManArgs, matrix::MatrixArgs,
    migrate::MigrateArgs, prove::ProveArgs, report::ReportArgs,
};
use clap::{Command, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use std::ffi::OsString;

/// Check what Kubernetes network policies allow: can A reach B on port 80, and why?
#[derive(Debug, Parser)]
#[command(
    name = "netpolc",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    Can(CanArgs),
    Matrix(MatrixArgs),
    Diff(DiffArgs),
    Explain(ExplainArgs),
    Prove(ProveArgs),
    Emit(EmitArgs),
    Lint(LintArgs),
    Report(ReportArgs),
    Migrate(MigrateArgs),
    #[cfg(feature = "live")]
    Access(AccessArgs),
    Kinds(KindsArgs),
    Completion(CompletionArgs),
    #[command(hide = true)]
    Man(ManArgs),
}

impl Verb {
    /// The arguments that say what is read, of verbs that read objects.
    fn input(&self) -> Option<&InputArgs> {
        Some(match self {
            Self::Can(args) => &args.input,
            Self::Matrix(args) => &args.input,
            Self::Diff(args) => &args.input,
            Self::Explain(args) => &args.input,
            Self::Prove(args) => &args.input,
            Self::Emit(args) => args.input(),
            Self::Lint(args) => &args.input,
            Self::Report(args) => &args.input,
            Self::Migrate(args) => &args.input,
            #[cfg(feature = "live")]
            Self::Access(_) => return None,
            Self::Kinds(_) | Self::Completion(_) | Self::Man(_) => return None,
        })
    }

    /// The time that the run may take, and that its requests may.
    pub(super) fn limits(&self) -> [Option<Limit>; 2] {
        #[cfg(feature = "live")]
        if let Self::Access(args) = self {
            return [args.timeout, args.cluster.request_timeout];
        }
        let of = |input: &InputArgs| [input.timeout, input.cluster.request_timeout];
        self.input().map_or([None, None], of)
    }
}

const EXITS: &str = "Exit codes: 0 yes or holds, 1 no or fails, 2 wrong usage or input, 3 unknown.";

/// Parses the arguments of a command that the user calls `name`.
pub(super) fn parse(name: &'static str, arguments: Vec<OsString>) -> Result<Cli, clap::Error> {
    let mut command = Cli::command().bin_name(name).after_help(EXITS);
    if name != "netpolc" {
        // kubectl refuses flags before a plugin's name.
        command = command.after_help(format!("{EXITS}\nFlags go after `{name}`."));
    }
    // clap derives the name in usage lines from the first argument unless it is told.
    command.build();
    let command = command.mut_subcommands(|verb| called(name, verb));
    let arguments = ordered(&command, arguments);
    let matches = command.try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

/// A verb, and all below it, as the user calls them.
fn called(parent: &str, verb: Command) -> Command {
    let name = format!("{parent} {}", verb.get_name());
    let caller = parent.strip_suffix(" emit").unwrap_or(parent).to_owned();
    let verb = match verb.get_after_help().map(ToString::to_string) {
        Some(examples) => verb.after_help(examples.replace("netpolc ", &format!("{caller} "))),
        None => verb,
    };
    verb.bin_name(&name)
        .mut_subcommands(|below| called(&name, below))
}
