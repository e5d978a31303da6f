//! What kubectl is told when the user presses Tab: cobra's protocol, from a binary of another name.

use crate::answers::SHOP;
use crate::cluster::Cluster;
use crate::server::{Reply, Server};
use crate::{Place, Ran, command, finish, with};
use std::time::Duration;

fn ask(place: &Place, words: &[&str]) -> Ran {
    let name = place.0.join("kubectl_complete-netpolc");
    if !name.exists() {
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_kubectl-netpolc"), &name).expect("a link");
    }
    let mut command = command(place, name.to_str().expect("a path"));
    command.args(words);
    finish(command)
}

/// The candidates without what they are, and the directive.
fn offers(ran: &Ran) -> Vec<String> {
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    let words = ran.out.lines();
    words
        .map(|it| it.split('\t').next().unwrap_or_default().to_owned())
        .collect()
}

const MORE: &str = "\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger, namespace: dev}
spec: {selector: {matchLabels: {app: l}}, template: {metadata: {labels: {app: l}}, spec: {containers: [{name: c}]}}}
";

fn shop() -> (Place, Server) {
    let cluster = Cluster::of(&format!("{SHOP}{MORE}"));
    with(move |asked| cluster.answer(asked))
}

#[test]
fn verbs_and_flags_need_no_cluster() {
    let (place, server) = shop();
    let verbs = offers(&ask(&place, &[""]));
    for verb in [
        "can", "matrix", "explain", "prove", "emit", "lint", "access",
    ] {
        assert!(verbs.iter().any(|it| it == verb), "{verbs:?}");
    }
    // Whoever packages netpolc asks for this, and nobody at a prompt.
    assert!(!verbs.iter().any(|it| it == "man"), "{verbs:?}");
    assert_eq!(offers(&ask(&place, &["ma"])), ["matrix", ":4"]);
    assert_eq!(offers(&ask(&place, &["emit", "ip"])), ["iptables", ":4"]);
    assert_eq!(
        offers(&ask(&place, &["can", "--name"])),
        ["--namespace", ":4"]
    );
    assert_eq!(
        offers(&ask(&place, &["matrix", "-o", "t"])),
        ["table", "txt", ":4"]
    );
    // The shell knows files.
    assert_eq!(offers(&ask(&place, &["can", "-f", ""])), [":0"]);
    assert_eq!(offers(&ask(&place, &["lint", ""])), [":0"]);
    assert_eq!(offers(&ask(&place, &["kinds", ""])), [":4"]);
    let first = ask(&place, &["ma"]);
    assert!(first.out.starts_with("matrix\t"), "{}", first.out);
    assert!(server.asked().is_empty());
}

#[test]
fn names_come_from_the_cluster() {
    let (place, server) = shop();
    for (words, expected) in [
        (&["can", ""][..], &["deploy/web", ":4"][..]),
        (&["can", "pod/"], &["pod/web", "pod/db", ":4"]),
        (&["can", "pod/w"], &["pod/web", ":4"]),
        (&["can", "deploy/web", "svc/"], &["svc/db", ":4"]),
        (&["can", "deploy/web", "services/"], &["services/db", ":4"]),
        (&["can", "-q", "deploy/web", "d"], &["deploy/web", ":4"]),
        (&["can", "dev/"], &["dev/sts/ledger", ":4"]),
        (&["can", "dev/pod/"], &["dev/pod/tool", ":4"]),
        (&["can", "-n", "dev", "st"], &["sts/ledger", ":4"]),
        (&["-n", "dev", "can", "st"], &["sts/ledger", ":4"]),
        (&["can", "-n", "d"], &["dev", ":4"]),
        (&["can", "ns/"], &["ns/shop", "ns/dev", ":4"]),
        (&["matrix", "--to", "svc/"], &["svc/db", ":4"]),
        (&["explain", "deploy/"], &["deploy/web", ":4"]),
        // Nothing connects from a Service.
        (&["can", "svc/"], &[":4"]),
        (&["can", "../"], &[":4"]),
    ] {
        assert_eq!(offers(&ask(&place, words)), expected, "{words:?}");
    }
    let asked = server.asked();
    assert!(
        asked
            .iter()
            .all(|it| it.method == "GET" && it.value("limit").is_some())
    );
    assert!(
        server
            .paths()
            .iter()
            .all(|it| !it.contains("secrets") && !it.contains(".."))
    );
}

#[test]
fn who_completes_does_not_wait() {
    let (place, _server) = with(|_| {
        let mut reply = Reply::json("{}".repeat(500));
        reply.slow = Some((Duration::from_secs(1), 10));
        reply
    });
    let ran = ask(&place, &["can", "deploy/"]);
    assert_eq!(offers(&ran), [":4"]);
    assert!(ran.took < Duration::from_secs(6), "{ran:?}");
    // A server that is none, names that are none, and none at all.
    for text in [
        "<html>",
        "{\"items\":[{\"metadata\":{\"name\":\"a\\n:0\"}},{}]}",
        "[]",
    ] {
        let (place, _server) = with(move |_| Reply::json(text));
        assert_eq!(offers(&ask(&place, &["can", "deploy/"])), [":4"], "{text}");
    }
    let place = Place::new();
    assert_eq!(offers(&ask(&place, &["can", "deploy/"])), [":4"]);
}
