//! `matrix`: all connections that the policies allow.

use super::controllers::ControllerArgs;
use super::dump::lacks_policies;
use super::exit::{Exit, Failure};
use super::hidden;
use super::input_args::InputArgs;
use super::load::load;
use super::options::Beside;
use super::output;
use super::with::{WithArgs, tell_applied};
use crate::compile::Matrix;
use crate::endpoint::{Problem, grammar};
use crate::hops::Around;
use crate::model::{Cluster, Habit};
use crate::query::about;
use crate::query::changes::changes;
use crate::query::filter::{By, Filter};
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

/// What is said where nobody is there who could be connected.
const NO_PODS: &str = "note: no pod is in the input, so that there is nothing to list: add pods or workloads, such as \
    the output of `kubectl get namespaces,pods,services,nodes,networkpolicies -A -o yaml`";

/// What `-n` is for.
const NAMESPACE: &str = "Only connections from or to pods of this namespace; also the default namespace \
    for names and objects without one";

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
    mut_arg("verbose", |arg| arg.help("Print what was read, and do not shorten lists in a table"))
)]
pub(super) struct MatrixArgs {
    /// Output format
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(super) output: MatrixFormat,

    /// Only connections from SRC
    #[arg(long, value_name = "SRC")]
    pub(super) from: Option<String>,

    /// Only connections to DST
    #[arg(long, value_name = "DST[:PORT]")]
    pub(super) to: Option<String>,

    /// Only connections on this port
    #[arg(long, value_name = "PORT[/PROTOCOL]")]
    pub(super) port: Option<String>,

    /// What one row stands for
    #[arg(long, value_name = "WHAT", default_value = "workload")]
    pub(super) by: MatrixBy,

    /// Write address ranges in a table by their first and last address, prefixes too; the other formats
    /// always do
    #[arg(long)]
    pub(super) ranges: bool,

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

/// What one row of the matrix stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum MatrixBy {
    Pod,
    Workload,
    Namespace,
}

/// Prints the matrix.
pub(super) fn run(args: &MatrixArgs) -> Result<Exit, Failure> {
    let mut options = args.with.options(&args.input)?;
    options.table.ranges = args.ranges;
    if args.output == MatrixFormat::Table {
        options.beside = Beside::Now;
    }
    let narrowing = args.narrowing()?;
    let ends = [&narrowing.from, &narrowing.to].into_iter().flatten();
    options.asked = ends.map(|end| end.reference.clone()).collect();
    let mut loaded = load(&options)?;
    loaded.add_controllers(&args.controllers, &options);
    let ports = [
        narrowing.to.as_ref().and_then(|to| to.port.as_ref()),
        narrowing.port.as_ref(),
    ];
    // S65.
    if let Some(protocol) = ports.into_iter().flatten().find_map(|it| it.test().err()) {
        let left = format!(
            "policies cover TCP, UDP and SCTP; what happens to {protocol} is left to the network plugin"
        );
        return Err(Failure::Undecided(Problem::new(left)));
    }
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
    let list = |cluster: &Cluster, filter: &Filter| {
        let mut listing = Listing::new(cluster, &mut Matrix::new(cluster), filter);
        let around = Around {
            cluster,
            settings: &loaded.settings,
            namespace: &options.namespace,
        };
        listing.from_controllers = from_controllers(around, filter);
        listing
    };
    let listing = list(&loaded.cluster, &filter);
    let nothing = listing.rows.is_empty() && listing.from_controllers.is_empty();
    if nothing && !options.quiet {
        output::note(if loaded.cluster.pods.rows().is_empty() {
            NO_PODS
        } else {
            "note: no connection"
        });
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
        let before = filter.map_or_else(|_| Listing::default(), |it| list(before, &it));
        output::answer(&format!("\n{}", changed(&changes(&before, &listing))))?;
    }
    Ok(if listing.is_open() {
        Exit::Undecided
    } else {
        Exit::Yes
    })
}

/// What the matrix cannot show of this cluster.
fn notes(cluster: &Cluster) -> Vec<String> {
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
    fn narrowing(&self) -> Result<Narrowing, Problem> {
        let endpoint = |text: &Option<String>| text.as_deref().map(grammar::parse).transpose();
        let all = self.input.cluster.all_namespaces;
        let within = self.input.namespace.as_deref().filter(|_| !all);
        Ok(Narrowing {
            from: endpoint(&self.from)?,
            to: endpoint(&self.to)?,
            within: within.map(Into::into),
            port: self.port.as_deref().map(grammar::parse_port).transpose()?,
            by: match self.by {
                MatrixBy::Pod => By::Pod,
                MatrixBy::Workload => By::Workload,
                MatrixBy::Namespace => By::Namespace,
            },
        })
    }
}
