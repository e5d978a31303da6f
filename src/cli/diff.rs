//! `diff`: what differs between two sets of manifests.

mod args;
mod git;
mod read;

pub(super) use args::DiffArgs;

use super::can::around;
use super::exit::{Exit, Failure};
use super::load::Loaded;
use super::options::Options;
use super::{hidden, matrix, output};
use crate::diff::{Asked, Both, Possible, Sign, compare};
#[cfg(not(feature = "smt"))]
use crate::endpoint::Problem;
use crate::intent::Scope;
use crate::model::{Cluster, Policy, Say};
use crate::query::filter::Filter;
use crate::query::listing::left_out;
use crate::query::narrow::Narrowing;
use crate::query::unlisted::from_controllers;
use crate::render::difference::{DiffFormat, Told, Unknown};
use crate::render::visible;
use args::{FailOn, Pods};
use read::{Read, read};

/// Compares two sides.
pub(super) fn run(args: &DiffArgs) -> Result<Exit, Failure> {
    let Read {
        options,
        sides,
        names,
    } = read(args)?;
    let narrowing = args.narrow.narrowing(&args.pods, &args.input)?;
    matrix::refuse_portless(&narrowing)?;
    let filters = filters((args, &narrowing), &sides, &options)?;
    let told = notes(&sides, &options);
    let asked = sides.zip(&filters, |side, filter| Asked {
        cluster: &side.cluster,
        filter: filter.as_ref(),
        from_controllers: filter.as_ref().map_or_else(Default::default, |filter| {
            from_controllers(around(side, &options), filter)
        }),
    });
    let diff = compare(&asked, narrowing.by);
    let mut unknown = aside(&sides, &filters);
    let clusters = Both([&sides.old().cluster, &sides.now().cluster]);
    // What hangs on something that is not known is the same where the policies are.
    let doubts = diff.is_same() && !told.is_empty() && !is_alike(&clusters);
    let possible = if args.asks() {
        proven(args, &options, &clusters, Scope::Any)?
    } else {
        Possible::NotAsked("this format has no place for it".to_owned())
    };
    let doubts = doubts && !matches!(possible, Possible::Same(_));
    let doubts = doubts && {
        let existing = proven(args, &options, &clusters, Scope::Existing)?;
        matches!(existing, Possible::Unknown(_) | Possible::NotAsked(_))
    };
    if doubts {
        unknown.extend(
            told.into_iter()
                .map(|(is_new, why)| Unknown { is_new, why }),
        );
    }
    let shown = Told {
        diff: &diff,
        sources: Both([&sides.old().sources, &sides.now().sources]),
        names,
        possible: &possible,
        unknown: &unknown,
        counts_possible: args.scope == Pods::Any,
    };
    match args.output {
        DiffFormat::Json => output::data(|out| args.output.write(&shown, out))?,
        DiffFormat::Text
        | DiffFormat::Txt
        | DiffFormat::Md
        | DiffFormat::Csv
        | DiffFormat::Dot
        | DiffFormat::Mermaid => output::stream(|out| args.output.write(&shown, out))?,
    }
    Ok(exit(args, &shown))
}

/// What a side has of what is asked; none where it has none of the names. A name that neither side has
/// is a mistake.
fn filters(
    (args, narrowing): (&DiffArgs, &Narrowing),
    sides: &Both<Loaded>,
    options: &Options,
) -> Result<Both<Option<Filter>>, Failure> {
    let filter = |side: &Loaded| {
        let narrowing = args.pods.narrowed(&side.cluster, narrowing.clone())?;
        narrowing.resolve(&side.cluster, &options.namespace)
    };
    let [old, new] = sides.map(filter).0;
    match (old, new) {
        (Err(_), Err(problem)) => Err(hidden::excuse(
            problem.into(),
            &sides.now().cluster,
            options,
        )),
        (old, new) => Ok(Both([old.ok(), new.ok()])),
    }
}

