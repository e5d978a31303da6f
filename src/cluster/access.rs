//! Which rights reading takes, and which of them a user has: found out by asking for one object of
//! each kind, which writes nothing.

use super::client::{Client, Target};
use super::gather::{Seen, Task, gather, kinds};
use super::problem::Problem;
use super::reading::{Plan, problem, runtime};
use crate::input::{Limits, Served};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

/// Which rights there are.
#[derive(Debug)]
pub struct Access {
    /// The kinds that the cluster has and that are read.
    pub kinds: Vec<Served>,
    /// Those that are hidden, with the namespaces where they are not.
    pub missing: Vec<(Served, Vec<Arc<str>>)>,
}

impl Access {
    /// Finds out which rights a user has.
    ///
    /// # Errors
    /// Why the cluster cannot be asked.
    pub fn of(target: &Target, plan: &Plan) -> Result<Self, Problem> {
        let runtime = runtime()?;
        let client = runtime.block_on(async { Client::new(target) })?;
        let task = Task {
            namespaces: plan.namespaces.clone(),
            needs: plan.needs,
            limits: Limits::default(),
            tastes: true,
        };
        let asked = runtime.block_on(async {
            let kinds = kinds(&client, plan.needs).await?;
            let (send, _nothing) = sync_channel(kinds.len() + plan.namespaces.len());
            let seen = gather(&client, &kinds, task, send).await?;
            Ok((kinds, seen))
        });
        let (kinds, seen) = asked.map_err(|halt| problem(halt, &client))?;
        let missing = kinds
            .iter()
            .zip(seen)
            .filter_map(|(served, seen)| match seen {
                Seen::Whole => None,
                Seen::Within(within) => Some((served.clone(), within)),
            });
        Ok(Self {
            missing: missing.collect(),
            kinds,
        })
    }
}

/// The `ClusterRole` that lets a user read these kinds.
pub fn role(kinds: &[Served]) -> String {
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for it in kinds {
        groups.entry(it.group()).or_default().insert(&it.plural);
    }
    let mut text = String::from(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: netpolc\nrules:\n",
    );
    for (group, plurals) in groups {
        let plurals: Vec<&str> = plurals.into_iter().collect();
        let _ = writeln!(text, "- apiGroups: [\"{group}\"]");
        let _ = writeln!(text, "  resources: [{}]", plurals.join(", "));
        let _ = writeln!(text, "  verbs: [list]");
    }
    text
}
