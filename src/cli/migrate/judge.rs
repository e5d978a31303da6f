//! Whether what was written means what was there.

use super::args::MigrateArgs;
use crate::cli::exit::Failure;
use crate::cli::load::Loaded;
use crate::cli::options::Options;
use crate::endpoint::Problem;
use crate::model::Cluster;
use crate::prove::claim::Premises;

#[cfg(feature = "smt")]
pub(super) use solver::judge;

#[cfg(feature = "smt")]
mod solver {
    use super::{Cluster, Failure, Loaded, MigrateArgs, Options, Premises, Problem};
    use crate::cli::output;
    use crate::cli::solver::with_solver;
    use crate::migrate::same;
    use crate::prove::Bug;
    use crate::prove::outcome::{Outcome, Proved};
    use crate::render::{count, proof};

    /// Proves it, and says of what.
    pub(in crate::cli::migrate) fn judge(
        args: &MigrateArgs,
        options: &Options,
        loaded: &Loaded,
        [old, new]: [&Cluster; 2],
        premises: &Premises,
    ) -> Result<String, Failure> {
        let proved = with_solver(args.limit, options.patience, |engine| {
            same(old, new, premises, engine)
        });
        let proved = proved.map_err(|Bug(what)| Failure::Bug(what))?;
        match &proved.outcome {
            Outcome::Holds { .. } | Outcome::Vacuous { .. } => Ok(of_what(args, loaded)),
            Outcome::Fails { .. } => Err(differs(args, options, loaded, &proved)),
            Outcome::Unknown { why, .. } => {
                let message = format!(
                    "whether the new policies mean the same is not known: {}",
                    why.join("; ")
                );
                Err(Failure::Undecided(Problem::new(message)))
            }
        }
    }

    fn of_what(args: &MigrateArgs, loaded: &Loaded) -> String {
        if args.to_networkpolicy {
            let namespaces = loaded.cluster.namespaces.len();
            let of = count(namespaces, "namespace", "namespaces");
            return format!(
                "proven to mean the same for the {of} of the input, for every packet and every pod that exists or could be created"
            );
        }
        "proven to mean the same, for every packet and every pod that exists or could be created"
            .into()
    }

    /// What was to be written means something else: policies of v1alpha1 always have their like.
    fn differs(args: &MigrateArgs, options: &Options, loaded: &Loaded, proved: &Proved) -> Failure {
        let told = proof::text(
            std::slice::from_ref(proved),
            &loaded.sources,
            options.messages,
            options.verbose,
        );
        if !args.to_networkpolicy {
            return Failure::Bug(format!("the migrated policies mean something else: {told}"));
        }
        output::note("error: no NetworkPolicies mean the same as the Baseline tier of this input");
        told.lines().skip(1).for_each(output::note);
        Failure::Reported
    }
}

/// Says that nothing can be proven.
#[cfg(not(feature = "smt"))]
pub(super) fn judge(
    _: &MigrateArgs,
    _: &Options,
    _: &Loaded,
    _: [&Cluster; 2],
    _: &Premises,
) -> Result<String, Failure> {
    Err(Problem::new(
        "this netpolc was built without Z3 and cannot prove that policies mean the same",
    )
    .help("build with the feature `smt`")
    .into())
}
