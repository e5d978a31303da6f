//! In which formats a report is written, and where: `-o FORMAT`, each with the `--output-file` that
//! follows it.

use crate::cli::exit::Failure;
use crate::cli::files::{self, Batch, Inputs, Over, Stream};
use crate::cli::options::Options;
use crate::cli::output;
use crate::diag::Severity;
use crate::endpoint::Problem;
use crate::lint::Report;
use crate::render::commands::harmless;
use crate::render::lint::{View, concise, github, human, markdown};
use crate::render::{Look, json, junit};
use clap::{
    Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, ValueEnum,
    builder::EnumValueParser,
};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How reports in files look.
const IN_FILES: Look = Look {
    color: false,
    width: 100,
};

/// The formats of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: source lines, what they do, and what to write instead
    Human,
    /// One line for each finding
    Concise,
    /// For programs
    Json,
    /// SARIF 2.1.0, for GitHub code scanning and others
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// A report of GitLab Code Quality
    Gitlab,
    /// `JUnit` XML
    Junit,
    /// A table, for summaries and comments
    Markdown,
}

/// Formats with the files that they go to; none is the standard output.
#[derive(Debug, Clone, Default)]
pub(super) struct Outputs {
    typed: Vec<Typed>,
}

/// An argument, in the order of the command line.
#[derive(Debug, Clone)]
enum Typed {
    Format(Format),
    File(PathBuf),
}

