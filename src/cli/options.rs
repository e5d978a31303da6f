//! Arguments, environment and terminal, resolved into one value; nothing after it looks at them.

use super::called::is_plugin;
use super::input_args::{ColorWhen, InputArgs};
use super::live::{Live, Needs, Plan};
use super::told::Told;
use super::watch::Patience;
use super::{kustomize, output};
use crate::endpoint::{Problem, Reference};
use crate::input::{Input, Limits};
use crate::render::Look;
use crate::render::matrix::Extent;
use crate::settings::{Cni, KubernetesVersion};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

/// Columns where there is no terminal to fill.
const WIDTH: usize = 100;
/// Text is not read well in longer lines, whatever the terminal.
const WIDEST: usize = 120;

/// Columns below which nothing can be laid out.
const NARROWEST: usize = 40;

/// What to do where there is nothing to read.
const NO_INPUT: &str = if cfg!(feature = "live") {
    "name manifests with `-f FILE`, `-f DIR`, `-k DIR`, or `-f -` for standard input; without them the cluster of the kubeconfig is read, and there is none"
} else {
    "name manifests with `-f FILE`, `-f DIR`, `-k DIR`, or `-f -` for standard input; this netpolc was built without reading clusters"
};

/// What an answer is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    /// Nothing.
    Nothing,
    /// The answer without what is applied.
    Now,
}

/// How many network plugins a verb answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    One,
    Several,
}

/// What was asked for.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) inputs: Vec<Input>,
    /// The cluster that is read where there are no inputs.
    pub(super) live: Option<Live>,
    /// What the question names.
    pub(super) asked: Vec<Reference>,
    /// How much of a cluster the question needs.
    pub(super) needs: Needs,
    /// Where the policies are that are applied over the inputs.
    pub(super) with: Vec<Input>,
    /// What the answer is compared with.
    pub(super) beside: Beside,
    pub(super) namespace: Arc<str>,
    /// The version of the API server, where it is given.
    pub(super) kubernetes_version: Option<KubernetesVersion>,
    /// The network plugins that are named.
    pub(super) cni: Vec<Cni>,
    /// How many of them the verb answers for.
    pub(super) takes: Takes,
    /// What the settings file says.
    pub(super) told: Told,
    pub(super) keep_going: bool,
    pub(super) verbose: bool,
    pub(super) quiet: bool,
    /// How much of the input is read.
    pub(super) limits: Limits,
    /// When proofs give up.
    #[cfg_attr(
        not(feature = "smt"),
        expect(dead_code, reason = "only proofs ask for it")
    )]
    pub(super) patience: Patience,
    /// How much of a table is shown: all of it, except where a terminal has to be filled.
    pub(super) table: Extent,
    /// How answers look.
    pub(super) answer: Look,
    /// How messages on the standard error look.
    pub(super) messages: Look,
}

impl Options {
    /// The options of `args` in this process; nothing is told yet.
    pub(super) fn resolve(args: &InputArgs) -> Result<Self, Problem> {
        if args.namespace.as_deref() == Some("") {
            return Err(Problem::new("the namespace must not be empty"));
        }
        if args.recursive && !args.quiet {
            output::note("note: `-R` changes nothing: directories are always read recursively");
        }
        let reads_cluster = args.filenames.is_empty() && args.kustomize.is_empty();
        // A plugin is in the namespace where kubectl is, whatever it reads.
        let live = if reads_cluster || (is_plugin() && args.namespace.is_none()) {
            Live::find(&args.cluster)?
        } else {
            None
        };
        let own = live.as_ref().and_then(Live::namespace);
        let namespace = args.namespace.as_deref().or(own).unwrap_or("default");
        let namespace: Arc<str> = namespace.into();
        let live = live.filter(|_| reads_cluster);
        if reads_cluster && live.is_none() {
            return Err(Problem::new("no input").help(NO_INPUT));
        }
        Ok(Self {
            inputs: inputs(args)?,
            live,
            asked: Vec::new(),
            needs: Needs::Everything,
            with: Vec::new(),
            beside: Beside::Nothing,
            namespace,
            kubernetes_version: args.kubernetes_version,
            cni: args.cni.clone(),
            takes: Takes::One,
            told: Told::default(),
            keep_going: args.keep_going,
            verbose: args.verbose,
            quiet: args.quiet,
            limits: args.max_input.unwrap_or_default(),
            patience: Patience::of(args.timeout),
            table: extent(args.verbose),
            answer: look(args.color, &std::io::stdout()),
            messages: look(args.color, &std::io::stderr()),
        })
    }

