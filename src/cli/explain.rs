//! `explain`: a decision tier by tier, the policies on a pod, or a policy in English.

use super::controllers::ControllerArgs;
use super::dump::lacks_policies;
use super::exit::{Exit, Failure};
use super::hidden;
use super::input_args::InputArgs;
use super::load::{Loaded, left_out_notes, load};
use super::options::{Beside, Options};
use super::with::WithArgs;
use super::{can, output};
use crate::endpoint::{ObjectKind, Problem, Reference, Role, find_policy, grammar, resolve};
use crate::model::{Habit, LeftOut};
use crate::query::{Mode, about};
use crate::render::visible;
use clap::Args;

/// Explain a decision, the policies on a pod, or a policy
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  netpolc explain deploy/web svc/db:5432 -n shop -f manifests/   a decision, tier by tier
  netpolc explain pod/web-1 -n shop -f manifests/                the policies on a pod
  netpolc explain netpol/db -n shop -f manifests/                a policy in English
  netpolc explain cnp/egress -f manifests/                       the same, cluster-wide",
    mut_arg("controllers", |arg| arg.requires("destination")))]
pub(super) struct ExplainArgs {
    /// Who opens the connection; without DST, a pod, workload or policy
    #[arg(value_name = "SRC|POD|netpol/NAME|cnp/NAME")]
    pub(super) subject: String,

    /// Who accepts the connection
    #[arg(value_name = "DST:PORT[/PROTOCOL]")]
    pub(super) destination: Option<String>,

    /// Destination port, if not given with DST
    #[arg(long, value_name = "PORT[/PROTOCOL]", requires = "destination")]
    pub(super) port: Option<String>,

    #[command(flatten)]
    pub(super) controllers: ControllerArgs,

    #[command(flatten)]
    pub(super) with: WithArgs,

    #[command(flatten)]
    pub(super) input: InputArgs,
}

/// Explains.
pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    match &args.destination {
        Some(destination) => flow(args, destination),
        None => alone(args),
    }
}

fn flow(args: &ExplainArgs, destination: &str) -> Result<Exit, Failure> {
    let question = can::question(&args.subject, destination, args.port.as_deref(), Mode::All)?;
    let mut options = args.with.options(&args.input)?;
    options.asked = question.names();
    options.beside = Beside::Now;
    let mut loaded = load(&options)?;
    loaded.add_controllers(&args.controllers, &options);
    let answer = can::ask(&loaded, &question, &options)?;
    output::answer(&loaded.teller(&options).explanation(&answer))?;
    Ok(answer.verdict.into())
}

fn alone(args: &ExplainArgs) -> Result<Exit, Failure> {
    let asked = grammar::parse(&args.subject)?;
    if asked.port.is_some() {
        return Err(Problem::new("a port needs a source and a destination")
            .help("write `netpolc explain SRC DST:PORT`")
            .into());
    }
    let mut options = args.with.options(&args.input)?;
    options.asked.push(asked.reference.clone());
    let loaded = load(&options)?;
    let excuse = |failure: Failure| hidden::excuse(failure, &loaded.cluster, &options);
    let practice = &loaded.cluster.practice;
    if !practice.does(Habit::Enforces) {
        output::note(&format!("note: {}", practice.describe(Habit::Enforces)));
    }
    let (text, open) = if let Reference::Named {
        namespace,
        kind: Some(ObjectKind::Policy(kind)),
        name,
    } = &asked.reference
    {
        let scope = namespace.as_deref().unwrap_or(&options.namespace);
        let policy = find_policy(&loaded.cluster, (*kind, scope), name);
        let policy = policy.map_err(|problem| excuse(problem.into()))?;
        (
            loaded.teller(&options).policy_in_english(policy),
            Vec::new(),
        )
    } else {
        on_pods(&loaded, &options, &asked.reference).map_err(excuse)?
    };
    let others = loaded.cluster.left_out.iter();
    let mut notes = left_out_notes(others.filter(|it| !open.contains(it)));
    let lacking = lacks_policies(&loaded.cluster, &options);
    notes.extend(lacking.map(ToOwned::to_owned));
    let notes = notes.iter().map(|note| format!("\n{}\n", visible(note)));
    let teller = loaded.teller(&options);
    let rest = [
        teller.left_out(&open),
        notes.collect(),
        teller.applied_alone(),
    ];
    output::answer(&(text + &rest.concat()))?;
    Ok(if open.is_empty() {
        Exit::Yes
    } else {
        Exit::Undecided
    })
}

/// The policies on pods, and what was left out that may be one of them.
fn on_pods<'l>(
    loaded: &'l Loaded,
    options: &Options,
    reference: &Reference,
) -> Result<(String, Vec<&'l LeftOut>), Failure> {
    let party = resolve(
        &loaded.cluster,
        reference,
        &options.namespace,
        Role::Destination,
    )?;
    if party.pods.is_empty() {
        return Err(Problem::new(format!(
            "policies apply to pods, and `{}` is not a pod",
            party.title
        ))
        .help("ask for a pod, a workload or `netpol/NAME`; for a flow write `explain SRC DST:PORT`")
        .into());
    }
    let pods = about::on_party(&loaded.cluster, &party);
    let teller = loaded.teller(options);
    let told: Vec<_> = pods.iter().map(|pods| teller.pod(pods)).collect();
    let open = about::left_out_over(&loaded.cluster, &party);
    Ok((told.join("\n"), open))
}
