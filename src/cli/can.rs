//! `can`: yes, no or unknown, and why.

mod ask;
mod batch;
mod ends;
mod plugins;
mod reach;

pub(super) use ask::ask;
pub(super) use ends::question;

use super::controllers::ControllerArgs;
use super::exit::{Exit, Failure};
use super::input_args::InputArgs;
use super::load::{Loaded, load};
use super::options::{Beside, Options, Takes};
use super::output;
use super::scope::ScopeArgs;
use super::with::WithArgs;
use crate::endpoint::{Problem, Role};
use crate::query::{Answer, Question};
use crate::render::AnswerFormat;
use crate::render::json::{Answers, Asked};
use crate::render::text::Teller;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use ends::{Ends, ends};
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
pub(super) struct CanArgs {
    /// Who opens the connection; alone, the answer lists what it reaches
    #[arg(value_name = "SRC", required_unless_present_any = ["to", "selector", "batch"])]
    source: Option<String>,

    /// Who accepts it; without a port, the answer lists the ports
    #[arg(value_name = "DST[:PORT[/PROTOCOL]]")]
    destination: Option<String>,

    /// Who accepts the connection; without SRC, the answer lists who reaches it
    #[arg(
        long,
        value_name = "DST[:PORT[/PROTOCOL]]",
        conflicts_with = "destination"
    )]
    to: Option<String>,

    /// Destination port, if not given with DST
    #[arg(long, value_name = "PORT[/PROTOCOL]")]
    port: Option<String>,

    /// Ask whether any pod of SRC can reach any pod of DST, instead of all of them
    #[arg(long)]
    any: bool,

    /// Print commands to try the answer on the cluster, too; nothing is run
    #[arg(long)]
    probe: bool,

    /// Output format: text, json or yaml
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    output: AnswerFormat,

    /// Answer many questions: a file, or standard input (`-`), with one JSON object on each line, such as
    /// {\"from\":\"shop/web\",\"to\":\"shop/db\",\"port\":5432,\"protocol\":\"TCP\"}; each is answered by one line
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["source", "to", "port", "probe", "output", "selector"])]
    batch: Option<PathBuf>,

    #[command(flatten)]
    scope: ScopeArgs,

    #[command(flatten)]
    controllers: ControllerArgs,

    #[command(flatten)]
    with: WithArgs,

    #[command(flatten)]
    pub(super) input: InputArgs,
}

impl ValueEnum for AnswerFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

/// Answers.
pub(super) fn run(args: &CanArgs) -> Result<Exit, Failure> {
    let mut options = args.with.options(&args.input)?;
    if let Some(questions) = &args.batch {
        return batch::run(args, questions, options);
    }
    let question = match ends(args, &options)? {
        Ends::Both(question) => question,
        Ends::One(ask) => return reach::run(args, &ask, options),
    };
    if args.probe && args.output != AnswerFormat::Text {
        return Err(Problem::new("`--probe` prints commands for people")
            .help("leave `-o` away")
            .into());
    }
    options.takes = Takes::Several;
    options.beside = Beside::Now;
    let mut loaded = load(&options)?;
    loaded.add_controllers(&args.controllers, &options);
    let question = loaded.scoped(question, &args.scope)?;
    if loaded.plugins.len() > 1 {
        return plugins::run(loaded, args, &question, &options);
    }
    let answer = ask(&loaded, &question, &options)?;
    tell(&loaded, args, &answer, &options)?;
    Ok(answer.verdict.into())
}

/// Writes an answer.
fn tell(
    loaded: &Loaded,
    args: &CanArgs,
    answer: &Answer,
    options: &Options,
) -> Result<(), Failure> {
    if let Some(answers) = loaded.answers(args.output, false) {
        return output::data(|out| answers.write(&args.asked(), answer, out));
    }
    if options.quiet {
        return Ok(());
    }
    let teller = loaded.teller(options);
    let mut text = teller.answer(answer);
    if args.probe {
        text.push_str(&teller.probe(answer));
    }
    output::answer(&text)
}

