//! Reads both sides. What is found in manifests that both share is said once.

use super::args::DiffArgs;
use super::git::{self, Unread};
use crate::cli::exit::Failure;
use crate::cli::input_args::InputArgs;
use crate::cli::load::{Loaded, reading, told};
use crate::cli::options::{Options, once};
use crate::cli::settings;
use crate::diff::Both;
use crate::endpoint::Problem;
use crate::input::{self, Input, STDIN};
use crate::model::Objects;
use crate::render::diagnostic;
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What the sides are called.
const SIDES: [&str; 2] = ["OLD", "NEW"];

/// Both sides, read.
pub(super) struct Read {
    pub(super) options: Options,
    pub(super) sides: Both<Loaded>,
    pub(super) names: Both<Vec<String>>,
}

/// Reads what the arguments name.
pub(super) fn read(args: &DiffArgs) -> Result<Read, Failure> {
    let (paths, sides) = unread(args)?;
    // The options are those of a run that reads all of it.
    let mut all = args.input.clone();
    all.filenames.extend(paths);
    let mut options = settings::options(&all)?;
    let shared = shared(&args.input, &options)?;
    let mut seen = BTreeSet::new();
    let [old, new] = sides;
    let names = Both([vec![old.name.clone()], vec![new.name.clone()]]);
    let old = side(0, old, &shared, &options, &mut seen)?;
    let new = side(1, new, &shared, &options, &mut seen)?;
    let [old, new] = replicas(old, new);
    let old = Loaded::join(old, &options)?;
    let quiet = std::mem::replace(&mut options.quiet, true);
    // What is left out of both was told.
    let new = Loaded::join(new, &options);
    options.quiet = quiet;
    Ok(Read {
        options,
        sides: Both([old, new?]),
        names,
    })
}

fn unread(args: &DiffArgs) -> Result<(Vec<PathBuf>, [Unread; 2]), Failure> {
    if let Some(range) = &args.git {
        let [path] = args.paths.as_slice() else {
            return Err(Problem::new("`--git` takes one path")
                .help("write `netpolc diff --git BASE..HEAD PATH`")
                .into());
        };
        let sides = git::read(range, path)?;
        return Ok((args.paths.clone(), sides));
    }
    let [old, new] = args.paths.as_slice() else {
        return Err(
            Problem::new("there is one side, and nothing to compare it with")
                .help("write `netpolc diff OLD NEW`, or `netpolc diff --git BASE..HEAD PATH`")
                .into(),
        );
    };
    once(
        args.paths.iter().chain(&args.input.filenames),
        "one of OLD, NEW and `-f` can be `-`",
    )?;
    let side = |path: &PathBuf| Unread {
        name: path.display().to_string(),
        inputs: vec![Input::of(path)],
    };
    Ok((args.paths.clone(), [side(old), side(new)]))
}

/// What both sides share. The standard input is read here, once.
fn shared(args: &InputArgs, options: &Options) -> Result<Vec<Input>, Failure> {
    let count = args.filenames.len();
    let mut shared = Vec::new();
    let paths = options.inputs.iter().enumerate();
    // The sides stand behind what is shared, and before what kustomizations make.
    let built = options.inputs.len() - args.kustomize.len();
    let own = paths.filter(|(place, _)| *place < count || *place >= built);
    for (_, input) in own {
        match input {
            Input::Stdin => {
                let mut text = String::new();
                let read = std::io::stdin().lock().read_to_string(&mut text);
                read.map_err(|error| Problem::new(format!("cannot read {STDIN}: {error}")))?;
                shared.push(Input::Text {
                    name: STDIN.into(),
                    text: text.into_bytes().into(),
                });
            }
            Input::Path(_) | Input::Text { .. } | Input::Found { .. } => shared.push(input.clone()),
        }
    }
    Ok(shared)
}

fn side(
    number: usize,
    unread: Unread,
    shared: &[Input],
    options: &Options,
    seen: &mut BTreeSet<String>,
) -> Result<input::Loaded, Failure> {
    let called = SIDES.get(number).copied().unwrap_or_default();
    let own = unread.inputs;
    let nothing = || {
        Problem::new(format!(
            "no input: no Kubernetes object is in {called} ({})",
            unread.name
        ))
        .help("a side may have no policy, but not nothing: name the manifests of its pods, too")
    };
    if own.is_empty() {
        return Err(nothing().into());
    }
    let mut inputs = own.clone();
    inputs.extend_from_slice(shared);
    let mut read = input::load(&inputs, &reading(options)).map_err(Problem::from)?;
    let taken = |path: &Path| read.paths.iter().any(|it| it.starts_with(path));
    let is_empty = own.iter().all(|input| match input {
        Input::Path(path) => !taken(path),
        Input::Stdin | Input::Text { .. } | Input::Found { .. } => read.documents == 0,
    });
    let has_finding = !read.findings.is_empty();
    let texts: Vec<String> = read
        .findings
        .iter()
        .map(|it| diagnostic::finding(&read.sources, it, options.messages))
        .collect();
    let mut texts = texts.into_iter();
    read.findings
        .retain(|_| texts.next().is_none_or(|text| seen.insert(text)));
    if (is_empty || read.documents == 0) && !has_finding {
        return Err(nothing().into());
    }
    told(read, options)
}

/// Policies of either side tell replicas apart on both.
fn replicas(mut old: input::Loaded, mut new: input::Loaded) -> [input::Loaded; 2] {
    let policies = |objects: &Objects| objects.policies.clone();
    let (ours, theirs) = (policies(&old.objects), policies(&new.objects));
    old.objects.others.extend(theirs);
    new.objects.others.extend(ours);
    [old, new]
}
