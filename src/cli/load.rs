//! Reads the input, and tells what is wrong with it.

use super::controllers::ControllerArgs;
use super::exit::Failure;
use super::files::Inputs;
use super::live::Loudness;
use super::options::{Options, Takes};
use super::output;
use crate::diag::{Finding, Severity};
use crate::endpoint::Problem;
use crate::input::{self, Input};
use crate::model::{Cluster, LeftOut, Objects, Why};
use crate::profile::{self, Plugin};
use crate::render::{count, diagnostic, visible};
use crate::settings::{Cni, Settings};
use crate::source::SourceMap;
use std::collections::{BTreeMap, BTreeSet};

/// Findings of one rule that are shown.
const SHOWN: usize = 20;

/// What was read.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) sources: SourceMap,
    pub(super) cluster: Cluster,
    /// What it was read from.
    pub(super) inputs: Inputs,
    /// The network plugins that are asked about: one, unless the verb takes several.
    pub(super) plugins: Vec<Plugin>,
    /// What is told of the cluster beside its manifests.
    pub(super) settings: Settings,
}

/// What has no part in the answer, in one line for each reason.
pub(super) fn left_out_notes<'a>(all: impl Iterator<Item = &'a LeftOut>) -> Vec<String> {
    let mut by_reason: BTreeMap<&Why, Vec<String>> = BTreeMap::new();
    for it in all {
        by_reason.entry(&it.why).or_default().push(it.to_string());
    }
    let notes = by_reason.iter().map(|(why, names)| {
        let why = why.describe();
        format!("{why}: {}", listed(names))
    });
    notes.collect()
}

/// The first names, and how many more there are.
fn listed(names: &[String]) -> String {
    let shown = names.get(..SHOWN).unwrap_or(names).join(", ");
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{shown}{more}")
}

/// Reads all inputs into a cluster. Findings go to the standard error.
pub(super) fn load(options: &Options) -> Result<Loaded, Failure> {
    Loaded::join(read(&options.inputs, options)?, options)
}

/// Reads inputs. Findings go to the standard error.
pub(super) fn read(inputs: &[Input], options: &Options) -> Result<input::Loaded, Failure> {
    let settings = input::Options {
        default_namespace: options.namespace.clone(),
        kubernetes_version: options.kubernetes_version(),
        exclude: options.told.exclude.clone(),
        limits: options.limits,
        ..input::Options::default()
    };
    if let (Some(live), []) = (&options.live, inputs) {
        let loudness = Loudness {
            quiet: options.quiet,
            verbose: options.verbose,
        };
        return live.read(options.plan(), loudness, &settings);
    }
    let read = input::load(inputs, &settings).map_err(Problem::from)?;
    tell(&read.sources, &read.findings, options);
    if let Some(note) = read.patches_note().filter(|_| !options.quiet) {
        output::note(&note);
    }
    refuse_errors(&read.sources, &read.findings, options)?;
    if options.verbose {
        output::note(&summary(&read));
    }
    if read.documents == 0 {
        return Err(Problem::new("no input: no Kubernetes object was read").into());
    }
    Ok(read)
}

/// Errors among the findings end the run, unless it is to go on.
fn refuse_errors(
    sources: &SourceMap,
    findings: &[Finding],
    options: &Options,
) -> Result<(), Failure> {
    let errors = findings.iter();
    let errors: Vec<_> = errors
        .filter(|finding| finding.severity == Severity::Error)
        .collect();
    if errors.is_empty() || options.keep_going {
        return Ok(());
    }
    let places = errors.iter().filter_map(|error| error.span());
    let files: BTreeSet<_> = places.map(|span| sources.get(span.file).name()).collect();
    Err(refused(errors.len(), files.len()))
}

impl Loaded {
    /// Adds pods of ingress controllers to those that the settings name, and says of which there
    /// are none.
    pub(super) fn add_controllers(&mut self, args: &ControllerArgs, options: &Options) {
        for named in &args.controllers {
            let namespace = self.cluster.namespace(&named.namespace);
            let mut pods = self.cluster.pods.rows().iter();
            let found =
                pods.any(|it| Some(it.namespace) == namespace && named.pods.matches(&it.labels));
            if !found && !options.quiet {
                let name = format!("{}/{}", named.namespace, named.pods);
                output::note(&format!("note: no pod in the input is `{name}`"));
            }
            self.settings.ingress_controllers.push(named.clone());
        }
    }

