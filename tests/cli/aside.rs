//! What was left out of the input, in every verb: what it could change is open, and nothing else.

use super::{Ran, command, finish};

const PODS: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop, labels: {app: a}}
spec: {containers: [{name: c, image: i}]}
status: {podIPs: [{ip: 10.0.0.1}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: shop, labels: {app: b}}
spec: {containers: [{name: c, image: i}]}
status: {podIPs: [{ip: 10.0.0.2}]}
---
apiVersion: v1
kind: Pod
metadata: {name: d, namespace: dev, labels: {app: d}}
spec: {containers: [{name: c, image: i}]}
status: {podIPs: [{ip: 10.0.0.3}]}
---
apiVersion: v1
kind: Pod
metadata: {name: e, namespace: dev, labels: {app: e}}
spec: {containers: [{name: c, image: i}]}
status: {podIPs: [{ip: 10.0.0.4}]}
";

/// Policies of namespace `shop`, or of all, that are left out, with what is said of them.
const LEFT_OUT: [(&str, &str); 7] = [
    (
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}, spec: {ingrss: []}}",
        "NetworkPolicy",
    ),
    (
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}, spec: {podSelector: {}}}\n---\n\
         {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}, spec: {podSelector: {}, ingress: [{}]}}",
        "NetworkPolicy",
    ),
    (
        "{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: p, namespace: shop}}",
        "CiliumNetworkPolicy",
    ),
    (
        "{apiVersion: cilium.io/v1, kind: CiliumNetworkPolicy, metadata: {name: p, namespace: shop}}",
        "CiliumNetworkPolicy",
    ),
    (
        "{apiVersion: projectcalico.org/v3, kind: NetworkPolcy, metadata: {name: p, namespace: shop}}",
        "NetworkPolicy",
    ),
    (
        "{apiVersion: template.openshift.io/v1, kind: Template, metadata: {name: t}, objects: [{apiVersion: networking.k8s.io/v1, \
         kind: NetworkPolicy, metadata: {name: '${N}', namespace: shop}, spec: {podSelector: {}}}]}",
        "Template t",
    ),
    (
        "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: [{apiVersion: example.org/v1, kind: TeamNetworkPolicy, \
         metadata: {name: p, namespace: shop}}]}]}",
        "TeamNetworkPolicy",
    ),
];

fn ran(arguments: &[&str], manifests: &str) -> Ran {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.args(arguments).args(["--keep-going", "-f", "-"]);
    finish(command, manifests)
}

#[test]
fn what_a_policy_of_a_namespace_could_change_is_open_in_every_verb() {
    for (policy, name) in LEFT_OUT {
        let input = format!("{PODS}---\n{policy}\n");
        for (arguments, code) in [
            (&["can", "dev/d", "shop/a:80"][..], 3),
            (&["can", "shop/a", "dev/d:80"], 3),
            (&["can", "dev/d", "dev/e:80"], 0),
            (&["can", "shop/a", "shop/a:80"], 0),
            (&["explain", "dev/d", "shop/a:80"], 3),
            (&["explain", "dev/d", "dev/e:80"], 0),
            (&["explain", "shop/pod/a"], 3),
            (&["explain", "dev/pod/d"], 0),
            (&["matrix"], 3),
            (&["matrix", "-o", "txt"], 3),
            (&["matrix", "-o", "csv"], 3),
            (&["matrix", "-o", "md"], 3),
            (&["matrix", "-o", "json"], 3),
            (&["matrix", "--by", "namespace", "--to", "shop/a"], 3),
            (&["matrix", "--from", "dev/d", "--to", "dev/e"], 0),
            (&["emit", "nftables"], 3),
        ] {
            let ran = ran(arguments, &input);
            assert_eq!(
                ran.code,
                Some(code),
                "{arguments:?} beside {name}\n{}{}",
                ran.out,
                ran.err
            );
            let said = ran.out.contains(name);
            assert!(
                said || code != 3,
                "{arguments:?} beside {name}\n{}",
                ran.out
            );
        }
        let linted = ran(&["lint"], &input);
        assert!(
            linted.err.contains("policies not all read"),
            "{}",
            linted.err
        );
    }
}

#[cfg(feature = "smt")]
#[test]
fn proofs_stay_open_too() {
    for (policy, name) in LEFT_OUT {
        let input = format!("{PODS}---\n{policy}\n");
        for (from, to, code) in [("ns/dev", "shop/a:80", 3), ("dev/d", "dev/e:80", 0)] {
            let claim = ["prove", "--from", from, "--to", to, "--expect", "allowed"];
            let ran = ran(&[&claim[..], &["--scope", "existing"]].concat(), &input);
            assert_eq!(
                ran.code,
                Some(code),
                "{from} {to} {name}\n{}{}",
                ran.out,
                ran.err
            );
        }
    }
}

