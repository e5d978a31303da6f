//! `migrate`: policies in another kind that mean the same, proven.

mod args;
mod judge;

pub(super) use args::MigrateArgs;

use super::exit::{Exit, Failure};
use super::files::{Batch, Over};
use super::load::{Loaded, read_written, tell};
use super::options::{Options, no_cluster};
use super::{output, settings};
use crate::diag::{Finding, Severity};
use crate::endpoint::Problem;
use crate::input;
use crate::migrate::{
    Draft, Namespaced, Refusal, Remarks, is_migrated, to_cluster, to_network_policies,
};
use crate::model::{Cluster, Policy, Say, Tier};
use crate::net::Cidr;
use crate::prove::claim::Premises;
use crate::render::{count, visible};
use crate::written::Manifests;
use std::path::{Path, PathBuf};

/// The first line of every file, by which an older one is known.
const SIGNATURE: &str = "# written by netpolc migrate\n";

/// Migrates.
pub(super) fn run(args: &MigrateArgs) -> Result<Exit, Failure> {
    if args.input.filenames.is_empty() {
        let help = "name manifests with `-f FILE`, `-f DIR`, or `-f -` for standard input";
        return Err(no_cluster(&args.input, "migrate", help).into());
    }
    let options = settings::options(&args.input)?;
    let mut read = read_written(&options)?;
    let manifests = std::mem::take(&mut read.manifests);
    let mut loaded = Loaded::join(read, &options)?;
    let several = loaded.cluster.take_as_several();
    refuse_left_out(&loaded.cluster)?;
    let Namespaced { drafts, meant } = drafts(args, &loaded, &manifests).map_err(|refused| {
        let found: Vec<Finding> = refused.iter().map(finding).collect();
        tell(&loaded.sources, &found, &options);
        let problems = count(found.len(), "problem", "problems");
        output::note(&format!("error: {problems}, so nothing was migrated"));
        Failure::Reported
    })?;
    if drafts.is_empty() {
        if !options.quiet {
            let what = if args.to_networkpolicy {
                "the input has no policy of the Baseline tier"
            } else {
                "the input has no AdminNetworkPolicy and no BaselineAdminNetworkPolicy"
            };
            output::note(&format!("note: nothing to migrate: {what}"));
        }
        return Ok(Exit::Yes);
    }
    let texts: Vec<String> = drafts.iter().map(Draft::manifest).collect();
    let premises = Premises {
        pod_networks: loaded.settings.pod_cidrs.clone(),
        new_namespaces: true,
        several,
        ..Premises::default()
    };
    let new = read_back(&texts, &options)?;
    let all = loaded.cluster.policies.rows().iter();
    let kept: Vec<Policy> = all.filter(|it| !goes(args, it)).cloned().collect();
    let takes_networks = meant.as_ref().is_some_and(|it| it.takes_networks);
    let old = match meant {
        Some(meant) => {
            let policies = kept.iter().cloned().chain([meant.baseline]);
            loaded.cluster.with_policies(policies.collect())
        }
        None => loaded.cluster.clone(),
    };
    let policies = kept.into_iter().chain(new);
    let new = loaded.cluster.with_policies(policies.collect());
    let mut proven = judge::judge(args, &options, &loaded, [&old, &new], &premises)?;
    if takes_networks {
        let networks = listed(&premises.pod_networks);
        proven += ", but for addresses in ";
        proven += &networks;
        proven += " that no pod has: those are taken for pods";
    }
    write(args, &loaded, &drafts, &texts, &proven)?;
    if !options.quiet {
        output::note(&format!("note: {proven}"));
        for note in notes(args, &loaded.cluster) {
            output::note(&visible(&note));
        }
    }
    Ok(Exit::Yes)
}

/// Whether a policy is one of those that are migrated.
fn goes(args: &MigrateArgs, policy: &Policy) -> bool {
    if args.to_networkpolicy {
        policy.tier == Tier::Baseline
    } else {
        is_migrated(policy)
    }
}

