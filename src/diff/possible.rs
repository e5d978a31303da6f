//! Whether pods that could be created are treated alike.

use super::both::Both;
use crate::model::{Cluster, Origin};
use crate::prove::claim::{Claim, Compare, Kind, Premises, Scope};
use crate::prove::decide::Engine;
use crate::prove::encode::AsDocumented;
use crate::prove::outcome::Outcome;
use crate::prove::session::Nobody;
use crate::prove::{Bug, Prover};
use std::borrow::Cow;

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
    let claim = Claim {
        name: "diff".to_owned(),
        file_name: "diff".to_owned(),
        origin: Origin::default(),
        words: "the old policies and the new ones mean the same".to_owned(),
        scope,
        kind: Kind::Compare(Box::new(Compare {
            other: Cow::Borrowed(&other),
            names: ["the new policies".to_owned(), "the old ones".to_owned()],
            placed: false,
            more_allowed: false,
        })),
        granted: Vec::new(),
    };
    let prover = Prover {
        cluster: &cluster,
        premises: &premises,
        engine,
        meaning: &AsDocumented,
    };
    let told = prover.prove(&claim, &mut Nobody)?;
    Ok(match told.outcome {
        Outcome::Holds { .. } | Outcome::Vacuous { .. } => Possible::Same(told.assumed),
        Outcome::Unknown { why, .. } => Possible::Unknown(why.join("; ")),
        Outcome::Fails { witness } => {
            let judged = witness.judged.iter().map(|it| {
                let verdict = match it.verdict {
                    crate::trace::Verdict::Allow => "let it through",
                    crate::trace::Verdict::Deny => "refuse it",
                    crate::trace::Verdict::Undecided => "leave it open",
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
