//! What would turn an answer, told with it and written as a patch.
//!
//! A change is told only if it was made in the text of its manifest, that text was read again, and the
//! question is answered otherwise over what was read.

use super::can;
use super::exit::Failure;
use super::files::{Batch, Over, unusable};
use super::load::{Loaded, reading};
use super::options::Options;
use super::output;
use crate::diag::Severity;
use crate::endpoint::Problem;
use crate::input;
use crate::lint::fixes::edited;
use crate::model::{Cluster, Policy, PolicyId};
use crate::query::repair::{self, Opening, Repair};
use crate::query::{Answer, Question};
use crate::render::{Look, diff};
use crate::repair::{Add, Change, edit};
use crate::source::FileId;
use crate::trace::Verdict;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What is to be done with a repair.
#[derive(Debug, Clone, Args)]
pub(super) struct RepairArgs {
    /// Where the answer is `no`, write the change that would open it as a patch, for `patch -p1` or
    /// `git apply`
    #[arg(long, value_name = "PATCH")]
    fix_with: Option<PathBuf>,
}

/// A question and its answer.
type Asked<'a> = (&'a Question, &'a Answer);

impl RepairArgs {
    /// What would make a `no` a `yes`, in words; nothing where it is none, or nothing is known. Writes the
    /// patch, if one is asked for.
    pub(super) fn opening(
        &self,
        loaded: &Loaded,
        asked: Asked<'_>,
        options: &Options,
    ) -> Result<String, Failure> {
        let (question, answer) = asked;
        if options.quiet && self.fix_with.is_none() {
            return Ok(String::new());
        }
        if answer.verdict != Verdict::Deny {
            return Ok(self.nothing("the answer is not `no`", options));
        }
        let around = can::around(loaded, options);
        let teller = loaded.teller(options);
        let nothing = "no change of a NetworkPolicy is known that opens it";
        match repair::opening(around, question, answer)? {
            None => Ok(self.nothing(nothing, options)),
            Some(Repair::Denied(rule)) => {
                self.nothing(nothing, options);
                Ok(teller.denied(rule))
            }
            Some(Repair::Opens(opening)) => {
                let Some(after) = as_written(loaded, &opening, options) else {
                    return Ok(self.nothing("the manifest cannot be changed by itself", options));
                };
                if !repair::is_opened(around, question, &after)? {
                    return Ok(self.nothing(nothing, options));
                }
                let changed = (opening.changes.as_slice(), &after);
                let also = repair::also_opened(around, question, answer, changed);
                if let Some(path) = &self.fix_with {
                    write(path, loaded, &opening, options)?;
                }
                Ok(teller.opening(&opening.changes, also.as_deref()))
            }
        }
    }

    /// Whether a patch is asked for.
    pub(super) fn is_asked(&self) -> bool {
        self.fix_with.is_some()
    }

    /// Refuses to write a patch for what is no single answer: what opens a connection under one plugin
    /// may do nothing under another.
    pub(super) fn refuse(&self, what: &str) -> Result<(), Problem> {
        if !self.is_asked() {
            return Ok(());
        }
        Err(Problem::new(format!(
            "`--fix-with` is for one answer, and not for {what}"
        ))
        .help("ask about one SRC and one DST under one plugin"))
    }

    /// Says why no patch was written, if one was asked for.
    fn nothing(&self, why: &str, options: &Options) -> String {
        if let Some(path) = self.fix_with.as_ref().filter(|_| !options.quiet) {
            let path = path.display();
            output::note(&format!("note: `{path}` was not written: {why}"));
        }
        String::new()
    }
}

/// What would make a `yes` a `no`, in words; nothing where it is none, or nothing can be removed.
pub(super) fn closing(
    loaded: &Loaded,
    (question, answer): Asked<'_>,
    options: &Options,
) -> Result<String, Failure> {
    let around = can::around(loaded, options);
    let Some(closing) = repair::closing(around, question, answer)? else {
        return Ok(String::new());
    };
    let also = repair::also_closed(around, question, answer, &closing);
    let teller = loaded.teller(options);
    Ok(teller.closing(&closing.removals, also.as_deref()))
}

