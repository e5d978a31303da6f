//! The page of `netpolc report`: what is in it, that its text is text, and how it works in a browser.
//!
//! The browser is the one of Debian's package `chromium` (or what `NETPOLC_CHROMIUM` names), driven by
//! Node.js with the npm package `playwright-core`, which is looked for where `NODE_PATH` says. Without
//! them these tests say so and pass.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot run the command has failed"
)]

use serde_json::Value;
use std::collections::BTreeSet;
use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Manifests whose names, labels and texts would be markup where they were not escaped.
const HOSTILE: &str = r#"
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels: {app: web}
  ownerReferences:
  - {apiVersion: apps/v1, kind: "</script><img src=x onerror=window.owned=1>", name: "</script><img src=x onerror=window.owned=1>", uid: "1", controller: true}
spec:
  containers: [{name: c, image: i}]
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec:
  containers: [{name: c, image: i}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: "</script><img src=x onerror=window.owned=1>"
  namespace: shop
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: "<!--<script>"}}}]
"#;

fn report(arguments: &[&str], stdin: Option<&str>) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_netpolc"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["report", "--config", "none"])
        .args(arguments)
        .stdin(if stdin.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    if let (Some(text), Some(mut pipe)) = (stdin, child.stdin.take()) {
        pipe.write_all(text.as_bytes()).expect("the command reads");
    }
    child.wait_with_output().expect("the command ends")
}

fn page(arguments: &[&str], stdin: Option<&str>) -> String {
    let ran = report(arguments, stdin);
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(!ran.stdout.is_empty(), "{told}");
    String::from_utf8(ran.stdout).expect("the page is text")
}

#[test]
fn the_same_input_gives_the_same_page() {
    let (one, other) = (
        page(&["policies/shop"], None),
        page(&["policies/shop"], None),
    );
    assert!(one == other);
    for part in [
        "<li class=\"\"><b>5</b> <span>namespaces</span></li>",
        "<li class=\"\"><b>17</b> <span>workloads</span></li>",
        "<li class=\"\"><b>51</b> <span>of 284 pairs connected</span></li>",
        "<li class=\"bad\"><b>3</b> <span>reachable from the internet</span></li>",
        "<li class=\"warn\"><b>2</b> <span>can reach the internet</span></li>",
        "<span class=\"m\">NP017</span> <b>and-or-peers</b>",
    ] {
        assert!(one.contains(part), "{part}");
    }
    assert!(one.len() < 60_000, "{}", one.len());
}

#[test]
fn nothing_of_the_input_is_markup() {
    let page = page(&["-", "--title", "<b>&"], Some(HOSTILE));
    assert!(!page.contains("<img"), "{page}");
    assert!(page.contains("&lt;img src=x"));
    assert!(page.contains("<title>&lt;b&gt;&amp; · netpolc report</title>"));
    // The data ends where it is meant to: behind it there is the script, and nothing else.
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script>").count(), 2);
    assert!(page.contains("\\u003c/script\\u003e"));
}

#[test]
fn a_page_fetches_nothing() {
    let page = page(&["policies/shop"], None);
    for fetching in [
        "http://",
        "https://",
        "src=",
        "url(",
        "@import",
        "<link",
        "localStorage",
    ] {
        let found = page.matches(fetching).count();
        // The name of the language of the pictures.
        let known = usize::from(fetching == "http://");
        assert_eq!(found, known, "{fetching}");
    }
    assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"));
}

#[test]
fn a_page_is_written_to_a_file_that_is_no_input() {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report-input.yaml");
    std::fs::write(&place, HOSTILE).expect("a file");
    let path = place.to_str().expect("a plain path");
    let ran = report(&[path, "--output-file", path], None);
    assert_eq!(ran.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&place).expect("the file"), HOSTILE);
    let there = place.with_extension("html");
    let ran = report(
        &[path, "--output-file", there.to_str().expect("a path")],
        None,
    );
    assert!(ran.stdout.is_empty());
    let written = std::fs::read_to_string(&there).expect("the page");
    assert!(written.starts_with("<!doctype html>"));
}

#[test]
fn what_was_left_out_is_on_the_page_and_in_the_exit_code() {
    let broken = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x, namespace: shop}\nspec: {podSelector: {matchLabels: {app: [1]}}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: db, namespace: shop}\nspec: {containers: [{name: c, image: i}]}\n";
    let ran = report(&["-"], Some(broken));
    assert_eq!(ran.status.code(), Some(3));
    let page = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        page.contains("<b>1</b> <span>left out: see below</span>"),
        "{page}"
    );
    assert!(page.contains("NetworkPolicy shop/x"), "{page}");
}

#[test]
fn without_manifests_there_is_no_page() {
    let ran = report(&[], None);
    assert_eq!(ran.status.code(), Some(2));
    assert!(ran.stdout.is_empty());
    let ran = report(&["-"], Some("\n"));
    assert_eq!(ran.status.code(), Some(2));
    assert!(ran.stdout.is_empty());
}

