//! `docs/profiles.md` shows what is known of each network plugin. `INSTA_UPDATE=always` writes it anew.

use super::pages::check;
use netpolc::model::{Habit, Says};
use netpolc::profile::{ALL, Profile};
use std::fmt::Write as _;

const HEAD: &str = "\
# Profiles of network plugins

The Kubernetes documents leave some things to the network plugin. `--cni PLUGIN`, or `cni: PLUGIN` in `netpolc.yaml`, says which one
enforces the policies; every verb then answers as it does. Where a verdict hangs on the plugin, the answer names what the plugin
does and where that is known from. `--cni detect` looks for the plugin in the input: at DaemonSets, their pods, and the versions of
kubelets. `netpolc can … --cni calico,cilium` answers for several, and says where they part; so does `--cni detect` where it finds
several, and the other verbs ask which it is. Where it finds a network and not what enforces policies in it, all that plugins differ
in is open.

A version can be given where it matters: `cilium@1.17`. What is not known, what nobody confirmed, and what hangs on a version that is
not given is *open*: a verdict that hangs on it is `unknown`. Of what a table does not list, the documents decide, as without a
profile. For every plugin these stay open: link-local addresses (S70) and connections that are open already (S66).

`emit` takes from a profile only how rules are read: the ruleset enforces the policies itself.

This page is made from `src/profile`. The numbers are those of [semantics.md](semantics.md).

";

/// What is said of a plugin in one cell.
fn says(says: Says) -> &'static str {
    match says {
        Says::Yes => "yes",
        Says::No => "no",
        Says::Open => "open",
    }
}

fn section(profile: &Profile) -> String {
    let mut out = format!("## {}\n\n{}.", profile.name, profile.about);
    if !profile.aliases.is_empty() {
        let aliases: Vec<String> = profile.aliases.iter().map(|it| format!("`{it}`")).collect();
        let _ = write!(out, " Also {}.", aliases.join(", "));
    }
    out.push_str("\n\n");
    if profile.rows.is_empty() {
        return out;
    }
    out.push_str("| it … | | statements | source |\n|---|---|---|---|\n");
    for habit in Habit::ALL {
        let Some(row) = profile.row(habit) else {
            continue;
        };
        let numbers: Vec<String> = habit
            .statements()
            .iter()
            .map(|it| format!("S{it}"))
            .collect();
        let answer = match (row.confirmed, row.since) {
            (false, _) => format!("open (reported: {}, not confirmed)", says(row.reported)),
            (true, Some(version)) => format!("{} from {version} on", says(row.reported)),
            (true, None) => says(row.reported).to_owned(),
        };
        let (does, _) = habit.phrases();
        let _ = writeln!(
            out,
            "| {does} | {answer} | {} | {} |",
            numbers.join(", "),
            row.source
        );
    }
    out.push('\n');
    out
}

#[test]
fn the_published_page_is_that_of_the_profiles() {
    let sections: String = ALL.into_iter().map(section).collect();
    let page = format!("{HEAD}{}\n", sections.trim_end());
    check("docs/profiles.md", &page, "--test lint profiles");
}
