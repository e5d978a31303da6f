//! Files of intents, and the policies that they compare with.

use crate::cli::exit::Failure;
use crate::cli::load::{read, tell};
use crate::cli::options::Options;
use crate::cli::output;
use crate::diag::{Finding, Severity};
use crate::endpoint::Problem;
use crate::input::{self, Input};
use crate::intent::{Expect, Intents, PolicyPath};
use crate::model::{Cluster, LeftOut, Namespace, Policy};
use crate::prove::contains;
use crate::prove::resolve::Unresolved;
use crate::render::count;
use crate::source::SourceMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What an intent names and is not there; a problem of the command line where it has no place.
pub(super) fn unresolved_finding(unresolved: Unresolved) -> Result<Finding, Problem> {
    let Unresolved { problem, origin } = unresolved;
    let Some(span) = origin.span else {
        return Err(problem);
    };
    let finding = Finding::error("unknown-name", problem.message).at(span, "");
    Ok(match problem.help {
        Some(help) => finding.help(help),
        None => finding,
    })
}

/// Pods of the input that are not as a file assumes.
pub(super) fn broken_assumptions(cluster: &Cluster, file: &Intents) -> Vec<Finding> {
    let mut findings = Vec::new();
    for assumption in &file.assumptions {
        let pods = cluster.pods.rows().iter();
        let broken = pods.filter(|pod| {
            contains(cluster, &assumption.pods, pod).0 && !assumption.always.matches(&pod.labels)
        });
        let mut names: Vec<String> = broken.map(|pod| cluster.endpoint_name(pod)).collect();
        names.sort_unstable();
        names.dedup();
        let (Some(first), Some(span)) = (names.first(), assumption.origin.span) else {
            continue;
        };
        let message = match names.len() - 1 {
            0 => format!(
                "`{first}` does not match the assumption: {}",
                assumption.always
            ),
            more => format!(
                "`{first}` and {more} more do not match the assumption: {}",
                assumption.always
            ),
        };
        let finding = Finding::warning("assumption-not-met", message).at(span, "");
        findings.push(finding.help("assumptions apply only to pods that could be created; these pods are taken as they are"));
    }
    findings
}

/// Errors in claims end the run, whatever `--keep-going` says of manifests: a claim must not be
/// lost.
pub(super) fn refuse(findings: &[Finding]) -> Result<(), Failure> {
    let errors = findings.iter();
    let errors = errors.filter(|finding| finding.severity == Severity::Error);
    let number = errors.count();
    if number == 0 {
        return Ok(());
    }
    let problems = count(number, "problem", "problems");
    output::note(&format!(
        "error: {problems} in the claims, so nothing was proven"
    ));
    Err(Failure::Reported)
}

/// Reads files of intents into the same sources.
pub(super) fn read_intents(
    inputs: &[Input],
    options: &Options,
    sources: &mut SourceMap,
) -> Result<Vec<Intents>, Failure> {
    let settings = input::Options {
        default_namespace: options.namespace.clone(),
        limits: options.limits,
        ..input::Options::default()
    };
    let read = input::load_intents(inputs, &settings, sources).map_err(Problem::from)?;
    tell(sources, &read.findings, options);
    refuse(&read.findings)?;
    Ok(read.files)
}

/// The policies of other paths.
#[derive(Debug, Default)]
pub(super) struct Others {
    read: Vec<(PathBuf, Vec<Policy>)>,
    /// What was left out with them.
    pub(super) left_out: Vec<LeftOut>,
}

impl Others {
    /// Reads what intents compare with.
    pub(super) fn read(
        &mut self,
        files: &[Intents],
        sources: &SourceMap,
        options: &Options,
    ) -> Result<(), Failure> {
        for file in files {
            for intent in &file.intents {
                let (Expect::Equal(path) | Expect::Implied(path)) = &intent.expect else {
                    continue;
                };
                let full = full_path(file, path);
                if self.read.iter().all(|(known, _)| *known != full) {
                    let found = read(&[Input::Path(full.clone())], options);
                    let some = found.and_then(|found| match found.objects.policies.len() {
                        0 => Err(nothing_to_compare(path).into()),
                        _ => Ok(found),
                    });
                    let found = some.map_err(|failure| at(failure, path, sources, options))?;
                    self.left_out.extend(found.objects.left_out);
                    self.read.push((full, found.objects.policies));
                }
            }
        }
        Ok(())
    }

    /// All those policies.
    pub(super) fn policies(&self) -> impl Iterator<Item = Policy> {
        self.read.iter().flat_map(|(_, policies)| policies).cloned()
    }

    /// Namespaces of those policies that are not among `known`.
    pub(super) fn mentioned(&self, known: &[Namespace]) -> Vec<Namespace> {
        let policies = self.read.iter().flat_map(|(_, policies)| policies);
        let mut names: Vec<&Arc<str>> = policies
            .filter_map(|policy| policy.namespace.as_ref())
            .filter(|name| known.iter().all(|namespace| namespace.name != **name))
            .collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().map(Namespace::mentioned).collect()
    }

    /// The cluster with the policies of a path.
    pub(super) fn cluster(
        &self,
        cluster: &Cluster,
        file: &Intents,
        path: &PolicyPath,
    ) -> Result<Cluster, Unresolved> {
        let full = full_path(file, path);
        match self.read.iter().find(|(known, _)| *known == full) {
            Some((_, policies)) => Ok(cluster.with_policies(policies.clone())),
            None => Err(Unresolved {
                problem: Problem::new(format!("`{}` was not read", path.path)),
                origin: path.origin,
            }),
        }
    }
}

fn nothing_to_compare(path: &PolicyPath) -> Problem {
    Problem::new(format!("no NetworkPolicy in `{}`", path.path))
        .help("name a file or directory that contains the policies to compare with")
}

/// A problem with a path, shown where a file of intents names it.
fn at(failure: Failure, path: &PolicyPath, sources: &SourceMap, options: &Options) -> Failure {
    match (failure, path.origin.span) {
        (Failure::Problem(problem), Some(span)) => {
            let finding = Finding::error("unreadable", problem.message).at(span, "");
            let help = problem.help;
            let finding = finding.help(
                help.unwrap_or_else(|| "the path is relative to the file of intents".to_owned()),
            );
            tell(sources, std::slice::from_ref(&finding), options);
            Failure::Reported
        }
        (other, _) => other,
    }
}

fn full_path(file: &Intents, path: &PolicyPath) -> PathBuf {
    match &file.directory {
        Some(directory) => directory.join(&*path.path),
        None => PathBuf::from(&*path.path),
    }
}
