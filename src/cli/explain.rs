//! `explain`: a decision tier by tier, the policies on pods, or policies in English.

mod args;
mod ask;
mod behind;

pub(super) use args::ExplainArgs;

use super::dump::lacks_policies;
use super::exit::{Exit, Failure};
use super::hidden;
use super::load::{Loaded, left_out_notes, load};
use super::options::{Beside, Options};
use super::{can, output, repair};
use crate::endpoint::{Asked, Party, Problem, Role, resolve};
use crate::model::{Habit, LeftOut, PolicyId};
use crate::query::{Question, about};
use crate::render::json::{self, Explanations};
use crate::render::visible;
use ask::Subject;

/// Explains.
pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    let mut options = args.with.options(&args.input)?;
    match ask::subject(args, &options)? {
        Subject::Flow(question) => {
            options.asked = question.names();
            options.beside = Beside::Now;
            flow(args, question, &options)
        }
        Subject::Policies(asked) => {
            options.asked = asked.names();
            let loaded = alone(args, &options)?;
            let ids = asked.find(&loaded.cluster, args.scope.all_namespaces);
            let ids = ids.map_err(|it| hidden::excuse(it.into(), &loaded.cluster, &options))?;
            policies(args, &loaded, &options, &ids)
        }
        Subject::Pods(asked) => {
            options.asked.push(asked.reference.clone());
            let loaded = alone(args, &options)?;
            let found = meant(args, &loaded, &options, asked);
            let excuse = |it: Problem| hidden::excuse(it.into(), &loaded.cluster, &options);
            let (parties, said) = found.map_err(excuse)?;
            pods(args, &loaded, &options, (&parties, said))
        }
    }
}

/// Whose pods are meant, and what is said of that.
fn meant<'l>(
    args: &ExplainArgs,
    loaded: &'l Loaded,
    options: &Options,
    asked: Asked,
) -> Result<(Vec<Party<'l>>, Vec<String>), Problem> {
    let (cluster, role) = (&loaded.cluster, Role::Destination);
    let Asked { reference, .. } = args.scope.within(cluster, asked, role)?;
    if let Some(found) = behind::find(cluster, &reference, &options.namespace) {
        return found;
    }
    let party = resolve(cluster, &reference, &options.namespace, role)?;
    Ok((vec![party], Vec::new()))
}

/// Reads the input of a question without a destination.
fn alone(args: &ExplainArgs, options: &Options) -> Result<Loaded, Failure> {
    let controllers = !args.controllers.controllers.is_empty();
    let given = [
        (args.port.is_some(), "--port"),
        (controllers, "--ingress-controller"),
        (args.repair.is_asked(), "--fix-with"),
    ];
    if let Some((_, flag)) = given.into_iter().find(|(given, _)| *given) {
        let problem = Problem::new(format!("`{flag}` needs a source and a destination"));
        return Err(problem.help("write `netpolc explain SRC DST:PORT`").into());
    }
    let loaded = load(options)?;
    let practice = &loaded.cluster.practice;
    if !practice.does(Habit::Enforces) && !options.quiet {
        output::note(&format!("note: {}", practice.describe(Habit::Enforces)));
    }
    Ok(loaded)
}

fn flow(args: &ExplainArgs, question: Question, options: &Options) -> Result<Exit, Failure> {
    let mut loaded = load(options)?;
    loaded.add_controllers(&args.controllers, options);
    let question = loaded.scoped(question, &args.scope);
    let question = question.map_err(|it| hidden::excuse(it.into(), &loaded.cluster, options))?;
    let answer = can::ask(&loaded, &question, options)?;
    let asked = (&question, &answer);
    if let Some(answers) = loaded.answers(args.output, true) {
        if args.repair.is_asked() {
            args.repair.opening(&loaded, asked, options)?;
        }
        let mut names = args.names.iter().cloned();
        let asked = json::Asked {
            from: names.next().unwrap_or_default(),
            to: names.next().unwrap_or_default(),
            port: args.port.clone(),
            id: None,
        };
        output::data(|out| answers.write(&asked, &answer, out))?;
        return Ok(answer.verdict.into());
    }
    let mut text = loaded.teller(options).explanation(&answer);
    let more = [
        args.repair.opening(&loaded, asked, options)?,
        repair::closing(&loaded, asked, options)?,
    ];
    for more in more.iter().filter(|more| !more.is_empty()) {
        text.extend(["\n", more]);
    }
    output::answer(&text)?;
    Ok(answer.verdict.into())
}

