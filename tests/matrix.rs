//! `matrix` as it is run: its formats, its filters, and what it folds.
#![expect(
    clippy::expect_used,
    reason = "a test that cannot start its subject has failed"
)]

#[path = "matrix/exposure.rs"]
mod exposure;

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Runs `matrix` over the sample application; its exit code and what it wrote.
fn matrix(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_netpolc"))
        .env_clear()
        .env("COLUMNS", "100")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg("matrix")
        .args(arguments)
        .args(["-f", "policies/shop"])
        .output()
        .expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// Runs `matrix` over manifests of its own.
fn piped(manifests: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_netpolc"))
        .env_clear()
        .arg("matrix")
        .args(arguments)
        .args(["-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin
        .write_all(manifests.as_bytes())
        .expect("the input is read");
    drop(stdin);
    let output = child.wait_with_output().expect("the child ends");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A pod `name` with the rest of its spec and its status.
fn pod(name: &str, spec: &str, status: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\n\
         spec: {{containers: []{spec}}}\nstatus: {{{status}}}\n---\n"
    )
}

/// A policy on every pod with these ingress rules.
fn policy(ingress: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p}}\n\
         spec: {{podSelector: {{}}, ingress: {ingress}}}\n---\n"
    )
}

/// What every run over the sample application notes: its Deployments have no addresses and no
/// nodes.
const NOTED: &str = "note: policies name address blocks, but the addresses of 17 pods are \
    not in the input; connections that depend on them are left out, use `netpolc can` for these\n\
    note: traffic of pods with `hostNetwork` may count as their node's; connections between them \
    and the pods of that node that policies deny are left out, use `netpolc can` for these\n";

/// The answer of a run that succeeds with no other message.
fn answer(arguments: &[&str]) -> String {
    let (code, out, err) = matrix(arguments);
    assert_eq!((code, err.as_str()), (Some(0), NOTED), "{arguments:?}");
    out
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/matrix"));
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn every_format() {
    for format in ["table", "txt", "json", "csv", "md"] {
        let to = ["-o", format, "--to", "payments/deploy/gateway"];
        snapshot(&format!("to-gateway-{format}"), &answer(&to));
    }
}

#[test]
fn the_whole_table() {
    snapshot("table", &answer(&[]));
}

#[test]
fn namespaces() {
    snapshot(
        "by-namespace-txt",
        &answer(&["-o", "txt", "--by", "namespace"]),
    );
}

#[test]
fn filters_leave_what_they_name() {
    let lines = answer(&["-o", "txt", "--from", "shop/deploy/web", "--port", "8080"]);
    assert_eq!(
        lines,
        "shop/web[Deployment] => shop/api[Deployment] : TCP 8080\n\
         shop/web[Deployment] => shop/cart[Deployment] : TCP 8080\n"
    );
    // The Service's port 443 leads to port 8443 of its pods.
    let (code, lines, err) = matrix(&["-o", "txt", "--to", "payments/svc/ledger:443"]);
    let inside_only = "note: Service payments/ledger has an address inside the cluster only: clients \
        outside are left out; ask `netpolc can`\n";
    assert_eq!((code, err), (Some(0), format!("{NOTED}{inside_only}")));
    assert!(lines.contains("shop/api[Deployment] => payments/ledger[Deployment] : TCP 8443\n"));
    let (code, out, err) = matrix(&["-o", "txt", "--from", "shop/deploy/web", "--port", "22"]);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert_eq!(err, format!("{NOTED}note: no connection\n"));
    let lines = answer(&[
        "-o",
        "txt",
        "--from",
        "203.0.113.9",
        "--to",
        "ns/ingress-nginx",
    ]);
    assert_eq!(
        lines,
        "203.0.113.9-203.0.113.9[External] => ingress-nginx/ingress-nginx-controller[Deployment] : TCP 80,443\n"
    );
}

#[test]
fn what_hangs_on_unknown_addresses_is_noted() {
    let block = policy("[{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]");
    let (unknown, known) = (pod("a", "", ""), pod("b", "", "podIP: 10.0.0.7"));
    let (code, _, err) = piped(&[&*unknown, &known, &block].concat(), &[]);
    assert_eq!(code, Some(0));
    assert_eq!(
        err,
        "note: policies name address blocks, but the addresses of 1 pod are not in the input; \
         connections that depend on them are left out, use `netpolc can` for these\n"
    );
    for manifests in [[&*known, &block], [&unknown, &policy("[{}]")]] {
        assert_eq!(piped(&manifests.concat(), &[]).2, "", "{manifests:?}");
    }
    let quiet = piped(&[&*unknown, &block].concat(), &["-q"]);
    assert_eq!((quiet.0, &*quiet.2), (Some(0), ""));
}

#[test]
fn what_may_be_traffic_of_a_node_is_noted() {
    let agent = pod("agent", ", hostNetwork: true, nodeName: one", "");
    let near = pod("near", ", nodeName: one", "");
    let far = pod("far", ", nodeName: two", "");
    let deny = policy("[]");
    let err = piped(&[&*agent, &near, &deny].concat(), &[]).2;
    assert_eq!(
        err,
        "note: traffic of pods with `hostNetwork` may count as their node's; connections between \
         them and the pods of that node that policies deny are left out, use `netpolc can` for these\n"
    );
    assert!(
        !piped(&[&*agent, &pod("x", "", ""), &deny].concat(), &[])
            .2
            .is_empty()
    );
    for manifests in [
        vec![&*agent, &far, &deny],
        vec![&agent, &near],
        vec![&near, &deny],
    ] {
        let err = piped(&manifests.concat(), &[]).2;
        assert!(!err.contains("hostNetwork"), "{manifests:?}: {err}");
    }
}

#[test]
fn an_empty_matrix_is_noted() {
    let manifests = [pod("a", "", ""), policy("[]")].concat();
    for format in ["table", "txt"] {
        let to = ["--to", "a", "--from", "internet", "-o", format];
        let (code, out, err) = piped(&manifests, &to);
        assert_eq!(
            (code, &*out, &*err),
            (Some(0), "", "note: no connection\n"),
            "{format}"
        );
    }
    let (_, out, err) = piped(&manifests, &["--to", "a", "--from", "internet", "-q"]);
    assert_eq!((&*out, &*err), ("", ""));
}

#[test]
fn what_it_cannot_show_is_said() {
    for (arguments, message) in [
        (
            &["--from", "shop/deploy/web:80"],
            "error: the source has a port\n",
        ),
        (&["--to", "shop/nothing"], "error: "),
        (&["--port", "0"], "error: port `0` is not from 1 to 65535"),
        (
            &["--from", "shop/[app=web]"],
            "error: the matrix has no row for ",
        ),
    ] {
        let (code, out, err) = matrix(arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(err.starts_with(message), "{arguments:?}: {err}");
    }
}

/// A namespace whose pods reach its databases: one Deployment of one pod, one StatefulSet of three.
const DATABASES: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: c}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: probe, namespace: ops, labels: {app: db}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{podSelector: {}}], ports: [{port: 5432}]}]
  egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: probe, namespace: ops}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
