//! The plan as files for `ipset restore`, `iptables-restore` and `ip6tables-restore`.
//!
//! ```text
//! NP-FORWARD      from FORWARD: what is established passes, then both directions
//! NP-EG, NP-IN    the address to its group, through chains by prefix (`trie`)
//! NP-G-…          a group: the rules of all its policies; NP-R-… what is left of it after a Pass
//! NP-P-…-4        a set: P pods, B blocks, N named ports; 4 or 6
//! ```
//!
//! Dispatch goes to groups with `-g`, so `RETURN` there leads back to `NP-FORWARD`: the direction lets the
//! packet through, and the next one judges. Nothing is marked, and what passes meets the rules of
//! others behind the jump.
//!
//! Same plan, same bytes. Set names are made of their content, so a reload never changes a set in use.

mod install;
mod names;
mod ports;
mod prefix;
mod rules;
mod sets;
mod trie;

pub use prefix::Prefix;

use super::plan::Plan;
use crate::model::Cluster;
use crate::net::Family;
use names::Names;
use rules::Rules;

/// What a user may choose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// What the names of all chains and sets begin with.
    pub prefix: Prefix,
}

/// The files of a ruleset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The sets of both families, for `ipset -exist restore`.
    pub ipset: String,
    /// The chains, for `iptables-restore --noflush`.
    pub v4: String,
    /// The chains, for `ip6tables-restore --noflush`.
    pub v6: String,
    /// A shell script that loads these files in order, or takes away what it loaded.
    pub install: String,
    /// What the files are, in Markdown.
    pub readme: String,
}

impl Files {
    /// The files by the names under which the script finds them.
    pub fn named(&self) -> [(&'static str, &str); 5] {
        [
            ("rules.ipset", &self.ipset),
            ("rules.v4", &self.v4),
            ("rules.v6", &self.v6),
            ("install.sh", &self.install),
            ("README.md", &self.readme),
        ]
    }
}

/// The files of a plan.
pub fn write(plan: &Plan, cluster: &Cluster, options: &Options) -> Files {
    let names = Names::new(&options.prefix);
    let v4 = Rules::new(plan, cluster, &names, Family::V4);
    let v6 = Rules::new(plan, cluster, &names, Family::V6);
    let mut ipset = String::new();
    v4.sets.write(&mut ipset);
    v6.sets.write(&mut ipset);
    Files {
        ipset,
        v4: v4.text(),
        v6: v6.text(),
        install: install::script(&options.prefix),
        readme: install::readme(&options.prefix),
    }
}

#[cfg(test)]
mod dispatch_tests;
#[cfg(test)]
mod groups_tests;
#[cfg(test)]
mod sets_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod world_of_tests;