impl CanArgs {
    /// The question as it was typed.
    fn asked(&self) -> Asked {
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

impl Loaded {
    /// What puts results over this cluster into words.
    pub(super) fn teller(&self, options: &Options) -> Teller<'_> {
        Teller {
            cluster: &self.cluster,
            sources: &self.sources,
            applied: self.applied.as_ref(),
            before: self.before.as_ref(),
            look: options.answer,
        }
    }

    /// What writes results over this cluster for machines; none where people read them.
    pub(super) fn answers(&self, format: AnswerFormat, in_full: bool) -> Option<Answers<'_>> {
        Some(Answers {
            cluster: &self.cluster,
            sources: &self.sources,
            style: format.style()?,
            in_full,
        })
    }

    /// A question whose names are looked for where `-A` says.
    pub(super) fn scoped(
        &self,
        question: Question,
        scope: &ScopeArgs,
    ) -> Result<Question, Problem> {
        let Question {
            source,
            destination,
            mode,
        } = question;
        Ok(Question {
            source: scope.within(&self.cluster, source, Role::Source)?,
            destination: scope.within(&self.cluster, destination, Role::Destination)?,
            mode,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::grammar;
    use crate::input;
    use crate::model::Cluster;
    use crate::query::Mode;
    use crate::trace::Verdict;

    const PODS: &str = "\
kind: List
apiVersion: v1
items:
- {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: []}}
- {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: []}}
";

    const UNREAD: &str = "\
---
{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: p}}
";
    const BROKEN: &str = "\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: broken, namespace: other}
spec: {ingrss: []}
";

    /// The verdict, and what is said.
    fn told(source: &str, more: &str) -> (Verdict, String) {
        let text = format!("{PODS}{more}");
        let read = input::read_text("pods.yaml", &text, &input::Options::default());
        let loaded = Loaded {
            sources: read.sources,
            cluster: Cluster::new(read.objects),
            applied: None,
            before: None,
            settings: crate::settings::Settings::default(),
            plugins: Vec::new(),
            inputs: crate::cli::files::Inputs::default(),
        };
        let look = crate::render::Look {
            color: false,
            width: 100,
        };
        let options = Options {
            kubernetes_version: None,
            cni: Vec::new(),
            takes: Takes::Several,
            told: crate::cli::told::Told::default(),
            inputs: Vec::new(),
            with: Vec::new(),
            beside: Beside::Nothing,
            namespace: "default".into(),
            keep_going: true,
            verbose: false,
            limits: input::Limits::default(),
            patience: crate::cli::watch::Patience::of(None),
            quiet: false,
            table: crate::render::matrix::Extent {
                width: 100,
                whole: true,
                ranges: false,
            },
            answer: look,
            messages: look,
        };
        let end = |text| grammar::parse(text).expect("an end");
        let question = question(end(source), end("b:80"), None, Mode::All).expect("a question");
        let answer = ask(&loaded, &question, &options).expect("an answer");
        (answer.verdict, loaded.teller(&options).answer(&answer))
    }

    #[test]
    fn policies_that_are_not_read_leave_a_verdict_open() {
        let (verdict, text) = told("a", UNREAD);
        assert_eq!(verdict, Verdict::Undecided);
        assert!(
            text.starts_with(
                "unknown\nCiliumClusterwideNetworkPolicy `p` is not read yet and may decide otherwise. \
                 Without it:\ndefault/a can reach default/b on TCP 80: "
            ),
            "{text}"
        );
        // A pod reaches itself whatever policies say.
        assert_eq!(told("b", UNREAD).0, Verdict::Allow);
    }

    #[test]
    fn policies_of_other_namespaces_leave_none_open() {
        let (verdict, text) = told("a", BROKEN);
        assert_eq!(verdict, Verdict::Allow);
        assert!(
            text.ends_with("left out because of problems: NetworkPolicy other/broken.\n"),
            "{text}"
        );
        let here = BROKEN.replace("namespace: other", "namespace: default");
        let (verdict, text) = told("a", &here);
        assert_eq!(verdict, Verdict::Undecided);
        assert!(
            text.starts_with(
                "unknown\nNetworkPolicy `default/broken` is left out because of problems and may \
                 decide otherwise. Without it:\n"
            ),
            "{text}"
        );
    }
}
