//! Every flag of every verb: giving it changes what comes out, or something says why it does not.

mod examples;
mod manifests;
mod told;

use super::{Ran, finish, run};
use examples::{Shown, of_cluster, of_kubectl, of_verb, over, shown};
use manifests::{ADMIN, BROKEN, FAR, MISSPELT, MORE, NOTED, OLDER, PLAIN, SAME, SHUT};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// A way of calling a verb: its name, the verb, and what is asked.
type Mode = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const MODES: [Mode; 16] = [
    ("can", &["can"], &["ns/default", "db"]),
    ("matrix", &["matrix"], &[]),
    ("explain a flow", &["explain"], &["web", "db"]),
    ("explain a pod", &["explain"], &["pod/db"]),
    ("explain a policy", &["explain"], &["netpol/p"]),
    (
        "prove flows",
        &["prove"],
        &["--from", "other", "--to", "db", "--expect", "denied"],
    ),
    ("prove equal", &["prove"], &["--equal-to", "named.yaml"]),
    (
        "prove no more",
        &["prove"],
        &["--no-more-than", "named.yaml"],
    ),
    ("prove intents", &["prove"], &["intents.yaml"]),
    ("emit nftables", &["emit", "nftables"], &[]),
    ("emit iptables", &["emit", "iptables"], &["-o", "out"]),
    ("lint", &["lint"], &[]),
    ("lint a stream", &["lint"], &["-"]),
    ("migrate", &["migrate"], &[]),
    ("diff", &["diff"], &["was.yaml", "is.yaml"]),
    ("report", &["report"], &[]),
];

/// An example for a flag in a mode; none where nobody thought of one.
#[expect(clippy::match_same_arms, reason = "a table with a row for each flag")]
fn example(mode: &str, verb: &str, flag: &str) -> Option<Shown> {
    Some(match (mode, flag) {
        _ if of_verb(verb, flag).is_some() => return of_verb(verb, flag),
        (_, _) if of_cluster(flag).is_some() => return of_cluster(flag),
        _ if of_kubectl(mode, flag).is_some() => return of_kubectl(mode, flag),
        (_, "with") => shown(&[], &["more.yaml"]),
        // What is read, and how it is told.
        (_, "filename") => shown(&[], &["more.yaml"]),
        ("explain a policy" | "prove equal" | "prove no more", "namespace") => shown(&[], &["far"]),
        (_, "namespace") => over("both.yaml", &["shop"]),
        ("lint" | "lint a stream", "keep-going") => shown(&[], &[]),
        (_, "keep-going") => over("broken.yaml", &[]),
        (_, "kubernetes-version") => over("older.yaml", &["1.35"]),
        (
            "can" | "matrix" | "explain a flow" | "explain a pod" | "explain a policy"
            | "prove flows",
            "cni",
        ) => shown(&[], &["flannel"]),
        // That it is not found is told.
        (_, "cni") => shown(&[], &["detect"]),
        (_, "verbose") => shown(&[], &[]),
        (_, "quiet") => over("noted.yaml", &[]),
        // So little time is over before anything is read.
        (_, "timeout") => shown(&[], &["0.000000001"]),
        (_, "request-timeout") => shown(&[], &["1ns"]),
        (_, "max-input") => shown(&[], &["10"]),
        (_, "color") => over("noted.yaml", &["always"]),
        ("can", "port") => shown(&[], &["5432"]),
        // That there is no such pod is told.
        (_, "ingress-controller") => shown(&[], &["far/app=edge"]),
        // That there is nothing to write is told.
        (_, "fix-with") => shown(&[], &["x.patch"]),
        ("can", "probe") => shown(&["--port", "5432"], &[]),
        ("can", "any") => shown(&["--port", "5432"], &[]),
        ("explain a flow", "port") => shown(&[], &["80"]),
        ("explain a pod" | "explain a policy", "port") => shown(&[], &["5432"]),
        ("matrix", "output") => shown(&[], &["csv"]),
        ("matrix", "from") => shown(&[], &["web"]),
        ("matrix", "to") => shown(&[], &["db"]),
        ("matrix", "port") => shown(&[], &["5432"]),
        ("matrix", "by") => shown(&[], &["namespace"]),
        ("matrix", "ranges") => over("noted.yaml", &[]),
        ("prove flows", "from") => shown(&[], &["web"]),
        ("prove flows", "to") => shown(&[], &["web"]),
        ("prove flows", "expect") => shown(&[], &["allowed"]),
        ("prove equal" | "prove no more" | "prove intents", "from") => {
            shown(&[], &["other", "--to", "db", "--expect", "denied"])
        }
        ("prove equal" | "prove no more" | "prove intents", "to") => {
            shown(&[], &["db", "--from", "other", "--expect", "denied"])
        }
        ("prove equal" | "prove no more" | "prove intents", "expect") => {
            shown(&[], &["denied", "--from", "other", "--to", "db"])
        }
        (_, "port") if verb == "prove" => shown(&[], &["5432"]),
        ("prove equal", "equal-to") => shown(&[], &["more.yaml"]),
        ("prove no more", "no-more-than") => shown(&[], &["more.yaml"]),
        (_, "equal-to" | "no-more-than") => shown(&[], &["named.yaml"]),
        // Only an imagined pod has two ports of one name, or the labels of `other`.
        ("prove flows", "scope") => Shown {
            also: vec!["--no-more-than", "named.yaml"],
            ..shown(&[], &["existing"])
        },
        (_, "scope") => shown(&[], &["existing"]),
        (_, "new-namespaces") => shown(&["--scope", "existing"], &[]),
        (_, "output") if verb == "prove" => shown(&[], &["json"]),
        (_, "smt2") => shown(&[], &["smt"]),
        ("prove intents" | "prove flows" | "prove equal" | "prove no more", "certificate") => {
            shown(&[], &["cert"])
        }
        (_, "check") => shown(&[], &["empty"]),
        (_, "limit") => shown(&[], &["1"]),
        ("emit nftables", "table") => shown(&[], &["mine"]),
        ("emit nftables", "hook") => shown(&[], &["bridge"]),
        ("emit nftables", "delta") => shown(&[], &["old.nft"]),
        ("emit nftables", "output") => shown(&[], &["out"]),
        ("emit iptables", "output") => shown(&[], &["elsewhere"]),
        ("emit iptables", "prefix") => shown(&[], &["MY"]),
        (_, "node") => shown(&[], &["n1"]),
        (_, "certify") => shown(&[], &[]),
        (_, "no-certify") => Shown {
            ci: true,
            ..shown(&["-v"], &[])
        },
        (_, "output") if verb == "lint" => shown(&[], &["json"]),
        (_, "output-file") => shown(&["-o", "json"], &["report"]),
        // That it is for human output is told.
        (_, "sort") => shown(&["-o", "concise"], &["file"]),
        (_, "fail-on") => over("noted.yaml", &["note"]),
        (_, "strict" | "exposure") => shown(&[], &[]),
        (_, "level") => over("noted.yaml", &["all=off"]),
        (_, "only") => over("noted.yaml", &["NP001"]),
        (_, "inventory") => shown(&[], &["none"]),
        (_, "config") => over("noted.yaml", &["settings.yaml"]),
        (_, "baseline") => over("noted.yaml", &["baseline.json"]),
        (_, "update-baseline") => shown(&["--baseline", "new.json"], &[]),
        ("lint", "fix") => over("misspelt.yaml", &["--unsafe-fixes"]),
        (_, "fix" | "diff") => over("misspelt.yaml", &[]),
        ("lint a stream", "unsafe-fixes") => shown(&[], &[]),
        (_, "unsafe-fixes") => Shown {
            also: vec!["--diff"],
            ..over("misspelt.yaml", &[])
        },
        (_, "stdin-filename") => over("noted.yaml", &["piped.yaml"]),
        (_, "list") => shown(&[], &[]),
        (_, "explain") if verb == "lint" => shown(&[], &["NP017"]),
        _ => return None,
    })
}

