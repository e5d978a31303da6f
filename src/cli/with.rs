//! Objects that are applied over the input before anything is answered.

use super::input_args::InputArgs;
use super::options::once;
use super::output;
use super::{exit::Failure, options::Options, settings};
use crate::input::Input;
use crate::model::Applied;
use crate::render::{applied, visible};
use crate::source::SourceMap;
use clap::Args;
use std::path::PathBuf;

/// What is applied over the input.
#[derive(Debug, Clone, Args)]
pub(super) struct WithArgs {
    /// Answer as if the objects in a file, a directory or standard input (`-`) were applied to the
    /// cluster of the input, as `kubectl apply` does it (repeatable): one of the same kind, namespace
    /// and name is replaced. The answer says what that changes
    #[arg(long, value_name = "FILE|DIR|-")]
    pub(super) with: Vec<PathBuf>,
}

impl WithArgs {
    /// The options of a run in which this is applied.
    pub(super) fn options(&self, args: &InputArgs) -> Result<Options, Failure> {
        let all = args.filenames.iter().chain(&self.with);
        once(all, "`-f` and `--with` cannot both read it")?;
        let mut options = settings::options(args)?;
        options.with = self.with.iter().map(Input::of).collect();
        Ok(options)
    }
}

/// Tells what was applied, for verbs whose answer does not.
pub(super) fn tell_applied(applied: Option<&Applied>, sources: &SourceMap, options: &Options) {
    if let Some(applied) = applied.filter(|_| !options.quiet) {
        let told = applied::objects(applied, sources);
        output::note(&visible(&format!("note: {told}")));
    }
}
