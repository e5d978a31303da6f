//! Claims that are proven from the command line.

use super::*;
use quick_xml::Reader;
use quick_xml::events::Event;

pub(super) const WEB: &str = "shop/deploy/web";
pub(super) const DATABASE: &str = "shop/svc/db:5432";

/// A namespace of databases that admits the namespaces of one team, which does not exist yet.
const TEAM: &str = "\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: shop}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {}
  ingress:
    - from: [{namespaceSelector: {matchLabels: {team: data}}}]
";

/// What a file of intents begins with.
pub(super) const HEAD: &str = "apiVersion: netpolc/v1\nkind: Intents\n";

/// Proves with `input` on the standard input, in the root of the package.
pub(super) fn fed(arguments: &[&str], input: &str) -> Ran {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg("prove")
        .args(arguments);
    finish(command, input)
}

/// Proves over the sample application.
pub(super) fn prove(arguments: &[&str]) -> Ran {
    fed(&[arguments, &["-f", "policies/shop"]].concat(), "")
}

/// Proves one claim about flows over the sample application.
fn claim(from: &str, to: &str, expect: &str) -> Ran {
    prove(&["--from", from, "--to", to, "--expect", expect])
}

/// Proves claims from the standard input over the sample application.
pub(super) fn intents(body: &str) -> Ran {
    fed(&["-", "-f", "policies/shop"], &format!("{HEAD}{body}"))
}

#[test]
fn the_first_line_and_the_exit_code_are_the_result() {
    let exporter = "monitoring/ds/node-exporter";
    for (from, to, expect, code, result) in [
        (WEB, DATABASE, "denied", 0, "holds"),
        ("shop/[app=web]", DATABASE, "denied", 0, "holds"),
        (
            "pods",
            "kube-system/svc/kube-dns:53/UDP",
            "allowed",
            0,
            "holds",
        ),
        (WEB, "shop/deploy/api:8080", "allowed", 0, "holds"),
        // A pod that could be created behind the Service may give that name to any port.
        (WEB, "shop/svc/api:80", "allowed", 1, "fails"),
        (WEB, DATABASE, "allowed", 1, "fails"),
        ("pods", DATABASE, "denied", 1, "fails"),
        // No container of it has a port of that name.
        ("anyone", "shop/deploy/web:nope", "denied", 1, "vacuous"),
        // It uses the network of its node, which may be that of the API.
        (exporter, "shop/deploy/api:8080", "denied", 3, "unknown"),
    ] {
        let ran = claim(from, to, expect);
        assert_eq!(short(&ran), (Some(code), result), "{from} {to} {expect}");
        assert_eq!(ran.err, "", "{from} {to} {expect}");
        let quiet = ["--from", from, "--to", to, "--expect", expect, "-q"];
        let quiet = prove(&quiet);
        assert_eq!(
            (quiet.code, quiet.out.as_str(), quiet.err.as_str()),
            (Some(code), "", ""),
            "{from} {to} {expect}"
        );
    }
}

#[test]
fn a_solver_without_time_leaves_it_open() {
    let question = [
        "--from",
        "shop/[app=web]",
        "--to",
        DATABASE,
        "--expect",
        "denied",
    ];
    let ran = prove(&[&question[..], &["--limit", "1"]].concat());
    assert_eq!(short(&ran), (Some(3), "unknown"));
    assert!(ran.out.contains("the solver gave up"), "{}", ran.out);
    // No limit is not a limit of nothing.
    let ran = prove(&[&question[..], &["--limit", "0", "--timeout", "0"]].concat());
    assert_eq!(short(&ran), (Some(0), "holds"));
}

#[test]
fn what_fails_weighs_more_than_what_is_open() {
    let open =
        "  - {name: o, expect: denied, from: monitoring/ds/node-exporter, to: shop/deploy/api}\n";
    let holds = "  - {name: h, expect: denied, from: internet, to: shop/sts/db}\n";
    let fails = "  - {name: f, expect: denied, from: pods, to: 'shop/svc/db:5432'}\n";
    for (claims, code) in [
        (&[holds][..], 0),
        (&[holds, open], 3),
        (&[open, fails, holds], 1),
    ] {
        let ran = intents(&format!("intents:\n{}", claims.concat()));
        assert_eq!((ran.code, ran.err.as_str()), (Some(code), ""), "{claims:?}");
    }
}

#[test]
fn proofs_are_shown_as_they_were() {
    snapshot("prove-holds", &whole(&claim(WEB, DATABASE, "denied")));
    snapshot(
        "prove-fails-imagined",
        &whole(&claim("monitoring/[app=x]", "shop/[app=db]", "denied")),
    );
    snapshot(
        "prove-allowed-opening",
        &whole(&claim(
            "shop/deploy/web-canary",
            "shop/svc/api:80",
            "allowed",
        )),
    );
    let open = claim(
        "monitoring/ds/node-exporter",
        "shop/deploy/api:8080",
        "denied",
    );
    snapshot("prove-unknown", &whole(&open));
    snapshot(
        "prove-table",
        &whole(&prove(&["policies/intents/shop-holds.yaml"])),
    );
}

#[test]
fn policies_are_compared() {
    for (arguments, code, result) in [
        (&["--equal-to", "policies/shop"][..], 0, "holds"),
        (&["--equal-to", "policies/shop/payments"], 1, "fails"),
        // Where a namespace has no policies left, everything is let through there.
        (&["--no-more-than", "policies/shop/payments"], 0, "holds"),
    ] {
        let ran = prove(arguments);
        assert_eq!(short(&ran), (Some(code), result), "{arguments:?}");
    }
    let fewer = [
        "-f",
        "policies/shop/namespaces.yaml",
        "-f",
        "policies/shop/payments",
    ];
    let ran = fed(
        &[&["--no-more-than", "policies/shop"], &fewer[..]].concat(),
        "",
    );
    assert_eq!(short(&ran), (Some(1), "fails"));
}

