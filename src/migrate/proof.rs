//! The proof that what is written means what was there.

use crate::model::{Cluster, Origin};
use crate::prove::claim::{Claim, Compare, Kind, Premises, Scope};
use crate::prove::decide::Engine;
use crate::prove::encode::AsDocumented;
use crate::prove::outcome::Proved;
use crate::prove::session::Nobody;
use crate::prove::{Bug, Prover};
use std::borrow::Cow;

/// Compares the policies of a cluster with those of another, which has the same inventory, over every
/// packet and every pod that exists or could be created.
///
/// # Errors
/// [`Bug`] where netpolc contradicts itself.
pub fn same(
    cluster: &Cluster,
    other: &Cluster,
    premises: &Premises,
    engine: &dyn Engine,
) -> Result<Proved, Bug> {
    let claim = Claim {
        name: "migrate".to_owned(),
        file_name: "migrate".to_owned(),
        origin: Origin::default(),
        words: "the old policies and the new ones mean the same".to_owned(),
        scope: Scope::Any,
        kind: Kind::Compare(Box::new(Compare {
            other: Cow::Borrowed(other),
            names: ["the old policies".to_owned(), "the new ones".to_owned()],
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
