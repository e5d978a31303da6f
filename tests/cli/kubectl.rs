//! Names, flags and verbs as kubectl's users type them.

use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

/// What a question is told that is answered as another one is.
fn same(typed: &[&str], plain: &[&str]) {
    let (typed, plain) = (run(typed), run(plain));
    assert_eq!(whole(&typed), whole(&plain));
    assert_ne!(plain.code, Some(2), "{}", plain.err);
}

fn refused(arguments: &[&str]) -> String {
    let ran = run(arguments);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
    ran.err
}

const INPUT: [&str; 2] = ["-f", "shop.yaml"];

#[test]
fn types_have_groups_and_versions_and_stand_before_the_namespace() {
    let plain = [
        "can",
        "shop/deploy/web",
        "shop/sts/db:sql",
        "-f",
        "shop.yaml",
    ];
    for (source, destination) in [
        ("shop/deployment.apps/web", "shop/statefulset.apps/db:sql"),
        ("shop/deployments.v1.apps/web", "shop/sts.v1.apps/db:sql"),
        ("shop/Deployment.v1beta1.extensions/web", "shop/sts/db:sql"),
        ("deploy/shop/web", "statefulsets/shop/db:sql"),
        ("deployment.apps/shop/web", "sts/shop/db:sql"),
    ] {
        same(&["can", source, destination, "-f", "shop.yaml"], &plain);
    }
    same(
        &["can", "po/ops/probe", "shop/db:sql", "-f", "shop.yaml"],
        &[
            "can",
            "ops/pods.v1./probe",
            "shop/db:sql",
            "-f",
            "shop.yaml",
        ],
    );
    same(
        &["explain", "netpol/shop/db", "-f", "shop.yaml"],
        &[
            "explain",
            "shop/networkpolicies.networking.k8s.io/db",
            "-f",
            "shop.yaml",
        ],
    );
}

#[test]
fn a_type_of_another_group_is_none() {
    let err = refused(&[
        "can",
        "deployment.batch/web",
        "db:sql",
        "-n",
        "shop",
        "-f",
        "shop.yaml",
    ]);
    assert_eq!(
        err,
        "error: no `deployment.batch` `web` in namespace `shop`\n  help: there is \
         `shop/web[Deployment]`: write `shop/web`\n"
    );
    let err = refused(&["can", "ns/shop/web", "shop/db:sql", "-f", "shop.yaml"]);
    assert!(err.ends_with("help: write `shop/web`\n"), "{err}");
}

#[test]
fn flags_stand_before_the_verb_and_help_has_a_verb() {
    same(
        &["-n", "shop", "-f", "shop.yaml", "can", "web", "db:sql"],
        &["can", "web", "db:sql", "-n", "shop", "-f", "shop.yaml"],
    );
    let help = |arguments: &[&str]| {
        let ran = run(arguments);
        (ran.code, ran.out)
    };
    assert_eq!(help(&["help", "explain"]), help(&["explain", "--help"]));
    assert_eq!(
        help(&["help", "emit", "nftables"]),
        help(&["emit", "nftables", "--help"])
    );
    assert_eq!(help(&["help"]), help(&["--help"]));
}

#[test]
fn pods_are_named_by_labels() {
    same(
        &[
            &["can", "-l", "app=api", "db:sql", "-n", "shop"],
            &INPUT[..],
        ]
        .concat(),
        &[&["can", "api", "db:sql", "-n", "shop"], &INPUT[..]].concat(),
    );
    same(
        &[
            &["explain", "pods", "-l", "app in (api),!x", "-n", "shop"],
            &INPUT[..],
        ]
        .concat(),
        &[&["explain", "deploy/api", "-n", "shop"], &INPUT[..]].concat(),
    );
    let err = refused(
        &[
            &["can", "-l", "app=probe", "db:sql", "-n", "shop"],
            &INPUT[..],
        ]
        .concat(),
    );
    assert_eq!(
        err,
        "error: no pod of namespace shop has labels as `app=probe`\n  help: there are some in `ops`: \
         give `-n`, or `-A` for all namespaces\n"
    );
    let ran = run(&[&["can", "-l", "app=probe", "shop/db:sql", "-A"], &INPUT[..]].concat());
    assert_eq!(short(&ran), (Some(0), "yes"));
    let err = refused(&[&["can", "-l", "app in x", "shop/db"], &INPUT[..]].concat());
    assert!(err.contains("is not a condition on a label"), "{err}");
}

