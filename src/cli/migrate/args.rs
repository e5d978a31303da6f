//! The arguments of `migrate`.

use crate::cli::input_args::InputArgs;
use clap::Args;
use std::path::PathBuf;

/// Print AdminNetworkPolicies as ClusterNetworkPolicies, proven to mean the same
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  netpolc migrate -f policies/                     print ClusterNetworkPolicies
  netpolc migrate -f policies/ -o new/             write each to a file of its own
  netpolc migrate --to-networkpolicy -f cluster/   a baseline that denies, as NetworkPolicies")]
pub(in crate::cli) struct MigrateArgs {
    /// Write a file for each policy to a directory, instead of printing them
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,

    /// Print the Baseline tier as NetworkPolicies of the namespaces in the input instead, where these can
    /// mean the same
    #[arg(long)]
    pub(super) to_networkpolicy: bool,

    /// Give up on a query after this many units of solver work; 0 means never
    #[cfg(feature = "smt")]
    #[arg(long, value_name = "UNITS", default_value_t = 1_000_000_000)]
    pub(super) limit: u32,

    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
}