impl Args for Outputs {
    fn augment_args(command: Command) -> Command {
        let format = Arg::new("output").short('o').long("output");
        let format = format
            .value_name("FORMAT")
            .value_parser(EnumValueParser::<Format>::new())
            .action(ArgAction::Append)
            .hide_possible_values(true)
            .help("Output format: human, concise, json, sarif, github, gitlab, junit or markdown; repeat for more");
        let file = Arg::new("output_file").long("output-file");
        let file = file
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .action(ArgAction::Append)
            .help("Write the preceding format to a file");
        command.arg(format).arg(file)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Outputs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let formats = matches.get_many::<Format>("output");
        let formats = formats.into_iter().flatten().map(|it| Typed::Format(*it));
        let places = matches.indices_of("output").into_iter().flatten();
        let formats = places.zip(formats);
        let files = matches.get_many::<PathBuf>("output_file");
        let files = files.into_iter().flatten().cloned().map(Typed::File);
        let places = matches.indices_of("output_file").into_iter().flatten();
        let mut typed: Vec<(usize, Typed)> = formats.chain(places.zip(files)).collect();
        typed.sort_by_key(|(place, _)| *place);
        Ok(Self {
            typed: typed.into_iter().map(|(_, typed)| typed).collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Outputs {
    /// Each format with its file.
    fn pairs(&self) -> Result<Vec<(Format, Option<&PathBuf>)>, Problem> {
        let mut pairs: Vec<(Format, Option<&PathBuf>)> = Vec::new();
        for typed in &self.typed {
            match (typed, pairs.last_mut()) {
                (Typed::Format(format), _) => pairs.push((*format, None)),
                (Typed::File(path), Some((_, file @ None))) => *file = Some(path),
                (Typed::File(path), _) => {
                    let what =
                        format!("`--output-file {}` has no format before it", path.display());
                    let help = "write `-o FORMAT` before each `--output-file`";
                    return Err(Problem::new(what).help(help));
                }
            }
        }
        if pairs.iter().filter(|(_, file)| file.is_none()).count() > 1 {
            let problem = Problem::new("only one format can go to standard output");
            return Err(problem.help("add `--output-file FILE` after all but one of them"));
        }
        if pairs.is_empty() {
            pairs.push((Format::Human, None));
        }
        Ok(pairs)
    }

    /// Whether something is written for people to read at length.
    pub(super) fn has_human(&self) -> bool {
        let mut formats = self.typed.iter();
        self.typed.is_empty() || formats.any(|it| matches!(it, Typed::Format(Format::Human)))
    }

    /// Whether the arguments go together: no file is written twice, and none that is read.
    pub(super) fn check<'a>(&self, read: impl Iterator<Item = &'a PathBuf>) -> Result<(), Problem> {
        let read: Vec<PathBuf> = read.map(|path| whole(path)).collect();
        let pairs = self.pairs()?;
        let mut written: Vec<PathBuf> = Vec::new();
        for path in pairs.iter().filter_map(|(_, file)| *file) {
            let whole = whole(path);
            if read.contains(&whole) {
                let what = format!("`--output-file {}` is also an input", path.display());
                let problem = Problem::new(what);
                return Err(problem.help("write to another file: this one would be overwritten"));
            }
            if written.contains(&whole) {
                let what = format!("two formats cannot both go to `{}`", path.display());
                return Err(Problem::new(what).help("choose another file for one of them"));
            }
            written.push(whole);
        }
        Ok(())
    }

    /// Writes a report in every format; nothing to the standard output where that is taken.
    pub(super) fn write(
        &self,
        view: &View<'_>,
        options: &Options,
        fails: &dyn Fn(Severity) -> bool,
        taken: bool,
        inputs: Inputs,
    ) -> Result<(), Failure> {
        let pairs = self.pairs()?;
        // What goes to the standard output comes last: whoever reads it may hang up.
        let mut batch = Batch::new(inputs);
        let mut streams = Vec::new();
        for (format, path) in pairs
            .iter()
            .filter_map(|(format, file)| Some((format, (*file)?)))
        {
            let mut text = Vec::new();
            let written = format.write(view, IN_FILES, fails, &mut text);
            written.map_err(|error| files::unusable("cannot write", path, &error))?;
            match Stream::of(path) {
                Some(stream) if format.is_of_lines() => {
                    let text = harmless(&String::from_utf8_lossy(&text));
                    streams.push((stream, text.into_bytes()));
                }
                Some(stream) => streams.push((stream, text)),
                None => batch.add(path.clone(), text, Over::Any),
            }
        }
        batch.write()?;
        for (stream, text) in streams {
            stream.write(&text)?;
        }
        let Some((format, _)) = pairs.iter().find(|(_, file)| file.is_none()) else {
            return Ok(());
        };
        if taken {
            return Ok(());
        }
        let errors = only_errors(view.report);
        let view = if options.quiet && format.is_for_people() {
            &view.of(&errors)
        } else {
            view
        };
        let write = |out: &mut dyn Write| format.write(view, options.answer, fails, out);
        if format.is_of_lines() {
            output::stream(write)
        } else {
            output::data(write)
        }
    }
}

/// The path that all names of a file lead to, also before it is there.
fn whole(path: &Path) -> PathBuf {
    let parent = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    };
    let missing = || {
        let parent = fs::canonicalize(parent).ok()?;
        Some(parent.join(path.file_name()?))
    };
    let found = fs::canonicalize(path).ok().or_else(missing);
    found.unwrap_or_else(|| path.to_owned())
}

fn only_errors(report: &Report) -> Report {
    let mut report = report.clone();
    report
        .findings
        .retain(|found| found.severity == Severity::Error);
    report
}

impl Format {
    fn is_for_people(self) -> bool {
        matches!(self, Self::Human | Self::Concise)
    }

    /// Whether it is text that could hold a command of a CI system by mistake.
    fn is_of_lines(self) -> bool {
        self.is_for_people() || self == Self::Markdown
    }

    fn write(
        self,
        view: &View<'_>,
        look: Look,
        fails: &dyn Fn(Severity) -> bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Self::Human => out.write_all(human(view, look).as_bytes()),
            Self::Concise => out.write_all(concise(view).as_bytes()),
            Self::Json => json::write_lint(view, out),
            Self::Sarif => json::write_sarif(view, out),
            Self::Github => out.write_all(github(view).as_bytes()),
            Self::Gitlab => json::write_gitlab(view, out),
            Self::Junit => junit::write_lint(view, fails, out),
            Self::Markdown => out.write_all(markdown(view).as_bytes()),
        }
    }
}
