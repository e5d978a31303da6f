//! Proofs that what is written is what the policies say.

use super::args::CertifyArgs;
use super::planned::Planned;
use crate::cli::exit::Failure;
#[cfg(feature = "smt")]
use crate::cli::output;
use crate::emit::read::{Ruleset, Unreadable};
use crate::endpoint::Problem;
#[cfg(feature = "smt")]
use crate::prove::Bug;
#[cfg(feature = "smt")]
use crate::prove::certify::{Difference, Peer, Refused};

/// Proves a ruleset, if that is wanted: as it is read back from its text, for IPv4 first and for IPv6
/// last.
#[cfg(feature = "smt")]
pub(super) fn certify(
    args: &CertifyArgs,
    planned: &Planned,
    read: impl FnOnce() -> Result<Vec<Ruleset>, Unreadable>,
) -> Result<(), Failure> {
    use crate::cli::progress::Progress;
    use crate::cli::solver::with_solver;
    use crate::prove::certify::certify;
    use crate::render::count;

    /// Units of the solver's work for one question.
    const UNITS: u32 = 1_000_000_000;

    if !args.wanted() {
        return Ok(());
    }
    let rulesets = read().map_err(|unreadable| {
        let Unreadable { line, what } = unreadable;
        Failure::Bug(format!(
            "the ruleset cannot be read back: line {line}: {what}"
        ))
    })?;
    let (Some(v4), Some(v6)) = (rulesets.first(), rulesets.last()) else {
        return Err(Failure::Bug("no ruleset was read back".to_owned()));
    };
    let mut progress = Progress::new(&planned.options);
    progress.begin("the ruleset");
    let (cluster, scope) = (&planned.loaded.cluster, &planned.scope);
    let certified = with_solver(UNITS, planned.options.patience, |solver| {
        certify(cluster, scope, [v4, v6], solver, &mut progress)
    });
    progress.end();
    let certified = certified.map_err(refused)?;
    if planned.options.verbose || (args.is_asked_for() && !planned.options.quiet) {
        output::note(&format!(
            "certified: for the first packet of every TCP, UDP and SCTP connection that passes its hook, between any two addresses, the ruleset gives the verdict of the policies ({}, {})",
            count(certified.cases, "case", "cases"),
            count(certified.effort.queries, "query", "queries"),
        ));
    }
    Ok(())
}

/// Why a ruleset is not written. All but a solver that gave up is netpolc's own mistake.
#[cfg(feature = "smt")]
fn refused(refused: Refused) -> Failure {
    let what = match refused {
        Refused::GaveUp(why) => {
            let problem = Problem::new(format!("the ruleset could not be certified: {why}"));
            return Failure::Undecided(problem.help("`--no-certify` writes it without this proof"));
        }
        Refused::Shared(address, [one, other]) => {
            let message = format!("`{one}` and `{other}` have the address {address}");
            return Problem::new(message).into();
        }
        Refused::Bug(Bug(what)) => what,
        Refused::Replies(line) => format!("the ruleset may drop replies (line {line})"),
        Refused::Different(difference) => {
            let Difference {
                source,
                destination,
                protocol,
                port,
                accepted,
                line,
                ..
            } = *difference;
            let end = |peer: &Peer| match &peer.name {
                Some(name) => format!("{} ({name})", peer.address),
                None => peer.address.to_string(),
            };
            let at = line.map_or(String::new(), |line| format!(" in line {line}"));
            let does = if accepted { "lets through" } else { "drops" };
            format!(
                "the ruleset {does}{at} a packet on which the policies decide otherwise: {} to {}, {protocol} {port}",
                end(&source),
                end(&destination)
            )
        }
    };
    Failure::Bug(what)
}

/// Says that there is no solver, if a proof is wanted.
#[cfg(not(feature = "smt"))]
pub(super) fn certify(
    args: &CertifyArgs,
    _: &Planned,
    _: impl FnOnce() -> Result<Vec<Ruleset>, Unreadable>,
) -> Result<(), Failure> {
    if args.wanted() {
        return Err(
            Problem::new("this netpolc was built without Z3 and cannot certify")
                .help("build with the feature `smt`, or drop `--certify`")
                .into(),
        );
    }
    Ok(())
}
