//! The arguments of `can`.

use crate::cli::controllers::ControllerArgs;
use crate::cli::input_args::InputArgs;
use crate::cli::repair::RepairArgs;
use crate::cli::scope::ScopeArgs;
use crate::cli::with::WithArgs;
use crate::render::AnswerFormat;
use crate::render::json::Asked;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What `--cni` is for.
const CNI: &str = "Network plugin that enforces the policies, such as `calico` or `cilium@1.17`, or `detect` \
    to find it in the input (default: `spec`, which leaves open what the documents leave open); \
    several, as in `calico,cilium`, to see where they part";

/// Check whether SRC can reach DST, and why
#[derive(Debug, Args)]
#[command(mut_arg("cni", |arg| arg.help(CNI)), after_help = "\
Endpoints:
  web, deploy/web, shop/svc/db     [namespace/][type/]name
  ns/shop                          any pod of a namespace
  'shop/[app=web,tier=front]'      a pod with these labels, even if there is none
  10.0.0.7, 10.0.0.0/8             addresses
  internet                         every public address outside the cluster; where policies open a part
                                   of it, the answer is no, partly, with the blocks that differ
  node/worker-1                    a node
  web:ICMP                         a pod, on a protocol without ports

Examples:
  netpolc can deploy/web svc/db:5432 -n shop -f manifests/
  netpolc can internet shop/deploy/web:8080 -f manifests/
  netpolc can deploy/web -n shop -f manifests/          what it reaches
  netpolc can --to svc/db -n shop -f manifests/         who reaches it
  kubectl get pods,ns,svc,deploy,netpol -A -o yaml | netpolc can shop/web dns/dns:53/UDP -f -
  echo '{\"from\":\"shop/web\",\"to\":\"shop/db\",\"port\":5432}' | netpolc can --batch - -f manifests/

A list of what is reached exits with 0, or 3 where something left out of the input could change it. A batch
exits with 0 if every line was answered, whatever the answer, else with 2.")]
pub(in crate::cli) struct CanArgs {
    /// Who opens the connection; alone, the answer lists what it reaches
    #[arg(value_name = "SRC", required_unless_present_any = ["to", "selector", "batch"])]
    pub(super) source: Option<String>,

    /// Who accepts it; without a port, the answer lists the ports
    #[arg(value_name = "DST[:PORT[/PROTOCOL]]")]
    pub(super) destination: Option<String>,

    /// Who accepts the connection; without SRC, the answer lists who reaches it
    #[arg(
        long,
        value_name = "DST[:PORT[/PROTOCOL]]",
        conflicts_with = "destination"
    )]
    pub(super) to: Option<String>,

    /// Destination port, if not given with DST
    #[arg(long, value_name = "PORT[/PROTOCOL]")]
    pub(super) port: Option<String>,

    /// Ask whether any pod of SRC can reach any pod of DST, instead of all of them
    #[arg(long)]
    pub(super) any: bool,

    /// Print commands to try the answer on the cluster, too; nothing is run
    #[arg(long)]
    pub(super) probe: bool,

    /// Output format: text, json or yaml
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(super) output: AnswerFormat,

    /// Answer many questions: a file, or standard input (`-`), with one JSON object on each line, such as
    /// {\"from\":\"shop/web\",\"to\":\"shop/db\",\"port\":5432,\"protocol\":\"TCP\"}; each is answered by one line
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["source", "to", "port", "probe", "output", "selector", "fix_with"])]
    pub(super) batch: Option<PathBuf>,

    #[command(flatten)]
    pub(super) repair: RepairArgs,

    #[command(flatten)]
    pub(super) scope: ScopeArgs,

    #[command(flatten)]
    pub(super) controllers: ControllerArgs,

    #[command(flatten)]
    pub(super) with: WithArgs,

    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
}

impl ValueEnum for AnswerFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

impl CanArgs {
    /// The question as it was typed.
    pub(super) fn asked(&self) -> Asked {
        let selector = self.scope.selector.as_ref();
        let selected = selector.map(|it| format!("-l {it}"));
        let (from, to) = match (selected, &self.source, &self.destination) {
            (Some(selected), first, _) => (Some(selected), first.clone()),
            (None, from, to) => (from.clone(), to.clone()),
        };
        Asked {
            from: from.unwrap_or_default(),
            to: to.or_else(|| self.to.clone()).unwrap_or_default(),
            port: self.port.clone(),
            id: None,
        }
    }
}
