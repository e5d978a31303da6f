//! `prove`: claims over every packet and every pod that exists or could be created.

mod engine;
mod files;
mod folder;
mod record;
mod typed;

use super::exit::{Exit, Failure};
use super::files::Staged;
use super::input_args::InputArgs;
use super::load::{Loaded, read, tell};
use super::options::Options;
use super::output;
use crate::endpoint::Problem;
use crate::input::Input;
use crate::intent::{Intents, Scope};
use crate::prove::claim::{Claim, Goal, Kind, Premises, name_files};
use crate::prove::decide::Engine;
use crate::prove::encode::AsDocumented;
use crate::prove::outcome::{Core, Outcome, Proved};
use crate::prove::resolve::{Resolver, premises};
use crate::prove::{Bug, Prover};
use crate::render::{json, junit, proof};
use clap::{Args, ValueEnum};
use engine::Judge;
use files::{Others, broken_assumptions, read_intents, refuse, unresolved_finding};
use record::Recorder;
use std::path::PathBuf;

/// Prove claims over every packet and every pod that exists or could be created
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  netpolc prove --from ns/dev --to shop/svc/db:5432 --expect denied -f manifests/
  netpolc prove --from shop/deploy/web --to shop/svc/db:5432 --expect allowed -f manifests/
  netpolc prove intents.yaml -f manifests/                   a file of claims
  netpolc prove --equal-to old/ -f new/                      a refactoring changes nothing")]
pub(super) struct ProveArgs {
    /// Files of intents, or `-` for the standard input
    #[arg(value_name = "INTENTS")]
    files: Vec<PathBuf>,

    /// Who opens the connection: an endpoint, `anyone`, or `pods` for every pod
    #[arg(long, value_name = "SRC", requires = "to", requires = "expect")]
    from: Option<String>,

    /// Who is to answer; without a port, on every port
    #[arg(
        long,
        value_name = "DST[:PORT[/PROTOCOL]]",
        requires = "from",
        requires = "expect"
    )]
    to: Option<String>,

    /// The port, where it is not written after DST
    #[arg(long, value_name = "PORT[/PROTOCOL]", requires = "to")]
    port: Option<String>,

    /// What is claimed of the flows from SRC to DST
    #[arg(long, value_name = "VERDICT", requires = "from", requires = "to")]
    expect: Option<Expected>,

    /// Claim that the policies of another file or directory mean the same
    #[arg(long, value_name = "FILE|DIR")]
    equal_to: Option<String>,

    /// Claim that the policies let through no more than those of another file or directory
    #[arg(long, value_name = "FILE|DIR")]
    no_more_than: Option<String>,

    /// Which pods claims are about, where they do not say: any that could be created, or existing ones
    #[arg(long, value_name = "SCOPE", default_value = "any")]
    scope: ProvedScope,

    /// Claims are also about namespaces that do not exist yet, with any labels
    #[arg(long)]
    new_namespaces: bool,

    /// The format
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: ProofFormat,

    /// Write every question to the solver to a new directory, for other solvers
    #[arg(long, value_name = "DIR")]
    smt2: Option<PathBuf>,

    /// Write certificates of the claims that hold to a new directory
    #[arg(long, value_name = "DIR")]
    certificate: Option<PathBuf>,

    /// Prove by the certificates in a directory, without the solver
    #[arg(long, value_name = "DIR", conflicts_with_all = ["smt2", "certificate"])]
    check: Option<PathBuf>,

    /// Give up on a question after so many units of the solver's work; 0: never
    #[cfg(feature = "smt")]
    #[arg(
        long,
        value_name = "UNITS",
        default_value_t = 1_000_000_000,
        conflicts_with = "check"
    )]
    limit: u32,

    #[command(flatten)]
    pub(super) input: InputArgs,
}

/// What is claimed on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Expected {
    Denied,
    Allowed,
}

/// Which pods claims are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProvedScope {
    Any,
    Existing,
}

/// The formats of proofs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProofFormat {
    Text,
    Json,
    Junit,
}

/// Proves.
pub(super) fn run(args: &ProveArgs) -> Result<Exit, Failure> {
    let options = Options::resolve(&args.input)?;
    let mut files: Vec<Intents> = args.typed()?.into_iter().collect();
    if files.is_empty() && args.files.is_empty() {
        return Err(Problem::new("no claim")
            .help("write `--from SRC --to DST --expect denied`, or name a file of intents")
            .into());
    }
    let judge = Judge::of(args)?;
    let folder = |path: &Option<PathBuf>| path.as_deref().map(Staged::empty).transpose();
    let recorder = Recorder::new(&options, folder(&args.smt2)?, folder(&args.certificate)?);
    let intents = args.intents()?;
    let mut objects = read(&options.inputs, &options)?;
    files.extend(read_intents(&intents, &options, &mut objects.sources)?);
    let mut others = Others::default();
    others.read(&files, &objects.sources, &options)?;
    objects.objects.left_out.append(&mut others.left_out);
    // What another set of policies speaks of exists, for a comparison.
    objects
        .objects
        .namespaces
        .extend(others.mentioned(&objects.objects.namespaces));
    objects.objects.others.extend(others.policies());
    let mut loaded = Loaded::join(objects, &options);
    let several = loaded.cluster.take_as_several();
    let proved = judge.decide(args, &options, |engine| {
        let claims = Claims {
            args,
            options: &options,
            loaded: &loaded,
            several,
            files: &files,
        };
        claims.prove(&others, engine, recorder)
    })?;
    let broken = judge.broken(args, &mut loaded.sources);
    tell(&loaded.sources, &broken, &options);
    if !options.quiet {
        write(args, &options, &loaded, &proved)?;
    }
    Ok(match broken.as_slice() {
        [] => exit(&proved),
        // Someone broke it, or something: that is worse than to have none.
        _ => Exit::No,
    })
}