    /// Joins what was read, and tells what was left out because of problems.
    pub(super) fn join(read: input::Loaded, options: &Options) -> Result<Self, Failure> {
        let plugins = plugins(options, &read.objects)?;
        let mut loaded = Self {
            inputs: inputs(&read, options),
            sources: read.sources,
            cluster: Cluster::new(read.objects),
            settings: options.told.settings.clone(),
            plugins,
        };
        if let Some(plugin) = loaded.plugins.first() {
            loaded.cluster.practice = plugin.practice();
        }
        let left_out = loaded.cluster.left_out.iter();
        // Of the others their own findings tell.
        let broken = left_out.filter(|it| matches!(it.why, Why::Mistake | Why::Twice));
        for note in left_out_notes(broken) {
            if !options.quiet {
                output::note(&note);
            }
        }
        Ok(loaded)
    }
}

/// The network plugins of a cluster that are asked about.
pub(super) fn plugins(options: &Options, objects: &Objects) -> Result<Vec<Plugin>, Problem> {
    let mut plugins: Vec<Plugin> = Vec::new();
    for cni in options.plugins()? {
        match cni {
            Cni::Of(plugin) => plugins.push(plugin),
            Cni::Detect => {
                for plugin in detected(options, objects)? {
                    // It may be named beside.
                    if !plugins.contains(&plugin) {
                        plugins.push(plugin);
                    }
                }
            }
        }
    }
    Ok(plugins)
}

/// The plugins that the input shows. What does not settle it is told; a verb that answers for one
/// refuses several.
fn detected(options: &Options, objects: &Objects) -> Result<Vec<Plugin>, Problem> {
    let found = profile::detect(&objects.clues);
    if found.plugins.len() > 1 && options.takes == Takes::One {
        let names = found.plugins.iter();
        let names: Vec<String> = names.map(|it| format!("`--cni {it}`")).collect();
        return Err(Problem::new(found.to_string()).help(format!(
            "say which it is: {}; `netpolc can` answers for all of them",
            names.join(" or ")
        )));
    }
    if !options.quiet {
        output::note(&visible(&format!("note: {found}")));
    }
    Ok(found.plugins)
}

/// The files that were read.
pub(super) fn inputs(read: &input::Loaded, options: &Options) -> Inputs {
    let mut inputs = Inputs::default();
    read.paths.iter().for_each(|path| inputs.add(path));
    if options.inputs.contains(&Input::Stdin) {
        inputs.add_stdin();
    }
    inputs
}

fn refused(problems: usize, files: usize) -> Failure {
    output::note(&format!(
        "error: {} in {}, so nothing was answered",
        count(problems, "problem", "problems"),
        count(files, "file", "files")
    ));
    output::note("  help: `--keep-going` leaves these objects out and answers without them");
    Failure::Reported
}

/// Shows the findings in order, so many of each rule.
pub(super) fn tell(sources: &SourceMap, findings: &[Finding], options: &Options) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        if options.quiet && finding.severity != Severity::Error {
            continue;
        }
        let number = seen.entry(finding.rule).or_default();
        *number += 1;
        if *number <= SHOWN {
            output::message(&diagnostic::finding(sources, finding, options.messages));
            output::message("\n");
        }
    }
    for (rule, number) in seen {
        if number > SHOWN {
            output::note(&format!("and {} more findings of {rule}", number - SHOWN));
        }
    }
}

/// What was read, in one line.
pub(super) fn summary(read: &input::Loaded) -> String {
    let objects = &read.objects;
    let known = objects.namespaces.len()
        + objects.nodes.len()
        + objects.pods.len()
        + objects.workloads.len()
        + objects.services.len()
        + objects.endpoints.len()
        + objects.ingresses.len()
        + objects.ingress_classes.len()
        + objects.gateway_classes.len()
        + objects.gateways.len()
        + objects.routes.len()
        + objects.reference_grants.len()
        + objects.openshift_routes.len()
        + objects.policies.len();
    let unused: Vec<_> = read
        .unknown_kinds
        .iter()
        .map(|(kind, number)| format!("{kind} ({number})"))
        .collect();
    let unused = if unused.is_empty() {
        String::new()
    } else {
        format!("; kinds that do not matter here: {}", unused.join(", "))
    };
    let others = match read.no_manifests {
        0 => String::new(),
        1 => "; 1 file is not a manifest".to_owned(),
        more => format!("; {more} files are not manifests"),
    };
    format!(
        "read {} from {} in {}{unused}{others}",
        count(known, "object", "objects"),
        count(read.documents, "document", "documents"),
        count(read.files, "file", "files"),
    )
}