fn drafts(
    args: &MigrateArgs,
    loaded: &Loaded,
    manifests: &Manifests,
) -> Result<Namespaced, Vec<Refusal>> {
    let cluster = &loaded.cluster;
    if args.to_networkpolicy {
        return to_network_policies(cluster, &loaded.settings.pod_cidrs);
    }
    let policies = cluster.policies.rows().iter();
    let drafts = to_cluster(policies, &|policy| Remarks::of(policy, manifests))?;
    Ok(Namespaced {
        drafts,
        meant: None,
    })
}

/// What may be a cluster-wide policy and was left out would be missing.
fn refuse_left_out(cluster: &Cluster) -> Result<(), Failure> {
    let mut left_out = cluster.left_out.iter();
    let may_be = left_out.find(|it| it.may_decide(Say::Connections) && it.within.is_none());
    let Some(it) = may_be else { return Ok(()) };
    let message = format!(
        "{it} is {}, so what the policies mean is not known",
        it.why.describe()
    );
    Err(Failure::Undecided(
        Problem::new(message).help("mend it, or leave it out of the input"),
    ))
}

fn listed(networks: &[Cidr]) -> String {
    let networks: Vec<String> = networks.iter().map(ToString::to_string).collect();
    networks.join(", ")
}

fn finding(refusal: &Refusal) -> Finding {
    let finding = Finding::error("cannot-migrate", refusal.message.clone());
    let finding = match refusal.origin.span {
        Some(span) => finding.at(span, ""),
        None => finding,
    };
    finding.help(refusal.help.clone())
}

/// The policies that the texts say.
fn read_back(texts: &[String], options: &Options) -> Result<Vec<Policy>, Failure> {
    let reading = input::Options {
        limits: options.limits,
        ..input::Options::default()
    };
    let read = input::read_text("migrated", &texts.join("---\n"), &reading);
    let mut wrong = read.findings.iter();
    let wrong = wrong.find(|it| it.severity == Severity::Error);
    match wrong {
        None if read.objects.policies.len() == texts.len() => Ok(read.objects.policies),
        None => Err(Failure::Bug(
            "the policies that were written are not as many when read".into(),
        )),
        Some(finding) => Err(Failure::Bug(format!(
            "what was written is refused: {}",
            finding.message
        ))),
    }
}

fn write(
    args: &MigrateArgs,
    loaded: &Loaded,
    drafts: &[Draft],
    texts: &[String],
    proven: &str,
) -> Result<(), Failure> {
    let head = format!("{SIGNATURE}# {proven}\n");
    let Some(directory) = &args.output else {
        let all = format!("{head}{}", texts.join("---\n"));
        return output::data(|out| out.write_all(all.as_bytes()));
    };
    let mut batch = Batch::new(loaded.inputs.clone());
    batch.directory(directory)?;
    for (draft, text) in drafts.iter().zip(texts) {
        let bytes = format!("{head}{text}").into_bytes();
        batch.add(file(directory, draft), bytes, Over::Signed);
    }
    Ok(batch.write()?)
}

/// Where a policy is written. Names of objects have letters, digits, dashes and dots.
fn file(directory: &Path, draft: &Draft) -> PathBuf {
    let name = draft.full_name().replace('/', ".");
    directory.join(format!("{name}.yaml"))
}

/// What should be known of policies that were migrated.
fn notes(args: &MigrateArgs, cluster: &Cluster) -> Vec<String> {
    let mut notes = Vec::new();
    if args.to_networkpolicy {
        notes.push("note: namespaces that are created later are not covered: NetworkPolicies are in the namespaces that are there, a baseline is for all that its subject selects".to_owned());
        return notes;
    }
    let all = cluster.policies.rows().iter();
    let mut kept = all.filter(|it| it.tier == Tier::Admin && !is_migrated(it));
    if let Some(kept) = kept.next() {
        notes.push(format!(
            "note: the documents do not say in which order AdminNetworkPolicies and ClusterNetworkPolicies such as `{}` are asked; the order by priority was taken for what is meant",
            kept.name
        ));
    }
    notes
}
