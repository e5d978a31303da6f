//! `prove`: claims over every packet and every pod that exists or could be created.

mod args;
mod claims;
mod engine;
mod files;
mod folder;
mod record;
mod typed;

pub(super) use args::ProveArgs;

use super::dump::lacks_policies;
use super::exit::{Exit, Failure};
use super::files::Staged;
use super::load::{Loaded, read_all, tell};
use super::options::{Beside, Options};
use super::output;
use super::with::tell_applied;
use crate::endpoint::Problem;
use crate::intent::Intents;
use crate::model::Cluster;
use crate::prove::outcome::{Outcome, Proved};
use crate::render::{json, junit, proof};
use args::ProofFormat;
use claims::Claims;
use engine::Judge;
use files::{Others, read_intents};
use record::Recorder;
use std::path::PathBuf;

/// Proves.
pub(super) fn run(args: &ProveArgs) -> Result<Exit, Failure> {
    let mut options = args.with.options(&args.input)?;
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
    let before = objects.before.as_deref_mut();
    for objects in std::iter::once(&mut objects.objects).chain(before) {
        objects.left_out.extend_from_slice(&others.left_out);
        // What another set of policies speaks of exists, for a comparison.
        objects
            .namespaces
            .extend(others.mentioned(&objects.namespaces));
        objects.others.extend(others.policies());
    }
    if args.check.is_none() {
        options.beside = Beside::Now;
    }
    let mut loaded = Loaded::join(objects, &options)?;
    tell_applied(loaded.applied.as_ref(), &loaded.sources, &options);
    if let Some(lacking) = lacks_policies(&loaded.cluster, &options).filter(|_| !options.quiet) {
        output::note(&format!("note: {lacking}"));
    }
    let several = loaded.cluster.take_as_several();
    let several_now = loaded.before.as_mut().map(Cluster::take_as_several);
    let claims = |cluster, several| Claims {
        args,
        options: &options,
        loaded: &loaded,
        cluster,
        several,
        files: &files,
    };
    let (proved, now) = judge.decide(args, &options, |engine| {
        let proved = claims(&loaded.cluster, several).prove(&others, engine, recorder)?;
        let before = loaded.before.as_ref().zip(several_now);
        let now = before.map(|(it, several)| claims(it, several).outcomes(&others, engine));
        Ok::<_, Failure>((proved, now.transpose()?))
    })?;
    let broken = judge.broken(args, &mut loaded.sources);
    tell(&loaded.sources, &broken, &options);
    if !options.quiet {
        write(args, &options, &loaded, &proved)?;
        if let Some(now) = &now {
            let told = proof::now(&proved, now);
            match args.output {
                ProofFormat::Text => output::answer(&told)?,
                ProofFormat::Json | ProofFormat::Junit => told.lines().for_each(output::note),
            }
        }
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
