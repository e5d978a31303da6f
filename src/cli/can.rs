//! `can`: yes, no or unknown, and why.

mod ask;
mod enough;
mod plugins;

pub(super) use ask::ask;

use super::controllers::ControllerArgs;
use super::exit::{Exit, Failure};
use super::hidden;
use super::input_args::InputArgs;
use super::live::Needs;
use super::load::{Loaded, load};
use super::options::{Beside, Options, Takes};
use super::output;
use super::with::WithArgs;
use crate::endpoint::{Problem, grammar};
use crate::query::{Mode, Question};
use crate::render::text::Teller;
use clap::Args;
use enough::{is_enough, needs};

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
  10.0.0.7, 10.0.0.0/8, internet   addresses outside the cluster
  node/worker-1                    a node
  web:ICMP                         a pod, on a protocol without ports

Examples:
  netpolc can deploy/web svc/db:5432 -n shop -f manifests/
  netpolc can internet shop/deploy/web:8080 -f manifests/
  kubectl get pods,ns,svc,deploy,netpol -A -o yaml | netpolc can shop/web dns/dns:53/UDP -f -")]
pub(super) struct CanArgs {
    /// Who opens the connection
    #[arg(value_name = "SRC")]
    pub(super) source: String,

    /// Who accepts it; without a port, the answer lists the ports
    #[arg(value_name = "DST[:PORT[/PROTOCOL]]")]
    pub(super) destination: String,

    /// Destination port, if not given with DST
    #[arg(long, value_name = "PORT[/PROTOCOL]")]
    pub(super) port: Option<String>,

    /// Ask whether any pod of SRC can reach any pod of DST, instead of all of them
    #[arg(long)]
    pub(super) any: bool,

    /// Print commands to try the answer on the cluster, too; nothing is run
    #[arg(long)]
    pub(super) probe: bool,

    #[command(flatten)]
    pub(super) controllers: ControllerArgs,

    #[command(flatten)]
    pub(super) with: WithArgs,

    #[command(flatten)]
    pub(super) input: InputArgs,
}

/// Answers.
pub(super) fn run(args: &CanArgs) -> Result<Exit, Failure> {
    let mode = if args.any { Mode::Any } else { Mode::All };
    let question = question(&args.source, &args.destination, args.port.as_deref(), mode)?;
    let mut options = args.with.options(&args.input)?;
    options.takes = Takes::Several;
    options.asked = question.names();
    options.beside = Beside::Now;
    if !args.probe && args.controllers.controllers.is_empty() {
        options.needs = needs(&question, &options);
    }
    let mut loaded = load(&options)?;
    if options.needs != Needs::Everything {
        if is_enough(&loaded, &question, &options) {
            hidden::tell(&loaded.cluster.left_out, &options);
        } else {
            options.needs = Needs::Everything;
            loaded = load(&options)?;
        }
    }
    loaded.add_controllers(&args.controllers, &options);
    if loaded.plugins.len() > 1 {
        return plugins::run(loaded, &question, &options);
    }
    let answer = ask(&loaded, &question, &options)?;
    if !options.quiet {
        let teller = loaded.teller(&options);
        let mut text = teller.answer(&answer);
        if args.probe {
            text.push_str(&teller.probe(&answer));
        }
        output::answer(&text)?;
    }
    Ok(answer.verdict.into())
}

/// Reads a question.
pub(super) fn question(
    source: &str,
    destination: &str,
    port: Option<&str>,
    mode: Mode,
) -> Result<Question, Problem> {
    let source = grammar::parse(source)?;
    let mut destination = grammar::parse(destination)?;
    if let Some(port) = port {
        let port = grammar::parse_port(port)?;
        if destination
            .port
            .as_ref()
            .is_some_and(|other| *other != port)
        {
            return Err(
                Problem::new("DST and `--port` name different ports").help("give the port once")
            );
        }
        destination.port = Some(port);
    }
    Ok(Question {
        source,
        destination,
        mode,
    })
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input;
    use crate::model::Cluster;
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
            live: None,
            asked: Vec::new(),
            needs: crate::cli::live::Needs::Everything,
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
        let question = question(source, "b:80", None, Mode::All).expect("a question");
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
