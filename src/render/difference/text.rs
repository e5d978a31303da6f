//! For people: changes by cause, opened first.

use super::told::{SAME, Told, came, line};
use crate::diff::{Change, Possible, Sign};
use crate::render::{count, visible};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The most lines under a cause, and how many are shown where there are more.
const LINES: (usize, usize) = (20, 10);

/// What stands over changes of which no cause was found.
pub(super) const OTHER: &str = "of these, no single cause was found";

pub(super) fn text(told: &Told<'_>) -> String {
    let mut out = format!("{}\n", headline(told));
    for (number, what) in told
        .opened()
        .into_iter()
        .zip(["the internet", "another namespace"])
    {
        if number > 0 {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "opened to {what}: {number}");
        }
    }
    for (causes, changes) in grouped(told) {
        let head = told.causes(causes);
        let head = head.as_deref().unwrap_or(OTHER);
        let _ = writeln!(out, "\n{}", visible(head));
        out.push_str(&lines(told, &changes));
    }
    let changes = told.diff.changes.iter();
    let busy: BTreeSet<&String> = changes.flat_map(|it| &it.workloads).collect();
    let workloads = told.diff.workloads.iter();
    for it in workloads.filter(|it| !busy.contains(&it.name)) {
        let verb = if it.added { "added" } else { "removed" };
        let _ = writeln!(
            out,
            "\nworkload {} was {verb}: no connections",
            visible(&it.name)
        );
    }
    for it in told.unknown {
        let side = it.side();
        let _ = writeln!(out, "\nunknown in {side}: {}", visible(&it.why));
    }
    let _ = writeln!(out, "\n{}", visible(&possible(told)));
    out
}

/// `3 opened, 1 closed; 1 workload added`, or that nothing changed.
pub(super) fn headline(told: &Told<'_>) -> String {
    let diff = told.diff;
    let signs = [
        (Sign::Opened, "opened"),
        (Sign::Closed, "closed"),
        (Sign::Changed, "changed"),
    ];
    let counted = |(sign, word): (Sign, &str)| match diff.count(sign) {
        0 => None,
        number => Some(format!("{number} {word}")),
    };
    let counts: Vec<String> = signs.into_iter().filter_map(counted).collect();
    let mut head = match counts.as_slice() {
        [] if told.unknown.is_empty() => SAME.to_owned(),
        [] => "no connection surely changes".to_owned(),
        _ => counts.join(", "),
    };
    for (added, word) in [(true, "added"), (false, "removed")] {
        let number = diff.count_came(added);
        if number > 0 {
            let _ = write!(head, "; {} {word}", count(number, "workload", "workloads"));
        }
    }
    head
}

/// Changes by what causes them: those with something opened first.
pub(super) fn grouped<'a>(told: &Told<'a>) -> Vec<(&'a [usize], Vec<&'a Change>)> {
    let mut groups: BTreeMap<&[usize], Vec<&Change>> = BTreeMap::new();
    for change in &told.diff.changes {
        groups.entry(&change.causes).or_default().push(change);
    }
    let mut groups: Vec<(&[usize], Vec<&Change>)> = groups.into_iter().collect();
    groups.sort_by_key(|(causes, changes)| {
        let opens = changes.iter().any(|it| !it.opened().is_empty());
        (
            !opens,
            causes.is_empty(),
            changes.first().map(|it| (&it.from, &it.to)),
        )
    });
    for (_, changes) in &mut groups {
        changes.sort_by_key(|it| it.opened().is_empty());
    }
    groups
}

fn lines(told: &Told<'_>, changes: &[&Change]) -> String {
    let mut out = String::new();
    let shown = if changes.len() > LINES.0 {
        LINES.1
    } else {
        changes.len()
    };
    let alone = changes.iter().all(|it| it.causes.len() == 1);
    for change in changes.iter().take(shown) {
        let _ = write!(out, "  {} {}", change.sign().symbol(), line(change));
        match came(told, change).filter(|_| !alone) {
            Some(remark) => _ = writeln!(out, "  # {remark}"),
            None => out.push('\n'),
        }
    }
    if let Some(more @ 1..) = changes.len().checked_sub(shown) {
        let _ = writeln!(out, "  and {more} more; -o txt lists them");
    }
    out
}

/// What is known of pods that could be created.
pub(super) fn possible(told: &Told<'_>) -> String {
    match told.possible {
        Possible::Same(_) => {
            "for every pod that could be created: the same, too (proved)".to_owned()
        }
        Possible::Differs(_) if !told.diff.is_same() && !told.counts_possible => {
            "pods that could be created: not the same, either".to_owned()
        }
        Possible::Differs(how) => {
            let counts = if told.counts_possible {
                ""
            } else {
                "; --scope any counts this"
            };
            format!("pods that could be created: not the same. {how}{counts}")
        }
        Possible::Unknown(why) => format!("pods that could be created: undecided: {why}"),
        Possible::NotAsked(why) => format!("pods that could be created: not asked ({why})"),
    }
}
