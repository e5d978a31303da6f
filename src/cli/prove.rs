//! `prove`: claims over every packet and every pod that exists or could be created.

mod args;
mod engine;
mod files;
mod folder;
mod record;
mod typed;

pub(super) use args::ProveArgs;

use super::exit::{Exit, Failure};
use super::files::Staged;
use super::load::{Loaded, read_all, tell};
use super::options::Options;
use super::output;
use super::with::tell_applied;
use crate::endpoint::Problem;
use crate::intent::{Intents, Scope};
use crate::prove::claim::{Claim, Goal, Kind, Premises, name_files};
use crate::prove::decide::Engine;
use crate::prove::encode::AsDocumented;
use crate::prove::outcome::{Core, Outcome, Proved};
use crate::prove::resolve::{Resolver, premises};
use crate::prove::{Bug, Prover};
use crate::render::{json, junit, proof};
use args::{ProofFormat, ProvedScope};
use engine::Judge;
use files::{Others, broken_assumptions, read_intents, refuse, unresolved_finding};
use record::Recorder;
use std::path::PathBuf;

/// Proves.
pub(super) fn run(args: &ProveArgs) -> Result<Exit, Failure> {
    let options = args.with.options(&args.input)?;
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
    let mut objects = read_all(&options)?;
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
    let mut loaded = Loaded::join(objects, &options)?;
    tell_applied(loaded.applied.as_ref(), &loaded.sources, &options);
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
            settings: &self.loaded.settings,
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
            if premises.pod_networks.is_empty() {
                premises
                    .pod_networks
                    .clone_from(&self.loaded.settings.pod_cidrs);
            }
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
                    "note: `--new-namespaces` changes nothing here: every claim is about existing pods only",
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
