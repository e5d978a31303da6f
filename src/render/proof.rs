//! What came of claims, as a person reads it.
//!
//! A claim of the command line is answered as `can` answers: the result in one word, then why.
//! The claims of a file are a table, the details of those that do not hold, and a summary. Every
//! line is safe to print.

mod details;
mod short;

pub(super) use short::short;

use super::table::table;
use super::{Look, count, visible};
use crate::prove::outcome::{Outcome, Proved};
use crate::source::SourceMap;
use details::Details;

/// The whole answer. The first line for a claim of the command line is exactly `holds`, `fails`,
/// `vacuous` or `unknown`; the last line for the claims of a file is the summary. `verbose` shows
/// also why those of a file hold that do.
pub fn text(proved: &[Proved], sources: &SourceMap, look: Look, verbose: bool) -> String {
    match proved {
        [] => "no claims\n".into(),
        [one] if one.origin.span.is_none() => {
            let word = colored(&one.outcome, look);
            format!("{word}\n{}", Details::of(one, sources, look, 0))
        }
        all => listed(all, sources, look, verbose),
    }
}

/// What came of the same claims without the objects that were applied; none of a claim that names
/// what is not there then.
pub fn now(proved: &[Proved], now: &[Option<Outcome>]) -> String {
    let word = |now: &Option<Outcome>| now.as_ref().map_or("nothing to prove it of", Outcome::name);
    let pairs = || proved.iter().zip(now);
    if let ([one], [now]) = (proved, now)
        && one.origin.span.is_none()
    {
        let word = word(now);
        let same = if one.outcome.name() == word {
            " as well"
        } else {
            ""
        };
        return format!("and now: {word}{same}\n");
    }
    let mut changed = pairs()
        .filter(|(one, now)| one.outcome.name() != word(now))
        .peekable();
    if changed.peek().is_none() {
        return "and now: the same\n".into();
    }
    let lines = changed.map(|(one, now)| format!("  {}: {}\n", visible(&one.name), word(now)));
    format!("and now, where it differs:\n{}", lines.collect::<String>())
}

/// Why a claim has its result, in plain lines of at most `width` columns.
pub(super) fn details(proved: &Proved, sources: &SourceMap, width: usize) -> String {
    let look = Look {
        color: false,
        width,
    };
    Details::of(proved, sources, look, 0)
}

fn listed(all: &[Proved], sources: &SourceMap, look: Look, verbose: bool) -> String {
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    let mut out = table(&["INTENT", "RESULT", "CLAIM"], &rows, look.width);
    for one in all {
        if verbose || !matches!(one.outcome, Outcome::Holds { .. }) {
            let word = colored(&one.outcome, look);
            let place = one.origin.span.map_or_else(String::new, |span| {
                format!(" ({})", visible(&sources.line(span)))
            });
            let name = visible(&one.name);
            let details = Details::of(one, sources, look, 2);
            out.extend(["\n", &word, ": ", &name, &place, "\n", &details]);
        }
    }
    out.extend(["\n", &summary(all), "\n"]);
    out
}

/// A line feed in a cell begins a line, so texts are made safe before they are put together.
fn row(one: &Proved) -> Vec<String> {
    let mut claim = visible(&one.claim).into_owned();
    if let Some(why) = short(&one.outcome) {
        claim.push('\n');
        claim.push_str(&visible(&why));
    }
    let name = visible(&one.name).into_owned();
    vec![name, one.outcome.name().into(), claim]
}

fn colored(outcome: &Outcome, look: Look) -> String {
    let word = outcome.name();
    let color = match outcome {
        Outcome::Holds { .. } => 32,
        Outcome::Fails { .. } => 31,
        Outcome::Vacuous { .. } | Outcome::Unknown { .. } => 33,
    };
    if look.color {
        format!("\u{1b}[1;{color}m{word}\u{1b}[0m")
    } else {
        word.into()
    }
}

/// `7 hold, 1 fails, 1 vacuous, 1 unknown`, without those that there are none of.
fn summary(all: &[Proved]) -> String {
    let (mut holds, mut fails, mut vacuous, mut unknown) = (0, 0, 0, 0);
    for one in all {
        *match one.outcome {
            Outcome::Holds { .. } => &mut holds,
            Outcome::Fails { .. } => &mut fails,
            Outcome::Vacuous { .. } => &mut vacuous,
            Outcome::Unknown { .. } => &mut unknown,
        } += 1;
    }
    let all = [
        (holds, "holds", "hold"),
        (fails, "fails", "fail"),
        (vacuous, "vacuous", "vacuous"),
        (unknown, "unknown", "unknown"),
    ];
    let met = all.into_iter().filter(|&(number, ..)| number > 0);
    let parts = met.map(|(number, one, many)| count(number, one, many));
    parts.collect::<Vec<_>>().join(", ")
}