#[test]
fn names_are_looked_for_in_all_namespaces() {
    same(
        &["can", "probe", "db:sql", "-A", "-f", "shop.yaml"],
        &["can", "ops/probe", "shop/db:sql", "-f", "shop.yaml"],
    );
    same(
        &["explain", "netpol/db", "-A", "-f", "shop.yaml"],
        &["explain", "shop/netpol/db", "-f", "shop.yaml"],
    );
    let two = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: ops}\nspec: {containers: []}\n";
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.args(["can", "web", "db:sql", "-A", "-f", "shop.yaml", "-f", "-"]);
    let ran = finish(command, two);
    assert_eq!(ran.code, Some(2));
    assert_eq!(
        ran.err,
        "error: `web` is in several namespaces\n  help: write `ops/web` or `shop/web`\n"
    );
    let err = refused(&["can", "nobody", "db:sql", "-A", "-f", "shop.yaml"]);
    assert_eq!(
        err,
        "error: no pod, workload or Service `nobody` in any namespace\n"
    );
}

#[test]
fn several_policies_are_explained_one_after_the_other() {
    let one = |name: &str| run(&["explain", name, "-n", "shop", "-f", "shop.yaml"]).out;
    let both = format!("{}\n{}", one("netpol/db"), one("netpol/api-out"));
    for names in [
        &["netpol/db", "netpol/api-out"][..],
        &["netpol", "db", "api-out"],
    ] {
        let ran = run(&[&["explain"], names, &["-n", "shop", "-f", "shop.yaml"]].concat());
        assert_eq!((ran.code, &ran.out), (Some(0), &both));
    }
    let all = run(&["explain", "netpol", "-n", "shop", "-f", "shop.yaml"]);
    assert!(
        all.out.contains("shop/deny-all (shop.yaml:106) governs"),
        "{}",
        all.out
    );
    let err = refused(&["explain", "netpol", "-n", "ops", "-f", "shop.yaml"]);
    assert!(err.contains("there is one in namespace `shop`"), "{err}");
}

#[test]
fn services_ingresses_and_nodes_are_explained_by_their_pods() {
    let pod = run(&["explain", "sts/db", "-n", "shop", "-f", "shop.yaml"]).out;
    for (subject, first) in [
        ("svc/db", "Service shop/db leads on TCP 15432 to:\n\n"),
        (
            "ing/front",
            "Ingress shop/front leads to Service db; the policies on the pods behind it:\n\n",
        ),
    ] {
        let ran = run(&["explain", subject, "-n", "shop", "-f", "shop.yaml"]);
        assert_eq!((ran.code, ran.out), (Some(0), format!("{first}{pod}")));
    }
}

const ROUTES: &str = "\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: shop}
spec: {rules: [{backendRefs: [{name: db, port: 15432}]}]}
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: old, namespace: shop}
spec: {host: shop.example.com, to: {kind: Service, name: db}}
";

#[test]
fn routes_are_explained_by_their_pods() {
    let pod = run(&["explain", "sts/db", "-n", "shop", "-f", "shop.yaml"]).out;
    for (subject, called) in [
        ("httproute/shop", "HTTPRoute shop/shop"),
        (
            "httproutes.gateway.networking.k8s.io/shop",
            "HTTPRoute shop/shop",
        ),
        ("shop/httproute/shop", "HTTPRoute shop/shop"),
        ("httproute/shop/shop", "HTTPRoute shop/shop"),
        ("route/old", "Route shop/old"),
    ] {
        let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
        command.args([
            "explain",
            subject,
            "-n",
            "shop",
            "-f",
            "shop.yaml",
            "-f",
            "-",
        ]);
        let ran = finish(command, ROUTES);
        let said =
            format!("{called} leads to Service db; the policies on the pods behind it:\n\n{pod}");
        assert_eq!(
            (ran.code, ran.out),
            (Some(0), said),
            "{subject}: {}",
            ran.err
        );
    }
}

