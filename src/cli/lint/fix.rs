//! Carries out what `--fix` and `--diff` ask for.

use super::args::LintArgs;
use crate::cli::exit::Failure;
use crate::cli::files::{Batch, Inputs, Over, unusable};
use crate::cli::options::Options;
use crate::cli::output;
use crate::endpoint::Problem;
use crate::lint::fixes::{self, Fixes};
use crate::render::{count, diff};
use std::fs;
use std::path::Path;

/// Shows and writes the fixes, as asked; says whether a file was written.
pub(super) fn carry_out(
    args: &LintArgs,
    fixes: &Fixes,
    options: &Options,
) -> Result<bool, Failure> {
    let mut batch = Batch::new(Inputs::default());
    let number = fixes.files.len();
    let mut shown = String::new();
    for (name, changes) in &fixes.files {
        let path = Path::new(name);
        let old = fs::read_to_string(path)
            .map_err(|error| unusable("cannot read again", path, &error))?;
        let new = fixes::apply(&old, changes).ok_or_else(|| {
            Problem::new(format!(
                "`{name}` is not the text that was read, so it was not changed"
            ))
            .help("only UTF-8 text can be fixed; did the file change in the meantime?")
        })?;
        shown.push_str(&diff::unified(name, &old, &new, options.answer));
        batch.add(
            path.to_owned(),
            new.into_bytes(),
            Over::Unchanged(old.into_bytes()),
        );
    }
    if args.diff {
        output::answer(&shown)?;
    }
    if !args.fix {
        return Ok(false);
    }
    batch.write()?;
    if !options.quiet && number > 0 {
        let findings = count(fixes.fixed, "finding", "findings");
        let written = count(number, "file", "files");
        output::note(&format!("fixed {findings} in {written}"));
    }
    if !options.quiet && fixes.waiting > 0 {
        let waiting = count(fixes.waiting, "fix", "fixes");
        output::note(&format!(
            "{waiting} overlapped with another fix; run again to apply the rest"
        ));
    }
    Ok(number > 0)
}
