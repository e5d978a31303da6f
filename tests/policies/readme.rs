//! The commands in the README's `console` blocks print what stands below them. `INSTA_UPDATE=always`
//! writes that anew.

use super::{netpolc, published, root, trial};
use libtest_mimic::Trial;
use std::fs;
use std::sync::Mutex;

/// A command of a page, and the lines below it, from their first to before their last.
struct Session {
    command: String,
    lines: std::ops::Range<usize>,
}

/// The commands in the `console` blocks of a page.
fn sessions(page: &str) -> Vec<Session> {
    let mut sessions: Vec<Session> = Vec::new();
    let mut inside = false;
    for (index, line) in page.lines().enumerate() {
        if let Some(language) = line.strip_prefix("```") {
            inside = language == "console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            sessions.push(Session {
                command: command.to_owned(),
                lines: index + 1..index + 1,
            });
        } else if let Some(session) = sessions.last_mut().filter(|_| inside) {
            session.lines.end = index + 1;
        }
    }
    sessions
}

/// The pages whose commands are run.
const PAGES: [&str; 2] = ["README.md", "docs/diff.md"];

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap()
}

/// The README with what a command prints now below it. It may show less of an answer than there is.
fn printed_anew(page: &str, session: &Session) -> String {
    let arguments = session.command.strip_prefix("netpolc ").unwrap();
    let words = arguments
        .split_whitespace()
        .map(|word| word.trim_matches('\''));
    let output = netpolc().args(words).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let shown = match session.lines.len() {
        0 => usize::MAX,
        some => some,
    };
    let lines: Vec<&str> = page.lines().collect();
    let (before, after) = (&lines[..session.lines.start], &lines[session.lines.end..]);
    let all = before.iter().copied().chain(printed.lines().take(shown));
    let all = all.chain(after.iter().copied()).map(str::trim_end);
    all.flat_map(|line| [line, "\n"]).collect()
}

/// Held while the README is read and written.
static README: Mutex<()> = Mutex::new(());

/// What is wrong with what stands below a command, counted from the first.
fn complaint(name: &str, index: usize) -> Option<String> {
    let _alone = README
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let page = read(name);
    let all = sessions(&page);
    let session = &all[index];
    let new = printed_anew(&page, session);
    if published::updates() {
        fs::write(root().join(name), &new).unwrap();
        return None;
    }
    let plain: String = page
        .lines()
        .flat_map(|line| [line.trim_end(), "\n"])
        .collect();
    let told = published::differs(name, &plain, &new, "--test policies README")?;
    Some(format!("$ {}\n{told}", session.command))
}

/// A test for each command.
pub(crate) fn trials() -> Vec<Trial> {
    let count = sessions(&read("README.md")).len();
    let run = PAGES.into_iter().flat_map(|page| {
        let all = sessions(&read(page)).into_iter().enumerate();
        all.map(move |(index, it)| (page, index, it))
    });
    let proves = |command: &str| {
        let verbs = ["netpolc prove ", "netpolc diff "];
        verbs.iter().any(|verb| command.starts_with(verb))
    };
    let run = run.filter(|(_, _, it)| cfg!(feature = "smt") || !proves(&it.command));
    let mut trials: Vec<Trial> = run
        .map(|(page, index, Session { command, lines })| {
            let name = format!("{page}:{}: {command}", lines.start);
            trial(name, move || complaint(page, index).into_iter().collect())
        })
        .collect();
    trials.push(trial("README.md shows enough commands", move || {
        let few =
            (count < 12).then(|| format!("README.md has only {count} commands in console blocks"));
        few.into_iter().collect()
    }));
    trials
}
