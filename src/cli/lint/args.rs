//! The arguments of `lint`.

use super::outputs::Outputs;
use crate::cli::input_args::InputArgs;
use crate::render::lint::Order;
use crate::settings::FailOn;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use std::path::PathBuf;

/// Examples of calls.
const EXAMPLES: &str = "\
Examples:
  netpolc lint deploy/
  netpolc lint -o github -o sarif --output-file netpolc.sarif deploy/
  helm template . | netpolc lint -
  netpolc lint --explain NP017

Exit codes: 0 no finding that counts, 1 findings, 2 wrong usage, no input or unreadable input.";

/// Find mistakes in policies
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, mut_arg("keep_going", |arg| arg.hide(true)))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each flag is a switch of its own"
)]
pub(in crate::cli) struct LintArgs {
    /// Manifests: files, directories (read recursively), or `-` for standard input
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) outputs: Outputs,

    /// Exit with 1 if there are findings of this level or above (default: error)
    #[arg(long, value_name = "LEVEL", value_parser = PossibleValuesParser::new(FailOn::ALL.map(FailOn::name)).map(fail_on))]
    pub(super) fail_on: Option<FailOn>,

    /// Order of findings in human output: severity or file (default: severity)
    #[arg(long, value_name = "ORDER", value_parser = PossibleValuesParser::new(["severity", "file"]).map(order), hide_possible_values = true)]
    pub(super) sort: Option<Order>,

    /// Check all rules, including the opinionated ones that are off by default
    #[arg(long)]
    pub(super) strict: bool,

    /// Set the level of a rule, or of `all`: error, warning, note or off
    #[arg(long = "level", value_name = "RULE=LEVEL")]
    pub(super) levels: Vec<String>,

    /// Check only this rule; repeat for more
    #[arg(long, value_name = "RULE")]
    pub(super) only: Vec<String>,

    /// How much of the cluster is in the input: complete, partial, none, or complete=NAMESPACE,…
    #[arg(long, value_name = "EXTENT")]
    pub(super) inventory: Option<String>,

    /// Ignore the findings recorded in this file
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,

    /// Record all current findings in the baseline
    #[arg(long, requires = "baseline")]
    pub(super) update_baseline: bool,

    /// Apply the fixes that cannot change what a policy means
    #[arg(long)]
    pub(super) fix: bool,

    /// With `--fix` or `--diff`: include fixes that may change a meaning, such as a corrected typo
    #[arg(long)]
    pub(super) unsafe_fixes: bool,

    /// Show the fixes as a diff; without `--fix`, change no file
    #[arg(long)]
    pub(super) diff: bool,

    /// File name to report for standard input
    #[arg(long, value_name = "FILE")]
    pub(super) stdin_filename: Option<String>,

    /// List all rules
    #[arg(long)]
    pub(super) list: bool,

    /// Print the page of a rule
    #[arg(long, value_name = "RULE", conflicts_with = "list")]
    pub(super) explain: Option<String>,

    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
}

#[expect(clippy::needless_pass_by_value, reason = "clap hands it over")]
fn order(name: String) -> Order {
    match name.as_str() {
        "file" => Order::File,
        _ => Order::Severity,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "clap hands it over")]
fn fail_on(name: String) -> FailOn {
    let all = FailOn::ALL.into_iter();
    all.clone()
        .find(|it| it.name() == name)
        .unwrap_or(FailOn::Error)
}
