//! `emit`: rulesets that say what the policies say.

mod certify;
mod findings;
mod folder;

use super::exit::{Exit, Failure};
use super::files::{Batch, Over};
use super::input_args::InputArgs;
use super::load::{Loaded, left_out_notes, load, tell};
use super::options::Options;
use super::output;
use crate::diag::Severity;
use crate::emit::name::comment;
use crate::emit::plan::{Plan, Scope, plan};
use crate::emit::{delta, iptables, nftables, read};
use crate::endpoint::Problem;
use crate::model::{LeftOut, Say};
use crate::render::count;
use certify::{CertifyArgs, certify};
use clap::{Args, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

/// Write firewall rules that enforce the policies on a Linux node
#[derive(Debug, Args)]
pub(super) struct EmitArgs {
    #[command(subcommand)]
    backend: Backend,
}

impl EmitArgs {
    /// The arguments that all verbs share.
    pub(super) fn input(&self) -> &InputArgs {
        match &self.backend {
            Backend::Nftables(args) => &args.common.input,
            Backend::Iptables(args) => &args.common.input,
        }
    }
}

/// What enforces.
#[derive(Debug, Subcommand)]
enum Backend {
    Nftables(NftablesArgs),
    Iptables(IptablesArgs),
}

/// Write one nft file that replaces its own table atomically
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kubectl get ns,po,no,netpol -A -o yaml > cluster.yaml
  netpolc emit nftables -f cluster.yaml -o rules && nft -f rules/netpolc.nft
  netpolc emit nftables --node worker-1 -f cluster.yaml            for one node
  netpolc emit nftables --delta rules/netpolc.nft -f cluster.yaml  what changed since")]
struct NftablesArgs {
    /// The table's name, which is netpolc's own: what is in it is replaced
    #[arg(long, value_name = "NAME", default_value = "netpolc")]
    table: String,

    /// Where packets are judged: `forward` where pods are routed, `postrouting` behind kube-proxy in
    /// IPVS mode, `bridge` between pods on one bridge
    #[arg(long, value_name = "HOOK", default_value = "forward")]
    hook: Hook,

    /// Print only the element updates that turn this ruleset, as it was written and loaded, into the
    /// new one
    #[arg(long, value_name = "OLD")]
    delta: Option<PathBuf>,

    /// Write the whole ruleset and a README to this directory
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    #[command(flatten)]
    common: CommonArgs,
}

/// Write files for iptables-restore, ip6tables-restore and ipset restore
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  netpolc emit iptables --node worker-1 -o rules/ -f cluster.yaml && sh rules/install.sh")]
struct IptablesArgs {
    /// What the names of chains and sets begin with, which are netpolc's own
    #[arg(long, value_name = "PREFIX", default_value = "NP")]
    prefix: String,

    /// The directory to write the files to, with a README of the order in which they are loaded
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    #[command(flatten)]
    common: CommonArgs,
}

/// What all backends know.
#[derive(Debug, Args)]
struct CommonArgs {
    /// Govern only the pods of this node
    #[arg(long, value_name = "NAME")]
    node: Option<String>,

    #[command(flatten)]
    certify: CertifyArgs,

    #[command(flatten)]
    input: InputArgs,
}

/// Where packets are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Hook {
    Forward,
    Postrouting,
    Bridge,
}

/// How long a line on what a ruleset lacks may be, in bytes.
const LONGEST: usize = 1_000;

/// How the file of nftables is loaded.
const README: &str = include_str!("emit/nftables.md");

/// Writes a ruleset.
pub(super) fn run(args: &EmitArgs) -> Result<Exit, Failure> {
    match &args.backend {
        Backend::Nftables(args) => nft(args),
        Backend::Iptables(args) => ipt(args),
    }
}

