//! The settings file of a run: where it is, and what is wrong with it.

use super::args::LintArgs;
use super::levels;
use super::repository::Repository;
use crate::cli::exit::Failure;
use crate::cli::load::tell;
use crate::cli::options::Options;
use crate::cli::output;
use crate::diag::{Finding, Severity};
use crate::endpoint::Problem;
use crate::input::{self, Exclude};
use crate::lint::{Levels, UnknownRule};
use crate::render::count;
use crate::settings::Settings;
use crate::source::SourceMap;
use std::path::{Path, PathBuf};

/// The names of settings files; the first of two counts.
const NAMES: [&str; 2] = ["netpolc.yaml", ".netpolc.yaml"];

/// What a settings file and the command line say.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) settings: Settings,
    /// The text of the settings file.
    pub(super) sources: SourceMap,
    pub(super) exclude: Exclude,
    /// The settings file.
    pub(super) path: Option<PathBuf>,
}

/// Reads the settings of a run.
pub(super) fn read(
    args: &LintArgs,
    repository: &Repository,
    options: &Options,
) -> Result<Told, Failure> {
    let mut told = Told::default();
    if let Some(path) = file(args, repository) {
        told = read_file(&path, options)?;
    }
    if let Some(extent) = &args.inventory {
        told.settings.inventory = levels::inventory(extent)?;
    }
    Ok(told)
}

/// The file that is named, or found here or above.
fn file(args: &LintArgs, repository: &Repository) -> Option<PathBuf> {
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

fn refused(findings: &[Finding], path: &Path) -> Failure {
    let errors = findings.iter();
    let errors = errors.filter(|it| it.severity == Severity::Error).count();
    output::note(&format!(
        "error: {} in `{}`, so nothing was checked",
        count(errors, "problem", "problems"),
        path.display()
    ));
    Failure::Reported
}

impl Told {
    /// The levels of all rules: those of the catalog, then of the file, then of the command line.
    pub(super) fn levels(&self, args: &LintArgs, options: &Options) -> Result<Levels, Failure> {
        let typed = levels::typed(args)?;
        let all = self.settings.levels.iter().chain(&typed);
        Levels::new(args.strict, all).map_err(|unknown| self.unknown(&unknown, options))
    }

    fn unknown(&self, unknown: &[UnknownRule], options: &Options) -> Failure {
        let mut findings = Vec::new();
        for one in unknown {
            let name = &one.written.rule;
            let Some(span) = one.written.origin.span else {
                return levels::unknown_rule(name).into();
            };
            let help = match one.near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`netpolc lint --list` lists all rules".to_owned(),
            };
            let message = format!("there is no rule `{name}`");
            let finding = Finding::error("unknown-rule", message).at(span, "");
            findings.push(finding.help(help));
        }
        tell(&self.sources, &findings, options);
        let place = findings.first().and_then(Finding::span);
        let name = place.map_or("", |span| self.sources.get(span.file).name());
        refused(&findings, Path::new(name))
    }
}