#[test]
fn what_is_not_there_is_told_with_where_it_is() {
    let said = |arguments: &[&str]| refused(&[arguments, &INPUT].concat());
    // Of another kind, also in another namespace.
    assert_eq!(
        said(&["can", "svc/probe", "shop/db", "-n", "shop"]),
        "error: no Service `probe` in namespace `shop`\n  help: there is `ops/pod/probe`\n"
    );
    assert_eq!(
        said(&["can", "front", "db", "-n", "shop"]),
        "error: no pod or workload `front` in namespace `shop`\n  help: there is `shop/ing/front`\n"
    );
    // Called so by a label only.
    let labelled = "apiVersion: v1\nkind: Pod\nmetadata: {name: x-1, namespace: a, labels: {app: x}}\n\
                    spec: {containers: []}\n";
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.args(["can", "x", "internet:80", "-n", "a", "-f", "-"]);
    assert_eq!(
        finish(command, labelled).err,
        "error: no pod or workload `x` in namespace `a`\n  help: the label `app=x` is on `a/pod/x-1`\n"
    );
    // Where nothing is called so, for which namespaces the manifests are.
    assert_eq!(
        said(&["can", "web", "db", "-n", "nowhere"]),
        "error: no namespace `nowhere` in the input\n  help: `web` was looked for in namespace \
         `nowhere`: give `-n NAMESPACE` or write `NAMESPACE/web`; there is `shop/web`\n"
    );
    assert_eq!(
        said(&["can", "quux", "db", "-n", "nowhere"]),
        "error: no namespace `nowhere` in the input\n  help: `quux` was looked for in namespace \
         `nowhere`: give `-n NAMESPACE` or write `NAMESPACE/quux`; the manifests are for namespaces \
         `ops`, `shop`\n"
    );
}

const NODE_PORT: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: a, labels: {app: web}}
spec: {containers: [{name: c, image: c, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: front, namespace: a}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: http, nodePort: 30080}]}
";

#[test]
fn ports_of_nodes_and_pods_are_not_those_of_the_service() {
    let said = |destination: &str| {
        let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
        command.args(["can", "internet", destination, "-n", "a", "-f", "-"]);
        let ran = finish(command, NODE_PORT);
        format!("{}{}", ran.out, ran.err)
    };
    let (node, target) = (
        "that is the node port of its port 80: ask for `a/svc/front:80`, or for `node/NAME:30080`",
        "that is the target port of its port 80: ask for `a/svc/front:80`",
    );
    for (destination, told) in [
        ("svc/front:30080", node),
        ("svc/front:8080", target),
        ("svc/front:http", target),
        ("svc/front:81", "it has 80/TCP"),
    ] {
        assert!(said(destination).contains(told), "{}", said(destination));
    }
    let words = said("pod/web:30080");
    let words: Vec<&str> = words.split_whitespace().collect();
    let told = "30080 is the node port of port 80 of Service a/front: ask for `a/svc/front:80`";
    assert!(words.join(" ").contains(told), "{words:?}");
    assert!(!said("pod/web:8080").contains("node port"));
}

/// A directory with programs that stand for those that build kustomizations.
struct Programs(PathBuf);

impl Programs {
    fn new(name: &str, programs: &[(&str, &str)]) -> Self {
        let name = format!("netpolc-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(path.join("overlay")).expect("a directory for this test");
        for (program, script) in programs {
            let file = path.join(program);
            fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("it is writable");
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("it is ours");
        }
        Self(path)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
        command
            .current_dir(&self.0)
            .env("PATH", &self.0)
            .args(arguments);
        finish(command, "")
    }
}

impl Drop for Programs {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn kustomizations_are_built_by_whoever_is_there() {
    let pods = "echo \"kind: List\napiVersion: v1\nitems:\n\
                - {apiVersion: v1, kind: Pod, metadata: {name: $1}, spec: {containers: []}}\n\
                - {apiVersion: v1, kind: Pod, metadata: {name: $2}, spec: {containers: []}}\"";
    let ask = ["can", "kustomize", "overlay:80", "-k", "overlay"];
    let there = Programs::new("kubectl", &[("kubectl", pods), ("kustomize", "exit 9")]);
    let ran = there.run(&ask);
    assert_eq!((short(&ran), ran.err.as_str()), ((Some(0), "yes"), ""));
    let there = Programs::new("kustomize", &[("kustomize", pods)]);
    let ran = there.run(&["can", "build", "overlay:80", "-k", "overlay"]);
    assert_eq!((short(&ran), ran.err.as_str()), ((Some(0), "yes"), ""));
    let there = Programs::new("fails", &[("kubectl", "echo no such overlay >&2; exit 1")]);
    let ran = there.run(&ask);
    assert_eq!(ran.code, Some(2));
    assert_eq!(
        ran.err,
        "no such overlay\nerror: `kubectl kustomize overlay` failed\n"
    );
    let there = Programs::new("none", &[]);
    let ran = there.run(&ask);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err
            .starts_with("error: `-k` needs kubectl or kustomize, and neither was found\n"),
        "{}",
        ran.err
    );
}