#[test]
fn namespaces_to_come_are_asked_about_on_demand() {
    let question = [
        "--from",
        "pods",
        "--to",
        "shop/db:5432",
        "--expect",
        "denied",
        "-f",
        "-",
    ];
    assert_eq!(short(&fed(&question, TEAM)), (Some(0), "holds"));
    let ran = fed(&[&question[..], &["--new-namespaces"]].concat(), TEAM);
    assert_eq!(short(&ran), (Some(1), "fails"));
    for line in ["    kind: Namespace\n", "        \"team\": \"data\"\n"] {
        assert!(ran.out.contains(line), "{}", ran.out);
    }
    // Of the pods that are there, none is in such a namespace.
    let existing = [&question[..], &["--new-namespaces", "--scope", "existing"]].concat();
    assert_ne!(short(&fed(&existing, TEAM)).1, "fails");
}

#[test]
fn the_standard_input_has_intents_or_manifests() {
    let body =
        "intents:\n  - {name: a, expect: denied, from: shop/deploy/web, to: 'shop/svc/db:5432'}\n";
    assert_eq!(intents(body).code, Some(0));
    let question = [
        "--from", "internet", "--to", "shop/db", "--expect", "denied",
    ];
    let ran = fed(&[&question[..], &["-f", "-"]].concat(), TEAM);
    assert_eq!(short(&ran), (Some(0), "holds"));
    let ran = fed(&["-", "-f", "-"], TEAM);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert_eq!(
        ran.err,
        "error: standard input can be read only once\n  \
         help: read either the manifests or the intents from a file\n"
    );
}

#[test]
fn machines_can_read_proofs() {
    let claims = "policies/intents/shop-fails.yaml";
    let ran = prove(&["-o", "json", claims]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    let proof: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(proof["kind"], "Proof");
    assert_eq!(proof["results"].as_array().map(Vec::len), Some(6));

    let ran = prove(&["-o", "junit", claims]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    // Every claim fails, speaks of nobody or is left open, which is an error.
    assert_eq!(elements(&ran.out), [6, 5, 1], "{}", ran.out);
}

/// How many test cases, failures and errors a `JUnit` report has; panics where it is no XML.
fn elements(report: &str) -> [usize; 3] {
    let mut reader = Reader::from_str(report);
    let mut found = [0; 3];
    loop {
        let tag = match reader.read_event().expect("XML") {
            Event::Start(tag) | Event::Empty(tag) => tag,
            Event::Eof => return found,
            _ => continue,
        };
        let names = ["testcase", "failure", "error"];
        for (name, count) in names.iter().zip(&mut found) {
            *count += usize::from(tag.name().as_ref() == *name);
        }
    }
}

#[test]
fn the_plugin_proves_too() {
    let mut plugin = command(env!("CARGO_BIN_EXE_kubectl-netpolc"));
    plugin.args(["prove", "--help"]);
    let ran = finish(plugin, "");
    assert_eq!(ran.code, Some(0));
    for line in [
        "Usage: kubectl netpolc prove [OPTIONS] [INTENTS]...\n",
        "  kubectl netpolc prove --from ns/dev --to shop/svc/db:5432 --expect denied",
    ] {
        assert!(ran.out.contains(line), "{}", ran.out);
    }
}

/// A policy of `shop` that lets in no pod that it selects by `app`.
pub(super) fn closed(name: &str, app: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
         metadata: {{name: {name}, namespace: shop}}\n\
         spec: {{podSelector: {{matchLabels: {{{app}}}}}, policyTypes: [Ingress]}}\n---\n"
    )
}

#[test]
fn what_carries_a_proof_is_said_to_be_one_selection_of_several() {
    let question = [
        "--from",
        "internet",
        "--to",
        "shop/[app=db]",
        "--expect",
        "denied",
    ];
    let space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n";
    let carried = |policies: &[String]| {
        let input = [space, &policies.concat()].concat();
        let ran = fed(&[&question[..], &["-f", "-"]].concat(), &input);
        assert_eq!(short(&ran), (Some(0), "holds"), "{}", ran.err);
        let json = fed(
            &[&question[..], &["-f", "-", "-o", "json"]].concat(),
            &input,
        );
        let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
        let core = json["results"][0]["core"]
            .as_array()
            .expect("a list")
            .clone();
        let needed = core
            .iter()
            .map(|part| part["needed"].as_bool().expect("a flag"));
        let words = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        (needed.collect::<Vec<_>>(), words)
    };
    let (needed, words) = carried(&[closed("one", "app: db")]);
    assert!(needed.iter().all(|needed| *needed), "{needed:?}");
    assert!(!words.contains("suffices"), "{words}");
    assert!(words.contains("can be left out:") || words.contains("cannot be left out:"));
    // Either of the two isolates it.
    let (needed, words) = carried(&[closed("one", "app: db"), closed("two", "app: db")]);
    assert!(needed.iter().any(|needed| !needed), "{needed:?}");
    let said = "one selection that suffices; there are others: NetworkPolicy shop/one";
    assert!(words.contains(said), "{words}");
    assert!(!words.contains("left out"), "{words}");
    // The second does not, for other pods.
    let (needed, words) = carried(&[closed("one", "app: db"), closed("two", "app: web")]);
    assert!(needed.iter().all(|needed| *needed), "{needed:?}");
    assert!(!words.contains("suffices"), "{words}");
}
