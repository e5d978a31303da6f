//! What was read, and what a ruleset for it must do.

use super::args::CommonArgs;
use super::{findings, folder};
use crate::cli::exit::{Exit, Failure};
use crate::cli::files::{Batch, Over};
use crate::cli::load::{Loaded, left_out_notes, load, tell};
use crate::cli::options::Options;
use crate::cli::output;
use crate::cli::settings;
use crate::diag::Severity;
use crate::emit::name::comment;
use crate::emit::plan::{Plan, Scope, plan};
use crate::endpoint::Problem;
use crate::model::{LeftOut, Say};
use crate::render::count;
use std::path::Path;

/// How long a line on what a ruleset lacks may be, in bytes.
const LONGEST: usize = 1_000;

/// What was read, and what a ruleset for it must do.
pub(super) struct Planned {
    pub(super) options: Options,
    pub(super) loaded: Loaded,
    #[cfg_attr(
        not(feature = "smt"),
        expect(dead_code, reason = "only certification asks for it")
    )]
    pub(super) scope: Scope,
    pub(super) plan: Plan,
    /// What the ruleset lacks.
    pub(super) left_out: Vec<String>,
}

/// Whether a ruleset hangs on what was left out: on policies and on pods. Labels
/// of namespaces that are not known are refused on their own.
fn matters(it: &LeftOut) -> bool {
    let mut says = [Say::Connections, Say::Pods].into_iter();
    says.any(|say| it.may_decide(say))
}

impl Planned {
    /// How the run ends: a ruleset that lacks something may be another than the policies are.
    pub(super) fn exit(&self) -> Exit {
        if self.left_out.is_empty() {
            Exit::Yes
        } else {
            Exit::Undecided
        }
    }

    /// A text with a line for what it lacks behind its first.
    pub(super) fn signed(&self, text: &str) -> String {
        let line = |note: &String| format!("# {}\n", comment(note, LONGEST));
        let lines: String = self.left_out.iter().map(line).collect();
        match text.split_once('\n') {
            Some((first, rest)) => format!("{first}\n{lines}{rest}"),
            None => text.to_owned(),
        }
    }

    /// Writes files to a directory, in place of older ones of the same names.
    pub(super) fn write<'n>(
        &self,
        directory: &Path,
        files: impl IntoIterator<Item = (&'n str, String)>,
    ) -> Result<(), Problem> {
        let mut batch = Batch::new(self.loaded.inputs.clone());
        batch.directory(directory)?;
        for (name, text) in files {
            batch.add(directory.join(name), text.into_bytes(), Over::Signed);
        }
        batch.write()
    }

    pub(super) fn new(args: &CommonArgs) -> Result<Self, Failure> {
        let options = settings::options(&args.input)?;
        let mut loaded = load(&options)?;
        loaded.cluster.practice = loaded.cluster.practice.of_ruleset();
        let lacks: Vec<&LeftOut> = loaded
            .cluster
            .left_out
            .iter()
            .filter(|it| matters(it))
            .collect();
        let left_out = left_out_notes(lacks.iter().copied());
        if !options.keep_going && !left_out.is_empty() {
            let message = format!("the ruleset would be incomplete: {}", left_out.join("; "));
            return Err(Problem::new(message)
                .help("`--keep-going` writes the ruleset without these objects")
                .into());
        }
        if options.quiet {
            // Whoever loads it must know, whoever else does not want to.
            for note in &left_out {
                output::note(note);
            }
        }
        let scope = folder::scope(args.node.as_deref(), &loaded.cluster)?;
        let cluster = &loaded.cluster;
        let (plan, notes) = plan(cluster, &scope).map_err(|unfit| {
            let found: Vec<_> = unfit
                .iter()
                .map(|one| findings::unfit(cluster, one))
                .collect();
            tell(&loaded.sources, &found, &options);
            let problems = count(found.len(), "problem", "problems");
            output::note(&format!("error: {problems}, so no ruleset was written"));
            Failure::Reported
        })?;
        let notes: Vec<_> = notes
            .iter()
            .map(|one| findings::note(cluster, one))
            .collect();
        tell(&loaded.sources, &notes, &options);
        debug_assert!(notes.iter().all(|note| note.severity < Severity::Error));
        Ok(Self {
            options,
            loaded,
            scope,
            plan,
            left_out,
        })
    }
}
