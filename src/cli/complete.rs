//! What kubectl asks of a plugin when the user presses Tab: the command under the name
//! `kubectl_complete-netpolc`, with the words so far. It answers as programs built with cobra do: a line
//! for each candidate, with what it is behind a tab, and at last what the shell may do beside.

use super::exit::Exit;
use super::live::{ClusterArgs, Live};
use super::order::verb_first;
use super::output;
use crate::endpoint::ObjectKind;
use clap::{Arg, ArgMatches, Command, FromArgMatches as _};
use std::ffi::OsString;

/// What the shell may offer beside: files, or nothing. Source: cobra, `ShellCompDirective`.
const FILES: &str = ":0";
const NOTHING_ELSE: &str = ":4";

/// A candidate, and what it is.
type Offer = (String, String);

/// The kinds that have names, by the words of the grammar.
const KINDS: [(&str, &str, &str); 7] = [
    ("deploy", "/apis/apps/v1", "deployments"),
    ("sts", "/apis/apps/v1", "statefulsets"),
    ("ds", "/apis/apps/v1", "daemonsets"),
    ("svc", "/api/v1", "services"),
    ("pod", "/api/v1", "pods"),
    ("job", "/apis/batch/v1", "jobs"),
    ("cj", "/apis/batch/v1", "cronjobs"),
];

/// How many of them are offered where no kind is typed.
const COMMON: usize = 4;

/// Answers. What cannot be completed has no candidates, and that is no failure.
pub(super) fn run(command: &Command, arguments: Vec<OsString>) -> Exit {
    let arguments = arguments.into_iter();
    let mut words: Vec<String> = arguments
        .map(|it| it.to_string_lossy().into_owned())
        .collect();
    let current = if words.len() > 1 { words.pop() } else { None };
    let current = current.unwrap_or_default();
    let (offers, beside) = Line::of(command, &words).complete(&current);
    let fitting = offers.iter().filter(|(it, _)| it.starts_with(&current));
    let lines = fitting.map(|(it, what)| format!("{it}\t{what}\n"));
    let text: String = lines.chain([format!("{beside}\n")]).collect();
    match output::data(|out| out.write_all(text.as_bytes())) {
        Ok(()) => Exit::Yes,
        Err(failure) => failure.exit(),
    }
}

/// The words before the one that is completed.
struct Line<'c> {
    /// The verb, or the command where there is none yet.
    verb: &'c Command,
    /// The words behind it.
    rest: Vec<String>,
    /// The last of all.
    last: Option<&'c str>,
    /// What they say so far.
    said: Option<ArgMatches>,
}

impl<'c> Line<'c> {
    fn of(command: &'c Command, words: &'c [String]) -> Self {
        let moved = verb_first(command, words.iter().map(OsString::from).collect());
        let read = command.clone().ignore_errors(true);
        let mut said = read.try_get_matches_from(&moved).ok();
        let moved = moved.iter().map(|it| it.to_string_lossy().into_owned());
        let mut rest: Vec<String> = moved.skip(1).collect();
        let mut verb = command;
        while let Some(below) = rest.first().and_then(|it| verb.find_subcommand(it)) {
            verb = below;
            rest.remove(0);
            said = said.and_then(|mut it| Some(it.remove_subcommand()?.1));
        }
        Self {
            verb,
            rest,
            last: words.get(1..).and_then(|it| it.last()).map(String::as_str),
            said,
        }
    }

    fn complete(self, current: &str) -> (Vec<Offer>, &'static str) {
        let flag = self.last.and_then(|last| taking(self.verb, last));
        if let Some(flag) = flag {
            return self.value(flag, current);
        }
        if self.verb.has_subcommands() {
            let verbs = self.verb.get_subcommands().filter(|it| !it.is_hide_set());
            let verbs = verbs.map(|it| (it.get_name().to_owned(), about(it.get_about())));
            return (verbs.collect(), NOTHING_ELSE);
        }
        if current.starts_with('-') {
            return (self.flags(), NOTHING_ELSE);
        }
        let place = self.positionals();
        match (self.verb.get_name(), place) {
            ("can" | "explain", 0) => (self.ends(current, false), NOTHING_ELSE),
            ("can" | "explain", 1) => (self.ends(current, true), NOTHING_ELSE),
            _ => match self.verb.get_positionals().nth(place) {
                Some(arg) => self.value(arg, current),
                None => (Vec::new(), NOTHING_ELSE),
            },
        }
    }

    fn flags(&self) -> Vec<Offer> {
        let shown = self.verb.get_arguments().filter(|it| !it.is_hide_set());
        let named = shown.filter_map(|it| Some((it.get_long()?, about(it.get_help()))));
        named
            .map(|(long, what)| (format!("--{long}"), what))
            .collect()
    }

    /// How many words that are no flags, nor values of some, stand behind the verb.
    fn positionals(&self) -> usize {
        let mut rest = self.rest.iter();
        let mut number = 0;
        while let Some(word) = rest.next() {
            if taking(self.verb, word).is_some() {
                rest.next();
            } else if !word.starts_with('-') {
                number += 1;
            }
        }
        number
    }

