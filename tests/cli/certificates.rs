//! Proofs that others can check: questions for other solvers, certificates, and checking them.

use super::{Ran, run};
#[cfg(feature = "smt")]
use super::{command, finish};
use std::path::{Path, PathBuf};

/// A directory that is not there.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if path.exists() {
        std::fs::remove_dir_all(&path).expect("an old directory goes");
    }
    path
}

/// The names of the files in a directory, sorted.
fn names(path: &Path) -> Vec<String> {
    let entries = path.read_dir().expect("a directory");
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<String> = entries
        .map(|entry| name(entry).into_string().expect("text"))
        .collect();
    names.sort();
    names
}

/// Proves the claims that the sample application keeps; `more` is read after its manifests.
#[cfg(feature = "smt")]
fn shop(arguments: &[&str], more: &str) -> Ran {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.args(["prove", "../../policies/intents/shop-holds.yaml"]);
    command.args(["-f", "../../policies/shop", "-f", "-"]);
    command.args(arguments);
    finish(command, more)
}

/// Proves that everybody is let in by a policy that says so in many words.
fn parts(arguments: &[&str]) -> Ran {
    let claim = ["prove", "--from", "pods", "--to", "pods"];
    let of = ["--expect", "allowed", "-f", "parts.yaml"];
    run(&[&claim[..], &of, arguments].concat())
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

/// Something to read that has no say.
#[cfg(feature = "smt")]
const NOTHING: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n";

#[test]
#[cfg(feature = "smt")]
fn certificates_prove_without_a_solver() {
    let path = directory("certificates");
    let ran = shop(&["--certificate", text(&path)], NOTHING);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let written = names(&path);
    assert_eq!(
        written[..2],
        [
            "database-only-for-its-clients-1-0001.cnf",
            "database-only-for-its-clients-1-0001.drat"
        ]
    );
    assert!(written.contains(&"manifest.json".to_owned()));
    let proofs = written.iter().filter(|name| name.contains(".drat"));
    assert!(proofs.count() > 3);

    let checked = shop(&["--check", text(&path)], NOTHING);
    assert_eq!((checked.code, checked.err.as_str()), (Some(0), ""));
    assert!(checked.out.contains("\n6 hold\n"), "{}", checked.out);
}

#[test]
#[cfg(feature = "smt")]
fn certificates_of_other_policies_prove_nothing() {
    let path = directory("other-policies");
    let ran = shop(&["--certificate", text(&path)], NOTHING);
    assert_eq!(ran.code, Some(0));
    let edited = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: more, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress: [{from: [{podSelector: {matchLabels: {app: cart}}}]}]
";
    let checked = shop(&["--check", text(&path)], edited);
    assert_eq!(checked.code, Some(3), "{}", checked.out);
    let told = checked.out.replace(['\n', '│'], " ");
    let told: Vec<&str> = told.split_whitespace().collect();
    let told = told.join(" ");
    let of = "is of another question";
    assert!(told.contains(of), "{told}");
    assert!(!told.contains("6 hold"), "{told}");
    // Nor do those of another claim.
    let other = ["--expect", "denied", "--check", text(&path)];
    let claim = [
        "prove",
        "--from",
        "pods",
        "--to",
        "pods",
        "-f",
        "parts.yaml",
    ];
    let checked = run(&[&claim[..], &other].concat());
    assert_eq!(checked.code, Some(3));
    assert!(
        checked
            .out
            .contains("it cannot be decided: no certificate for question `claim-1-0000`."),
        "{}",
        checked.out
    );
}

#[test]
#[cfg(feature = "smt")]
fn a_broken_proof_is_refused_with_its_place() {
    let path = directory("broken");
    assert_eq!(parts(&["--certificate", text(&path)]).code, Some(0));
    assert_eq!(parts(&["--check", text(&path)]).code, Some(0));
    let file = path.join("claim-1-0001.drat");
    let proof = std::fs::read_to_string(&file).expect("a proof");
    let lines: Vec<&str> = proof.lines().collect();
    assert!(lines.len() > 3, "{proof}");
    let mut refused = 0;
    for (number, line) in (1..).zip(&lines) {
        if *line == "0" || line.starts_with('d') {
            continue;
        }
        let flipped = match line.strip_prefix('-') {
            Some(positive) => positive.to_owned(),
            None => format!("-{line}"),
        };
        let mut broken = lines.clone();
        broken[number - 1] = &flipped;
        std::fs::write(&file, broken.join("\n")).expect("a file");
        let checked = parts(&["--check", text(&path)]);
        // What was flipped may follow as well, and then the proof is another one and right.
        if checked.code == Some(0) {
            assert!(checked.out.starts_with("holds\n"));
            continue;
        }
        refused += 1;
        assert_eq!(checked.code, Some(1));
        assert!(checked.out.starts_with("unknown\n"), "{}", checked.out);
        let place = "claim-1-0001.drat:";
        assert!(checked.err.contains(place), "{}", checked.err);
        let told = "this clause does not follow from those before it";
        assert!(checked.err.contains(told), "{}", checked.err);
    }
    assert!(refused > 0, "{proof}");
    std::fs::write(&file, "0\n").expect("a file");
    let checked = parts(&["--check", text(&path)]);
    assert_eq!(checked.code, Some(1));
    assert!(
        checked.err.contains("claim-1-0001.drat:1:1"),
        "{}",
        checked.err
    );
}

#[test]
#[cfg(feature = "smt")]
fn what_does_not_hold_has_no_certificate() {
    let path = directory("fails");
    let claim = [
        "prove",
        "--from",
        "pods",
        "--to",
        "pods",
        "-f",
        "parts.yaml",
    ];
    let write = ["--expect", "denied", "--certificate", text(&path)];
    let ran = run(&[&claim[..], &write].concat());
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.err, "no certificate of `claim`: the claim fails\n");
    assert_eq!(names(&path), ["manifest.json"]);
}