fn write(
    args: &ProveArgs,
    options: &Options,
    loaded: &Loaded,
    proved: &[Proved],
) -> Result<(), Failure> {
    let sources = &loaded.sources;
    match args.output {
        ProofFormat::Text => output::answer(&proof::text(
            proved,
            sources,
            options.answer,
            options.verbose,
        )),
        ProofFormat::Json => output::data(|out| json::write_proof(proved, sources, out)),
        ProofFormat::Junit => output::data(|out| junit::write(proved, sources, out)),
    }
}

/// A claim that fails weighs more than one that cannot be decided.
fn exit(proved: &[Proved]) -> Exit {
    let some = |test: fn(&Outcome) -> bool| proved.iter().any(|one| test(&one.outcome));
    if some(|outcome| matches!(outcome, Outcome::Fails { .. } | Outcome::Vacuous { .. })) {
        Exit::No
    } else if some(|outcome| matches!(outcome, Outcome::Unknown { .. })) {
        Exit::Undecided
    } else {
        Exit::Yes
    }
}

/// The claims of a run.
struct Claims<'r> {
    args: &'r ProveArgs,
    options: &'r Options,
    loaded: &'r Loaded,
    /// The entries that are taken as several pods.
    several: Vec<String>,
    files: &'r [Intents],
}

impl<'r> Claims<'r> {
    /// Proves the claims of all files.
    fn prove(
        &self,
        others: &Others,
        engine: &dyn Engine,
        mut recorder: Recorder,
    ) -> Result<Vec<Proved>, Failure> {
        let mut results = Vec::new();
        for (premises, claims) in &self.resolve(others)? {
            let prover = Prover {
                cluster: &self.loaded.cluster,
                premises,
                engine,
                meaning: &AsDocumented,
            };
            for claim in claims {
                recorder.begin(&claim.name);
                let one = prover
                    .prove(claim, &mut recorder)
                    .map_err(|Bug(what)| Failure::Bug(what))?;
                let one = self.loaded.qualified(claim, one);
                recorder.finish(&one)?;
                results.push(one);
            }
        }
        recorder.end()?;
        Ok(results)
    }

    /// Looks up what the claims name; those of one file share their premises.
    fn resolve(&self, others: &Others) -> Result<Vec<(Premises, Vec<Claim<'r>>)>, Failure> {
        let cluster = &self.loaded.cluster;
        let resolver = Resolver {
            cluster,
            namespace: &self.options.namespace,
            scope: match self.args.scope {
                ProvedScope::Any => Scope::Any,
                ProvedScope::Existing => Scope::Existing,
            },
        };
        let mut claims = Vec::new();
        let mut wrong = Vec::new();
        for file in self.files {
            let mut premises = premises(file, self.args.new_namespaces);
            premises.several.clone_from(&self.several);
            wrong.extend(broken_assumptions(cluster, file));
            let mut of_file = Vec::new();
            for intent in &file.intents {
                match resolver.claim(intent, &mut |path| others.cluster(cluster, file, path)) {
                    Ok(claim) => of_file.push(claim),
                    Err(unresolved) => wrong.push(unresolved_finding(unresolved)?),
                }
            }
            claims.push((premises, of_file));
        }
        tell(&self.loaded.sources, &wrong, self.options);
        refuse(&wrong)?;
        let all = claims.iter().flat_map(|(_, of_file)| of_file);
        if self.args.new_namespaces && !self.options.quiet {
            let mut scopes = all.map(|claim| claim.scope);
            if scopes.all(|scope| scope == Scope::Existing) {
                output::note(
                    "note: `--new-namespaces` has no say here: every claim is about pods of the input",
                );
            }
        }
        name_files(claims.iter_mut().flat_map(|(_, of_file)| of_file));
        Ok(claims)
    }
}

impl Loaded {
    /// Leaves a result open that hangs on what was left out: not one that no policy has a part in.
    fn qualified(&self, claim: &Claim<'_>, mut proved: Proved) -> Proved {
        let left_out = self.cluster.left_out.iter();
        let why: Vec<String> = left_out
            .filter(|it| claim.hangs_on(&self.cluster, it))
            .map(|it| format!("{it} is {} and may decide otherwise", it.why.describe()))
            .collect();
        let settled = match &proved.outcome {
            Outcome::Vacuous { .. } => true,
            // What is let through because no policy says otherwise is not.
            Outcome::Holds {
                core: Core::Parts(core),
            } => core.is_empty() && matches!(claim.kind, Kind::Flows(Goal::Refused, _)),
            Outcome::Holds { .. } | Outcome::Fails { .. } | Outcome::Unknown { .. } => false,
        };
        if !settled && !why.is_empty() {
            proved.outcome = Outcome::Unknown { why, witness: None };
        }
        proved
    }
}

impl ProveArgs {
    /// The files of intents.
    fn intents(&self) -> Result<Vec<Input>, Problem> {
        let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
        let all = self.files.iter().chain(&self.input.filenames);
        if all.filter(|path| is_stdin(path)).count() > 1 {
            return Err(Problem::new("the standard input can be read only once")
                .help("give manifests or intents as a file"));
        }
        let input = |path: &PathBuf| {
            if is_stdin(path) {
                Input::Stdin
            } else {
                Input::Path(path.clone())
            }
        };
        Ok(self.files.iter().map(input).collect())
    }
}