";

#[test]
fn pods_of_one_entry_that_reach_each_other_have_a_line() {
    let shown = |arguments: &[&str]| piped(DATABASES, arguments).1;
    assert_eq!(
        shown(&["-o", "txt"]),
        "shop/db[StatefulSet] => shop/db[StatefulSet] : TCP 5432\n\
         shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432\n"
    );
    assert_eq!(
        shown(&["-o", "csv", "--from", "shop/sts/db"]),
        "source,destination,connections\n\
         shop/db[StatefulSet],shop/db[StatefulSet],TCP 5432\n"
    );
    assert_eq!(
        shown(&["-o", "md", "--by", "namespace"]),
        "| Source | Destination | Connections |\n| --- | --- | --- |\n\
         | shop | shop | TCP 5432 |\n"
    );
    let json = shown(&["-o", "json", "--by", "namespace"]);
    for part in [
        r#"{"id":2,"members":["shop"],"several":["shop"]}"#,
        r#""rows":[{"from":[2],"to":[2],"allow":{"TCP":["5432"]}}]"#,
    ] {
        assert!(json.contains(part), "{json}");
    }
}

#[test]
fn a_namespace_of_one_pod_does_not_reach_itself() {
    let two = ["a", "b"].map(|name| {
        let pod = "spec: {containers: [{name: c, image: c}]}\n---\n";
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: x, namespace: {name}}}\n{pod}")
    });
    let (code, out, _) = piped(&two.concat(), &["-o", "txt", "--by", "namespace"]);
    assert_eq!(code, Some(0));
    let inside: Vec<&str> = out.lines().filter(|l| !l.contains("[External]")).collect();
    assert_eq!(
        inside,
        ["a => b : All Connections", "b => a : All Connections"]
    );
}

#[test]
fn a_namespace_is_either_end() {
    let lines = |arguments: &[&str]| answer(&[&["-o", "txt"], arguments].concat());
    let within = lines(&["-n", "payments"]);
    let all = lines(&[]);
    let named = |line: &&str| line.contains("payments/");
    let expected: Vec<&str> = all.lines().filter(named).collect();
    assert!(expected.len() > 5, "{all}");
    assert_eq!(within.lines().collect::<Vec<_>>(), expected);
    // It is also the namespace of names, and narrows what `--from` and `--to` leave.
    assert_eq!(
        lines(&["-n", "payments", "--from", "gateway", "--to", "ns/payments"]),
        "payments/gateway[Deployment] => payments/ledger[Deployment] : TCP 8443\n"
    );
    let apart = ["-n", "payments", "--from", "shop/deploy/web-canary"];
    assert_eq!(
        matrix(&apart),
        (
            Some(0),
            String::new(),
            format!("{NOTED}note: no connection\n")
        )
    );
    let (code, out, err) = matrix(&["-n", "paymets"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert_eq!(
        err,
        "error: no namespace `paymets` in the input\n  help: did you mean `payments`?\n"
    );
}

#[test]
fn objects_that_do_not_say_their_namespace_are_in_the_one_asked_about() {
    let elsewhere = "apiVersion: v1\nkind: Pod\nmetadata: {name: c, namespace: other}\n\
                     spec: {containers: [{name: c, image: c}]}\n---\n";
    let pods = [&*pod("a", "", ""), &pod("b", "", ""), elsewhere].concat();
    let (code, out, _) = piped(&pods, &["-o", "txt", "-n", "mine"]);
    assert_eq!(code, Some(0));
    let inside: Vec<&str> = out.lines().filter(|l| !l.contains("[External]")).collect();
    assert_eq!(
        inside,
        [
            "mine/a[Pod] => mine/b[Pod] : All Connections",
            "mine/a[Pod] => other/c[Pod] : All Connections",
            "mine/b[Pod] => mine/a[Pod] : All Connections",
            "mine/b[Pod] => other/c[Pod] : All Connections",
            "other/c[Pod] => mine/a[Pod] : All Connections",
            "other/c[Pod] => mine/b[Pod] : All Connections",
        ]
    );
}