    /// What of a cluster counts most: the namespaces that the question names.
    pub(super) fn plan(&self) -> Plan {
        let asked = self.asked.iter();
        let asked = asked.filter_map(|it| it.namespace(&self.namespace));
        let mut namespaces: Vec<Arc<str>> = asked.map(Into::into).collect();
        if self.needs == Needs::Everything {
            namespaces.push(Arc::clone(&self.namespace));
        }
        namespaces.sort_unstable();
        namespaces.dedup();
        Plan {
            namespaces,
            needs: self.needs,
        }
    }

    /// The version of the API server that manifests are for.
    pub(super) fn kubernetes_version(&self) -> KubernetesVersion {
        let told = self.told.settings.kubernetes_version;
        self.kubernetes_version.or(told).unwrap_or_default()
    }

    /// The network plugins that are named: one, unless the verb takes several.
    pub(super) fn plugins(&self) -> Result<Vec<Cni>, Problem> {
        match self.cni.as_slice() {
            [] => Ok(self.told.settings.cni.into_iter().collect()),
            [_, _, ..] if self.takes == Takes::One => {
                Err(Problem::new("`--cni` takes one plugin here")
                    .help("`netpolc can` answers for several"))
            }
            named => Ok(named.to_vec()),
        }
    }
}

fn inputs(args: &InputArgs) -> Result<Vec<Input>, Problem> {
    once(&args.filenames, "write `-f -` once")?;
    let limits = args.max_input.unwrap_or_default();
    let files = args.filenames.iter().map(|path| Ok(Input::of(path)));
    let built = args.kustomize.iter();
    let built = built.map(|directory| kustomize::build(directory, limits));
    files.chain(built).collect()
}

/// Refuses paths of which several are the standard input.
pub(super) fn once<'p>(
    paths: impl IntoIterator<Item = &'p PathBuf>,
    help: &str,
) -> Result<(), Problem> {
    let all = paths.into_iter().map(Input::of);
    match all.filter(|input| *input == Input::Stdin).count() {
        0 | 1 => Ok(()),
        _ => Err(Problem::new("standard input can be read only once").help(help)),
    }
}

/// Why a verb that reads manifests only has none: of a cluster that was named, it says so.
pub(super) fn no_cluster(args: &InputArgs, verb: &str, help: &str) -> Problem {
    if args.cluster.given().is_empty() {
        return Problem::new(format!(
            "no input: `{verb}` reads manifests, and no cluster yet"
        ))
        .help(help);
    }
    let given = args.cluster.given().join(", ");
    Problem::new(format!(
        "`{verb}` does not read a cluster yet, so {given} is of no use"
    ))
    .help("write the objects to a file, as `netpolc kinds` shows, and name it")
}

fn look(when: ColorWhen, stream: &impl IsTerminal) -> Look {
    let terminal = stream.is_terminal();
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let color = match when {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto => terminal && !set("NO_COLOR") && !dumb,
    };
    Look {
        color,
        width: width(terminal).clamp(NARROWEST, WIDEST),
    }
}

/// The columns that there are: as the environment says, or as a terminal has them.
fn width(terminal: bool) -> usize {
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns()
        .or_else(|| if terminal { measured() } else { None })
        .unwrap_or(WIDTH)
}

/// The columns that the environment asks for.
fn columns() -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok();
    columns.and_then(|columns| columns.parse().ok())
}

/// Where there is no terminal, nothing is cut and no name is broken, unless a width is asked for. A table
/// takes all columns, for it is not read along its lines.
fn extent(verbose: bool) -> Extent {
    let stdout = std::io::stdout();
    let width = if stdout.is_terminal() || columns().is_some() {
        width(stdout.is_terminal()).max(NARROWEST)
    } else {
        usize::MAX
    };
    Extent {
        width,
        whole: verbose || !stdout.is_terminal(),
        ranges: false,
    }
}
