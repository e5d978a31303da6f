//! Files that rulesets are written to and compared with, and the node that they are for.

use crate::cli::files::{make_directory, unusable};
use crate::emit::plan::Scope;
use crate::endpoint::{Problem, closest};
use crate::model::Cluster;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A directory of rulesets. Older files of the same names are replaced.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// The directory, made if it is not there yet.
    pub(super) fn new(path: &Path) -> Result<Self, Problem> {
        make_directory(path)?;
        Ok(Self(path.to_owned()))
    }

    /// Writes a file, whole or not at all. A file of somebody else's is not replaced.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), Problem> {
        let path = self.0.join(name);
        let first = |text: &str| text.lines().next().map(ToOwned::to_owned);
        if let Ok(there) = fs::read_to_string(&path)
            && !there.is_empty()
            && first(&there) != first(text)
        {
            let message = format!(
                "`{}` is there, and netpolc did not write it",
                path.display()
            );
            return Err(Problem::new(message).help("name another directory"));
        }
        let draft = self.0.join(format!(".{name}.{}", std::process::id()));
        let new = OpenOptions::new().write(true).create_new(true).open(&draft);
        let written = new
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .and_then(|()| fs::rename(&draft, &path));
        written.map_err(|error| {
            // What was begun is of no use; that it cannot be taken away either is no news.
            let _ = fs::remove_file(&draft);
            unusable("cannot write", &path, &error)
        })
    }
}

/// Reads an older ruleset.
pub(super) fn read(path: &Path) -> Result<String, Problem> {
    fs::read_to_string(path).map_err(|error| {
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
            problem.help("no pod says which node it runs on: read running pods")
        }
        None => problem,
    })
}
