//! The options of a run with its settings file: where that is, and what is wrong with it.

use super::exit::Failure;
use super::input_args::InputArgs;
use super::load::tell;
use super::options::Options;
use super::output;
use super::repository::Repository;
use super::told::Told;
use crate::diag::{Finding, Severity};
use crate::endpoint::Problem;
use crate::input::{self, Exclude};
use crate::render::count;
use crate::source::SourceMap;
use std::path::{Path, PathBuf};

/// The names of settings files; the first of two counts.
const NAMES: [&str; 2] = ["netpolc.yaml", ".netpolc.yaml"];

/// The options of `args` in this process, with what the settings file says.
pub(super) fn options(args: &InputArgs) -> Result<Options, Failure> {
    let mut options = Options::resolve(args)?;
    let given = args.cluster.given();
    if !given.is_empty() && options.live.is_none() && !options.quiet {
        output::note(&format!(
            "note: no cluster is read, for manifests are named: {} is for clusters",
            given.join(", ")
        ));
    }
    options.told = read(args, &options)?;
    Ok(options)
}

/// Reads the settings of a run.
fn read(args: &InputArgs, options: &Options) -> Result<Told, Failure> {
    match file(args, &Repository::find()) {
        Some(path) => read_file(&path, options),
        None => Ok(Told::default()),
    }
}

/// The file that is named, or found here or above.
fn file(args: &InputArgs, repository: &Repository) -> Option<PathBuf> {
    match &args.config {
        Some(path) if path == Path::new("none") => None,
        Some(path) => Some(path.clone()),
        None => {
            let places = repository.upwards().enumerate();
            let mut paths = places.flat_map(|(depth, directory)| {
                // Here, the plain name is the shortest.
                let whole = move |name| {
                    if depth == 0 {
                        PathBuf::from(name)
                    } else {
                        directory.join(name)
                    }
                };
                NAMES.map(whole)
            });
            paths.find(|path| path.is_file())
        }
    }
}

fn read_file(path: &Path, options: &Options) -> Result<Told, Failure> {
    let mut sources = SourceMap::new();
    let loaded = input::load_settings(path, options.limits, &mut sources).map_err(Problem::from)?;
    tell(&sources, &loaded.findings, options);
    let Some(settings) = loaded.settings else {
        return Err(refused(&loaded.findings, path));
    };
    if options.verbose {
        output::note(&format!("settings from `{}`", path.display()));
    }
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let base = whole.parent().unwrap_or(Path::new("/")).to_owned();
    Ok(Told {
        exclude: Exclude::new(base, &settings.exclude),
        settings,
        sources,
        path: Some(path.to_owned()),
    })
}

pub(super) fn refused(findings: &[Finding], path: &Path) -> Failure {
    let errors = findings.iter();
    let errors = errors.filter(|it| it.severity == Severity::Error).count();
    output::note(&format!(
        "error: {} in `{}`, so nothing was done",
        count(errors, "problem", "problems"),
        path.display()
    ));
    Failure::Reported
}
