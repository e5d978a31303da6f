//! The proof that what is written means what was there.

use crate::model::Cluster;
use crate::prove::claim::{Premises, Scope};
use crate::prove::decide::Engine;
use crate::prove::outcome::Proved;
use crate::prove::{self, Bug};

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
    let named = [(cluster, "the old policies"), (other, "the new ones")];
    prove::same(named, Scope::Any, premises, engine)
}
