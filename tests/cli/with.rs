//! `--with`: answers as if objects were applied.

use super::emit::CLUSTER;
use super::{Ran, command, finish};
use std::fs;
use std::path::PathBuf;

/// A directory with the cluster and what is applied to it; gone when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, with: &str) -> Self {
        let name = format!("netpolc-with-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a directory for this test");
        fs::write(path.join("in.yaml"), CLUSTER).expect("it is writable");
        fs::write(path.join("new.yaml"), with).expect("it is writable");
        Self(path)
    }

    /// Runs a verb over both.
    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
        command.current_dir(&self.0).args(arguments);
        command.args(["-f", "in.yaml", "--with", "new.yaml"]);
        finish(command, "")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The policy of the cluster, with another port.
const OTHER_PORT: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 80}]
";

/// A policy of its own that lets all out to nobody.
const SHUT: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress]}
";

fn told(ran: &Ran) -> (Option<i32>, &str, &str) {
    (ran.code, &ran.out, &ran.err)
}

#[test]
fn an_object_of_the_same_name_is_replaced() {
    let scratch = Scratch::new("replaced", OTHER_PORT);
    let out = "\
no
and now: yes; with new.yaml: NetworkPolicy shop/db of in.yaml:19 (replaced)
shop/web cannot reach shop/db on TCP 5432: shop/db (new.yaml:3) isolates shop/db for ingress and no
rule lets it in, and no policy isolates shop/web for egress. Nearest miss: rule 1 of shop/db allows
pods labelled app=web in namespace shop on TCP 80; the flow is to TCP 5432 (new.yaml:7).

Now shop/web can reach shop/db on TCP 5432: no policy isolates shop/web for egress, and rule 1 of
  shop/db (in.yaml:23) lets it in.
the smallest change that would open it, and nothing else:
  add to spec.ingress[0].ports of NetworkPolicy shop/db (new.yaml:7):
    - {protocol: TCP, port: 5432}
";
    let ran = scratch.run(&["can", "shop/web", "shop/db:5432"]);
    assert_eq!(told(&ran), (Some(1), out, ""));
    // Without a port, the answer lists them.
    let out = "\
yes
and now: yes, on TCP 5432; with new.yaml: NetworkPolicy shop/db of in.yaml:19 (replaced)
shop/web can reach shop/db on TCP 80: no policy isolates shop/web for egress, and rule 1 of shop/db
(new.yaml:7) lets it in.
";
    let ran = scratch.run(&["can", "shop/web", "shop/db"]);
    assert_eq!(told(&ran), (Some(0), out, ""));
}

#[test]
fn another_object_is_added() {
    let scratch = Scratch::new("added", SHUT);
    let out = "\
no
and now: yes; with new.yaml: NetworkPolicy shop/shut (new)

shop/web to shop/db on TCP 5432: no
  egress from shop/web: denied
    NetworkPolicy tier  isolated by shop/shut (new.yaml:3)
                        no rule matches
  ingress to shop/db: allowed
    NetworkPolicy tier  isolated by shop/db (in.yaml:19)
                        allowed by rule 1 of shop/db (in.yaml:23)

Now shop/web can reach shop/db on TCP 5432: no policy isolates shop/web for egress, and rule 1 of
  shop/db (in.yaml:23) lets it in.

the smallest change that would open it, and nothing else:
  add a NetworkPolicy beside shop/shut (new.yaml:3):
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-to-db
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes:
      - Egress
      egress:
      - to:
        - podSelector: {matchLabels: {app: db}}
        ports:
        - protocol: TCP
          port: 5432
";
    let ran = scratch.run(&["explain", "shop/web", "shop/db:5432"]);
    assert_eq!(told(&ran), (Some(1), out, ""));
    let out = "\
no
and now: no as well; with new.yaml: NetworkPolicy shop/shut (new)
shop/web cannot reach shop/db on TCP 80: shop/shut (new.yaml:3) isolates shop/web for egress and no
rule lets it out, and shop/db (in.yaml:19) isolates shop/db for ingress and no rule lets it in.
Nearest miss: rule 1 of shop/db allows pods labelled app=web in namespace shop on TCP 5432; the flow
is to TCP 80 (in.yaml:23).
the smallest changes that together would open it, and nothing else:
  add a NetworkPolicy beside shop/shut (new.yaml:3):
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-to-db
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes:
      - Egress
      egress:
      - to:
        - podSelector: {matchLabels: {app: db}}
        ports:
        - protocol: TCP
          port: 80
  add to spec.ingress[0].ports of NetworkPolicy shop/db (in.yaml:23):
    - {protocol: TCP, port: 80}
";
    let ran = scratch.run(&["can", "shop/web", "shop/db:80"]);
    assert_eq!(told(&ran), (Some(1), out, ""));
}

