//! Arguments in the order in which kubectl's users type them: flags before the verb, and `help VERB`.

use super::input_args::InputArgs;
use super::scope::ScopeArgs;
use clap::{Args as _, Command};
use std::ffi::OsString;

/// The same arguments as clap takes them: flags after the verb, and `--help` at the end.
pub(super) fn ordered(arguments: Vec<OsString>, command: &Command) -> Vec<OsString> {
    let mut all = arguments.into_iter();
    let name: Vec<OsString> = all.next().into_iter().collect();
    let typed: Vec<OsString> = all.collect();
    let is_help = typed.first().is_some_and(|first| first == "help");
    let rest = if is_help {
        let verbs = typed.into_iter().skip(1);
        verbs.chain([OsString::from("--help")]).collect()
    } else {
        behind_the_verb(typed, command)
    };
    name.into_iter().chain(rest).collect()
}

/// Flags that stand before the verb, moved behind it.
fn behind_the_verb(typed: Vec<OsString>, command: &Command) -> Vec<OsString> {
    let shared = ScopeArgs::augment_args(InputArgs::augment_args(Command::new("shared")));
    let mut leading = 0;
    while let Some(words) = flag(typed.get(leading..).unwrap_or_default(), &shared) {
        leading += words;
    }
    // A flag that not every verb has, and one without its value, are clap's to refuse.
    if leading == 0 || leading >= typed.len() {
        return typed;
    }
    let (flags, others) = typed.split_at(leading);
    let mut verbs = 0;
    let mut at = command;
    while let Some(below) = others.get(verbs).and_then(|word| at.find_subcommand(word)) {
        at = below;
        verbs += 1;
    }
    let (verbs, others) = others.split_at(verbs);
    [verbs, flags, others].concat()
}

/// How many words a flag at the beginning takes, its value included; none where there is no flag that
/// the verbs share.
fn flag(words: &[OsString], shared: &Command) -> Option<usize> {
    let first = words.first()?.to_str()?;
    if let Some(long) = first.strip_prefix("--") {
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
        let arg = shared
            .get_arguments()
            .find(|arg| arg.get_long() == Some(name))?;
        let takes = arg.get_action().takes_values();
        return Some(if takes && value.is_none() { 2 } else { 1 });
    }
    let letters = first.strip_prefix('-').filter(|it| !it.is_empty())?;
    let mut letters = letters.chars();
    while let Some(letter) = letters.next() {
        let arg = shared
            .get_arguments()
            .find(|arg| arg.get_short() == Some(letter))?;
        if arg.get_action().takes_values() {
            let inside = letters.next().is_some();
            return Some(if inside { 1 } else { 2 });
        }
    }
    Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_move_behind_the_verb() {
        let command = crate::cli::command();
        let said = |typed: &str| {
            let typed = typed.split(' ').map(OsString::from).collect();
            let words = ordered(typed, &command).into_iter();
            let words: Vec<String> = words.map(|it| it.to_string_lossy().into_owned()).collect();
            words.join(" ")
        };
        for (typed, ordered) in [
            ("netpolc -n x can a b", "netpolc can -n x a b"),
            ("netpolc -nx can a b", "netpolc can -nx a b"),
            (
                "netpolc --namespace x -qA can a",
                "netpolc can --namespace x -qA a",
            ),
            ("netpolc --namespace=x can a", "netpolc can --namespace=x a"),
            ("netpolc -vn x can a", "netpolc can -vn x a"),
            ("netpolc -n can can a", "netpolc can -n can a"),
            (
                "netpolc -f x emit nftables --table t",
                "netpolc emit nftables -f x --table t",
            ),
            ("netpolc help can", "netpolc can --help"),
            ("netpolc help emit nftables", "netpolc emit nftables --help"),
            ("netpolc help", "netpolc --help"),
            ("netpolc can help b", "netpolc can help b"),
            ("netpolc --help", "netpolc --help"),
            ("netpolc -n", "netpolc -n"),
            ("netpolc -n x", "netpolc -n x"),
            ("netpolc --context c can a", "netpolc --context c can a"),
        ] {
            assert_eq!(said(typed), ordered);
        }
    }
}
