//! Arguments in the order in which kubectl's users type them: `help VERB`, and flags before the verb,
//! which go where the verb has them.

use clap::{Arg, Command};
use std::ffi::OsString;

/// The same arguments as clap takes them: flags behind the verb, and `--help` at the end. What names no
/// verb stays as it is.
pub(super) fn ordered(command: &Command, arguments: Vec<OsString>) -> Vec<OsString> {
    if arguments.get(1).is_some_and(|first| first == "help") {
        let mut rest = arguments;
        rest.remove(1);
        rest.push("--help".into());
        return rest;
    }
    verb_first(command, arguments)
}

/// The flags before the verb behind it.
pub(super) fn verb_first(command: &Command, arguments: Vec<OsString>) -> Vec<OsString> {
    let Some(place) = verb(command, &arguments).filter(|place| *place > 1) else {
        return arguments;
    };
    let mut rest = arguments;
    let behind = rest.split_off(place);
    let flags = rest.split_off(1);
    let mut behind = behind.into_iter();
    let mut within = command;
    // `emit nftables` is one verb.
    for word in behind.by_ref() {
        let below = word.to_str().and_then(|it| within.find_subcommand(it));
        rest.push(word);
        match below {
            Some(below) if below.has_subcommands() => within = below,
            Some(_) | None => break,
        }
    }
    rest.extend(flags);
    rest.extend(behind);
    rest
}

/// Where the verb stands.
fn verb(command: &Command, arguments: &[OsString]) -> Option<usize> {
    let mut arguments = arguments.iter().enumerate().skip(1);
    while let Some((place, argument)) = arguments.next() {
        let text = argument.to_str()?;
        if command.find_subcommand(text).is_some() {
            return Some(place);
        }
        if !text.starts_with('-') || matches!(text, "--" | "-h" | "--help" | "-V" | "--version") {
            return None;
        }
        if takes_next(command, text) {
            arguments.next();
        }
    }
    None
}

/// Whether the argument after this flag is its value.
fn takes_next(command: &Command, flag: &str) -> bool {
    let verbs = command.get_subcommands();
    let verbs = verbs.flat_map(|verb| std::iter::once(verb).chain(verb.get_subcommands()));
    let flags = verbs.flat_map(Command::get_arguments);
    let valued: Vec<&Arg> = flags.filter(|it| it.get_action().takes_values()).collect();
    if let Some(long) = flag.strip_prefix("--") {
        return valued.iter().any(|it| it.get_long() == Some(long));
    }
    // `-qn shop`, `-nshop`: the first that takes a value takes the rest, if there is one.
    let letters = flag.trim_start_matches('-');
    let taker = |letter: char| valued.iter().any(|it| it.get_short() == Some(letter));
    let first = letters.char_indices().find(|(_, letter)| taker(*letter));
    first.is_some_and(|(at, letter)| at + letter.len_utf8() == letters.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    fn moved(line: &str) -> String {
        let words = line.split(' ').map(OsString::from).collect();
        let moved = ordered(&command(), words);
        let words: Vec<_> = moved.iter().map(|it| it.to_string_lossy()).collect();
        words.join(" ")
    }

    #[test]
    fn flags_may_stand_before_the_verb() {
        for (line, expected) in [
            ("x -n shop can a b", "x can -n shop a b"),
            ("x -n can can a b", "x can -n can a b"),
            (
                "x --namespace=shop -q matrix",
                "x matrix --namespace=shop -q",
            ),
            ("x -nshop matrix", "x matrix -nshop"),
            ("x -qn shop matrix -v", "x matrix -qn shop -v"),
            (
                "x -f a.yaml emit nftables --node n",
                "x emit nftables -f a.yaml --node n",
            ),
            ("x can a b -n shop", "x can a b -n shop"),
            ("x --help can", "x --help can"),
            ("x -n shop", "x -n shop"),
            ("x frobnicate can", "x frobnicate can"),
            ("x help can", "x can --help"),
            ("x help emit nftables", "x emit nftables --help"),
            ("x help", "x --help"),
            ("x can help b", "x can help b"),
        ] {
            assert_eq!(moved(line), expected);
        }
    }
}