/// The lines between different pods that the data of a page stands for, as `matrix -o txt` writes them.
fn lines(page: &str) -> BTreeSet<String> {
    let (_, data) = page.split_once("id=\"data\">").expect("data");
    let (data, _) = data.split_once("</script>").expect("the end of the data");
    let data: Value = serde_json::from_str(data).expect("JSON");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let places = |value: &Value| -> Vec<u64> {
        let all = list(value).into_iter().flat_map(|it| match it.as_u64() {
            Some(one) => one..=one,
            None => it[0].as_u64().expect("a place")..=it[1].as_u64().expect("a place"),
        });
        all.collect()
    };
    let place = |number: u64| usize::try_from(number).expect("a place");
    let entries = list(&data["entries"]);
    let members = |number: u64| -> Vec<String> {
        let entry = &entries[place(number)];
        let namespace = entry[0].as_u64().expect("a namespace");
        let Some(namespace) = data["namespaces"][place(namespace)].as_str() else {
            return Vec::new();
        };
        let names = list(&entry[2]).into_iter();
        names
            .map(|it| format!("{namespace}/{}", it.as_str().expect("a name")))
            .collect()
    };
    let mut lines = BTreeSet::new();
    for link in list(&data["links"]) {
        let set = data["sets"][place(link[2].as_u64().expect("a set"))][0].as_str();
        for from in places(&link[0]) {
            for to in places(&link[1]) {
                for one in members(from) {
                    for other in members(to) {
                        if one != other {
                            lines.insert(format!("{one} => {other} : {}", set.expect("words")));
                        }
                    }
                }
            }
        }
    }
    lines
}

#[test]
fn the_data_of_a_page_says_what_the_matrix_says() {
    for input in ["policies/shop", "policies/lint", "policies/cases"] {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(input);
        let inside = std::fs::read_dir(&directory).expect("a directory");
        let inputs: Vec<PathBuf> = match input {
            "policies/shop" => vec![directory],
            _ => inside.flatten().map(|it| it.path()).collect(),
        };
        for input in inputs {
            let path = input.to_str().expect("a plain path");
            let ran = Command::new(env!("CARGO_BIN_EXE_netpolc"))
                .current_dir(env!("CARGO_MANIFEST_DIR"))
                .args([
                    "matrix",
                    "-q",
                    "--keep-going",
                    "-o",
                    "txt",
                    "--config",
                    "none",
                    "-f",
                    path,
                ])
                .output()
                .expect("the command runs");
            let page = report(&["-q", path], None);
            if !matches!(ran.status.code(), Some(0 | 3)) || page.stdout.is_empty() {
                continue;
            }
            let text = String::from_utf8_lossy(&ran.stdout).into_owned();
            let outside = ["[External]", "{ingress-controller}", "# "];
            let inside = text
                .lines()
                .filter(|line| !outside.iter().any(|it| line.contains(it)));
            // Of the members of an entry, the data says how many stand for several, and not which.
            let ends = |line: &str| line.split_once(" : ").map(|(ends, _)| ends.to_owned());
            let itself = |line: &str| {
                ends(line).is_some_and(|it| it.split_once(" => ").is_some_and(|(a, b)| a == b))
            };
            let expected = inside.filter(|line| !itself(line)).map(ToOwned::to_owned);
            let expected: BTreeSet<String> = expected.collect();
            let found = lines(&String::from_utf8_lossy(&page.stdout));
            assert_eq!(found, expected, "{path}");
        }
    }
}

/// The browser, where it and what drives it are there.
fn browser() -> Option<PathBuf> {
    let named = env::var_os("NETPOLC_CHROMIUM").map(PathBuf::from);
    let usual = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];
    let mut usual = usual.iter().map(PathBuf::from);
    let chromium = named.or_else(|| usual.find(|it| it.exists()));
    let Some(chromium) = chromium else {
        return skip("no Chromium: the Debian package is `chromium`");
    };
    let driven = Command::new("node")
        .args(["-e", "require('playwright-core')"])
        .output();
    if !driven.is_ok_and(|it| it.status.success()) {
        return skip(
            "no Node.js with `playwright-core`: `npm install playwright-core`, and set NODE_PATH",
        );
    }
    Some(chromium)
}

fn skip(why: &str) -> Option<PathBuf> {
    // Past the harness, which keeps what a test prints to itself.
    let line = format!("SKIPPED tests of the page in a browser: {why}\n");
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("standard error is open");
    None
}

#[test]
fn the_page_works_in_a_browser() {
    let Some(chromium) = browser() else {
        return;
    };
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (shop, hostile) = (place.join("shop.html"), place.join("hostile.html"));
    std::fs::write(&shop, page(&["policies/shop"], None)).expect("a file");
    std::fs::write(&hostile, page(&["-"], Some(HOSTILE))).expect("a file");
    let all = [
        "load", "unfold", "keyboard", "search", "focus", "dark", "print", "plain",
    ];
    let all = all
        .map(|check| (check, &shop))
        .into_iter()
        .chain([("hostile", &hostile)]);
    for (check, file) in all {
        let ran = Command::new("node")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report/browser.cjs"))
            .args([chromium.as_os_str(), check.as_ref(), file.as_os_str()])
            .output()
            .expect("node runs");
        assert!(
            ran.status.success(),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    }
}
