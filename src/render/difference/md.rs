//! A comment on a pull request, in Markdown as GitHub and GitLab show it.

use super::text::{OTHER, grouped, headline, possible};
use super::told::{SAME, Told, line};
use crate::diff::{Change, Possible, Sign};
use crate::render::count;
use crate::render::md::cell;
use std::fmt::Write as _;

/// By which a comment is found again, to be edited.
const MARKER: &str = "<!-- netpolc-diff -->";
/// What a comment may have, in characters: GitHub takes 65,536.
const LIMIT: usize = 60_000;
/// What of it the causes at the top may take.
const CAUSES: usize = 5;
/// The longest line of a cause at the top.
const LONGEST: usize = 600;

pub(super) fn text(told: &Told<'_>) -> String {
    let foot = foot(told);
    let mut top = top(told);
    // What is kept is whole lines; how many are left out is said at the top.
    let room = LIMIT.saturating_sub(top.len() + foot.len() + 200);
    let (body, left) = fit(told, room);
    if left > 0 {
        let _ = writeln!(top, "\nand {left} more, see the job's log");
    }
    top + &body + &foot
}

fn top(told: &Told<'_>) -> String {
    let mut out = format!("{MARKER}\n");
    let diff = told.diff;
    if diff.is_same() && told.unknown.is_empty() {
        let also = match told.possible {
            Possible::Same(_) => ", also for every pod that could be created",
            Possible::Differs(_) | Possible::Unknown(_) | Possible::NotAsked(_) => "",
        };
        let _ = writeln!(out, "**Network policies: {SAME}**{also}");
    } else {
        let head = headline(told);
        let (connections, workloads) = head.split_once("; ").unwrap_or((&head, ""));
        let connections = match connections.split_once(' ') {
            Some((number, rest)) if !diff.is_same() => {
                let number: usize = number.parse().unwrap_or_default();
                format!("{} {rest}", count(number, "connection", "connections"))
            }
            _ => connections.to_owned(),
        };
        let _ = write!(out, "**Network policies: {connections}**");
        let [internet, _] = told.opened();
        if internet > 0 {
            let _ = write!(out, " · ⚠ {internet} opened to the internet");
        }
        if !workloads.is_empty() {
            let _ = write!(out, " · {workloads}");
        }
        out.push('\n');
    }
    let mut groups = grouped(told);
    let warns = |changes: &[&Change]| changes.iter().any(|it| warns(it));
    groups.sort_by_key(|(_, changes)| !warns(changes));
    let of = groups.iter().filter(|(causes, _)| !causes.is_empty());
    for (causes, changes) in of.take(CAUSES) {
        let mark = if warns(changes) { "⚠ " } else { "" };
        let cause = told.causes(causes).unwrap_or_default();
        let _ = writeln!(out, "- {mark}{}", short(&cell(&cause)));
    }
    for it in told.unknown.iter().take(CAUSES) {
        let side = it.side();
        let _ = writeln!(out, "- unknown in {side}: {}", short(&cell(&it.why)));
    }
    out
}

fn warns(change: &Change) -> bool {
    change.internet && !change.opened().is_empty()
}

/// A line that is not too long. An entity is never cut.
fn short(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LONGEST).collect();
    let end = cut.rfind(' ').unwrap_or_default();
    format!("{}…", cut.get(..end).unwrap_or_default())
}

/// A part that unfolds, by its title.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Opened,
    Changed,
    Closed,
    Workloads,
}

impl Section {
    /// In the order in which they are shown.
    const ALL: [Self; 4] = [Self::Opened, Self::Changed, Self::Closed, Self::Workloads];

    fn title(self) -> &'static str {
        match self {
            Self::Opened => "Opened",
            Self::Changed => "Changed",
            Self::Closed => "Closed",
            Self::Workloads => "Only because workloads came or went",
        }
    }

    /// The one that a change stands in.
    fn of(change: &Change) -> Self {
        match change.sign() {
            _ if !change.workloads.is_empty() => Self::Workloads,
            Sign::Opened => Self::Opened,
            Sign::Changed => Self::Changed,
            Sign::Closed => Self::Closed,
        }
    }
}

/// The sections as far as there is room, and how many changes are left out.
fn fit(told: &Told<'_>, room: usize) -> (String, usize) {
    let groups = grouped(told);
    let mut out = String::new();
    let mut left = 0;
    for section in Section::ALL {
        let mut body = String::new();
        let (mut number, mut shown) = (0, 0);
        // Grouped by cause, each group with its fence and the cause below it.
        for (causes, group) in &groups {
            let own = group.iter().filter(|it| Section::of(it) == section);
            let own: Vec<&&Change> = own.collect();
            if own.is_empty() {
                continue;
            }
            number += own.len();
            let cause = told.causes(causes);
            let cause = short(&cell(cause.as_deref().unwrap_or(OTHER)));
            let mut lines = String::new();
            for change in own {
                let sign = match change.sign() {
                    Sign::Opened => '+',
                    Sign::Closed => '-',
                    // No colour is for `~`.
                    Sign::Changed => '!',
                };
                let line = format!("{sign} {}\n", line(change).replace('`', "'"));
                let taken = out.len() + body.len() + lines.len() + line.len() + cause.len() + 200;
                if taken > room {
                    break;
                }
                lines.push_str(&line);
                shown += 1;
            }
            if !lines.is_empty() {
                let _ = write!(body, "\n```diff\n{lines}```\n{cause}\n");
            }
        }
        left += number - shown;
        if shown > 0 {
            let title = section.title();
            let _ = write!(
                out,
                "<details><summary>{title} ({number})</summary>\n{body}</details>\n"
            );
        }
    }
    (out, left)
}

fn foot(told: &Told<'_>) -> String {
    let said = possible(told);
    let mut chars = said.chars();
    let first: String = chars
        .next()
        .map(|it| it.to_uppercase().collect())
        .unwrap_or_default();
    let said = format!("{first}{}", chars.as_str());
    format!(
        "<sub>{}. netpolc {}</sub>\n",
        short(&cell(said.trim_end_matches('.'))),
        env!("CARGO_PKG_VERSION")
    )
}
