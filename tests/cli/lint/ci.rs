//! The files that CI systems read: they call netpolc with arguments that it has.

use super::{Repository, UNQUOTED, quoted};
use std::fs;
use std::path::Path;
use std::process::Command;

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(path).expect("a file of the project")
}

/// The script of the last step of the action.
fn script() -> String {
    let action = file("action.yml");
    let (_, script) = action.rsplit_once("      run: |\n").expect("a script");
    let lines = script
        .lines()
        .map(|line| line.trim_start_matches("        "));
    lines.collect::<Vec<_>>().join("\n")
}

fn act(repository: &Repository, inputs: &[(&str, &str)]) -> Option<i32> {
    let mut bash = Command::new("bash");
    // As GitHub runs `shell: bash`.
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script()])
        .current_dir(&repository.0)
        .env("GITHUB_STEP_SUMMARY", repository.0.join("summary.md"))
        .env("NETPOLC_BINARY", env!("CARGO_BIN_EXE_netpolc"));
    for name in ["ARGS", "FAIL_ON", "PATHS", "SARIF"] {
        let value = inputs.iter().find(|(input, _)| *input == name);
        bash.env(
            format!("NETPOLC_{name}"),
            value.map_or("", |(_, value)| value),
        );
    }
    bash.output().expect("bash runs").status.code()
}

#[test]
fn the_action_runs() {
    let repository = Repository::new("action");
    repository.write("a b/x.yaml", UNQUOTED);
    repository.write("good.yaml", &quoted());
    assert_eq!(
        act(
            &repository,
            &[("PATHS", "a b\ngood.yaml\n"), ("SARIF", "out.sarif")]
        ),
        Some(1)
    );
    assert!(
        repository
            .read("summary.md")
            .starts_with("### netpolc lint: 1 error")
    );
    assert!(
        repository
            .read("out.sarif")
            .contains("\"uri\":\"a%20b/x.yaml\"")
    );
    assert_eq!(act(&repository, &[("PATHS", "good.yaml")]), Some(0));
    let never = [
        ("PATHS", "."),
        ("FAIL_ON", "never"),
        ("ARGS", "--strict\n--only\nNP004"),
    ];
    assert_eq!(act(&repository, &never), Some(0));
}

#[test]
fn the_action_takes_its_inputs_from_the_environment_only() {
    // Text of a pull request in a script would be run.
    assert!(!script().contains("${{"));
    let action = file("action.yml");
    for line in action.lines().filter(|line| line.contains("run: ")) {
        assert!(!line.contains("${{"), "{line}");
    }
    for input in ["args", "binary", "fail-on", "paths", "sarif"] {
        assert!(action.contains(&format!("\n  {input}:\n")), "{input}");
        let used = format!("inputs.{input} }}}}");
        assert!(action.contains(&used), "{input}");
    }
}

#[test]
fn the_hook_of_pre_commit_runs() {
    let hooks = file(".pre-commit-hooks.yaml");
    assert!(hooks.contains("\n  entry: netpolc lint\n"));
    assert!(hooks.contains("\n  pass_filenames: false\n"));
    let (_, rest) = hooks.split_once("args: [").expect("arguments");
    let (arguments, _) = rest.split_once(']').expect("an end");
    let arguments: Vec<&str> = arguments.split(", ").collect();
    let repository = Repository::new("hook");
    repository.write("a.yaml", UNQUOTED);
    assert_eq!(repository.lint(&arguments).code, Some(1));
    repository.write("a.yaml", &quoted());
    assert_eq!(repository.lint(&arguments).code, Some(0));
}

#[test]
fn the_lines_to_copy_are_ones_that_netpolc_takes() {
    let repository = Repository::new("lines");
    repository.write("deploy/a.yaml", &quoted());
    let guide = file("docs/lint.md");
    let line = guide
        .lines()
        .find(|line| line.starts_with("  script: netpolc lint "));
    let line = line
        .expect("the lines of GitLab")
        .trim_start_matches("  script: netpolc lint ");
    let ran = repository.lint(&line.split(' ').collect::<Vec<_>>());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        repository
            .read("gl-code-quality-report.json")
            .starts_with('[')
    );
}
