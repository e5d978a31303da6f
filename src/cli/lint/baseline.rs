//! The file of findings that were there before.

use super::args::LintArgs;
use crate::cli::files::{Batch, Inputs, Over, placed, read_text, unusable};
use crate::cli::options::Options;
use crate::cli::output;
use crate::endpoint::Problem;
use crate::input::{self, Limits};
use crate::lint::{Baseline, Key, Report};
use crate::render::{count, json};
use std::path::{Path, PathBuf};

/// Reads a baseline.
fn read(path: &Path, limits: Limits) -> Result<Baseline, Problem> {
    let text = read_text(path, limits).map_err(|error| {
        let problem = unusable("cannot read the baseline", path, &error);
        problem.help("create one with `--update-baseline`")
    })?;
    let entries = input::read_baseline(&text).map_err(|what| {
        let file = path.display();
        Problem::new(format!(
            "`{file}` is not a baseline: {}",
            placed(path, &what)
        ))
    })?;
    Ok(Baseline::new(entries.into_iter().map(|entry| {
        let key = Key {
            rule: entry.rule,
            object: entry.object,
            path: entry.path,
        };
        (key, entry.count)
    })))
}

/// A baseline with its file; empty where none was asked for.
#[derive(Debug, Default)]
pub(super) struct BaselineFile {
    path: Option<PathBuf>,
    baseline: Baseline,
}

impl BaselineFile {
    /// Reads the baseline that the arguments name, unless it is to be written anew.
    pub(super) fn of(args: &LintArgs, limits: Limits) -> Result<Self, Problem> {
        let Some(path) = &args.baseline else {
            return Ok(Self::default());
        };
        let baseline = if args.update_baseline {
            // What is there is lost, so it must be what it is taken for.
            if path.is_file() {
                read(path, limits).map_err(|problem| {
                    problem.help("remove it or name another file; this one would be overwritten")
                })?;
            }
            Baseline::default()
        } else {
            read(path, limits)?
        };
        Ok(Self {
            path: Some(path.clone()),
            baseline,
        })
    }

    /// Dismisses what is in the baseline; gives back how much of it is there no more.
    pub(super) fn dismiss(&self, report: &mut Report) -> usize {
        self.baseline.dismiss(report)
    }

    /// Makes all findings of a report the baseline.
    pub(super) fn write(&self, report: &mut Report, options: &Options) -> Result<(), Problem> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let baseline = Baseline::of(report);
        let mut text = Vec::new();
        json::write_baseline(&baseline, &mut text)
            .map_err(|error| unusable("cannot write", path, &error))?;
        let mut batch = Batch::new(Inputs::default());
        // It was held to be a baseline when the run began.
        batch.add(path.clone(), text, Over::Any);
        batch.write()?;
        baseline.dismiss(report);
        if !options.quiet {
            let findings = baseline.entries().map(|(_, count)| count).sum();
            let findings = count(findings, "finding", "findings");
            output::note(&format!("wrote {findings} to `{}`", path.display()));
        }
        Ok(())
    }
}
