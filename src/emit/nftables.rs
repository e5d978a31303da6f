//! The plan as one nft file: a table of its own, replaced in one step.
//!
//! ```text
//! sets    ruleset_ which ruleset it is, for whoever updates its elements
//!         p_ pods; pods_ many sets of them, by number; b_ address blocks, n_ named ports, t_ ports, always_ what no policy stops, nd
//! chains  a_ Admin, r_ NetworkPolicy and d_ Baseline rules; g_ groups
//! maps    eg_ and in_: from the address of a governed pod to its group
//! hooks   egress_hook, then ingress_hook
//! ```
//!
//! An accept ends its base chain and no other, so "egress and ingress" needs two base chains and no
//! marks. Names are made of definitions, never of members: another pod changes elements only.
//! A family of which no address is governed is left out, for nothing in it can be reached.

mod chains;
mod elements;
mod ports;
mod sets;
mod table_name;
pub(in crate::emit) mod text;
mod used;

pub use table_name::TableName;

use super::name::digest;
use super::plan::Plan;
use crate::model::{Cluster, Direction};
use crate::net::Family;
use std::fmt::Write as _;
use used::Used;

/// What is not in the policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The table's name.
    pub table: TableName,
    /// Where packets are judged.
    pub hook: Hook,
    /// How many sets of pods there may be. If more are needed, they share one, in which each has a number:
    /// that loads in less time, for the kernel looks through all sets for each rule that names one.
    pub sets: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            table: TableName::default(),
            hook: Hook::default(),
            sets: 64,
        }
    }
}

/// Where in the kernel packets are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hook {
    /// Where packets are routed from one interface to another: for pods on routed interfaces.
    #[default]
    Forward,
    /// Behind routing, before source addresses are translated: for what forward does not see, such as
    /// IPVS.
    Postrouting,
    /// Where a bridge hands frames from one port to another, in a table of the bridge family: for
    /// pods on one bridge. What is routed to and from them does not pass there. The kernel needs `nf_conntrack_bridge`; without it, it refuses the file.
    Bridge,
}

impl Hook {
    /// The family of the table.
    fn table_family(self) -> &'static str {
        match self {
            Self::Forward | Self::Postrouting => "inet",
            Self::Bridge => "bridge",
        }
    }

    /// The hook with the priority of a direction's base chain: egress first.
    fn place(self, direction: Direction) -> &'static str {
        match (self, direction) {
            (Self::Forward | Self::Bridge, Direction::Egress) => "forward priority filter - 2",
            (Self::Forward | Self::Bridge, Direction::Ingress) => "forward priority filter - 1",
            (Self::Postrouting, Direction::Egress) => "postrouting priority srcnat - 5",
            (Self::Postrouting, Direction::Ingress) => "postrouting priority srcnat - 4",
        }
    }
}

/// The whole file: the same bytes in every run.
pub fn write(plan: &Plan, cluster: &Cluster, options: &Options) -> String {
    let mut writer = Writer {
        plan,
        cluster,
        used: Used::of(plan, options.sets),
        hook: options.hook,
        out: String::new(),
    };
    let table = format!("{} {}", options.hook.table_family(), options.table);
    writer.head(&table);
    writer.line(&format!("add table {table}"));
    writer.line(&format!("delete table {table}"));
    writer.line(&format!("table {table} {{"));
    let head = std::mem::take(&mut writer.out);
    writer.sets();
    writer.chains();
    let body = std::mem::take(&mut writer.out);
    writer.out = head;
    writer.ruleset_id(&body);
    writer.out.push_str(&body);
    writer.line("}");
    writer.out
}

/// A shell script that loads the file `netpolc.nft` beside it, such that no packet is judged by neither
/// the old ruleset nor the new one.
pub fn install(options: &Options) -> String {
    let table = format!("{} {}", options.hook.table_family(), options.table);
    include_str!("nftables/install.sh").replace("@TABLE@", &table)
}

/// How many tests of ports, or of address blocks, stand in a rule each; more share a set. A set costs more
/// to load than rules do, and sets of blocks more to search.
const FEW: usize = 3;

/// A file under way.
struct Writer<'a> {
    plan: &'a Plan,
    cluster: &'a Cluster,
    used: Used,
    hook: Hook,
    out: String,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn ruleset_id(&mut self, body: &str) {
        let name = format!("{RULESET}{:032x}", digest(body));
        self.out.push_str(&ruleset_id(&name, false));
    }

    fn head(&mut self, table: &str) {
        let [egress, ingress] = Direction::BOTH.map(|each| self.plan.governed(each).len());
        let policies = self.used.policies.len();
        self.line("# generated by netpolc; do not edit");
        // Writing to a string cannot fail.
        let _ = writeln!(
            self.out,
            "# governs {egress} addresses for egress and {ingress} for ingress; policies: {policies}"
        );
        let _ = writeln!(
            self.out,
            "# load with nft -f FILE: it replaces the table {table} in one step"
        );
        if self.hook == Hook::Bridge {
            self.line("# judges what passes between ports of a bridge; what is routed needs the hook forward too");
            self.line("# a kernel without nf_conntrack_bridge refuses it");
            self.line("# does not govern link-local addresses (fe80::/10): they are of no pod");
        }
    }
}

/// What begins the name of the set that says which ruleset is loaded.
pub(in crate::emit) const RULESET: &str = "ruleset_";

/// What such a set has in it once an update has led from its ruleset to another.
pub(in crate::emit) const LEFT: &str = "::";

/// The set that says which ruleset is loaded, or that one was. An update begins by adding to it what must
/// not be there yet: so what is loaded must be what the update was made for. That is no deletion,
/// after which the kernel has `nft` wait until all processors have seen it.
pub(in crate::emit) fn ruleset_id(name: &str, left: bool) -> String {
    let elements = if left {
        format!("\t\telements = {{ {LEFT} }}\n")
    } else {
        String::new()
    };
    format!(
        "\tset {name} {{\n\t\ttype ipv6_addr\n\t\tcomment \"which ruleset this is\"\n{elements}\t}}\n"
    )
}

/// The word for a family's header, as in `ip saddr`.
fn header(family: Family) -> &'static str {
    match family {
        Family::V4 => "ip",
        Family::V6 => "ip6",
    }
}

/// What ends the name of a set of one family.
fn suffix(family: Family) -> &'static str {
    match family {
        Family::V4 => "v4",
        Family::V6 => "v6",
    }
}

/// The type of a family's addresses.
fn address_type(family: Family) -> &'static str {
    match family {
        Family::V4 => "ipv4_addr",
        Family::V6 => "ipv6_addr",
    }
}

#[cfg(test)]
mod rule_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod world_of_tests;
