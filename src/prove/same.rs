//! Whether two sets of policies mean the same over one inventory.

use super::claim::{Claim, Compare, Kind, Premises, Scope};
use super::decide::Engine;
use super::encode::AsDocumented;
use super::outcome::Proved;
use super::run::{Bug, Prover};
use super::session::Nobody;
use crate::model::{Cluster, Origin};
use std::borrow::Cow;

/// Compares the policies of a cluster with those of another, which has the same inventory, over every
/// packet and the pods of a scope. Each is called by a name.
///
/// # Errors
/// [`Bug`] where netpolc contradicts itself.
pub fn same(
    [(cluster, name), (other, other_name)]: [(&Cluster, &str); 2],
    scope: Scope,
    premises: &Premises,
    engine: &dyn Engine,
) -> Result<Proved, Bug> {
    let claim = Claim {
        name: "same".to_owned(),
        file_name: "same".to_owned(),
        origin: Origin::default(),
        words: "the old policies and the new ones mean the same".to_owned(),
        scope,
        kind: Kind::Compare(Box::new(Compare {
            other: Cow::Borrowed(other),
            names: [name.to_owned(), other_name.to_owned()],
            placed: false,
            more_allowed: false,
        })),
        granted: Vec::new(),
    };
    let prover = Prover {
        cluster,
        premises,
        engine,
        meaning: &AsDocumented,
    };
    prover.prove(&claim, &mut Nobody)
}
