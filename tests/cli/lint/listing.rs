//! What is concluded from a listing of a cluster, and what from being told.

use super::Repository;

/// What every listing has, and a pod of one namespace.
const LISTING: &str = "apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}
- {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
- {apiVersion: v1, kind: Namespace, metadata: {name: test}}
- apiVersion: v1
  kind: Pod
  metadata: {name: dns-1, namespace: kube-system, labels: {k8s-app: kube-dns}}
  status: {phase: Running, podIP: 10.1.0.2, podIPs: [{ip: 10.1.0.2}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: db-0, namespace: shop, labels: {app: db}}
  status: {phase: Running, podIP: 10.1.0.3, podIPs: [{ip: 10.1.0.3}]}
";

/// What every cluster has, too, where controllers are listed.
const AGENT: &str = "- apiVersion: apps/v1
  kind: DaemonSet
  metadata: {name: proxy, namespace: kube-system}
  spec:
    selector: {matchLabels: {app: proxy}}
    template:
      metadata: {labels: {app: proxy}}
      spec: {hostNetwork: true, containers: [{name: proxy, image: proxy}]}
";

/// A policy of a listing.
fn policy(namespace: &str, app: &str) -> String {
    format!(
        "- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {{name: {app}, namespace: {namespace}}}
  spec: {{podSelector: {{matchLabels: {{app: {app}}}}}, policyTypes: [Ingress]}}
"
    )
}

/// The levels of one rule.
fn levels(repository: &Repository, rule: &str, arguments: &[&str]) -> Vec<String> {
    let all = [arguments, &["--only", rule, "-o", "concise", "a.yaml"]].concat();
    let ran = repository.lint(&all);
    let lines = ran.out.lines();
    let lines = lines.filter(|line| line.contains(rule));
    let level = |line: &str| line.split(": ").nth(1).unwrap_or_default().to_owned();
    lines.map(level).collect()
}

#[test]
fn pods_that_do_not_run_now_make_no_error_of_a_listing() {
    let repository = Repository::new("listing");
    let nightly = policy("shop", "nightly");
    repository.write("a.yaml", &format!("{LISTING}{nightly}"));
    // Without controllers a listing tells nothing of pods that come and go.
    assert_eq!(levels(&repository, "NP020", &[]), ["note"]);
    repository.write("a.yaml", &format!("{LISTING}{AGENT}{nightly}"));
    assert_eq!(levels(&repository, "NP020", &[]), ["warning"]);
    let told = ["--inventory", "complete"];
    assert_eq!(levels(&repository, "NP020", &told), ["error"]);
}

#[test]
fn a_policy_of_another_environment_stays_where_it_is() {
    let repository = Repository::new("environments");
    repository.write("a.yaml", &format!("{LISTING}{}", policy("test", "db")));
    assert_eq!(levels(&repository, "NP026", &[]), ["note"]);
    let twins = [policy("shop", "db"), policy("test", "db")].concat();
    repository.write("a.yaml", &format!("{LISTING}{AGENT}{twins}"));
    assert_eq!(levels(&repository, "NP026", &[]), ["warning"]);
    let before = repository.read("a.yaml");
    repository.lint(&["--only", "NP026", "--fix", "--unsafe-fixes", "a.yaml"]);
    assert_eq!(repository.read("a.yaml"), before);
}

#[test]
fn who_names_namespaces_does_not_speak_for_the_others() {
    let repository = Repository::new("narrowed");
    let policies = [policy("shop", "gone"), policy("test", "gone")].concat();
    let pod =
        "- {apiVersion: v1, kind: Pod, metadata: {name: t, namespace: test, labels: {app: t}}}\n";
    repository.write("a.yaml", &format!("{LISTING}{AGENT}{pod}{policies}"));
    let told = ["--inventory", "complete=shop"];
    assert_eq!(levels(&repository, "NP020", &told), ["error", "note"]);
    let ran = repository.lint(&["--inventory", "complete=shop", "a.yaml"]);
    let told = "inventory, as told: policies complete, workloads partial, namespaces complete, services \
                none; workloads and services of 1 namespace complete";
    assert!(ran.err.contains(told), "{}", ran.err);
}

/// A policy in the style that `kubectl` writes: the dashes of a list below its field.
const INDENTLESS: &str = "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
  - Egress
  egress:
  - to:
    - podSelector:
        matchLabels:
          app: api
    ports:
    - port: 3000
";

#[test]
fn a_rule_to_be_pasted_begins_in_the_first_column() {
    let repository = Repository::new("pasted");
    repository.write("a.yaml", INDENTLESS);
    let ran = repository.lint(&["--only", "NP050", "-o", "json", "a.yaml"]);
    assert!(ran.out.contains("\"- to:\\n"), "{}", ran.out);
    let place = "add to `egress` of NetworkPolicy `shop/web`";
    assert!(ran.out.contains(place), "{}", ran.out);
}
