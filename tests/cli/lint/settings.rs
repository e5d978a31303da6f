//! Which settings file counts, what it does, and what is said of a wrong one.

use super::{Repository, UNQUOTED, quoted};

const HEAD: &str = "apiVersion: netpolc/v1\nkind: Settings\n";

#[test]
fn the_nearest_file_within_the_repository_counts() {
    let repository = Repository::new("settings");
    repository.write("deploy/prod/a.yaml", UNQUOTED);
    let code = || repository.lint_in("deploy/prod", &["a.yaml"], "").code;
    assert_eq!(code(), Some(1));
    repository.write(".netpolc.yaml", &format!("{HEAD}failOn: never\n"));
    assert_eq!(code(), Some(0));
    repository.write("netpolc.yaml", &format!("{HEAD}failOn: error\n"));
    assert_eq!(code(), Some(1), "the plain name comes first");
    repository.write(
        "deploy/netpolc.yaml",
        &format!("{HEAD}rules: {{NP004: off}}\n"),
    );
    assert_eq!(code(), Some(0), "the nearest");
    let none = repository.lint_in("deploy/prod", &["--config", "none", "a.yaml"], "");
    assert_eq!(none.code, Some(1));
    let other = ["--config", "../../.netpolc.yaml", "a.yaml"];
    assert_eq!(repository.lint_in("deploy/prod", &other, "").code, Some(0));
    // The command line has the last word.
    let typed = ["--level", "non-string-label=error", "a.yaml"];
    assert_eq!(repository.lint_in("deploy/prod", &typed, "").code, Some(1));
    // What is above the repository is not its own.
    let inner = "inner/deploy";
    repository.write("netpolc.yaml", &format!("{HEAD}failOn: never\n"));
    repository.write("inner/deploy/a.yaml", UNQUOTED);
    repository.write("inner/.git/HEAD", "");
    assert_eq!(repository.lint_in(inner, &["a.yaml"], "").code, Some(1));
}

#[test]
fn mistakes_are_shown_at_their_place() {
    let repository = Repository::new("mistakes");
    repository.write("a.yaml", &quoted());
    repository.write("netpolc.yaml", &format!("{HEAD}cni: calcio\n"));
    let ran = repository.lint(&["a.yaml"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("netpolc.yaml:3:6"), "{}", ran.err);
    assert!(ran.err.contains("did you mean `calico`?"), "{}", ran.err);
    let end = "error: 1 problem in `netpolc.yaml`, so nothing was done\n";
    assert!(ran.err.ends_with(end), "{}", ran.err);
    repository.write(
        "netpolc.yaml",
        &format!("{HEAD}rules: {{and-or-peer: off}}\n"),
    );
    let ran = repository.lint(&["a.yaml"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("netpolc.yaml:3:9"), "{}", ran.err);
    assert!(
        ran.err.contains("did you mean `and-or-peers`?"),
        "{}",
        ran.err
    );
}

#[test]
fn what_is_excluded_is_not_read_unless_it_is_named() {
    let repository = Repository::new("exclude");
    repository.write("deploy/a.yaml", &quoted());
    repository.write("vendor/b.yaml", UNQUOTED);
    repository.write("deploy/c.gen.yaml", "a: [\n");
    assert_eq!(repository.lint(&["."]).code, Some(1));
    let settings = format!("{HEAD}exclude: ['vendor/**', '*.gen.yaml']\n");
    repository.write("netpolc.yaml", &settings);
    assert_eq!(repository.lint(&["."]).code, Some(0));
    assert_eq!(repository.lint_in("deploy", &["."], "").code, Some(0));
    assert_eq!(repository.lint(&["vendor/b.yaml"]).code, Some(1));
}

#[test]
fn the_inventory_is_as_told() {
    let repository = Repository::new("inventory");
    repository.write("a.yaml", &quoted());
    let found = repository.lint(&["a.yaml"]);
    assert!(
        found
            .err
            .contains("inventory, as found: policies complete, workloads none")
    );
    assert!(
        found.err.contains("not checked: without workloads"),
        "{}",
        found.err
    );
    repository.write("netpolc.yaml", &format!("{HEAD}inventory: complete\n"));
    let told = repository.lint(&["-o", "concise", "a.yaml"]);
    assert!(told.out.contains("NP020"), "{}", told.out);
    assert!(
        told.err
            .contains("inventory, as told: policies complete, workloads complete")
    );
    let typed = repository.lint(&["--inventory", "none", "-o", "concise", "a.yaml"]);
    assert!(!typed.out.contains("NP020"), "{}", typed.out);
}
