//! Instructions at n, 2n and 4n.

use super::{Manifest, shapes};
use std::process::{Command, Stdio};

/// By how much the cost may grow when the input doubles, without what an empty input costs. Linear is
/// 2, and sorting a little more; a square is 4.
const MOST: f64 = 2.6;

/// Whether there is something that counts.
fn can_count() -> bool {
    let found = Command::new("valgrind").arg("--version").output();
    let found = found.is_ok_and(|it| it.status.success());
    if !found {
        let required = std::env::var("NETPOLC_REQUIRE_VALGRIND").is_ok_and(|value| value == "1");
        assert!(
            !required,
            "NETPOLC_REQUIRE_VALGRIND is set, and there is no valgrind"
        );
        eprintln!("no valgrind here: nobody counts how cost grows (Debian: valgrind)");
    }
    found
}

/// The instructions of one run.
fn instructions(name: &str, text: &str, arguments: &str) -> f64 {
    let manifest = Manifest::new(name, text);
    let mut command = Command::new("valgrind");
    command.args([
        "--tool=cachegrind",
        "--cache-sim=no",
        "--cachegrind-out-file=/dev/null",
    ]);
    command
        .arg(env!("CARGO_BIN_EXE_netpolc"))
        .stdout(Stdio::null());
    let output = manifest
        .ask(&mut command, arguments)
        .output()
        .expect("valgrind runs");
    let told = String::from_utf8_lossy(&output.stderr);
    let line = told
        .lines()
        .find(|line| line.contains("I ") && line.contains("refs:"));
    let number: String = line
        .and_then(|line| line.rsplit(':').next())
        .expect("a count of instructions")
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    number.parse().expect("a number")
}

/// What is the same in every run cancels out of the differences.
fn grows(name: &str, shape: fn(usize) -> String, n: usize, arguments: &str) {
    if !can_count() {
        return;
    }
    let [one, two, four] = [n, 2 * n, 4 * n].map(|n| {
        let name = format!("{name}-{n}");
        instructions(&name, &shape(n), arguments)
    });
    let factor = (four - two) / (two - one);
    eprintln!("{name}: {arguments}: {one} {two} {four}: {factor:.2} per doubling");
    assert!(
        factor <= MOST,
        "{name}: {factor:.2} per doubling: {one} {two} {four}"
    );
}

#[test]
fn pods_that_differ_in_labels_nobody_mentions() {
    grows("replicas", shapes::replicas, 60, "can sts/a sts/b:80 -n d");
}

#[test]
fn replicas_that_selectors_ask_for() {
    grows("indexes", shapes::indexes, 50, "matrix -o json");
}

#[test]
fn blocks_in_one_rule_in_lint() {
    grows("blocks-lint", shapes::blocks, 150, "lint -o concise");
}

#[test]
fn blocks_that_overlap() {
    grows("nested", shapes::nested, 150, "matrix -o json");
}

#[test]
fn conditions_on_one_key() {
    grows("conditions", shapes::conditions, 300, "matrix -o json");
}

#[test]
fn rules_of_one_policy() {
    grows("rules", shapes::rules, 100, "lint -o concise");
}

#[test]
fn policies_over_one_pod() {
    grows("policies", shapes::policies, 50, "lint -o concise");
}

#[test]
fn teams_that_let_in_themselves_only() {
    let arguments = "matrix -o json --from n0/pod/a";
    grows("teams", shapes::teams, 60, arguments);
}

#[test]
fn namespaces_under_one_cluster_wide_policy() {
    let arguments = "matrix -o json --from n0/pod/a";
    grows("under-one", shapes::under_one, 60, arguments);
}

#[test]
fn fixes_of_one_file() {
    grows("fixes", shapes::fixes, 150, "lint --diff");
}

#[test]
fn templates_on_one_line() {
    grows("templates", shapes::templates, 150, "lint -o concise");
}

#[test]
fn requests_among_ingresses() {
    let arguments = "can 198.51.100.7 http://h7.example.com/";
    grows("requests", shapes::served, 200, arguments);
}

#[test]
fn names_and_ports_among_services() {
    grows("names", shapes::served, 200, "can d/pod/p1 s7.d:80");
    grows(
        "addresses",
        shapes::served,
        200,
        "can d/pod/p1 10.96.0.7:80",
    );
}

#[test]
fn what_controllers_reach_that_are_not_there() {
    grows("unserved", shapes::unserved, 100, "matrix -o json");
}

/// What it costs more to answer a question by a way, beside an input of this size, than one by address.
#[test]
fn a_way_costs_little_beside_the_reading() {
    const MOST: f64 = 1.1;
    if !can_count() {
        return;
    }
    let text = shapes::served(1_000);
    let plain = instructions("plain", &text, "can d/pod/p1 d/pod/p7:80");
    for to in [
        "d/svc/s7:80",
        "s7.d:80",
        "10.96.0.7:80",
        "http://h7.example.com/",
    ] {
        let way = instructions("way", &text, &format!("can d/pod/p1 {to}"));
        let ratio = way / plain;
        eprintln!("{to}: {ratio:.3} of a question between two pods");
        assert!(ratio <= MOST, "{to}: {ratio:.3}");
    }
}