    /// What may stand for a value.
    fn value(&self, arg: &Arg, current: &str) -> (Vec<Offer>, &'static str) {
        let possible = arg.get_possible_values();
        if !possible.is_empty() {
            let shown = possible.iter().filter(|it| !it.is_hide_set());
            let offers = shown.map(|it| (it.get_name().to_owned(), about(it.get_help())));
            return (offers.collect(), NOTHING_ELSE);
        }
        match arg.get_long() {
            Some("namespace") => (self.namespaces(""), NOTHING_ELSE),
            Some("from") => (self.ends(current, false), NOTHING_ELSE),
            Some("to") => (self.ends(current, true), NOTHING_ELSE),
            _ => {
                let names = arg.get_value_names().unwrap_or_default();
                let is_path = |name: &str| {
                    name.contains("FILE") || name.contains("DIR") || name.contains("PATH")
                };
                let files = names.iter().any(|it| is_path(it)) || arg.get_id() == "intents";
                (Vec::new(), if files { FILES } else { NOTHING_ELSE })
            }
        }
    }

    /// What an end of a connection may be called.
    fn ends(&self, current: &str, is_destination: bool) -> Vec<Offer> {
        let (first, rest) = current.split_once('/').unwrap_or(("", current));
        let kind = ObjectKind::from_word(first);
        if kind == Some(ObjectKind::Namespace) {
            return self.namespaces(&format!("{first}/"));
        }
        let (namespace, before, typed) = match kind {
            Some(_) => (None, String::new(), Some(first)),
            None if first.is_empty() => (None, String::new(), None),
            None => {
                let typed = rest.split_once('/').map(|(typed, _)| typed);
                (Some(first), format!("{first}/"), typed)
            }
        };
        let asked = typed.and_then(ObjectKind::from_word).map(ObjectKind::word);
        let fitting = KINDS
            .iter()
            .enumerate()
            .filter(|(place, (word, ..))| match typed {
                None => *place < COMMON,
                Some(_) => asked == Some(*word),
            });
        let kinds: Vec<_> = fitting
            .map(|(_, kind)| kind)
            .filter(|(word, ..)| is_destination || *word != "svc")
            .collect();
        let Some(live) = self.cluster() else {
            return Vec::new();
        };
        let own = self
            .said("namespace")
            .or(live.namespace().map(ToOwned::to_owned));
        let own = own.unwrap_or_else(|| "default".to_owned());
        let scope = namespace.unwrap_or(&own);
        if !is_name(scope) {
            return Vec::new();
        }
        let paths = kinds
            .iter()
            .map(|(_, root, plural)| format!("{root}/namespaces/{scope}/{plural}"));
        let found = live.names(paths.collect());
        let mut offers = Vec::new();
        for ((word, _, plural), names) in kinds.iter().zip(found) {
            let word = typed.unwrap_or(word);
            let what = format!("{plural} of {scope}");
            offers.extend(
                names
                    .into_iter()
                    .map(|name| (format!("{before}{word}/{name}"), what.clone())),
            );
        }
        offers
    }

    fn namespaces(&self, before: &str) -> Vec<Offer> {
        let live = self.cluster();
        let found = live.map(|it| it.names(vec!["/api/v1/namespaces".to_owned()]));
        let names = found.unwrap_or_default().into_iter().flatten();
        names
            .map(|name| (format!("{before}{name}"), "namespace".to_owned()))
            .collect()
    }

    /// The cluster that the words mean.
    fn cluster(&self) -> Option<Live> {
        // Some verbs have nothing to do with one.
        let mut flags = self.verb.get_arguments();
        flags.find(|it| it.get_id() == "kubeconfig")?;
        let args = ClusterArgs::from_arg_matches(self.said.as_ref()?).ok()?;
        Live::find(&args).ok().flatten()
    }

    /// The value of a flag that was given.
    fn said(&self, id: &str) -> Option<String> {
        let said = self.said.as_ref()?.try_get_one::<String>(id);
        said.ok().flatten().cloned()
    }
}

/// The flag that takes the next word as its value.
fn taking<'c>(verb: &'c Command, word: &str) -> Option<&'c Arg> {
    let letter = |word: &str| word.strip_prefix('-').and_then(|it| it.chars().next_back());
    let named = |arg: &&Arg| {
        if let Some(long) = word.strip_prefix("--") {
            arg.get_long() == Some(long)
        } else {
            arg.get_short().is_some() && arg.get_short() == letter(word)
        }
    };
    let mut flags = verb.get_arguments().filter(|it| !it.is_positional());
    flags
        .find(named)
        .filter(|it| it.get_action().takes_values())
}

/// Whether it may stand in a path.
fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.bytes().all(allowed)
}

/// The first line of what something is.
fn about(text: Option<&clap::builder::StyledStr>) -> String {
    let text = text.map(ToString::to_string).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}