/// The cluster with the changes as they are read from the changed texts.
fn as_written(loaded: &Loaded, opening: &Opening, options: &Options) -> Option<Cluster> {
    let cluster = &loaded.cluster;
    let mut after = cluster.clone();
    let mut by_part: BTreeMap<FileId, Vec<&Change>> = BTreeMap::new();
    let mut new = Vec::new();
    for change in &opening.changes {
        if let Add::Policy { .. } = change.add {
            new.extend(policies_of("new.yaml", &change.yaml(cluster), options)?);
            continue;
        }
        let part = cluster.policies.at(change.policy).origin.span?.file;
        if loaded.sources.get(part).is_object() {
            // Of a cluster there is no text that could be read again.
            let changed = opening.after.policies.at(change.policy).clone();
            *after.policies.at_mut(change.policy) = changed;
            continue;
        }
        by_part.entry(part).or_default().push(change);
    }
    for (part, changes) in by_part {
        let source = loaded.sources.get(part);
        let text = rewritten((source.name(), source.text()), &changes, cluster, options)?;
        let mut read = policies_of(source.name(), &text, options)?;
        let changed: BTreeSet<PolicyId> = changes.iter().map(|it| it.policy).collect();
        for id in changed {
            let meant = opening.after.policies.at(id);
            let place = read.iter().position(|it| is_same(it, meant))?;
            let written = read.swap_remove(place);
            // Text that others share would change these, too.
            if written.without_origins() != meant.without_origins() {
                return None;
            }
            *after.policies.at_mut(id) = written;
        }
    }
    if new.is_empty() {
        return Some(after);
    }
    let mut policies = after.policies.rows().to_vec();
    policies.extend(new);
    Some(after.with_policies(policies))
}

fn is_same(a: &Policy, b: &Policy) -> bool {
    a.kind == b.kind && a.namespace == b.namespace && a.name == b.name
}

/// The policies of a text; none where something is wrong in it.
fn policies_of(name: &str, text: &str, options: &Options) -> Option<Vec<Policy>> {
    let read = input::read_text(name, text, &reading(options));
    let mut findings = read.findings.iter();
    let wrong = findings.any(|it| it.severity == Severity::Error);
    (!wrong).then_some(read.objects.policies)
}

/// A text with changes of the policies in it; none where one cannot be made.
fn rewritten(
    (name, text): (&str, &str),
    changes: &[&Change],
    cluster: &Cluster,
    options: &Options,
) -> Option<String> {
    let reading = input::Options {
        keeps_written: true,
        ..reading(options)
    };
    let read = input::read_text(name, text, &reading);
    let edits = changes.iter().map(|change| {
        let policy = cluster.policies.at(change.policy);
        let mut objects = read.manifests.objects().iter();
        let object = objects.find(|it| {
            *it.kind == *policy.kind.name()
                && it.namespace == policy.namespace
                && it.name == policy.name
        })?;
        let text = read.sources.get(object.root.span.file).text();
        edit(change, cluster, &object.root, text)
    });
    let edits: Vec<_> = edits.collect::<Option<_>>()?;
    edited(&read.sources, text, &edits)
}

/// Writes the changes as a patch of the files that they are in.
fn write(
    path: &Path,
    loaded: &Loaded,
    opening: &Opening,
    options: &Options,
) -> Result<(), Failure> {
    let cluster = &loaded.cluster;
    let file = |change: &&Change| {
        let span = cluster.policies.at(change.policy).origin.span;
        span.map(|span| loaded.sources.get(span.file).name().to_owned())
    };
    let of_cluster = |change: &Change| {
        let span = cluster.policies.at(change.policy).origin.span;
        span.is_some_and(|span| loaded.sources.get(span.file).is_object())
    };
    if opening.changes.iter().any(of_cluster) {
        return Err(no_patch("the policy was read from a cluster").into());
    }
    let names: BTreeSet<Option<String>> = opening.changes.iter().map(|it| file(&it)).collect();
    let plain = Look {
        color: false,
        ..options.answer
    };
    let mut diffs = String::new();
    for name in names {
        let name = name.unwrap_or_else(|| input::STDIN.to_owned());
        if name == input::STDIN {
            return Err(no_patch("the policy was read from the standard input").into());
        }
        let old = fs::read_to_string(&name)
            .map_err(|error| unusable("cannot read again", Path::new(&name), &error))?;
        let changes = opening.changes.iter();
        let changes: Vec<&Change> = changes
            .filter(|it| file(it).as_ref() == Some(&name))
            .collect();
        let new = rewritten((&name, &old), &changes, cluster, options)
            .ok_or_else(|| no_patch(&format!("`{name}` cannot be changed by itself")))?;
        diffs.push_str(&diff::unified(&name, &old, &new, plain));
    }
    let mut batch = Batch::new(loaded.inputs.clone());
    batch.add(path.to_owned(), diffs.into_bytes(), Over::Any);
    batch.write()?;
    if !options.quiet {
        let path = path.display();
        output::note(&format!(
            "note: wrote `{path}`, for `patch -p1` or `git apply`"
        ));
    }
    Ok(())
}

fn no_patch(why: &str) -> Problem {
    Problem::new(format!("no patch can be written: {why}"))
        .help("without `--fix-with` the answer shows the change")
}
