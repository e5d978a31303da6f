//! What is written to files: not over inputs, all of a set or none, and the old ones where the disk is full.

use super::edges::{CLOSED, OPEN, Scratch, names};
use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

#[test]
fn reports_are_written_to_files_and_not_over_inputs() {
    let scratch = Scratch::new("reports");
    for name in ["in", "empty"] {
        fs::create_dir(scratch.0.join(name)).expect("a directory");
    }
    scratch.put("in/a.yaml", CLOSED);
    scratch.put("in/again.yaml", OPEN);
    scratch.put("netpolc.yaml", "apiVersion: netpolc/v1\nkind: Settings\n");
    fs::hard_link(scratch.0.join("in/a.yaml"), scratch.0.join("other")).expect("a second name");
    fs::hard_link(scratch.0.join("netpolc.yaml"), scratch.0.join("set")).expect("a second name");
    symlink("in/again.yaml", scratch.0.join("link")).expect("a link");
    let made = Command::new("mkfifo").arg(scratch.0.join("fifo")).status();
    assert!(made.expect("mkfifo is there").success());
    for (path, told) in [
        ("other", "`other` is also an input"),
        ("in/a.yaml", "`in/a.yaml` is also an input"),
        ("set", "`set` is also an input"),
        ("netpolc.yaml", "`netpolc.yaml` is also an input"),
        ("link", "`link` is a symbolic link, so it was not replaced"),
        ("fifo", "`fifo` is a pipe or a device"),
        ("in", "`--output-file in` is also an input"),
        ("empty", "`empty` is a directory"),
        ("/dev/zero", "`/dev/zero` is a pipe or a device"),
        (
            "nowhere/x",
            "cannot write `nowhere/x`: No such file or directory",
        ),
    ] {
        let arguments = [
            "lint",
            "in",
            "-o",
            "json",
            "--output-file",
            "first",
            "-o",
            "sarif",
        ];
        let ran = scratch.run(&[&arguments[..], &["--output-file", path]].concat());
        assert_eq!(ran.code, Some(2), "{path}: {}", ran.err);
        assert!(ran.err.contains(told), "{path}: {}", ran.err);
        assert!(
            !scratch.0.join("first").exists(),
            "{path}: one of two was written"
        );
    }
    assert_eq!(scratch.text("in/a.yaml"), CLOSED);
    assert_eq!(scratch.text("in/again.yaml"), OPEN);

    // A report of the last run is no input, also where it lies among them.
    for _ in 0..2 {
        let ran = scratch.run(&[
            "lint",
            "in",
            "-o",
            "json",
            "--output-file",
            "in/report.json",
        ]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
        assert!(scratch.text("in/report.json").contains("\"findings\""));
    }
    // Streams that somebody names on purpose.
    let ran = scratch.run(&["lint", "in", "-o", "json", "--output-file", "/dev/stdout"]);
    assert_eq!(ran.out, scratch.text("in/report.json"));
    let ran = scratch.run(&[
        "lint",
        "in",
        "-q",
        "-o",
        "json",
        "--output-file",
        "/dev/stderr",
    ]);
    assert_eq!(ran.err, scratch.text("in/report.json"));
    let ran = scratch.run(&["lint", "in", "-o", "json", "--output-file", "/dev/null"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    assert_eq!(
        names(&scratch.0),
        [
            "empty",
            "fifo",
            "in",
            "link",
            "netpolc.yaml",
            "other",
            "set"
        ]
    );
}

#[test]
fn fixes_are_made_in_all_files_or_in_none() {
    let scratch = Scratch::new("fixes");
    let wrong = CLOSED.replace("podSelector: {}", "podSelector: {matchLabels: {a: 1}}");
    scratch.put("a.yaml", &wrong);
    scratch.put("b.yaml", wrong.replace("name: p", "name: q"));
    symlink("b.yaml", scratch.0.join("link.yaml")).expect("a link");
    let ran = scratch.run(&["lint", "--fix", "a.yaml", "link.yaml"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(
        ran.err.contains("`link.yaml` is a symbolic link"),
        "{}",
        ran.err
    );
    assert_eq!(scratch.text("a.yaml"), wrong);
    let ran = scratch.run(&["lint", "--fix", "a.yaml", "b.yaml"]);
    assert!(ran.err.contains("in 2 files"), "{}", ran.err);
    assert!(
        scratch.text("a.yaml").contains("a: \"1\"") && scratch.text("b.yaml").contains("a: \"1\"")
    );
    assert_eq!(names(&scratch.0), ["a.yaml", "b.yaml", "link.yaml"]);
}

/// A disk that is soon full, where the tests may make one.
#[test]
fn a_full_disk_leaves_the_old_files() {
    let scratch = Scratch::new("small");
    let small = scratch.0.join("small");
    fs::create_dir(&small).expect("a directory");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=8k", "none"])
        .arg(&small)
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        eprintln!("NOT TESTED: a full disk, for no small disk can be mounted here");
        return;
    }
    let address = ", spec: {containers: []}, status: {podIPs: [{ip: 10.0.0.";
    let addressed = CLOSED
        .replacen(", spec: {containers: []}", &format!("{address}1}}]}}"), 1)
        .replacen(
            ", spec: {containers: []}}",
            &format!("{address}2}}]}}}}"),
            1,
        );
    scratch.put("a.yaml", addressed);
    scratch.put("small/report", "old\n");
    scratch.put("small/README.md", "");
    let report = [
        "lint",
        "a.yaml",
        "-o",
        "sarif",
        "--output-file",
        "small/report",
    ];
    let ran = [
        scratch.run(&report),
        scratch.run(&["emit", "nftables", "-o", "small", "-f", "a.yaml"]),
    ];
    let (text, left) = (scratch.text("small/report"), names(&small));
    let unmounted = Command::new("umount").arg(&small).status();
    assert!(unmounted.expect("umount is there").success());
    for ran in ran {
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(ran.err.contains("No space left on device"), "{}", ran.err);
    }
    assert_eq!(text, "old\n");
    assert_eq!(left, ["README.md", "report"]);
}
