//! `matrix --exposure`: what workloads would let through to and from pods that could be created.

use super::super::exit::Failure;
use super::super::load::Loaded;
use super::super::options::Options;
use super::super::output;
use crate::compile::Matrix;
use crate::endpoint::Problem;
use crate::model::Habit;
use crate::query::exposure::Exposure;
use crate::query::filter::Filter;
use crate::query::listing::Listing;
use crate::render::exposure::{Shown, markdown, text, txt};
use crate::render::{MatrixFormat, json, visible};
use std::io::Write;

/// Says why a flag cannot be given with it, where one is: what was given, of those that cannot.
pub(super) fn refuse(given: &[(&str, bool)]) -> Result<(), Problem> {
    let Some((flag, _)) = given.iter().find(|(_, given)| *given) else {
        return Ok(());
    };
    let help = match *flag {
        "--by namespace" => "one row of it is a workload, or with `--by pod` a pod",
        "-o csv" => "its formats are `-o table`, `txt`, `md` and `json`",
        "--with" => "ask for it twice, and compare the two with `-o txt`",
        _ => "it is about every other end and every port; narrow it with `-n` and `-l`",
    };
    Err(Problem::new(format!("`--exposure` and `{flag}` cannot be used together")).help(help))
}

/// Prints the matrix and the exposure; JSON has the exposure alone.
pub(super) fn write(
    format: MatrixFormat,
    (loaded, options): (&Loaded, &Options),
    (filter, listing): (&Filter, &Listing),
) -> Result<(), Failure> {
    let cluster = &loaded.cluster;
    let mut own = cluster.practice.own().filter(|it| *it != Habit::Enforces);
    if let Some(habit) = own
        .next()
        .filter(|_| cluster.practice.does(Habit::Enforces))
    {
        let said = cluster.practice.describe(habit);
        let problem = Problem::new(format!(
            "`--exposure` reads policies as Kubernetes documents them, but {said}"
        ));
        return Err(problem
            .help("ask without `--cni`, or with `--cni spec`")
            .into());
    }
    let exposure = Exposure::new(cluster, &mut Matrix::new(cluster), filter, listing);
    if !options.quiet {
        for note in &exposure.notes {
            output::note(&visible(&format!("note: {note}")));
        }
    }
    let shown = Shown {
        cluster,
        sources: &loaded.sources,
    };
    let lines = !listing.rows.is_empty() || !listing.from_controllers.is_empty();
    let matrix = |out: &mut dyn Write| format.write(listing, options.table, out);
    match format {
        MatrixFormat::Json => {
            output::data(|out| json::write_exposure(&exposure, listing, shown, out))
        }
        MatrixFormat::Table => output::stream(|out| {
            matrix(out)?;
            out.write_all(text(&exposure, options.table, shown).as_bytes())
        }),
        MatrixFormat::Md => output::stream(|out| {
            matrix(out)?;
            markdown(&exposure, shown, out)
        }),
        MatrixFormat::Txt | MatrixFormat::Csv => output::stream(|out| {
            matrix(out)?;
            txt(&exposure, lines || !listing.left_out.is_empty(), out)
        }),
    }
}
