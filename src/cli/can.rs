//! `can`: yes, no or unknown, and why.

mod args;
mod ask;
mod batch;
mod ends;
mod enough;
mod plugins;
mod reach;

pub(super) use args::CanArgs;
pub(super) use ask::{around, ask};
pub(super) use ends::question;

use super::exit::{Exit, Failure};
use super::hidden;
use super::live::Needs;
use super::load::{Loaded, load};
use super::options::{Beside, Options, Takes};
use super::output;
use super::scope::ScopeArgs;
use crate::endpoint::{Problem, Role};
use crate::query::{Answer, Question};
use crate::render::AnswerFormat;
use crate::render::json::Answers;
use crate::render::text::Teller;
use crate::trace::Verdict;
use ends::{Ends, ends};
use enough::{is_enough, needs};

/// Answers.
pub(super) fn run(args: &CanArgs) -> Result<Exit, Failure> {
    let mut options = args.with.options(&args.input)?;
    if let Some(questions) = &args.batch {
        return batch::run(args, questions, options);
    }
    let question = match ends(args, &options)? {
        Ends::Both(question) => question,
        Ends::One(ask) => {
            args.repair.refuse("a list")?;
            return reach::run(args, &ask, options);
        }
    };
    if args.probe && args.output != AnswerFormat::Text {
        return Err(Problem::new("`--probe` prints commands for people")
            .help("leave `-o` away")
            .into());
    }
    options.takes = Takes::Several;
    options.asked = question.names();
    options.beside = Beside::Now;
    if !args.probe && args.controllers.controllers.is_empty() && !args.scope.all_namespaces {
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
    let question = loaded.scoped(question, &args.scope);
    let question = question.map_err(|it| hidden::excuse(it.into(), &loaded.cluster, &options))?;
    if loaded.plugins.len() > 1 {
        args.repair.refuse("several network plugins")?;
        return plugins::run(loaded, args, &question, &options);
    }
    let mut answer = ask(&loaded, &question, &options)?;
    let is_told = args.output == AnswerFormat::Text && !options.quiet;
    let repairs = is_told || args.repair.is_asked();
    if repairs && answer.verdict == Verdict::Deny && options.needs != Needs::Everything {
        // What else a change would open is anywhere in the cluster.
        options.needs = Needs::Everything;
        loaded = load(&options)?;
        answer = ask(&loaded, &question, &options)?;
    }
    let asked = (&question, &answer);
    let opening = if repairs {
        args.repair.opening(&loaded, asked, &options)?
    } else {
        String::new()
    };
    tell(&loaded, args, (&answer, &opening), &options)?;
    Ok(answer.verdict.into())
}

/// Writes an answer.
fn tell(
    loaded: &Loaded,
    args: &CanArgs,
    (answer, opening): (&Answer, &str),
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
    text.push_str(opening);
    if args.probe {
        text.push_str(&teller.probe(answer));
    }
    output::answer(&text)
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
