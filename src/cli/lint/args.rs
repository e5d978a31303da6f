//! The arguments of `lint`.

use super::outputs::Outputs;
use crate::cli::input_args::InputArgs;
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

Exit codes: 0 no finding that counts, 1 findings, 2 wrong usage, unreadable input or none.";

/// Find what is wrong with policies
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, mut_arg("keep_going", |arg| arg.hide(true)))]
#[expect(clippy::struct_excessive_bools, reason = "so many flags there are")]
pub(in crate::cli) struct LintArgs {
    /// Manifests: files, directories and all below them, or `-` for the standard input
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) outputs: Outputs,

    /// Findings from this level on make the exit code 1 (default: error)
    #[arg(long, value_name = "LEVEL", value_parser = PossibleValuesParser::new(FailOn::ALL.map(FailOn::name)).map(fail_on))]
    pub(super) fail_on: Option<FailOn>,

    /// Check all rules, also those that many people do not want
    #[arg(long)]
    pub(super) strict: bool,

    /// Set the level of a rule (`all` for all): error, warning, note or off
    #[arg(long = "level", value_name = "RULE=LEVEL")]
    pub(super) levels: Vec<String>,

    /// Check this rule only; may be given more than once
    #[arg(long, value_name = "RULE")]
    pub(super) only: Vec<String>,

    /// How much of the cluster the input has: complete, partial, none, or complete=NAMESPACE,…
    #[arg(long, value_name = "EXTENT")]
    pub(super) inventory: Option<String>,

    /// The settings file, or `none` (default: netpolc.yaml here or above, within the repository)
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// Findings in this file do not count
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,

    /// Write all findings to the baseline
    #[arg(long, requires = "baseline")]
    pub(super) update_baseline: bool,

    /// Write what can be set right without changing a meaning into the files
    #[arg(long)]
    pub(super) fix: bool,

    /// With `--fix` or `--diff`: also what may change a meaning, as a typo does
    #[arg(long)]
    pub(super) unsafe_fixes: bool,

    /// Show as a diff what `--fix` does; without `--fix`, only show it
    #[arg(long)]
    pub(super) diff: bool,

    /// What to call the standard input in findings
    #[arg(long, value_name = "FILE")]
    pub(super) stdin_filename: Option<String>,

    /// List all rules
    #[arg(long)]
    pub(super) list: bool,

    /// Show the page of a rule
    #[arg(long, value_name = "RULE", conflicts_with = "list")]
    pub(super) explain: Option<String>,

    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
}

#[expect(clippy::needless_pass_by_value, reason = "clap hands it over")]
fn fail_on(name: String) -> FailOn {
    let all = FailOn::ALL.into_iter();
    all.clone()
        .find(|it| it.name() == name)
        .unwrap_or(FailOn::Error)
}
