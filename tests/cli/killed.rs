//! Runs that are killed at every step of writing: each file is the old one or the new one, and the next
//! run is not in the way of what was left.
//!
//! `strace` (a Debian package) sends the signal as a system call begins. Without it nothing is tested
//! here, which is said.

use super::edges::{Scratch, names};
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

const BINARY: &str = env!("CARGO_BIN_EXE_netpolc");

const PODS: &str = "\
{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: []}, status: {podIPs: [{ip: 10.0.0.1}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: []}, status: {podIPs: [{ip: 10.0.0.2}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec: {podSelector: {matchLabels: {a: 1}}, policyTypes: [Ingress]}
";

/// The system calls that change a disk, or make what is changed.
const CALLS: [&str; 13] = [
    "openat",
    "write",
    "fsync",
    "rename",
    "renameat2",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "mkdir",
    "rmdir",
    "fchmod",
    "fchown",
];

/// Runs that write over what an older run wrote.
const RUNS: [&[&str]; 4] = [
    &["emit", "nftables", "-o", "out", "-f", "right.yaml"],
    &["emit", "iptables", "-o", "out", "-f", "right.yaml"],
    &["lint", "--fix", "one.yaml", "two.yaml"],
    &[
        "lint",
        "right.yaml",
        "--baseline",
        "base.json",
        "--update-baseline",
        "-o",
        "json",
        "--output-file",
        "report",
    ],
];

/// The files before a run.
fn begin(name: &str, run: &[&str]) -> Scratch {
    let scratch = Scratch::new(name);
    scratch.put("one.yaml", PODS);
    scratch.put("two.yaml", PODS.replace("name: p", "name: q"));
    scratch.put("right.yaml", PODS.replace("a: 1", "a: b"));
    scratch.put("report", "old\n");
    if run.first() == Some(&"emit") {
        std::fs::create_dir(scratch.0.join("out")).expect("a directory");
        for (file, text) in whole(run) {
            let first = text.lines().next().unwrap_or_default();
            scratch.put(&format!("out/{file}"), format!("{first}\nold\n"));
        }
    }
    scratch
}

/// What a run writes to `out` that nothing stops.
fn whole(run: &[&str]) -> BTreeMap<String, String> {
    let scratch = Scratch::new("killed-whole");
    scratch.put("right.yaml", PODS.replace("a: 1", "a: b"));
    assert_eq!(scratch.run(run).code, Some(0), "{run:?}");
    let files = names(&scratch.0.join("out")).into_iter();
    files
        .map(|name| (name.clone(), scratch.text(&format!("out/{name}"))))
        .collect()
}

/// All files with their texts, without what a killed run may leave.
fn files(scratch: &Scratch) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for directory in ["", "out/"] {
        let place = scratch.0.join(directory);
        for name in if place.is_dir() {
            names(&place)
        } else {
            Vec::new()
        } {
            let path = format!("{directory}{name}");
            if !name.starts_with(".netpolc-") && scratch.0.join(&path).is_file() {
                all.insert(path.clone(), scratch.text(&path));
            }
        }
    }
    all
}

/// Runs with a kill at the n-th call of a kind; says whether it came to that.
fn killed(scratch: &Scratch, run: &[&str], call: &str, number: usize) -> bool {
    let status = Command::new("strace")
        .args([
            "-qq",
            "-f",
            "-o",
            "/dev/null",
            "-e",
            &format!("trace={call}"),
        ])
        .args(["-e", &format!("inject={call}:signal=KILL:when={number}")])
        .arg(BINARY)
        .args(run)
        .current_dir(&scratch.0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("strace starts");
    status.signal().is_some() || status.code() == Some(137)
}

#[test]
fn a_run_that_is_killed_at_any_call_leaves_old_or_new_files() {
    let there = Command::new("strace")
        .arg("-V")
        .stdout(Stdio::null())
        .status();
    let scratch = Scratch::new("killed-try");
    let traces = there.is_ok() && killed(&scratch, &["--help"], "write", 1);
    if !traces {
        eprintln!(
            "NOT TESTED: runs that are killed, for strace is not there or may not trace (Debian: apt install strace)"
        );
        return;
    }
    let mut kills = 0;
    for run in RUNS {
        let scratch = begin("killed", run);
        let old = files(&scratch);
        let ran = scratch.run(run);
        assert!(
            ran.code.is_some_and(|code| code < 2),
            "{run:?}: {}",
            ran.err
        );
        let new = files(&scratch);
        drop(scratch);
        assert_ne!(old, new, "{run:?}");
        for call in CALLS {
            for number in 1.. {
                let scratch = begin("killed", run);
                if !killed(&scratch, run, call, number) {
                    assert_eq!(files(&scratch), new, "{run:?} without {call} {number}");
                    break;
                }
                kills += 1;
                for (name, text) in files(&scratch) {
                    let known = [old.get(&name), new.get(&name)].contains(&Some(&text));
                    assert!(
                        known,
                        "{run:?} killed at {call} {number}: {name} is\n{text}"
                    );
                }
                for name in old.keys() {
                    assert!(
                        scratch.0.join(name).is_file(),
                        "{run:?} at {call} {number}: no {name}"
                    );
                }
                // Files that are fixed already have nothing to fix, so this too ends as if at once.
                scratch.run(run);
                assert_eq!(files(&scratch), new, "{run:?} again after {call} {number}");
            }
        }
    }
    // Whoever changes how files are written sees that the kills still hit.
    assert!(kills > 100, "{kills} kills");
}
