//! What verbs do with a cluster beside answering, and what they say they cannot do with it.

use crate::answers::SHOP;
use crate::cluster::Cluster;
use crate::server::Server;
use crate::{Place, TOKEN, run, with};

fn shop() -> (Place, Server) {
    let cluster = Cluster::of(SHOP);
    with(move |asked| cluster.answer(asked))
}

const NEW: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]}
";

#[test]
fn manifests_are_applied_over_a_cluster() {
    let (place, server) = shop();
    place.write("new.yaml", NEW);
    assert_eq!(run(&place, &["can", "web", "db:5432"]).code, Some(0));
    let ran = run(&place, &["can", "web", "db:5432", "--with", "new.yaml"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    // Where it stands, and what it takes the place of.
    assert!(ran.out.contains("new.yaml:3"), "{}", ran.out);
    assert!(ran.out.contains("shop/db"), "{}", ran.out);
    let file = Cluster::of(SHOP).file();
    place.write("cluster.json", &file);
    for output in ["txt", "json", "csv"] {
        let question = ["matrix", "-o", output, "--with", "new.yaml"];
        let live = run(&place, &question);
        let filed = run(&place, &[&question[..], &["-f", "cluster.json"]].concat());
        assert_eq!((live.code, live.out), (Some(0), filed.out));
    }
    assert!(server.asked().iter().all(|it| it.method == "GET"));
}

#[test]
fn mistakes_of_what_is_applied_stand_in_its_file() {
    let (place, _server) = shop();
    place.write("new.yaml", &NEW.replace("[Ingress]", "[Inwards]"));
    let ran = run(&place, &["can", "web", "db:5432", "--with", "new.yaml"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.err.contains("new.yaml:4:"), "{}", ran.err);
}

#[test]
fn mistakes_of_claims_stand_in_their_file() {
    let (place, _server) = shop();
    let claims = "apiVersion: netpolc/v1\nkind: Intents\nintents:\n  - {name: a, expect: denyed, from: web, to: 'db:1'}\n";
    place.write("claims.yaml", claims);
    let ran = run(&place, &["prove", "claims.yaml"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("claims.yaml:4:"), "{}", ran.err);
}

#[test]
fn verbs_that_read_manifests_only_say_so() {
    let (place, server) = shop();
    for (arguments, told) in [
        (
            &["lint"][..],
            "error: no input: `lint` reads manifests, and no cluster yet",
        ),
        (
            &["migrate"],
            "error: no input: `migrate` reads manifests, and no cluster yet",
        ),
        (
            &["lint", "--context", "test"],
            "error: `lint` does not read a cluster yet, so --context is of no use",
        ),
        (
            &["migrate", "--token", TOKEN, "--server", "https://x"],
            "error: `migrate` does not read a cluster yet, so --server, --token is of no use",
        ),
    ] {
        let ran = run(&place, arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(ran.err.starts_with(told), "{}", ran.err);
    }
    assert!(server.asked().is_empty());
}

#[test]
fn flags_without_a_say_are_noted() {
    let (place, _server) = shop();
    for flags in [&["--kubernetes-version", "1.30"][..], &["--keep-going"]] {
        let ran = run(&place, &[&["can", "web", "db:5432"], flags].concat());
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let told = format!("note: `{}` changes nothing", flags[0]);
        assert!(ran.err.starts_with(&told), "{}", ran.err);
        let quiet = run(&place, &[&["can", "web", "db:5432", "-q"], flags].concat());
        assert_eq!(quiet.err, "");
    }
    for arguments in [
        &["access", "-f", "x.yaml"][..],
        &["access", "--cni", "calico"],
        &["kinds", "--context", "test"],
    ] {
        let ran = run(&place, arguments);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains("unexpected argument"), "{}", ran.err);
    }
}

#[test]
fn kinds_lists_each_once() {
    let (place, server) = shop();
    let ran = run(&place, &["kinds"]);
    assert_eq!(ran.code, Some(0));
    for name in [
        "pods",
        "networkpolicies.networking.k8s.io",
        "adminnetworkpolicies.policy.networking.k8s.io",
        "clusternetworkpolicies.policy.networking.k8s.io",
        "ciliumnetworkpolicies.cilium.io",
    ] {
        let rows = ran.out.lines();
        let named = rows.filter(|it| it.split_whitespace().next() == Some(name));
        assert_eq!(named.count(), 1, "{name} in {}", ran.out);
    }
    assert!(server.asked().is_empty());
}
