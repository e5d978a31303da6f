//! What would open a `no`, as it is told and as a patch, in manifests as people write them.

use super::{Ran, command, finish};
use std::fs;
use std::path::PathBuf;

/// Two pods in a namespace, and one elsewhere.
const PODS: &str = "\
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
- {apiVersion: v1, kind: Namespace, metadata: {name: ops}}
- {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}}
- {apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}}
- {apiVersion: v1, kind: Pod, metadata: {name: probe, namespace: ops, labels: {app: probe}}}
";

/// A directory with the pods and a policy; gone when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, policy: &str) -> Self {
        let name = format!("netpolc-repairs-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a directory for this test");
        fs::write(path.join("pods.yaml"), PODS).expect("it is writable");
        fs::write(path.join("policy.yaml"), policy).expect("it is writable");
        Self(path)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
        command.current_dir(&self.0).args(arguments);
        command.args(["-f", "pods.yaml", "-f", "policy.yaml"]);
        finish(command, "")
    }

    /// The lines that a patch for what is asked takes out and puts in.
    fn patched(&self, asked: &[&str]) -> Vec<String> {
        let ran = self.run(&[&["can"], asked, &["--fix-with", "out.patch"]].concat());
        assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
        assert_eq!(
            ran.err,
            "note: wrote `out.patch`, for `patch -p1` or `git apply`\n"
        );
        let patch = fs::read_to_string(self.0.join("out.patch")).expect("a patch");
        let head = "--- a/policy.yaml\n+++ b/policy.yaml\n@@ ";
        assert!(patch.starts_with(head), "{patch}");
        let lines = patch.lines().skip(3);
        let lines = lines.filter(|line| line.starts_with(['+', '-']));
        lines.map(ToOwned::to_owned).collect()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const HEAD: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
";

const WEB: [&str; 2] = ["shop/web", "shop/db:80"];
const PROBE: [&str; 2] = ["ops/probe", "shop/db:5432"];

/// What a patch does to a policy for the database with such a `spec`.
#[track_caller]
fn patches(name: &str, spec: &str, asked: [&str; 2], lines: &[&str]) {
    let scratch = Scratch::new(name, &format!("{HEAD}{spec}"));
    assert_eq!(scratch.patched(&asked), lines);
}

#[test]
fn lists_in_blocks_get_lines() {
    let spec = "\
spec:
  podSelector:
    matchLabels:
      app: db
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: web # the shop
      ports:
        - port: 5432   # SQL
          protocol: TCP # always

  # nobody else
  policyTypes: [Ingress]
";
    patches(
        "block-port",
        spec,
        WEB,
        &["+        - {protocol: TCP, port: 80}"],
    );
    patches(
        "block-peer",
        spec,
        PROBE,
        &[
            "+        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ops}}",
            "+          podSelector: {matchLabels: {app: probe}}",
        ],
    );
    patches(
        "block-rule",
        spec,
        ["ops/probe", "shop/db:80"],
        &[
            "+    - from:",
            "+      - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ops}}",
            "+        podSelector: {matchLabels: {app: probe}}",
            "+      ports:",
            "+      - protocol: TCP",
            "+        port: 80",
        ],
    );
}

#[test]
fn lists_in_brackets_get_values() {
    let spec = "\
spec:
  podSelector: {matchLabels: {app: db}}
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]
";
    patches(
        "flow-port",
        spec,
        WEB,
        &[
            "-  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]",
            "+  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}, \
             {protocol: TCP, port: 80}]}]",
        ],
    );
    patches(
        "flow-rule",
        spec,
        ["ops/probe", "shop/db:80"],
        &[
            "-  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]",
            "+  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}, \
             {from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ops}}, podSelector: \
             {matchLabels: {app: probe}}}], ports: [{protocol: TCP, port: 80}]}]",
        ],
    );
}

#[test]
fn a_policy_without_rules_gets_one() {
    let rule =
        "{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{protocol: TCP, port: 80}]}";
    patches(
        "empty",
        "spec:\n  podSelector: {matchLabels: {app: db}}\n  ingress: []\n",
        WEB,
        &["-  ingress: []", &format!("+  ingress: [{rule}]")],
    );
    patches(
        "missing",
        "spec:\n  podSelector: {matchLabels: {app: db}}\n  policyTypes:\n  - Ingress\n",
        WEB,
        &[
            "+  ingress:",
            "+  - from:",
            "+    - podSelector: {matchLabels: {app: web}}",
            "+    ports:",
            "+    - protocol: TCP",
            "+      port: 80",
        ],
    );
    patches(
        "null",
        "spec:\n  podSelector: {matchLabels: {app: db}}\n  ingress:\n",
        WEB,
        &[
            "+  - from:",
            "+    - podSelector: {matchLabels: {app: web}}",
            "+    ports:",
            "+    - protocol: TCP",
            "+      port: 80",
        ],
    );
    patches(
        "inline",
        "spec: {podSelector: {matchLabels: {app: db}}}\n",
        WEB,
        &[
            "-spec: {podSelector: {matchLabels: {app: db}}}",
            &format!("+spec: {{podSelector: {{matchLabels: {{app: db}}}}, ingress: [{rule}]}}"),
        ],
    );
}

#[test]
fn json_stays_json() {
    let policy = r#"{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
 "metadata": {"name": "db", "namespace": "shop"},
 "spec": {"podSelector": {"matchLabels": {"app": "db"}},
  "ingress": [{"ports": [{"port": 5432}]}]}}
