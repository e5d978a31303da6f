//! The arguments of `prove`.

use crate::cli::input_args::InputArgs;
use crate::endpoint::Problem;
use crate::input::Input;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Prove claims over every packet and every pod that exists or could be created
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  netpolc prove --from ns/dev --to shop/svc/db:5432 --expect denied -f manifests/
  netpolc prove --from shop/deploy/web --to shop/svc/db:5432 --expect allowed -f manifests/
  netpolc prove intents.yaml -f manifests/                   a file of claims
  netpolc prove --equal-to old/ -f new/                      a refactoring changes nothing")]
pub(in crate::cli) struct ProveArgs {
    /// Files of intents, or `-` for the standard input
    #[arg(value_name = "INTENTS")]
    pub(super) files: Vec<PathBuf>,

    /// Who opens the connection: an endpoint, `anyone`, or `pods` for every pod
    #[arg(long, value_name = "SRC", requires = "to", requires = "expect")]
    pub(super) from: Option<String>,

    /// Who is to answer; without a port, on every port
    #[arg(
        long,
        value_name = "DST[:PORT[/PROTOCOL]]",
        requires = "from",
        requires = "expect"
    )]
    pub(super) to: Option<String>,

    /// The port, where it is not written after DST
    #[arg(long, value_name = "PORT[/PROTOCOL]", requires = "to")]
    pub(super) port: Option<String>,

    /// What is claimed of the flows from SRC to DST
    #[arg(long, value_name = "VERDICT", requires = "from", requires = "to")]
    pub(super) expect: Option<Expected>,

    /// Claim that the policies of another file or directory mean the same
    #[arg(long, value_name = "FILE|DIR")]
    pub(super) equal_to: Option<String>,

    /// Claim that the policies let through no more than those of another file or directory
    #[arg(long, value_name = "FILE|DIR")]
    pub(super) no_more_than: Option<String>,

    /// Which pods claims are about, where they do not say: any that could be created, or existing ones
    #[arg(long, value_name = "SCOPE", default_value = "any")]
    pub(super) scope: ProvedScope,

    /// Claims are also about namespaces that do not exist yet, with any labels
    #[arg(long)]
    pub(super) new_namespaces: bool,

    /// The format
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(super) output: ProofFormat,

    /// Write every question to the solver to a new directory, for other solvers
    #[arg(long, value_name = "DIR")]
    pub(super) smt2: Option<PathBuf>,

    /// Write certificates of the claims that hold to a new directory
    #[arg(long, value_name = "DIR")]
    pub(super) certificate: Option<PathBuf>,

    /// Prove by the certificates in a directory, without the solver
    #[arg(long, value_name = "DIR", conflicts_with_all = ["smt2", "certificate"])]
    pub(super) check: Option<PathBuf>,

    /// Give up on a question after so many units of the solver's work; 0: never
    #[cfg(feature = "smt")]
    #[arg(
        long,
        value_name = "UNITS",
        default_value_t = 1_000_000_000,
        conflicts_with = "check"
    )]
    pub(super) limit: u32,

    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
}

/// What is claimed on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Expected {
    Denied,
    Allowed,
}

/// Which pods claims are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ProvedScope {
    Any,
    Existing,
}

/// The formats of proofs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ProofFormat {
    Text,
    Json,
    Junit,
}

impl ProveArgs {
    /// The files of intents.
    pub(super) fn intents(&self) -> Result<Vec<Input>, Problem> {
        let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
        let all = self.files.iter().chain(&self.input.filenames);
        if all.filter(|path| is_stdin(path)).count() > 1 {
            return Err(Problem::new("the standard input can be read only once")
                .help("give manifests or intents as a file"));
        }
        let input = |path: &PathBuf| {
            if is_stdin(path) {
                Input::Stdin
            } else {
                Input::Path(path.clone())
            }
        };
        Ok(self.files.iter().map(input).collect())
    }
}