/// Policies in English.
fn policies(
    args: &ExplainArgs,
    loaded: &Loaded,
    options: &Options,
    ids: &[PolicyId],
) -> Result<Exit, Failure> {
    let notes = left_out_notes(loaded.cluster.left_out.iter());
    if let Some(explanations) = args.explanations(loaded) {
        output::data(|out| explanations.write_policies(ids, &notes, out))?;
        return Ok(Exit::Yes);
    }
    let teller = loaded.teller(options);
    let told: Vec<String> = ids.iter().map(|id| teller.policy_in_english(*id)).collect();
    let notes = notes.iter().map(|note| format!("\n{}\n", visible(note)));
    let rest = [notes.collect(), teller.applied_alone()];
    output::answer(&(told.join("\n") + &rest.concat()))?;
    Ok(Exit::Yes)
}

/// The policies on pods, and what was left out that may be one of them.
fn pods(
    args: &ExplainArgs,
    loaded: &Loaded,
    options: &Options,
    (parties, said): (&[Party<'_>], Vec<String>),
) -> Result<Exit, Failure> {
    if let Some(party) = parties.iter().find(|party| party.pods.is_empty()) {
        return Err(Problem::new(format!(
            "policies apply to pods, and `{}` is not a pod",
            party.title
        ))
        .help("ask for a pod, a workload or `netpol/NAME`; for a flow write `explain SRC DST:PORT`")
        .into());
    }
    let cluster = &loaded.cluster;
    let found = parties
        .iter()
        .flat_map(|party| about::on_party(cluster, party));
    let found: Vec<_> = found.collect();
    let mut open: Vec<&LeftOut> = Vec::new();
    for it in parties
        .iter()
        .flat_map(|party| about::left_out_over(cluster, party))
    {
        if !open.contains(&it) {
            open.push(it);
        }
    }
    let others = cluster.left_out.iter().filter(|it| !open.contains(it));
    let mut notes = left_out_notes(others);
    let lacking = lacks_policies(cluster, options);
    notes.extend(lacking.map(ToOwned::to_owned));
    if let Some(explanations) = args.explanations(loaded) {
        let notes = [said, notes].concat();
        output::data(|out| explanations.write_pods(&found, &open, &notes, out))?;
    } else {
        let teller = loaded.teller(options);
        let lines: Vec<String> = said.iter().map(|it| visible(it).to_string()).collect();
        let head = match lines.as_slice() {
            [] => String::new(),
            lines => format!("{}\n\n", lines.join("\n")),
        };
        let told: Vec<_> = found.iter().map(|pods| teller.pod(pods)).collect();
        let notes = notes.iter().map(|note| format!("\n{}\n", visible(note)));
        let rest = [
            teller.left_out(&open),
            notes.collect(),
            teller.applied_alone(),
        ];
        output::answer(&(head + &told.join("\n") + &rest.concat()))?;
    }
    Ok(if open.is_empty() {
        Exit::Yes
    } else {
        Exit::Undecided
    })
}

impl ExplainArgs {
    /// What writes explanations for machines; none where people read them.
    fn explanations<'l>(&self, loaded: &'l Loaded) -> Option<Explanations<'l>> {
        Some(Explanations {
            cluster: &loaded.cluster,
            sources: &loaded.sources,
            style: self.output.style()?,
        })
    }
}