/// A directory with the inputs; gone when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let name = format!("netpolc-flags-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(path.join("empty")).expect("a directory for this test");
        let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n";
        let again = PLAIN.replace("{name: web,", "{name: web, namespace: shop,");
        for (file, text) in [
            ("plain.yaml", PLAIN.to_owned()),
            ("both.yaml", format!("{again}{namespace}")),
            ("more.yaml", MORE.to_owned()),
            ("two.yaml", format!("{PLAIN}{FAR}")),
            ("admin.yaml", format!("{PLAIN}{ADMIN}")),
            ("noted.yaml", format!("{PLAIN}{NOTED}")),
            ("older.yaml", format!("{PLAIN}{OLDER}")),
            ("broken.yaml", format!("{PLAIN}{BROKEN}")),
            ("misspelt.yaml", format!("{PLAIN}{MISSPELT}")),
            ("named.yaml", PLAIN.replace("port: 5432", "port: sql")),
            ("intents.yaml", SAME.to_owned()),
            ("was.yaml", SHUT.to_owned()),
            ("is.yaml", SHUT.replace("ingress: []", "ingress: [{}]")),
            (
                "settings.yaml",
                "apiVersion: netpolc/v1\nkind: Settings\nlint:\n  levels: {all: off}\n".to_owned(),
            ),
        ] {
            fs::write(path.join(file), text).expect("the directory is writable");
        }
        Self(path)
    }

    /// With what other runs wrote, as far as an example is about that.
    fn with_written(self, shown: &Shown) -> Self {
        if shown.value.contains(&"old.nft") {
            let old = self.run(&["emit", "nftables", "-f", "plain.yaml"], false, "");
            fs::write(self.0.join("old.nft"), old.out).expect("the directory is writable");
        }
        let baseline = [
            "lint",
            "noted.yaml",
            "--baseline",
            "baseline.json",
            "--update-baseline",
        ];
        if shown.value.contains(&"baseline.json") {
            self.run(&baseline, false, "");
        }
        self
    }

    fn run(&self, arguments: &[&str], ci: bool, input: &str) -> Ran {
        let mut command = super::command(env!("CARGO_BIN_EXE_netpolc"));
        command.current_dir(&self.0).args(arguments);
        if ci {
            command.env("CI", "true");
        }
        finish(command, input)
    }

    /// The files, with what is in them.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut all = BTreeMap::new();
        let mut open = vec![self.0.clone()];
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(&directory).expect("a directory") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(&self.0).expect("below it").to_owned();
                    all.insert(name, fs::read(&path).expect("a file"));
                }
            }
        }
        all
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// All that a run does: its exit code, what it writes to streams and to files.
type Done = (Option<i32>, String, String, BTreeMap<PathBuf, Vec<u8>>);

