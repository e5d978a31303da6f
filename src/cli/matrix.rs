//! `matrix`: all connections that the policies allow.

mod exposure;

use super::can::around;
use super::controllers::ControllerArgs;
use super::dump::lacks_policies;
use super::exit::{Exit, Failure};
use super::hidden;
use super::input_args::InputArgs;
use super::load::{Loaded, load};
use super::narrow::{NarrowArgs, RowBy};
use super::options::{Beside, Options};
use super::output;
use super::scope::ScopeArgs;
use super::with::{WithArgs, tell_applied};
use crate::compile::Matrix;
use crate::endpoint::Problem;
use crate::hops::Around;
use crate::model::{Cluster, Habit};
use crate::query::about;
use crate::query::changes::changes;
use crate::query::filter::Filter;
use crate::query::listing::Listing;
use crate::query::narrow::Narrowing;
use crate::query::plugins::left_open;
use crate::query::unlisted::from_controllers;
use crate::render::changes::text as changed;
use crate::render::{MatrixFormat, count, visible};
use crate::trace::list;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use std::io::Write;

/// Policies that a note names.
const NAMES: usize = 5;

/// What `-n` is for.
const NAMESPACE: &str = "Only connections from or to pods of this namespace; also the default namespace \
    for names and objects without one";
/// What `-l` is for.
const SELECTOR: &str =
    "Only connections from or to pods with these labels: `app=web,tier in (a,b)`";
/// What `-A` is for.
const ALL: &str =
    "List all namespaces, also with `-n`, and look for names without a namespace in all of them";

/// List the connections that the policies allow
#[derive(Debug, Args)]
#[command(
    after_help = "\
Examples:
  netpolc matrix -f manifests/                          everything, as a table
  netpolc matrix --to shop/svc/db:5432 -f manifests/    who can reach a Service
  netpolc matrix -n shop -f manifests/                  from and to the pods of a namespace
  netpolc matrix -o txt -f manifests/                   one line per pair, for grep and diff",
    mut_arg("namespace", |arg| arg.help(NAMESPACE)),
    mut_arg("selector", |arg| arg.help(SELECTOR)),
    mut_arg("all_namespaces", |arg| arg.help(ALL)),
    mut_arg("verbose", |arg| arg.help("Print what was read, and do not shorten lists in a table"))
)]
pub(super) struct MatrixArgs {
    /// Output format
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(super) output: MatrixFormat,

    #[command(flatten)]
    pub(super) narrow: NarrowArgs,

    /// In a table, print addresses as ranges (`first-last`) also where they are a prefix, as the other
    /// formats do
    #[arg(long)]
    pub(super) ranges: bool,

    /// List also what each workload would let through to and from pods that could be created, which
    /// addresses outside, and which workloads no policy governs. Each end by itself: the policies over a
    /// pod that could be created are not asked
    #[arg(long)]
    pub(super) exposure: bool,

    #[command(flatten)]
    pub(super) scope: ScopeArgs,

    #[command(flatten)]
    pub(super) controllers: ControllerArgs,

    #[command(flatten)]
    pub(super) with: WithArgs,

    #[command(flatten)]
    pub(super) input: InputArgs,
}

impl ValueEnum for MatrixFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

/// Prints the matrix.
pub(super) fn run(args: &MatrixArgs) -> Result<Exit, Failure> {
    let mut options = args.with.options(&args.input)?;
    if args.output == MatrixFormat::Table {
        options.beside = Beside::Now;
    }
    if args.ranges && args.output != MatrixFormat::Table {
        return Err(Problem::new("`--ranges` is for tables")
            .help("the other formats have ranges anyway")
            .into());
    }
    if args.exposure {
        exposure::refuse(&args.beside_exposure())?;
    }
    options.table.ranges = args.ranges;
    let mut narrowing = args.narrow.narrowing(&args.scope, &args.input)?;
    let ends = [&narrowing.from, &narrowing.to].into_iter().flatten();
    options.asked = ends.map(|end| end.reference.clone()).collect();
    let mut loaded = load(&options)?;
    loaded.add_controllers(&args.controllers, &options);
    narrowing = args.scope.narrowed(&loaded.cluster, narrowing)?;
    refuse_portless(&narrowing)?;
    let filter = narrowing.resolve(&loaded.cluster, &options.namespace);
    let filter = filter.map_err(|it| hidden::excuse(it.into(), &loaded.cluster, &options))?;
    tell_applied(loaded.applied.as_ref(), &loaded.sources, &options);
    if !options.quiet {
        let own = filter.notes.iter().map(|note| format!("note: {note}"));
        let lacking = lacks_policies(&loaded.cluster, &options);
        let own = own.chain(lacking.map(|note| format!("note: {note}")));
        for note in notes(&loaded.cluster).into_iter().chain(own) {
            output::note(&visible(&note));
        }
    }
    let listing = self::listing(&loaded, &loaded.cluster, &filter, &options);
    let nothing = listing.rows.is_empty() && listing.from_controllers.is_empty();
    if nothing && !options.quiet {
        output::note(nobody(&loaded.cluster, &filter).unwrap_or("note: no connection"));
    }
    if args.exposure {
        exposure::write(args.output, (&loaded, &options), (&filter, &listing))?;
        return Ok(code(&listing));
    }
    let write = |out: &mut dyn Write| args.output.write(&listing, options.table, out);
    match args.output {
        MatrixFormat::Json => output::data(write)?,
        MatrixFormat::Table | MatrixFormat::Txt | MatrixFormat::Csv | MatrixFormat::Md => {
            output::stream(write)?;
        }
    }
    if let Some(before) = &loaded.before {
        // What is not there yet has no connections.
        let filter = narrowing.resolve(before, &options.namespace);
        let before = filter.map_or_else(
            |_| Listing::default(),
            |it| self::listing(&loaded, before, &it, &options),
        );
        output::answer(&format!("\n{}", changed(&changes(&before, &listing))))?;
    }
    Ok(code(&listing))
}