fn nft(args: &NftablesArgs) -> Result<Exit, Failure> {
    let table = nftables::TableName::new(&args.table)
        .map_err(|why| Problem::new(format!("`{}` cannot name a table", args.table)).help(why))?;
    let hook = match args.hook {
        Hook::Forward => nftables::Hook::Forward,
        Hook::Postrouting => nftables::Hook::Postrouting,
        Hook::Bridge => nftables::Hook::Bridge,
    };
    let limits = args.common.input.max_input.unwrap_or_default();
    let old = args.delta.as_deref();
    let old = old.map(|path| folder::read(path, limits)).transpose()?;
    let planned = Planned::new(&args.common)?;
    let cluster = &planned.loaded.cluster;
    let options = nftables::Options {
        table,
        hook,
        ..nftables::Options::default()
    };
    let text = nftables::write(&planned.plan, cluster, &options);
    certify(&args.common.certify, &planned, || {
        read::nftables(&text).map(|ruleset| vec![ruleset])
    })?;
    let mut text = planned.signed(&text);
    let update = match (&args.delta, old) {
        (Some(path), Some(old)) => Some(delta::delta(&old, &text).map_err(|unlike| {
            Problem::new(format!("`{}` cannot be updated: {unlike}", path.display()))
                .help("load the whole ruleset: it replaces the old one at once")
        })?),
        _ => None,
    };
    if hook == nftables::Hook::Bridge && !planned.options.quiet {
        output::note(
            "note: this judges what passes between ports of a bridge; for what is routed, load a ruleset of `--hook forward` too",
        );
    }
    let update = update.map(|update| {
        text = update.ruleset;
        update.commands
    });
    if let Some(directory) = &args.output {
        planned.write(
            directory,
            [
                ("netpolc.nft", text.clone()),
                ("install.sh", nftables::install(&options)),
                ("README.md", README.to_owned()),
            ],
        )?;
    }
    match update {
        Some(update) => output::answer(&update)?,
        None if args.output.is_none() => output::answer(&text)?,
        None => {}
    }
    Ok(planned.exit())
}

fn ipt(args: &IptablesArgs) -> Result<Exit, Failure> {
    let prefix = iptables::Prefix::new(&args.prefix).map_err(Problem::new)?;
    let planned = Planned::new(&args.common)?;
    let cluster = &planned.loaded.cluster;
    let files = iptables::write(&planned.plan, cluster, &iptables::Options { prefix });
    certify(&args.common.certify, &planned, || {
        read::iptables(&files.ipset, &files.v4, &files.v6).map(Vec::from)
    })?;
    let named = files.named().into_iter().map(|(name, text)| {
        if name.starts_with("rules") {
            let text = format!("# generated by netpolc; do not edit\n{text}");
            (name, planned.signed(&text))
        } else {
            (name, text.to_owned())
        }
    });
    planned.write(&args.output, named)?;
    Ok(planned.exit())
}

/// What was read, and what a ruleset for it must do.
struct Planned {
    options: Options,
    loaded: Loaded,
    #[cfg_attr(
        not(feature = "smt"),
        expect(dead_code, reason = "only certification asks for it")
    )]
    scope: Scope,
    plan: Plan,
    /// What the ruleset lacks.
    left_out: Vec<String>,
}

/// Whether a ruleset hangs on what was left out: on policies and on pods. Labels
/// of namespaces that are not known are refused on their own.
fn matters(it: &LeftOut) -> bool {
    let mut says = [Say::Connections, Say::Pods].into_iter();
    says.any(|say| it.may_decide(say))
}

impl Planned {
    /// How the run ends: a ruleset that lacks something may be another than the policies are.
    fn exit(&self) -> Exit {
        if self.left_out.is_empty() {
            Exit::Yes
        } else {
            Exit::Undecided
        }
    }

    /// A text with a line for what it lacks behind its first.
    fn signed(&self, text: &str) -> String {
        let lines = self.left_out.iter();
        let lines: Vec<String> = lines
            .map(|note| format!("# {}\n", comment(note, LONGEST)))
            .collect();
        let lines = lines.concat();
        match text.split_once('\n') {
            Some((first, rest)) => format!("{first}\n{lines}{rest}"),
            None => text.to_owned(),
        }
    }

    /// Writes files to a directory, in place of older ones of the same names.
    fn write<'n>(
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

    fn new(args: &CommonArgs) -> Result<Self, Failure> {
        let options = Options::resolve(&args.input)?;
        let loaded = load(&options)?;
        let lacks: Vec<&LeftOut> = loaded
            .cluster
            .left_out
            .iter()
            .filter(|it| matters(it))
            .collect();
        let left_out = left_out_notes(lacks.iter().copied());
        if !options.keep_going && !left_out.is_empty() {
            let message = format!("a ruleset would lack what is {}", left_out.join("; "));
            return Err(Problem::new(message)
                .help("`--keep-going` writes the ruleset without them")
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
