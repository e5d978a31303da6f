//! The claims of a run, looked up and proven.

use super::args::{ProveArgs, ProvedScope};
use super::files::{Others, broken_assumptions, refuse, unresolved_finding};
use super::record::Recorder;
use crate::cli::exit::Failure;
use crate::cli::load::{Loaded, tell};
use crate::cli::options::Options;
use crate::cli::output;
use crate::intent::{Intents, Scope};
use crate::model::Cluster;
use crate::prove::claim::{Claim, Goal, Kind, Premises, name_files};
use crate::prove::decide::Engine;
use crate::prove::encode::AsDocumented;
use crate::prove::outcome::{Core, Outcome, Proved};
use crate::prove::resolve::{Resolver, Unresolved, premises};
use crate::prove::session::{Listener, Nobody};
use crate::prove::{Bug, Prover};

/// The claims of a run.
pub(super) struct Claims<'r> {
    pub(super) args: &'r ProveArgs,
    pub(super) options: &'r Options,
    pub(super) loaded: &'r Loaded,
    /// What they are about: with what is applied, or without it.
    pub(super) cluster: &'r Cluster,
    /// The entries that are taken as several pods.
    pub(super) several: Vec<String>,
    pub(super) files: &'r [Intents],
}

impl<'r> Claims<'r> {
    /// Proves the claims of all files.
    pub(super) fn prove(
        &self,
        others: &Others,
        engine: &dyn Engine,
        mut recorder: Recorder,
    ) -> Result<Vec<Proved>, Failure> {
        let mut results = Vec::new();
        for (premises, claims) in &self.resolve(others)? {
            for claim in claims {
                recorder.begin(&claim.name);
                let one = self.one(claim, premises, engine, &mut recorder)?;
                recorder.finish(&one)?;
                results.push(one);
            }
        }
        recorder.end()?;
        Ok(results)
    }

    /// What comes of the claims of all files, one after the other; none of one that names what is not
    /// there.
    pub(super) fn outcomes(
        &self,
        others: &Others,
        engine: &dyn Engine,
    ) -> Result<Vec<Option<Outcome>>, Failure> {
        let mut outcomes = Vec::new();
        for file in self.files {
            let (premises, claims) = self.of_file(file, others);
            for claim in claims {
                outcomes.push(match claim {
                    Ok(claim) => {
                        let one = self.one(&claim, &premises, engine, &mut Nobody)?;
                        Some(one.outcome)
                    }
                    Err(_) => None,
                });
            }
        }
        Ok(outcomes)
    }

    /// Proves one.
    fn one(
        &self,
        claim: &Claim<'_>,
        premises: &Premises,
        engine: &dyn Engine,
        listener: &mut dyn Listener,
    ) -> Result<Proved, Failure> {
        let judge = Prover {
            cluster: self.cluster,
            premises,
            engine,
            meaning: &AsDocumented,
        };
        let found = judge.prove(claim, listener);
        let proved = found.map_err(|Bug(what)| Failure::Bug(what))?;
        Ok(qualified(self.cluster, claim, proved))
    }

    /// Looks up what the claims name; those of one file share their premises.
    fn resolve(&self, others: &Others) -> Result<Vec<(Premises, Vec<Claim<'r>>)>, Failure> {
        let mut claims = Vec::new();
        let mut wrong = Vec::new();
        for file in self.files {
            let (premises, found) = self.of_file(file, others);
            wrong.extend(broken_assumptions(self.cluster, file));
            let mut of_file = Vec::new();
            for claim in found {
                match claim {
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

    /// Looks up what the claims of one file name.
    fn of_file(
        &self,
        file: &'r Intents,
        others: &Others,
    ) -> (Premises, Vec<Result<Claim<'r>, Unresolved>>) {
        let cluster = self.cluster;
        let resolver = Resolver {
            cluster,
            settings: &self.loaded.settings,
            namespace: &self.options.namespace,
            scope: match self.args.scope {
                ProvedScope::Any => Scope::Any,
                ProvedScope::Existing => Scope::Existing,
            },
        };
        let mut premises = premises(file, self.args.new_namespaces);
        premises.several.clone_from(&self.several);
        if premises.pod_networks.is_empty() {
            let networks = &self.loaded.settings.pod_cidrs;
            premises.pod_networks.clone_from(networks);
        }
        let intents = file.intents.iter();
        let claims = intents
            .map(|intent| resolver.claim(intent, &mut |path| others.cluster(cluster, file, path)));
        (premises, claims.collect())
    }
}

/// Leaves a result open that hangs on what was left out: not one that no policy has a part in.
fn qualified(cluster: &Cluster, claim: &Claim<'_>, mut proved: Proved) -> Proved {
    let left_out = cluster.left_out.iter();
    let why: Vec<String> = left_out
        .filter(|it| claim.hangs_on(cluster, it))
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