"#;
    let scratch = Scratch::new("json", policy);
    assert_eq!(
        scratch.patched(&WEB),
        [
            r#"-  "ingress": [{"ports": [{"port": 5432}]}]}}"#,
            r#"+  "ingress": [{"ports": [{"port": 5432}, {"protocol": "TCP", "port": 80}]}]}}"#,
        ]
    );
}

#[test]
fn what_only_isolates_all_pods_stays_as_it_is() {
    let scratch = Scratch::new(
        "beside",
        &format!("{HEAD}spec: {{podSelector: {{}}}}\n# the end"),
    );
    assert_eq!(
        scratch.patched(&WEB),
        [
            "-# the end",
            "+# the end",
            "+---",
            "+apiVersion: networking.k8s.io/v1",
            "+kind: NetworkPolicy",
            "+metadata:",
            "+  name: db-from-web",
            "+  namespace: shop",
            "+spec:",
            "+  podSelector:",
            "+    matchLabels:",
            "+      app: db",
            "+  policyTypes:",
            "+  - Ingress",
            "+  ingress:",
            "+  - from:",
            "+    - podSelector: {matchLabels: {app: web}}",
            "+    ports:",
            "+    - protocol: TCP",
            "+      port: 80",
        ]
    );
}

/// Both families of addresses are one rule, and pods of different labels one rule for each.
#[test]
fn what_takes_several_changes_is_taken_together() {
    let spec = "spec: {podSelector: {}, policyTypes: [Ingress]}\n";
    let scratch = Scratch::new("internet", &format!("{HEAD}{spec}"));
    let ran = scratch.run(&["can", "internet", "shop/db:80"]);
    let told = "\
the smallest change that would open it:
  add a NetworkPolicy beside shop/db (policy.yaml:3):
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: db-from-outside
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: db
      policyTypes:
      - Ingress
      ingress:
      - from:
        - ipBlock: {cidr: 0.0.0.0/0}
        - ipBlock: {cidr: \"::/0\"}
        ports:
        - protocol: TCP
          port: 80
";
    assert!(ran.out.contains(told), "{}", ran.out);
    let spec = "spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]}\n";
    let scratch = Scratch::new("addresses", &format!("{HEAD}{spec}"));
    let ran = scratch.run(&["can", "internet", "shop/db:80"]);
    let told = "\
  add to spec.ingress of NetworkPolicy shop/db (policy.yaml:3):
    - from:
      - ipBlock: {cidr: 0.0.0.0/0}
      - ipBlock: {cidr: \"::/0\"}
      ports:
      - protocol: TCP
        port: 80
";
    assert!(ran.out.contains(told), "{}", ran.out);
}

#[test]
fn shared_text_is_left_alone() {
    let spec = "\
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: &sql
    - port: 5432
  - from: [{namespaceSelector: {matchLabels: {team: x}}}]
    ports: *sql
";
    let scratch = Scratch::new("shared", &format!("{HEAD}{spec}"));
    let ran = scratch.run(&["can", "shop/web", "shop/db:80"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(!ran.out.contains("the smallest change"), "{}", ran.out);
}

#[test]
fn where_there_is_nothing_to_write_that_is_told() {
    let spec = "spec: {podSelector: {matchLabels: {app: db}}, ingress: [{}]}\n";
    let scratch = Scratch::new("nothing", &format!("{HEAD}{spec}"));
    let ran = scratch.run(&["can", "shop/web", "shop/db:80", "--fix-with", "out.patch"]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(
        ran.err,
        "note: `out.patch` was not written: the answer is not `no`\n"
    );
    assert!(!scratch.0.join("out.patch").exists());
    let two = ["can", "shop/web", "shop/db:80", "--fix-with", "out.patch"];
    let ran = scratch.run(&[&two[..], &["--cni", "calico,cilium"]].concat());
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.starts_with(
            "error: `--fix-with` is for one answer, and not for several network plugins\n"
        ),
        "{}",
        ran.err
    );
}

#[test]
fn a_cluster_wide_rule_is_not_opened_by_a_network_policy() {
    let policy = "\
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: apart}
spec:
  priority: 5
  subject: {namespaces: {}}
  ingress:
  - action: Deny
    from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: ops}}}]
";
    let scratch = Scratch::new("denied", policy);
    let ran = scratch.run(&["can", "ops/probe", "shop/db:80"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let told = "\
no NetworkPolicy can open it, for the Admin tier is asked first: change rule 1 of AdminNetworkPolicy
apart (policy.yaml:8), or add a rule before it.
";
    assert!(ran.out.ends_with(told), "{}", ran.out);
}

#[test]
fn an_explained_yes_says_what_would_close_it() {
    let spec = "\
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ops}}
    ports: [{port: 5432}, {port: 9187}]
  - from: [{podSelector: {}}]
    ports: [{port: 5432}]
";
    let scratch = Scratch::new("closing", &format!("{HEAD}{spec}"));
    let ran = scratch.run(&["explain", "shop/web", "shop/db:5432"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let told = "
the smallest removals that together would close it:
  remove spec.ingress[0].from[0], of rule 1 of shop/db (policy.yaml:8)
  remove rule 2 of shop/db (policy.yaml:11)
it would also close 1 other connection: shop/web[Pod] to shop/db[Pod] on TCP 9187.
";
    assert!(ran.out.ends_with(told), "{}", ran.out);
}