#[test]
fn the_matrix_says_which_lines_change() {
    let scratch = Scratch::new("matrix", OTHER_PORT);
    let ran = scratch.run(&["matrix", "--to", "shop/db"]);
    let note = "note: with new.yaml: NetworkPolicy shop/db of in.yaml:19 (replaced)\n";
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), note));
    let changes = "
1 pair changes:
- shop/web[Pod] => shop/db[Pod] : TCP 5432
+ shop/web[Pod] => shop/db[Pod] : TCP 80
";
    assert!(ran.out.ends_with(changes), "{}", ran.out);
    // What is for programs is the matrix as it will be.
    let ran = scratch.run(&["matrix", "--to", "shop/db", "-o", "txt"]);
    let line = "shop/web[Pod] => shop/db[Pod] : TCP 80\n";
    assert_eq!(told(&ran), (Some(0), line, note));
    let same = Scratch::new(
        "matrix-same",
        "apiVersion: v1\nkind: Node\nmetadata: {name: n9}\n",
    );
    let ran = same.run(&["matrix", "--to", "shop/db"]);
    assert!(
        ran.out.ends_with("\nno connection changes\n"),
        "{}",
        ran.out
    );
}

#[cfg(feature = "smt")]
#[test]
fn claims_are_proven_of_both() {
    let scratch = Scratch::new("prove", OTHER_PORT);
    let ran = scratch.run(&[
        "prove",
        "--from",
        "shop/web",
        "--to",
        "shop/db:5432",
        "--expect",
        "denied",
    ]);
    assert_eq!((ran.code, ran.out.lines().next()), (Some(0), Some("holds")));
    assert!(ran.out.ends_with("\nand now: fails\n"), "{}", ran.out);
}

#[test]
fn pods_and_namespaces_are_applied_too() {
    let scratch = Scratch::new(
        "pods",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: front}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: ops}
---
apiVersion: v1
kind: Pod
metadata: {name: job, namespace: ops}
spec: {containers: [{name: c, image: i}]}
",
    );
    let ran = scratch.run(&["can", "shop/web", "shop/db:5432"]);
    let first = "\
no
and now: yes; with new.yaml: Namespace ops and Pod ops/job (new), Pod shop/web of in.yaml:7
  (replaced)
";
    assert!(ran.out.starts_with(first), "{}", ran.out);
    // It keeps its address.
    let ran = scratch.run(&["can", "10.0.0.1", "shop/db:5432"]);
    assert!(ran.out.contains("shop/web"), "{}", ran.out);
    let ran = scratch.run(&["can", "ops/job", "shop/web"]);
    let first = "\
yes
and now: no answer, no namespace `ops`";
    assert!(ran.out.starts_with(first), "{}", ran.out);
}

/// A Deployment whose pods are in the input.
const RUNNING: &str = "\
apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: api, namespace: shop}
  spec:
    selector: {matchLabels: {app: api}}
    template:
      metadata: {labels: {app: api}}
      spec: {containers: [{name: c, image: i}]}
- apiVersion: v1
  kind: Pod
  metadata:
    name: api-7d4f-x
    namespace: shop
    labels: {app: api, pod-template-hash: 7d4f}
    ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: api-7d4f, uid: u, controller: true}]
  spec: {containers: [{name: c, image: i}]}
  status: {podIPs: [{ip: 10.0.0.9}]}
";