#[test]
fn the_other_end_may_settle_it() {
    let closed = "---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed, \
                  namespace: dev}, spec: {podSelector: {matchLabels: {app: d}}, policyTypes: [Ingress]}}\n";
    let (policy, _) = LEFT_OUT[0];
    let input = format!("{PODS}{closed}---\n{policy}\n");
    assert_eq!(ran(&["can", "shop/a", "dev/d:80"], &input).code, Some(1));
    assert_eq!(ran(&["can", "shop/a", "dev/d"], &input).code, Some(1));
    assert_eq!(ran(&["can", "dev/d", "shop/a:80"], &input).code, Some(3));
    // Of all pods one is refused for sure, and of any none is let through for sure.
    assert_eq!(ran(&["can", "shop/a", "ns/dev:80"], &input).code, Some(1));
    assert_eq!(
        ran(&["can", "shop/a", "ns/dev:80", "--any"], &input).code,
        Some(3)
    );
}

#[test]
fn pods_that_are_left_out_decide_over_no_others() {
    let pod = "---\n{apiVersion: v1, kind: Pod, metadata: {name: bad, namespace: shop, labels: [x]}, spec: \
               {containers: [{name: c, image: i}]}}\n";
    let input = format!("{PODS}{pod}");
    assert_eq!(ran(&["can", "dev/d", "shop/a:80"], &input).code, Some(0));
    assert_eq!(ran(&["can", "dev/d", "ns/shop:80"], &input).code, Some(3));
    assert_eq!(
        ran(&["can", "dev/d", "ns/shop:80", "--any"], &input).code,
        Some(0)
    );
    assert_eq!(ran(&["can", "shop/a", "ns/dev:80"], &input).code, Some(0));
    let matrix = ran(&["matrix", "-o", "txt"], &input);
    assert_eq!(matrix.code, Some(0));
    let last = matrix.out.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("# left out: Pod shop/bad (<stdin>:"),
        "{last}"
    );
    let linted = ran(&["lint"], &input).err;
    assert!(
        linted.contains("policies complete, workloads partial"),
        "{linted}"
    );
}

#[test]
fn a_namespace_that_cannot_be_read_leaves_policies_complete() {
    let input =
        format!("{PODS}---\n{{apiVersion: v1, kind: Namespace, metadata: {{name: '$(ns)'}}}}\n");
    let linted = ran(&["lint"], &input).err;
    assert!(linted.contains("policies complete"), "{linted}");
    assert_eq!(ran(&["can", "dev/d", "shop/a:80"], &input).code, Some(0));
    assert_eq!(ran(&["matrix"], &input).code, Some(0));
}

#[test]
fn what_is_no_manifest_blocks_nothing_unless_it_is_named() {
    let directory = std::env::temp_dir().join(format!("netpolc-noise-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory");
    let write =
        |name: &str, bytes: &[u8]| std::fs::write(directory.join(name), bytes).expect("a file");
    write("pods.yaml", PODS.as_bytes());
    write(
        "tsconfig.json",
        b"// x\n{ \"compilerOptions\": { \"target\": \"es5\" /* y */ }, }\n",
    );
    write("secret.yaml", b"\x00GITCRYPT\x00\xff\xfe\x01\x02");
    write("values.yaml", b"replicas: 3\n");
    let run = |arguments: &[&str]| {
        let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
        command
            .current_dir(&directory)
            .args(["can", "dev/d", "shop/a:80"]);
        command.args(arguments);
        finish(command, "")
    };
    let all = run(&["-f", ".", "-v"]);
    assert_eq!(all.code, Some(0), "{}", all.err);
    assert!(
        all.err.contains("; 2 files are not manifests"),
        "{}",
        all.err
    );
    for name in ["tsconfig.json", "secret.yaml", "values.yaml"] {
        let named = run(&["-f", "pods.yaml", "-f", name]);
        assert_eq!(named.code, Some(2), "{name}");
        assert!(named.err.contains(name), "{}", named.err);
    }
    // A manifest that is broken is not passed over.
    write("broken.yaml", b"apiVersion: v1\nkind: [\n");
    let said = run(&["-f", "."]).err;
    assert!(said.contains("broken.yaml:"), "{said}");
    std::fs::remove_dir_all(&directory).expect("it is there");
}
