//! The file that a ruleset is compared with, and the node that it is for.

use crate::cli::files::{read_text, unusable};
use crate::emit::plan::Scope;
use crate::endpoint::{Problem, closest};
use crate::input::Limits;
use crate::model::Cluster;
use std::path::Path;

/// Reads an older ruleset.
pub(super) fn read(path: &Path, limits: Limits) -> Result<String, Problem> {
    read_text(path, limits).map_err(|error| {
        unusable("cannot read", path, &error).help("name a file that `netpolc emit nftables` wrote")
    })
}

/// Whose pods a ruleset governs. A node is one that the input has, or that a pod runs on.
pub(super) fn scope(node: Option<&str>, cluster: &Cluster) -> Result<Scope, Problem> {
    let Some(name) = node else {
        return Ok(Scope::Cluster);
    };
    let nodes = cluster.nodes.rows().iter().map(|node| &node.name);
    let pods = cluster.pods.rows().iter();
    let known: Vec<_> = nodes
        .chain(pods.filter_map(|pod| pod.node.as_ref()))
        .collect();
    if let Some(found) = known.iter().find(|known| ****known == *name) {
        return Ok(Scope::Node((*found).clone()));
    }
    let problem = Problem::new(format!("no node `{name}` in the input"));
    Err(match closest(name, known.iter().map(|known| &***known)) {
        Some(close) => problem.help(format!("did you mean `{close}`?")),
        None if known.is_empty() => {
            problem.help("no pod in the input has a node; read running pods")
        }
        None => problem,
    })
}
