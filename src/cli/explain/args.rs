//! The arguments of `explain`.

use crate::cli::controllers::ControllerArgs;
use crate::cli::input_args::InputArgs;
use crate::cli::repair::RepairArgs;
use crate::cli::scope::ScopeArgs;
use crate::cli::with::WithArgs;
use crate::render::AnswerFormat;
use clap::Args;

/// Explain a decision, the policies on pods, or policies
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  netpolc explain deploy/web svc/db:5432 -n shop -f manifests/   a decision, tier by tier
  netpolc explain pod/web-1 -n shop -f manifests/                the policies on a pod
  netpolc explain -l app=web -n shop -f manifests/               the policies on pods with a label
  netpolc explain svc/db -n shop -f manifests/                   the policies on the pods behind it
  netpolc explain netpol/db -n shop -f manifests/                a policy in English
  netpolc explain netpol -n shop -f manifests/                   all policies of a namespace
  netpolc explain cnp/egress -f manifests/                       the same, cluster-wide",
    mut_arg("selector", |arg| arg.help(SELECTOR)))]
pub(in crate::cli) struct ExplainArgs {
    /// Who opens the connection and who accepts it, as for `can`; or one pod, workload, Service, Ingress,
    /// node or namespace; or policies, such as netpol/NAME and cnp/NAME
    #[arg(value_name = "SRC DST:PORT[/PROTOCOL]|POD|POLICY", num_args = 0.., required_unless_present = "selector")]
    pub(super) names: Vec<String>,

    /// Destination port, if not given with DST
    #[arg(long, value_name = "PORT[/PROTOCOL]")]
    pub(super) port: Option<String>,

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

/// What `-l` is for.
const SELECTOR: &str = "Explain the policies on the pods with these labels, in place of a name: \
    `app=web,tier in (a,b)`";