/// What a matrix cannot show of each side, told once.
fn notes(sides: &Both<Loaded>, options: &Options) -> Vec<(bool, String)> {
    let of = sides.map(|side| matrix::notes(&side.cluster));
    let mut told: Vec<(bool, String)> = Vec::new();
    for (number, notes) in of.0.into_iter().enumerate() {
        for note in notes {
            if told.iter().all(|(_, other)| *other != note) {
                if !options.quiet {
                    output::note(&visible(&note));
                }
                told.push((number == 1, note));
            }
        }
    }
    for (_, note) in &mut told {
        *note = note.trim_start_matches("note: ").to_owned();
    }
    told
}

/// What was left out of a side and could change what is compared.
fn aside(sides: &Both<Loaded>, filters: &Both<Option<Filter>>) -> Vec<Unknown> {
    let mut all = Vec::new();
    for (number, (side, filter)) in sides.0.iter().zip(&filters.0).enumerate() {
        let Some(filter) = filter else { continue };
        let left = left_out(&side.cluster, filter).into_iter();
        let left = left.filter(|it| it.may_decide(Say::Connections));
        all.extend(left.map(|it| Unknown {
            is_new: number == 1,
            why: format!("{it}: {}: {}", it.why.describe(), it.effect()),
        }));
    }
    all
}

/// Whether both sides have the same policies.
fn is_alike(clusters: &Both<&Cluster>) -> bool {
    let plain = |cluster: &&Cluster| {
        let policies = cluster.policies.rows().iter();
        let mut all: Vec<Policy> = policies.map(Policy::without_origins).collect();
        all.sort_by(|a, b| (a.kind, &a.namespace, &a.name).cmp(&(b.kind, &b.namespace, &b.name)));
        all
    };
    let [old, new] = clusters.map(plain).0;
    old == new
}

#[cfg(feature = "smt")]
fn proven(
    args: &DiffArgs,
    options: &Options,
    clusters: &Both<&Cluster>,
    scope: Scope,
) -> Result<Possible, Failure> {
    use crate::prove::Bug;
    super::solver::with_solver(args.limit, options.patience, |engine| {
        crate::diff::possible(clusters, scope, engine).map_err(|Bug(what)| Failure::Bug(what))
    })
}

#[cfg(not(feature = "smt"))]
fn proven(args: &DiffArgs, _: &Options, _: &Both<&Cluster>, _: Scope) -> Result<Possible, Failure> {
    if args.scope == Pods::Any {
        return Err(Problem::new(
            "this netpolc was built without Z3 and cannot say what pods could do that are created",
        )
        .help("build with the feature `smt`, or leave out `--scope any`")
        .into());
    }
    Ok(Possible::NotAsked("built without Z3".to_owned()))
}

/// What counts as a difference is more than what cannot be decided, and that is more than none.
fn exit(args: &DiffArgs, told: &Told<'_>) -> Exit {
    let mut changes = told.diff.changes.iter();
    let counts = match args.fail_on {
        FailOn::Any => changes.next().is_some(),
        FailOn::Opened => changes.any(|it| !it.opened().is_empty()),
        FailOn::Closed => changes.any(|it| !it.closed().is_empty()),
        FailOn::Changed => changes.any(|it| it.sign() == Sign::Changed),
    };
    let (differs, open) = match told.possible {
        _ if args.scope == Pods::Existing => (false, false),
        // A flow of pods that could be created has one verdict on each side, whichever.
        Possible::Differs(_) => (args.fail_on == FailOn::Any, args.fail_on != FailOn::Any),
        Possible::Unknown(_) => (false, true),
        Possible::Same(_) | Possible::NotAsked(_) => (false, false),
    };
    if counts || differs {
        Exit::No
    } else if open || !told.unknown.is_empty() {
        Exit::Undecided
    } else {
        Exit::Yes
    }
}
