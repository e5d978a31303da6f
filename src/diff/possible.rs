//! Whether pods that could be created are treated alike.

use super::both::Both;
use crate::model::Cluster;
use crate::prove::claim::{Premises, Scope};
use crate::prove::decide::Engine;
use crate::prove::outcome::Outcome;
use crate::prove::{self, Bug};
use crate::trace::Verdict;

/// What is known of pods that could be created.
#[derive(Debug, Clone)]
pub enum Possible {
    /// They are treated alike, which is proven, with what was taken for granted.
    Same(Vec<String>),
    /// They are not: one sentence.
    Differs(String),
    /// It cannot be decided: why.
    Unknown(String),
    /// Nobody asked: why.
    NotAsked(String),
}

/// Compares the policies of two clusters over pods of a scope, with the namespaces of
/// the new one.
///
/// # Errors
/// [`Bug`] where netpolc contradicts itself.
pub fn possible(
    clusters: &Both<&Cluster>,
    scope: Scope,
    engine: &dyn Engine,
) -> Result<Possible, Bug> {
    let mut cluster = (*clusters.now()).clone();
    let premises = Premises {
        several: cluster.take_as_several(),
        ..Premises::default()
    };
    let other = cluster.with_policies(clusters.old().policies.rows().to_vec());
    let named = [(&cluster, "the new policies"), (&other, "the old ones")];
    let told = prove::same(named, scope, &premises, engine)?;
    Ok(match told.outcome {
        Outcome::Holds { .. } | Outcome::Vacuous { .. } => Possible::Same(told.assumed),
        Outcome::Unknown { why, .. } => Possible::Unknown(why.join("; ")),
        Outcome::Fails { witness } => {
            let judged = witness.judged.iter().map(|it| {
                let verdict = match it.verdict {
                    Verdict::Allow => "let it through",
                    Verdict::Deny => "refuse it",
                    Verdict::Undecided => "leave it open",
                };
                let reasons = it.reasons.iter().map(|it| it.text.as_str());
                let reasons: Vec<&str> = reasons.collect();
                format!(
                    "{} {verdict} ({})",
                    it.policies.as_deref().unwrap_or_default(),
                    reasons.join("; ")
                )
            });
            let judged: Vec<String> = judged.collect();
            Possible::Differs(format!(
                "{} to {} on {}: {}",
                witness.source.name,
                witness.destination.name,
                witness.connections,
                judged.join(", ")
            ))
        }
    })
}