fn code(listing: &Listing) -> Exit {
    if listing.is_open() {
        Exit::Undecided
    } else {
        Exit::Yes
    }
}

/// A listing of what a filter leaves, with what controllers reach that are not in the input.
pub(super) fn listing(
    loaded: &Loaded,
    cluster: &Cluster,
    filter: &Filter,
    options: &Options,
) -> Listing {
    let mut listing = Listing::new(cluster, &mut Matrix::new(cluster), filter);
    let around = Around {
        cluster,
        ..around(loaded, options)
    };
    listing.from_controllers = from_controllers(around, filter);
    listing
}

/// S65: a protocol without ports is none that a matrix could list.
pub(super) fn refuse_portless(narrowing: &Narrowing) -> Result<(), Failure> {
    let Some(protocol) = narrowing.portless() else {
        return Ok(());
    };
    let left = format!(
        "policies cover TCP, UDP and SCTP; what happens to {protocol} is left to the network plugin"
    );
    Err(Failure::Undecided(Problem::new(left)))
}

/// What to say where there is nobody whose connections could be listed.
pub(super) fn nobody(cluster: &Cluster, filter: &Filter) -> Option<&'static str> {
    let pods = cluster.pods.rows();
    if pods.is_empty() {
        return Some(
            "note: no pod is in the input, so there is nobody to list; add the Pods, or the workloads that \
             make them",
        );
    }
    let inside = pods.iter().any(|pod| filter.is_inside(pod));
    (!inside).then_some("note: no pod of the input is in that namespace and has these labels")
}

/// What the matrix cannot show of this cluster.
pub(super) fn notes(cluster: &Cluster) -> Vec<String> {
    let mut notes = Vec::new();
    if !cluster.practice.does(Habit::Enforces) {
        let said = cluster.practice.describe(Habit::Enforces);
        notes.push(format!("note: {said}"));
    }
    for habit in left_open(cluster) {
        let said = cluster.practice.describe(habit);
        notes.push(format!(
            "note: {said}; connections that depend on it are left out, use `netpolc can` for these"
        ));
    }
    if let Some(names) = about::unlabelled_namespaces(cluster) {
        notes.push(format!(
            "note: policies select namespaces by label, but the labels of {names} are not in the input; only the name label is assumed"
        ));
    }
    if let Some(pods) = about::unaddressed_pods(cluster) {
        let of = count(pods, "pod", "pods");
        notes.push(format!(
            "note: policies name address blocks, but the addresses of {of} are not in the input; connections that depend on them are left out, use `netpolc can` for these"
        ));
    }
    let unordered = about::unordered(cluster).into_iter();
    let unordered: Vec<String> = unordered
        .map(|id| cluster.policies.at(id).called())
        .collect();
    if !unordered.is_empty() {
        let names = list(&unordered, NAMES);
        notes.push(format!(
            "note: nothing says which of {names} comes first; connections on which they disagree are left out, use `netpolc can` for these"
        ));
    }
    if about::names_domains(cluster) {
        notes.push(
            "note: policies name domain names, and where these lead only DNS says; connections that depend on it are left out, use `netpolc can` for these".into(),
        );
    }
    if about::names_link_local(cluster) {
        notes.push(
            "note: policies name link-local addresses, which belong to a pod's own node; connections with them that policies deny are left out, use `netpolc can` for these".into(),
        );
    }
    if about::may_share_a_node(cluster) {
        notes.push(
            "note: traffic of pods with `hostNetwork` may count as their node's; connections between them and the pods of that node that policies deny are left out, use `netpolc can` for these".into(),
        );
    }
    notes
}

impl MatrixArgs {
    /// What was given of that which cannot be asked together with `--exposure`.
    fn beside_exposure(&self) -> [(&'static str, bool); 6] {
        [
            ("--from", self.narrow.from.is_some()),
            ("--to", self.narrow.to.is_some()),
            ("--port", self.narrow.port.is_some()),
            ("--with", !self.with.with.is_empty()),
            ("--by namespace", self.narrow.by == RowBy::Namespace),
            ("-o csv", self.output == MatrixFormat::Csv),
        ]
    }
}
