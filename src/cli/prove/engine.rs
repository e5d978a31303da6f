//! What decides: Z3 where it is built in, or certificates.

use super::args::ProveArgs;
use super::folder::shelf;
use crate::cli::exit::Failure;
use crate::cli::options::Options;
use crate::diag::Finding;
#[cfg(not(feature = "smt"))]
use crate::endpoint::Problem;
use crate::prove::certified::Certified;
use crate::prove::decide::Engine;
use crate::source::{Position, SourceMap, Span};
use std::path::Path;

/// What decides the claims of a run.
pub(super) enum Judge {
    /// The solver.
    #[cfg(feature = "smt")]
    Solver,
    /// Certificates that were read.
    Certificates(Certified),
}

impl Judge {
    /// What the arguments ask for.
    pub(super) fn of(args: &ProveArgs) -> Result<Self, Failure> {
        if let Some(directory) = &args.check {
            return Ok(Self::Certificates(Certified::new(shelf(directory)?)));
        }
        #[cfg(feature = "smt")]
        return Ok(Self::Solver);
        #[cfg(not(feature = "smt"))]
        Err(Problem::new("this netpolc was built without Z3 and cannot prove claims")
            .help("build with the feature `smt`, or check existing certificates with `netpolc prove --check DIR`")
            .into())
    }

    /// Has the claims decided.
    #[cfg_attr(
        not(feature = "smt"),
        expect(unused_variables, reason = "only the solver has options")
    )]
    pub(super) fn decide<T>(
        &self,
        args: &ProveArgs,
        options: &Options,
        work: impl FnOnce(&dyn Engine) -> T,
    ) -> T {
        match self {
            #[cfg(feature = "smt")]
            Self::Solver => crate::cli::solver::with_solver(args.limit, options.patience, work),
            Self::Certificates(certified) => work(certified),
        }
    }

    /// What is wrong in certificates, with the places in `sources`.
    pub(super) fn broken(&self, args: &ProveArgs, sources: &mut SourceMap) -> Vec<Finding> {
        match self {
            #[cfg(feature = "smt")]
            Self::Solver => Vec::new(),
            Self::Certificates(certified) => {
                let directory = args.check.as_deref().unwrap_or(Path::new(""));
                findings(certified, directory, sources)
            }
        }
    }
}

fn findings(certified: &Certified, directory: &Path, sources: &mut SourceMap) -> Vec<Finding> {
    let mut findings = Vec::new();
    for broken in certified.broken() {
        let bytes = certified.file(&broken.file).unwrap_or_default();
        let text = String::from_utf8_lossy(bytes).into_owned();
        let mut lines = text.split_inclusive('\n');
        let before: usize = lines
            .by_ref()
            .take(broken.flaw.line.saturating_sub(1))
            .map(str::len)
            .sum();
        let line = lines.next().unwrap_or_default().trim_end().len();
        let path = directory.join(&broken.file).display().to_string();
        let file = sources.add(&path.into(), text, Position::START);
        let span = Span::new(file, before, before + line);
        let finding = Finding::error("broken-certificate", broken.flaw.message).at(span, "");
        findings.push(
            finding
                .help("a damaged certificate proves nothing; write it again with `--certificate`"),
        );
    }
    findings
}
