//! What is compared, and how it is told.

use crate::cli::input_args::InputArgs;
use crate::cli::narrow::NarrowArgs;
use crate::cli::scope::ScopeArgs;
use crate::render::difference::DiffFormat;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Compare what two sets of manifests allow, and say what causes each difference
#[derive(Debug, Args)]
#[command(
    after_help = "\
Examples:
  netpolc diff old/ new/                                  what opened, closed or changed, and why
  netpolc diff policies-old/ policies/ -f inventory.yaml  policies from git, pods from a dump of the cluster
  netpolc diff old/ new/ -o txt                           one line per pair, for grep
  netpolc diff old/ new/ --fail-on opened                 exit code 1 only where something opened
  netpolc diff --git main..HEAD manifests/                two commits, without a checkout",
    mut_arg("by", |arg| arg.help("What one line stands for")),
    mut_arg("filenames", |arg| arg.help("Read more manifests into both sides, such as the inventory that they share"))
)]
pub(in crate::cli) struct DiffArgs {
    /// The old side, then the new one: a file, a directory, or standard input (`-`) for one of them
    #[arg(value_name = "OLD NEW", num_args = 1..=2, required = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,

    /// Compare a path in two commits of the repository; nothing is checked out
    #[arg(long, value_name = "BASE..HEAD")]
    pub(in crate::cli) git: Option<String>,

    /// Output format
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(in crate::cli) output: DiffFormat,

    #[command(flatten)]
    pub(in crate::cli) narrow: NarrowArgs,

    /// Which pods count for the exit code: those of the input, or also those that could be created
    #[arg(long, value_name = "PODS", default_value = "existing")]
    pub(in crate::cli) scope: Pods,

    /// Which differences exit with code 1
    #[arg(long, value_name = "WHAT", default_value = "any")]
    pub(in crate::cli) fail_on: FailOn,

    /// Give up on a question to the solver after this much work; 0 means never
    #[arg(long, value_name = "UNITS", default_value_t = 5_000_000)]
    pub(in crate::cli) limit: u32,

    #[command(flatten)]
    pub(in crate::cli) pods: ScopeArgs,

    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
}

/// Which pods count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Pods {
    /// Those of the input.
    Existing,
    /// Also those that could be created.
    Any,
}

/// Which differences fail a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FailOn {
    /// Something passes that did not.
    Opened,
    /// Something does not pass that did.
    Closed,
    /// Something else passes between a pair that was and is connected.
    Changed,
    /// Any of these.
    Any,
}

impl ValueEnum for DiffFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

impl DiffArgs {
    /// Whether it is asked what pods could do that are created.
    pub(super) fn asks(&self) -> bool {
        self.scope == Pods::Any || self.output.tells_possible()
    }
}
