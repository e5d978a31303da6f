//! `prove`: claims over every packet and every pod that exists or could be created.

mod files;
mod typed;

use super::exit::{Exit, Failure};
use super::input_args::InputArgs;
use super::load::{Loaded, read, refuse_errors, tell};
use super::options::Options;
use super::{output, progress};
use crate::endpoint::Problem;
use crate::input::Input;
use crate::intent::{Intents, Scope};
use crate::prove::encode::AsDocumented;
use crate::prove::outcome::{Outcome, Proved};
use crate::prove::resolve::{Resolver, premises};
use crate::prove::solver::{Z3, with_stopper};
use crate::prove::{Bug, Prover};
use crate::render::{json, junit, proof};
use clap::{Args, ValueEnum};
use files::{Others, broken_assumptions, read_intents, unresolved_finding};
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

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

    /// Which pods claims are about, where they do not say
    #[arg(long, value_name = "SCOPE", default_value = "any")]
    scope: ProvedScope,

    /// Claims are also about namespaces that do not exist yet, with any labels
    #[arg(long)]
    new_namespaces: bool,

    /// The format
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: ProofFormat,

    /// Give up on a question after so many units of the solver's work; 0: never
    #[arg(long, value_name = "UNITS", default_value_t = 1_000_000_000)]
    limit: u32,

    /// Give up altogether after so many seconds; 0: never
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    timeout: u64,

    #[command(flatten)]
    input: InputArgs,
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
    /// Those that could be created, and those in the input
    Any,
    /// Those in the input
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
    let mut objects = read(&options.inputs, &options)?;
    files.extend(read_intents(
        &args.intents()?,
        &options,
        &mut objects.sources,
    )?);
    let mut others = Others::default();
    others.read(&files, &options)?;
    // What another set of policies speaks of exists, for a comparison.
    objects
        .objects
        .namespaces
        .extend(others.mentioned(&objects.objects.namespaces));
    let loaded = Loaded::join(objects, &options);
    let proved = watched(args.timeout, || {
        prove(args, &options, &loaded, &files, &others)
    })?;
    if !options.quiet {
        write(args, &options, &loaded, &proved)?;
    }
    Ok(exit(&proved))
}

/// Runs `work`, and makes the solver give up once it takes too long. What a solver counts as work
/// is the usual bound; this one is for what it does not count.
fn watched<T>(seconds: u64, work: impl FnOnce() -> T) -> T {
    if seconds == 0 {
        return work();
    }
    with_stopper(|stop| {
        std::thread::scope(|scope| {
            let (done, is_done) = mpsc::channel::<()>();
            scope.spawn(move || {
                let mut patience = Duration::from_secs(seconds);
                // One call stops one question, and others may follow.
                while is_done.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                    stop();
                    patience = Duration::from_millis(20);
                }
            });
            let result = work();
            drop(done);
            result
        })
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
        ProofFormat::Json => output::stream(|out| json::write_proof(proved, sources, out)),
        ProofFormat::Junit => output::stream(|out| junit::write(proved, sources, out)),
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

/// Proves the claims of all files.
fn prove(
    args: &ProveArgs,
    options: &Options,
    loaded: &Loaded,
    files: &[Intents],
    others: &Others,
) -> Result<Vec<Proved>, Failure> {
    let cluster = &loaded.cluster;
    let scope = match args.scope {
        ProvedScope::Any => Scope::Any,
        ProvedScope::Existing => Scope::Existing,
    };
    let resolver = Resolver {
        cluster,
        namespace: &options.namespace,
        scope,
    };
    let mut claims = Vec::new();
    let mut wrong = Vec::new();
    for file in files {
        let premises = premises(file, args.new_namespaces);
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
    tell(&loaded.sources, &wrong, options);
    refuse_errors(&loaded.sources, &wrong, options)?;
    let mut results = Vec::new();
    let engine = Z3 { units: args.limit };
    let mut shown = progress::Progress::new(options);
    for (premises, of_file) in &claims {
        let prover = Prover {
            cluster,
            premises,
            engine: &engine,
            meaning: &AsDocumented,
        };
        for claim in of_file {
            shown.begin(&claim.name);
            let one = prover
                .prove(claim, &mut shown)
                .map_err(|Bug(what)| Failure::Bug(what))?;
            results.push(loaded.qualified(one, options));
        }
    }
    shown.end();
    Ok(results)
}

impl Loaded {
    /// Leaves a proof open because of policies that are not read.
    fn qualified(&self, mut proved: Proved, options: &Options) -> Proved {
        if !options.keep_going
            && !self.unread.is_empty()
            && !matches!(proved.outcome, Outcome::Vacuous { .. })
        {
            let why = self.unread.iter();
            let why =
                why.map(|policy| format!("{policy} is not read yet and may decide otherwise"));
            proved.outcome = Outcome::Unknown {
                why: why.collect(),
                witness: None,
            };
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
