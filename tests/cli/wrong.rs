//! Bad inputs of all kinds, from `wrong.txt`: each ends in a message with its place and in exit
//! code 2, and prints no answer.

use super::{command, finish};
use std::ffi::OsString;
use std::fs;
use std::path::Path;

const TABLE: &str = include_str!("wrong.txt");

const BASE: &str = "\
{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: a}}, spec: {containers: []}, status: {podIPs: [{ip: 10.0.0.1}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b, labels: {app: b}}, spec: {containers: []}, status: {podIPs: [{ip: 10.0.0.2}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec: {podSelector: {}, policyTypes: [Ingress]}
";

/// A block of the table.
#[derive(Default)]
struct Case<'t> {
    line: usize,
    title: &'t str,
    arguments: Vec<Vec<u8>>,
    files: Vec<(&'t str, Vec<u8>)>,
    told: Vec<&'t str>,
}

/// The bytes that a text of the table stands for.
fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let repeated = rest.strip_prefix("{{").and_then(|rest| {
            let (inside, rest) = rest.split_once("}}")?;
            let (number, piece) = inside.split_once('*')?;
            Some((self::bytes(piece).repeat(number.parse().ok()?), rest))
        });
        let escaped = rest.strip_prefix('\\').and_then(|rest| {
            let (kind, rest) = rest.split_at_checked(1)?;
            Some(match kind {
                "x" => {
                    let (code, rest) = rest.split_at_checked(2)?;
                    (u8::from_str_radix(code, 16).ok()?, rest)
                }
                "0" => (0, rest),
                "r" => (b'\r', rest),
                "t" => (b'\t', rest),
                _ => return None,
            })
        });
        rest = match (repeated, escaped) {
            (Some((piece, rest)), _) => {
                bytes.extend(piece);
                rest
            }
            (None, Some((byte, rest))) => {
                bytes.push(byte);
                rest
            }
            (None, None) => {
                bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
                rest.get(c.len_utf8()..).unwrap_or_default()
            }
        };
    }
    bytes
}

fn cases() -> Vec<Case<'static>> {
    let mut next = 1;
    let blocks = TABLE.split("\n### ").map(|block| {
        let first = next;
        next += block.matches('\n').count() + 1;
        (first, block)
    });
    let case = |(first, block): (usize, &'static str)| {
        let mut case = Case {
            line: first,
            ..Case::default()
        };
        for (number, line) in block.lines().enumerate() {
            if number == 0 {
                case.title = line;
            } else if let Some(line) = line.strip_prefix("$ ") {
                // A word in quotes may have blanks.
                let mut words = line.split('\'');
                while let Some(plain) = words.next() {
                    case.arguments.extend(plain.split_whitespace().map(bytes));
                    case.arguments.extend(words.next().map(bytes));
                }
            } else if let Some(name) = line.strip_prefix("< ") {
                case.files.push((name, Vec::new()));
            } else if let Some(told) = line.strip_prefix("> ") {
                case.told.push(told);
            } else if let Some((_, text)) = case.files.last_mut() {
                text.extend(bytes(line));
                text.push(b'\n');
            }
        }
        case
    };
    blocks.skip(1).map(case).collect()
}

#[cfg(unix)]
fn argument(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn argument(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// What is wrong with how a case ends.
fn complaint(case: Case<'_>, place: &Path) -> Option<String> {
    let _ = fs::remove_dir_all(place);
    fs::create_dir_all(place).expect("a directory");
    fs::write(place.join("base.yaml"), BASE).expect("a file");
    for (name, text) in case.files {
        let path = place.join(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command
        .current_dir(place)
        .args(case.arguments.into_iter().map(argument));
    let ran = finish(command, "");
    let mut wrong = Vec::new();
    if case.told.is_empty() {
        wrong.push("expected: a line `> WORDS` that says what is told".to_owned());
    }
    if ran.code != Some(2) {
        wrong.push(format!("expected: exit code 2, got {:?}", ran.code));
    }
    for told in case.told.iter().filter(|told| !ran.err.contains(**told)) {
        wrong.push(format!("expected: a message with `{told}`"));
    }
    if !ran.out.is_empty() {
        wrong.push(format!("expected: no answer, got\n{}", ran.out));
    }
    let head = format!("tests/cli/wrong.txt:{}: {}", case.line, case.title);
    (!wrong.is_empty()).then(|| format!("{head}\n{}\ngot:\n{}", wrong.join("\n"), ran.err))
}

#[test]
fn bad_input_is_told_with_its_place_and_never_answered() {
    let cases = cases();
    assert!(cases.len() > 120, "{}", cases.len());
    let place = std::env::temp_dir().join(format!("netpolc-wrong-{}", std::process::id()));
    let complaints = cases.into_iter().filter_map(|case| complaint(case, &place));
    let complaints: Vec<String> = complaints.collect();
    let _ = fs::remove_dir_all(&place);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Links, directories and files that nobody may read.
#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_named() {
    use super::edges::Scratch;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let scratch = Scratch::new("unreadable");
    scratch.put("base.yaml", BASE);
    symlink("loop", scratch.0.join("loop")).expect("a link");
    symlink("nothing", scratch.0.join("broken")).expect("a link");
    fs::create_dir_all(scratch.0.join("empty/in")).expect("a directory");
    symlink("..", scratch.0.join("empty/in/up")).expect("a link");
    let closed = scratch.put("closed.yaml", BASE);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o0)).expect("a mode");
    for (path, told) in [
        ("loop", "cannot read `loop`"),
        ("broken", "no such file or directory: `broken`"),
        ("empty", "no input: no Kubernetes object was read"),
        ("base.yaml/", "cannot read `base.yaml/`"),
    ] {
        let ran = scratch.run(&["can", "a", "b", "-f", path]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{path}");
        assert!(ran.err.contains(told), "{path}: {}", ran.err);
    }
    if fs::read(&closed).is_ok() {
        eprintln!("NOT TESTED: a file that may not be read, for root may read all");
        return;
    }
    let ran = scratch.run(&["can", "a", "b", "-f", "closed.yaml"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("no permission to read `closed.yaml`"),
        "{}",
        ran.err
    );
}
