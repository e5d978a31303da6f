//! One edit in a hook of an nft file.

use super::nft::told;
use super::text::{Line, Mutants, once};

/// What hooks say, each with what it could say instead.
const HOOKS: [(&str, &str); 11] = [
    (
        "ct state established,related accept",
        "ct state new,established accept",
    ),
    (
        "ct state established,related accept",
        "ct state established accept",
    ),
    (
        "ct state established,related accept",
        "ct state related accept",
    ),
    (
        "ct state established,related accept",
        "ct state established,related return",
    ),
    (
        "ct state established,related accept",
        "ct state established,related counter drop",
    ),
    ("policy accept;", "policy drop;"),
    ("hook forward", "hook input"),
    ("icmpv6 type @nd accept", "icmpv6 type != @nd accept"),
    ("icmpv6 type @nd accept", "icmpv6 type @nd counter drop"),
    ("@always_v4 accept", "@always_v4 counter drop"),
    ("@always_v6 accept", "@always_v6 counter drop"),
];

pub fn edit_hooks(mutants: &mut Mutants<'_>, lines: &[Line<'_>]) {
    for hook in ["chain egress_hook", "chain ingress_hook"] {
        for (old, new) in HOOKS {
            let found = lines
                .iter()
                .filter(|line| line.block == hook && line.text.contains(old));
            let found: Vec<_> = found.collect();
            let [line] = found[..] else {
                panic!("`{old}` stands {} times in the {hook}", found.len());
            };
            let new_line = format!("\t\t{}", once(line.text, old, new));
            mutants.with(
                "hook",
                line.number,
                Some(&new_line),
                &format!("{hook}: {old} => {new}"),
            );
        }
        let lines = lines
            .iter()
            .filter(|line| line.block == hook && line.text.contains(" vmap "));
        for line in lines {
            let (side, other) = if line.text.contains("saddr") {
                ("saddr", "daddr")
            } else {
                ("daddr", "saddr")
            };
            let turned = format!("\t\t{}", once(line.text, side, other));
            mutants.with("wrong end", line.number, Some(&turned), &told(line));
            let (map, other) = if line.text.contains("@eg_") {
                ("@eg_", "@in_")
            } else {
                ("@in_", "@eg_")
            };
            let crossed = format!("\t\t{}", once(line.text, map, other));
            mutants.with("wrong map", line.number, Some(&crossed), &told(line));
        }
    }
}
