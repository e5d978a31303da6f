//! What once took more than ten seconds, or gigabytes, ends.

use super::{Manifest, shapes};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Far more than it takes in this profile on a busy machine, and far less than it once took.
const PATIENCE: Duration = Duration::from_secs(20);

/// The exit code and what was told.
fn ends(name: &str, text: &str, arguments: &str) -> (Option<i32>, String) {
    let manifest = Manifest::new(name, text);
    let mut command = Command::new(env!("CARGO_BIN_EXE_netpolc"));
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = manifest
        .ask(&mut command, arguments)
        .spawn()
        .expect("netpolc starts");
    let began = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        let is_late = began.elapsed() > PATIENCE;
        if is_late {
            child.kill().expect("a child");
        }
        assert!(
            !is_late,
            "{name}: {arguments}: not there after {PATIENCE:?}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().expect("an exit");
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn thousands_of_replicas_on_both_ends_are_one_pair() {
    let (code, _) = ends(
        "l-replicas",
        &shapes::replicas(1500),
        "can sts/a sts/b:80 -n d",
    );
    assert_eq!(code, Some(0));
}

#[test]
fn addresses_in_the_same_rules_are_judged_together() {
    let (code, _) = ends(
        "l-blocks",
        &shapes::blocks(20_000),
        "can deploy/b 0.0.0.0/0:80 -n d",
    );
    // Some of them are not open.
    assert_eq!(code, Some(1));
}

#[test]
fn more_pairs_than_can_be_judged_are_refused_with_a_sentence() {
    let (code, told) = ends(
        "l-ports",
        &shapes::ports(5000),
        "can deploy/a deploy/b -n d",
    );
    assert_eq!(code, Some(2));
    assert!(
        told.contains("ports each: too many pairs to check"),
        "{told}"
    );
}

#[test]
fn blocks_that_overlap_are_one_set_of_addresses() {
    let (code, _) = ends("l-nested", &shapes::nested(20_000), "matrix -o json");
    assert_eq!(code, Some(0));
}

#[test]
fn blocks_that_overlap_are_compared_as_often_as_a_second_allows() {
    let (code, _) = ends("l-nested-lint", &shapes::nested(3000), "lint -o concise");
    assert_eq!(code, Some(0));
}

#[test]
fn policies_over_one_pod_are_not_all_compared() {
    let (code, _) = ends("l-policies", &shapes::policies(5000), "lint -o concise");
    assert_eq!(code, Some(0));
}

#[cfg(feature = "smt")]
#[test]
fn what_carries_a_proof_over_thousands_of_rules_is_not_looked_for_to_the_end() {
    let claim = "prove --from internet --to d/deploy/b:80 --expect denied";
    for (name, text) in [
        ("l-prove-rules", shapes::rules(2000)),
        ("l-prove-policies", shapes::policies(2000)),
    ] {
        let (code, told) = ends(name, &text, claim);
        assert_eq!(code, Some(0), "{told}");
    }
}

#[cfg(feature = "smt")]
#[test]
fn rulesets_for_pods_that_are_all_different_are_certified() {
    let (code, told) = ends("l-unlike", &shapes::unlike(600), "emit nftables --certify");
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("certified: "), "{told}");
}
