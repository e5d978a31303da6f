//! The arguments of `prove`.

use crate::cli::input_args::InputArgs;
use crate::cli::options::once;
use crate::cli::with::WithArgs;
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
    /// Files of intents, or `-` for standard input
    #[arg(value_name = "INTENTS")]
    pub(super) files: Vec<PathBuf>,

    /// Who opens the connection: an endpoint, `anyone`, or `pods` (every pod)
    #[arg(long, value_name = "SRC", requires = "to", requires = "expect")]
    pub(super) from: Option<String>,

    /// Who accepts it; without a port, the claim is about every port
    #[arg(
        long,
        value_name = "DST[:PORT[/PROTOCOL]]",
        requires = "from",
        requires = "expect"
    )]
    pub(super) to: Option<String>,

    /// Destination port, if not given with DST
    #[arg(long, value_name = "PORT[/PROTOCOL]", requires = "to")]
    pub(super) port: Option<String>,

    /// The verdict you expect for every flow from SRC to DST
    #[arg(long, value_name = "VERDICT", requires = "from", requires = "to")]
    pub(super) expect: Option<Expected>,

    /// Claim that the policies in this file or directory are equivalent
    #[arg(long, value_name = "FILE|DIR")]
    pub(super) equal_to: Option<String>,

    /// Claim that the policies allow nothing that those in this file or directory do not
    #[arg(long, value_name = "FILE|DIR")]
    pub(super) no_more_than: Option<String>,

    /// Pods that claims without a scope are about: any that could be created, or only existing ones
    #[arg(long, value_name = "SCOPE", default_value = "any")]
    pub(super) scope: ProvedScope,

    /// Include namespaces that do not exist yet, with any labels
    #[arg(long)]
    pub(super) new_namespaces: bool,

    /// Output format
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(super) output: ProofFormat,

    /// Write every solver query to a new directory, for other solvers
    #[arg(long, value_name = "DIR")]
    pub(super) smt2: Option<PathBuf>,

    /// Write a proof of each claim that holds to a new directory
    #[arg(long, value_name = "DIR")]
    pub(super) certificate: Option<PathBuf>,

    /// Check the proofs in a directory instead of running the solver
    #[arg(long, value_name = "DIR", conflicts_with_all = ["smt2", "certificate"])]
    pub(super) check: Option<PathBuf>,

    /// Give up on a query after this many units of solver work; 0 means never
    #[cfg(feature = "smt")]
    #[arg(
        long,
        value_name = "UNITS",
        default_value_t = 1_000_000_000,
        conflicts_with = "check"
    )]
    pub(super) limit: u32,

    #[command(flatten)]
    pub(super) with: WithArgs,

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
        let manifests = self.input.filenames.iter().chain(&self.with.with);
        once(
            self.files.iter().chain(manifests),
            "read either the manifests or the intents from a file",
        )?;
        Ok(self.files.iter().map(Input::of).collect())
    }
}