#[test]
#[cfg(feature = "smt")]
fn questions_of_claims_that_are_called_alike_are_kept_apart() {
    let path = directory("alike");
    let intents = "\
apiVersion: netpolc/v1
kind: Intents
intents:
  - {name: a b, expect: allowed, from: pods, to: pods}
  - {name: a-b, expect: denied, from: pods, to: pods}
  - {name: A-B, expect: denied, from: pods, to: internet}
";
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.args(["prove", "-", "-f", "parts.yaml", "--smt2", text(&path)]);
    let ran = finish(command, intents);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let names = names(&path);
    // One that fails is looked at again, of the pods that are there.
    for start in ["a-b-1-0000.", "a-b-2-1-0000.", "a-b-3-1-0000."] {
        let found = names.iter().filter(|name| name.starts_with(start));
        assert_eq!(found.count(), 1, "{start} {names:?}");
    }
}

#[test]
fn directories_that_cannot_be_used_are_told() {
    let path = directory("full");
    std::fs::create_dir_all(&path).expect("a directory");
    std::fs::write(path.join("mine.txt"), "mine").expect("a file");
    let shown = text(&path);
    if cfg!(feature = "smt") {
        for flag in ["--certificate", "--smt2"] {
            let ran = parts(&[flag, shown]);
            assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
            let told = format!(
                "error: the directory `{shown}` is not empty\n  help: name an empty directory, \
                 or one that does not exist yet\n"
            );
            assert_eq!(ran.err, told);
        }
        assert_eq!(names(&path), ["mine.txt"]);
    } else {
        let ran = parts(&[]);
        assert_eq!(ran.code, Some(2));
        let told = "error: this netpolc was built without Z3 and cannot prove claims\n";
        assert!(ran.err.starts_with(told), "{}", ran.err);
    }
    let ran = parts(&["--check", shown]);
    assert_eq!(ran.code, Some(2));
    let told = format!("error: cannot read `{shown}/manifest.json`: ");
    assert!(ran.err.starts_with(&told), "{}", ran.err);
    std::fs::write(path.join("manifest.json"), "{}").expect("a file");
    let ran = parts(&["--check", shown]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.starts_with(&told), "{}", ran.err);
}
