//! `netpolc lint` as users run it: formats, files, settings, baselines, fixes.

mod ci;
mod listing;
mod order;
mod settings;

use super::{Ran, command, finish, run, snapshot, whole};
use std::fs;
use std::path::{Path, PathBuf};

/// A repository that is gone when the test ends.
struct Repository(PathBuf);

impl Repository {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("netpolc-lint-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join(".git")).expect("a new directory");
        Self(path)
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.0.join(path);
        fs::create_dir_all(file.parent().expect("a parent")).expect("a directory");
        fs::write(file, text).expect("writable");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).expect("readable")
    }

    /// Runs lint in a directory of the repository.
    fn lint_in(&self, directory: &str, arguments: &[&str], input: &str) -> Ran {
        let mut lint = command(env!("CARGO_BIN_EXE_netpolc"));
        lint.current_dir(self.0.join(directory));
        lint.arg("lint").args(arguments);
        finish(lint, input)
    }

    fn lint(&self, arguments: &[&str]) -> Ran {
        self.lint_in("", arguments, "")
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A policy with one mistake that can be set right.
const UNQUOTED: &str = "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {canary: yes}}
  policyTypes: [Ingress]
";

/// The same without.
fn quoted() -> String {
    UNQUOTED.replace("yes", "\"yes\"")
}

fn lint(arguments: &[&str]) -> Ran {
    run(&[&["lint", "--config", "none"], arguments].concat())
}

#[test]
fn every_format_looks_like_this() {
    for format in [
        "human", "concise", "github", "gitlab", "junit", "markdown", "json",
    ] {
        let ran = lint(&["-o", format, "lint/app.yaml"]);
        assert_eq!(ran.code, Some(1), "{format}");
        snapshot(&format!("lint-{format}"), &whole(&ran));
    }
    let ran = lint(&["-q", "-o", "sarif", "lint/app.yaml"]);
    // The pages of the rules are elsewhere.
    let (results, _) = ran
        .out
        .split_once(",\"tool\":")
        .expect("the tool after the results");
    snapshot("lint-sarif", &results.replace("},{", "},\n{"));
}

#[test]
fn help_shows_examples() {
    snapshot("help-lint", &run(&["lint", "--help"]).out);
    let mut plugin = command(env!("CARGO_BIN_EXE_kubectl-netpolc"));
    plugin.args(["lint", "--help"]);
    let plugin = finish(plugin, "").out;
    assert!(plugin.contains("kubectl netpolc lint deploy/"), "{plugin}");
}

#[test]
fn the_exit_code_says_how_bad_it_is() {
    let web = "lint/app.yaml";
    for (arguments, code) in [
        (&[web][..], 1),
        (&["--fail-on", "never", web], 0),
        (&["--level", "all=off", web], 0),
        (&["--level", "all=note", web], 0),
        (&["--level", "all=note", "--fail-on", "note", web], 1),
        (&["--only", "NP000", web], 0),
        (&["--only", "NP000", "--fail-on", "warning", web], 1),
        (&["--only", "and-or-peers,NP004", web], 1),
        (&["-f", web], 1),
        (&["parts.yaml"], 0),
    ] {
        let ran = lint(arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn wrong_usage_is_told() {
    let missing = "no such file or directory";
    for (arguments, told) in [
        (&[][..], "no input"),
        (&["nowhere.yaml"], missing),
        (&["-", "-"], "only once"),
        (
            &["-o", "json", "-o", "sarif", "shop.yaml"],
            "only one format",
        ),
        (
            &["--output-file", "x", "shop.yaml"],
            "has no format before it",
        ),
        (&["-o", "xml", "shop.yaml"], "invalid value"),
        (
            &["--level", "NP017", "shop.yaml"],
            "is not a level for a rule",
        ),
        (
            &["--level", "NP017=bad", "shop.yaml"],
            "is not a level for a rule",
        ),
        (&["--level", "NP01=off", "shop.yaml"], "no rule `NP01`"),
        (
            &["--only", "and-or-peer", "shop.yaml"],
            "did you mean `and-or-peers`?",
        ),
        (&["--inventory", "all", "shop.yaml"], "is not valid"),
        (&["--fail-on", "errors", "shop.yaml"], "invalid value"),
        (&["--fix", "-"], "not on standard input"),
        (&["--update-baseline", "shop.yaml"], "--baseline"),
        (
            &["--baseline", "nowhere.json", "shop.yaml"],
            "cannot read the baseline",
        ),
        (
            &["--baseline", "shop.yaml", "shop.yaml"],
            "is not a baseline",
        ),
        (
            &["--update-baseline", "--baseline", "shop.yaml", "shop.yaml"],
            "is not a baseline",
        ),
        (
            &["-o", "json", "--output-file", "./shop.yaml", "shop.yaml"],
            "is also an input",
        ),
        (
            &[
                "-o",
                "json",
                "--output-file",
                "x",
                "-o",
                "sarif",
                "--output-file",
                "./x",
                "shop.yaml",
            ],
            "cannot both go to `./x`",
        ),
        (&["--unsafe-fixes", "shop.yaml"], "does nothing by itself"),
        (&["--explain", "NP01"], "no rule `NP01`"),
    ] {
        let ran = lint(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(ran.err.contains(told), "{arguments:?}: {}", ran.err);
    }
    let empty = run(&["lint", "--config", "none", "lint/netpolc-is-not-here"]);
    assert_eq!(empty.code, Some(2));
}

#[test]
fn one_document_that_cannot_be_read_does_not_hide_the_others() {
    let repository = Repository::new("syntax");
    repository.write("a.yaml", &format!("a: [\n---\n{UNQUOTED}"));
    let ran = repository.lint(&["-o", "concise", "."]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("a.yaml:1:4: error:"), "{}", ran.out);
    assert!(ran.out.contains("a.yaml:7:39: error:"), "{}", ran.out);
    repository.write(
        "a.yaml",
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n",
    );
    assert_eq!(repository.lint(&["."]).code, Some(0));
    repository.write("a.yaml", "# nothing\n");
    let ran = repository.lint(&["."]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.starts_with("error: no input"), "{}", ran.err);
}

#[test]
fn rules_are_explained_without_a_network() {
    let page = run(&["lint", "--explain", "and-or-peers"]).out;
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules/NP017.md");
    assert_eq!(page, fs::read_to_string(published).expect("a page"));
    assert!(
        run(&["lint", "--list"])
            .out
            .contains("\nNP017  and-or-peers")
    );
}

#[test]
fn several_formats_in_one_run() {
    let repository = Repository::new("formats");
    repository.write("a.yaml", UNQUOTED);
    let ran = repository.lint(&[
        "-o",
        "sarif",
        "--output-file",
        "a.sarif",
        "-o",
        "concise",
        "-o",
        "junit",
        "--output-file",
        "a.xml",
        "a.yaml",
    ]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.starts_with("a.yaml:5:39: error:"), "{}", ran.out);
    assert!(repository.read("a.sarif").starts_with("{\"$schema\""));
    assert!(repository.read("a.xml").starts_with("<?xml"));
    let quiet = repository.lint(&["-q", "-o", "json", "--output-file", "a.json", "a.yaml"]);
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));
}

#[test]
fn streams_have_names_and_templates() {
    let repository = Repository::new("stream");
    let chart = format!("---\n# Source: shop/templates/db.yaml\n{UNQUOTED}");
    let lint = |arguments: &[&str]| {
        let ran = repository.lint_in(
            "",
            &[arguments, &["-o", "concise", "-q", "-"]].concat(),
            &chart,
        );
        ran.out.split(": error").next().expect("a place").to_owned()
    };
    assert_eq!(lint(&[]), "shop/templates/db.yaml:1:1");
    repository.write("templates/db.yaml", "");
    assert_eq!(lint(&[]), "templates/db.yaml:1:1");
    for remark in [
        format!("# Source: Bob\n{UNQUOTED}"),
        UNQUOTED.replace("spec:", "# Source: shop/templates/db.yaml\nspec:"),
    ] {
        let ran = repository.lint_in("", &["-o", "concise", "-q", "-"], &remark);
        assert!(ran.out.starts_with("<stdin>:6:39: error:"), "{}", ran.out);
    }
    let named = repository.lint_in(
        "",
        &["-o", "concise", "-q", "--stdin-filename", "all.yaml", "-"],
        UNQUOTED,
    );
    assert!(
        named.out.starts_with("all.yaml:5:39: error:"),
        "{}",
        named.out
    );
}

#[test]
fn fixes_are_shown_and_made() {
    let repository = Repository::new("fix");
    repository.write("deploy/a.yaml", &UNQUOTED.replace('\n', "\r\n"));
    let shown = repository.lint(&["--diff", "deploy"]);
    assert_eq!(shown.code, Some(1));
    assert!(
        shown
            .out
            .starts_with("--- a/deploy/a.yaml\n+++ b/deploy/a.yaml\n@@"),
        "{}",
        shown.out
    );
    assert!(
        shown
            .out
            .contains("\n+  podSelector: {matchLabels: {canary: \"yes\"}}\r\n")
    );
    assert!(repository.read("deploy/a.yaml").contains("canary: yes"));
    let fixed = repository.lint(&["--fix", "deploy"]);
    assert_eq!(fixed.code, Some(0), "{}", fixed.err);
    assert!(
        fixed.err.starts_with("fixed 1 finding in 1 file\n"),
        "{}",
        fixed.err
    );
    assert_eq!(
        repository.read("deploy/a.yaml"),
        quoted().replace('\n', "\r\n")
    );
    let again = repository.lint(&["--fix", "--diff", "deploy"]);
    assert_eq!((again.code, again.out.as_str()), (Some(0), ""));
}

#[test]
fn a_baseline_takes_what_is_there_as_given() {
    let repository = Repository::new("baseline");
    repository.write("a.yaml", UNQUOTED);
    let baseline = ["--baseline", "known.json", "a.yaml"];
    let written = repository.lint(&[&["--update-baseline"], &baseline[..]].concat());
    assert_eq!(written.code, Some(0), "{}", written.err);
    repository.write("a.yaml", &format!("# moved\n\n{UNQUOTED}"));
    let ran = repository.lint(&baseline);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    assert!(ran.err.contains("1 in the baseline"), "{}", ran.err);
    repository.write(
        "a.yaml",
        &format!("{UNQUOTED}---\n{}", UNQUOTED.replace("db", "web")),
    );
    let ran = repository.lint(&[&["-o", "concise"], &baseline[..]].concat());
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("a.yaml:12:39: error:"), "{}", ran.out);
    repository.write("a.yaml", &quoted());
    let ran = repository.lint(&baseline);
    assert!(
        ran.err.contains("the baseline lists 1 finding too many"),
        "{}",
        ran.err
    );
}

#[test]
fn what_was_left_out_is_told_whatever_the_levels() {
    let repository = Repository::new("left-out");
    let one = quoted();
    repository.write(
        "a.yaml",
        &format!("{one}---\n{}", one.replace("Ingress", "Egress")),
    );
    let ran = repository.lint(&["--level", "NP008=off", "a.yaml"]);
    assert!(ran.err.contains("left out: "), "{}", ran.err);
    let whole = repository.lint(&["--level", "NP008=off", "--only", "NP001", "a.yaml"]);
    assert!(whole.err.contains("left out: "), "{}", whole.err);
    repository.write("a.yaml", &one);
    let ran = repository.lint(&["a.yaml"]);
    assert!(!ran.err.contains("left out: "), "{}", ran.err);
}

#[test]
fn more_than_two_policy_types_are_refused() {
    let repository = Repository::new("types");
    let types = quoted().replace("[Ingress]", "[Ingress, Egress, Ingress]");
    repository.write("a.yaml", &types);
    let ran = repository.lint(&["-o", "concise", "a.yaml"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("more than two policyTypes"), "{}", ran.out);
}

#[test]
fn fixes_that_may_change_a_meaning_are_made_when_asked_for() {
    let repository = Repository::new("unsafe");
    let typo = quoted().replace("podSelector", "podSelecter");
    repository.write("a.yaml", &typo);
    assert_eq!(repository.lint(&["--fix", "a.yaml"]).code, Some(1));
    assert_eq!(repository.read("a.yaml"), typo);
    let asked = repository.lint(&["--fix", "--unsafe-fixes", "a.yaml"]);
    assert_eq!(asked.code, Some(0), "{}", asked.err);
    assert_eq!(repository.read("a.yaml"), quoted());
}

#[test]
fn quiet_shows_errors_alone() {
    let ran = lint(&["-q", "-o", "concise", "lint/app.yaml"]);
    assert!(ran.out.lines().count() > 0 && ran.err.is_empty());
    assert!(
        ran.out.lines().all(|line| line.contains(": error: ")),
        "{}",
        ran.out
    );
}