fn done(mode: &Mode, shown: &Shown, flag: &[&str]) -> Done {
    let (name, verb, asked) = mode;
    let mark = format!(
        "{}-{}",
        name.replace(' ', "-"),
        flag.join("").replace(['/', '-'], "")
    );
    let scratch = Scratch::new(&mark).with_written(shown);
    let replaced = |flag: &str, arguments: &[&'static str]| -> Vec<&'static str> {
        // A flag that is already there is given once, with the other value.
        match arguments
            .iter()
            .position(|it| *it == flag || (flag == "--output" && *it == "-o"))
        {
            Some(at) => {
                let (before, rest) = arguments.split_at(at);
                before.iter().chain(rest.iter().skip(2)).copied().collect()
            }
            None => arguments.to_vec(),
        }
    };
    let asked = flag
        .first()
        .map_or_else(|| asked.to_vec(), |flag| replaced(flag, asked));
    let stream = *name == "lint a stream";
    let input: &[&str] = match (stream, *name) {
        (true, _) => &[],
        (false, "lint") => &[shown.input],
        _ => &["-f", shown.input],
    };
    let text = fs::read_to_string(scratch.0.join(shown.input)).expect("an input");
    let text = if stream { text } else { String::new() };
    let arguments = [*verb, &asked, &shown.also, flag, input].concat();
    let ran = scratch.run(&arguments, shown.ci, &text);
    let plain = |text: String| text.replace(&scratch.0.display().to_string(), "");
    (ran.code, plain(ran.out), plain(ran.err), scratch.files())
}

/// The long flags of a verb.
fn flags(verb: &[&str]) -> Vec<String> {
    let mut command = netpolc::cli::command();
    for name in verb {
        let below = command.find_subcommand(name).expect("a verb");
        command = below.clone();
    }
    command.build();
    let flags = command.get_arguments().filter_map(|it| it.get_long());
    let own = flags.filter(|flag| !["help", "version"].contains(flag));
    own.map(ToOwned::to_owned).collect()
}

/// The verbs, with those below them.
fn verbs(command: &clap::Command, above: &[String], all: &mut Vec<Vec<String>>) {
    let mut below = command.get_subcommands().peekable();
    if below.peek().is_none() {
        all.push(above.to_vec());
    }
    for verb in below {
        verbs(verb, &[above, &[verb.get_name().to_owned()]].concat(), all);
    }
}

#[test]
fn every_verb_is_called() {
    let mut all = Vec::new();
    verbs(&netpolc::cli::command(), &[], &mut all);
    // These are about clusters, or the command itself, and called in tests/live and packaging.rs.
    let others = ["access", "kinds", "completion", "man"];
    all.retain(|verb| !others.contains(&&*verb[0]));
    for verb in all {
        let called = MODES.iter().any(|(_, called, _)| *called == verb);
        assert!(called, "no call of `{}`", verb.join(" "));
    }
}

#[test]
fn every_flag_is_applied_or_says_that_it_is_not() {
    let mut silent = Vec::new();
    let mut jobs = Vec::new();
    for mode in &MODES {
        let (name, verb, _) = mode;
        for flag in flags(verb) {
            match example(name, verb[0], &flag) {
                Some(shown) => jobs.push((mode, flag, shown)),
                None => silent.push(format!("{name}: no example for --{flag}")),
            }
        }
    }
    for (mode, flag, shown) in jobs {
        let long = format!("--{flag}");
        let without = done(mode, &shown, &[]);
        let with = done(mode, &shown, &[&[&*long], &*shown.value].concat());
        if without == with {
            silent.push(format!("{}: --{flag} changes nothing: {with:?}", mode.0));
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

/// An option that other options leave nothing to do for.
#[test]
fn options_without_a_say_are_refused_or_noted() {
    let ran = run(&["lint", "--stdin-filename", "x.yaml", "shop.yaml"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.starts_with("error: `--stdin-filename` is set, but"),
        "{}",
        ran.err
    );
    let ran = run(&["prove", "--check", ".", "--limit", "7", "-f", "shop.yaml"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("cannot be used with"), "{}", ran.err);
}