/// The same Deployment with another label, and so many replicas.
fn deployment(label: &str, replicas: u8) -> String {
    format!(
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: api, namespace: shop}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: api}}}}
  template:
    metadata: {{labels: {{app: api{label}}}}}
    spec: {{containers: [{{name: c, image: i}}]}}
"
    )
}

#[test]
fn a_workload_with_another_template_has_new_pods() {
    let run = |name: &str, with: &str, input: &str| {
        let scratch = Scratch::new(name, with);
        fs::write(scratch.0.join("pods.yaml"), input).expect("it is writable");
        scratch.run(&["can", "shop/deploy/api", "shop/db:80", "-f", "pods.yaml"])
    };
    let told = |ran: &Ran| {
        let line = ran.out.lines().nth(1);
        line.unwrap_or_default().to_owned()
    };
    let ran = run("rollout", &deployment(", tier: x", 1), RUNNING);
    assert_eq!(
        told(&ran),
        "and now: no as well; with new.yaml: Deployment shop/api of pods.yaml:6 (replaced, with new pods)"
    );
    let ran = run("more", &deployment("", 3), RUNNING);
    assert_eq!(
        told(&ran),
        "and now: no as well; with new.yaml: Deployment shop/api of pods.yaml:6 (replaced)"
    );
    // Without the old Deployment its pods tell whether they are as they would be.
    let (head, rest) = RUNNING
        .split_once("- apiVersion: apps")
        .expect("a Deployment");
    let (_, pods) = rest.split_once("- apiVersion: v1").expect("a Pod");
    let pods = format!("{head}- apiVersion: v1{pods}");
    let ran = run("same", &deployment("", 1), &pods);
    assert_eq!(
        told(&ran),
        "and now: no as well; with new.yaml: Deployment shop/api (new)"
    );
    let ran = run("other", &deployment(", tier: x", 1), &pods);
    assert!(ran.out.contains("(new, with new pods)"), "{}", ran.out);
}

#[test]
fn what_is_applied_is_read_as_strictly() {
    let broken = SHUT.replace("podSelector: {}", "podSelctor: {}");
    let ran = Scratch::new("broken", &broken).run(&["can", "shop/web", "shop/db:80"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("new.yaml:4:8"), "{}", ran.err);
    // Twice in the input or twice in what is applied: neither is known to hold.
    let twice = format!("{SHUT}---\n{}", SHUT.replace("Egress", "Ingress"));
    let ran = Scratch::new("twice", &twice).run(&["can", "shop/web", "shop/db:80"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    let said = "`NetworkPolicy shop/shut` is defined twice, with different content";
    assert!(ran.err.contains(said), "{}", ran.err);
    let ran = Scratch::new("nothing", "# nothing\n").run(&["can", "shop/web", "shop/db:80"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("`new.yaml`"), "{}", ran.err);
    // A policy that is left out takes the place of that which was there.
    let broken = OTHER_PORT.replace("port: 80", "port: 99999");
    let scratch = Scratch::new("left-out", &broken);
    let ran = scratch.run(&["can", "shop/web", "shop/db:5432", "--keep-going"]);
    assert_eq!(
        (ran.code, ran.out.lines().next()),
        (Some(3), Some("unknown"))
    );
}

#[test]
fn standard_input_is_read_once() {
    let scratch = Scratch::new("stdin", SHUT);
    let run = |arguments: &[&str]| {
        let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
        command.current_dir(&scratch.0).args(arguments);
        finish(command, SHUT)
    };
    let ran = run(&[
        "can",
        "shop/web",
        "shop/db:5432",
        "-f",
        "in.yaml",
        "--with",
        "-",
    ]);
    let first = "no\nand now: yes; with standard input: NetworkPolicy shop/shut (new)\n";
    assert!(ran.out.starts_with(first), "{}{}", ran.out, ran.err);
    let ran = run(&["can", "shop/web", "shop/db:5432", "-f", "-", "--with", "-"]);
    let said = "\
error: standard input can be read only once
  help: `-f` and `--with` cannot both read it
";
    assert_eq!(told(&ran), (Some(2), "", said));
}
