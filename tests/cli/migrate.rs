//! `migrate` as it is run: what it writes, and what it refuses.

use super::{Ran, command, finish};
use std::fs;

pub(super) fn migrate(arguments: &[&str], input: &str) -> Ran {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.arg("migrate").args(arguments).args(["-f", "-"]);
    finish(command, input)
}

/// Every kind of peer, of port and of action.
const ADMIN: &str = "\
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata:
  name: tenants
  labels: {owner: \"on\"}
  annotations: {note: \"a: b\"}
spec:
  priority: 10
  subject:
    pods:
      namespaceSelector: {matchLabels: {tenant: \"1\"}}
      podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [a, \"no\"]}]}
  ingress:
  - name: \"from: monitoring\"
    action: Allow
    from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
    ports:
    - portNumber: {port: 9100}
    - portRange: {protocol: UDP, start: 5, end: 5}
    - portRange: {protocol: SCTP, start: 80, end: 90}
    - namedPort: web
  - action: Deny
    from: [{namespaces: {}}]
  egress:
  - action: Pass
    to:
    - networks: [10.0.0.0/8, \"fd00::/8\"]
    - nodes: {matchExpressions: [{key: pool, operator: Exists}]}
  - action: Allow
    to: [{domainNames: [\"*.example.com\"]}]
";

#[test]
fn what_v1alpha1_says_is_said_in_v1alpha2() {
    let ran = migrate(&[], ADMIN);
    let out = "\
# written by netpolc migrate
# proven to mean the same, for every packet and every pod that exists or could be created
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata:
  name: tenants
  labels:
    owner: \"on\"
  annotations:
    note: \"a: b\"
spec:
  tier: Admin
  priority: 10
  subject:
    pods:
      namespaceSelector:
        matchLabels:
          tenant: \"1\"
      podSelector:
        matchExpressions:
        - key: app
          operator: NotIn
          values:
          - a
          - \"no\"
  ingress:
  - name: \"from: monitoring\"
    action: Accept
    from:
    - namespaces:
        matchLabels:
          kubernetes.io/metadata.name: monitoring
    protocols:
    - tcp:
        destinationPort:
          number: 9100
    - udp:
        destinationPort:
          number: 5
    - sctp:
        destinationPort:
          range:
            start: 80
            end: 90
    - destinationNamedPort: web
  - action: Deny
    from:
    - namespaces: {}
  egress:
  - action: Pass
    to:
    - networks:
      - \"10.0.0.0/8\"
      - \"fd00::/8\"
    - nodes:
        matchExpressions:
        - key: pool
          operator: Exists
  - action: Accept
    to:
    - domainNames:
      - \"*.example.com\"
";
    let err = "note: proven to mean the same, for every packet and every pod that exists or could be created\n";
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (Some(0), out, err)
    );
    // Once it is migrated nothing is left to do.
    let again = migrate(&[], &ran.out);
    let err = "note: nothing to migrate: the input has no AdminNetworkPolicy and no BaselineAdminNetworkPolicy\n";
    assert_eq!(
        (again.code, again.out.as_str(), again.err.as_str()),
        (Some(0), "", err)
    );
}

/// A policy with this many rules.
fn long(name: &str, priority: u16, rules: usize) -> String {
    let rules = (0..rules).map(|number| {
        format!(
            "  - {{action: Deny, from: [{{namespaces: {{matchLabels: {{team: t{number}}}}}}}]}}\n"
        )
    });
    format!(
        "\
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {{name: {name}}}
spec:
  priority: {priority}
  subject: {{namespaces: {{}}}}
  ingress:
{}",
        rules.collect::<String>()
    )
}

/// The names and priorities that are written.
fn written(ran: &Ran) -> Vec<(String, String)> {
    let of = |field: &str| {
        let lines = ran.out.lines();
        let found = lines.filter_map(|line| line.trim_start().strip_prefix(field));
        found.map(|it| it.trim().to_owned()).collect::<Vec<_>>()
    };
    of("name:").into_iter().zip(of("priority:")).collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    let all = all.iter();
    all.map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

#[test]
fn what_is_too_long_becomes_several() {
    let ran = migrate(&[], &long("a", 5, 51));
    assert_eq!(
        written(&ran),
        pairs(&[("a", "5"), ("a-2", "6"), ("a-3", "7")])
    );
    assert_eq!(ran.out.matches("action: Deny").count(), 51);
    // The next policy makes room, and at the end there is room before.
    let ran = migrate(&[], &(long("a", 5, 26) + &long("b", 6, 1)));
    assert_eq!(
        written(&ran),
        pairs(&[("a", "5"), ("a-2", "6"), ("b", "7")])
    );
    assert!(
        ran.out
            .contains("# the priority was 6; the order is the same\n"),
        "{}",
        ran.out
    );
    let ran = migrate(&[], &long("z", 1000, 26));
    assert_eq!(written(&ran), pairs(&[("z", "999"), ("z-2", "1000")]));
}

#[test]
fn more_peers_and_ports_than_a_rule_takes_become_rules() {
    let peers = (0..30).map(|it| format!("{{namespaces: {{matchLabels: {{t: a{it}}}}}}}"));
    let ports = (1..=26).map(|it| format!("{{portNumber: {{port: {it}}}}}"));
    let (peers, ports): (Vec<_>, Vec<_>) = (peers.collect(), ports.collect());
    let rule = format!(
        "  egress: [{{name: r, action: Allow, to: [{}], ports: [{}]}}]\n",
        peers.join(", "),
        ports.join(", ")
    );
    let text = long("a", 5, 0).replace("  ingress:\n", &rule);
    let ran = migrate(&[], &text);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(ran.out.matches("action: Accept").count(), 4);
    assert_eq!(ran.out.matches("- name: r").count(), 4);
    assert_eq!(ran.out.matches("- namespaces:").count(), 2 * 30);
    assert_eq!(ran.out.matches("number: ").count(), 2 * 26);
}

/// A ClusterNetworkPolicy that is there already.
fn newer(name: &str, tier: &str, priority: u16) -> String {
    format!(
        "---\napiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {{name: {name}}}\n\
         spec: {{tier: {tier}, priority: {priority}, subject: {{namespaces: {{}}}}}}\n"
    )
}

pub(super) const BASELINE: &str = "\
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec:
  subject: {namespaces: {}}
  ingress:
  - {action: Deny, from: [{namespaces: {}}]}
";

#[test]
fn what_cannot_be_said_is_refused_at_its_place() {
    for (text, place, said) in [
        (
            long("a", 5, 1) + &newer("b", "Admin", 5),
            "<stdin>:4:18",
            "the ClusterNetworkPolicy `b` has the same priority, 5",
        ),
        (
            long("a", 5, 1) + &newer("a", "Admin", 6),
            "<stdin>:4:18",
            "there would be two ClusterNetworkPolicies of the name `a`",
        ),
        (
            long("default", 5, 1) + BASELINE,
            "<stdin>:13:18",
            "there would be two ClusterNetworkPolicies of the name `default`",
        ),
        (
            BASELINE.to_owned() + &newer("b", "Baseline", 5),
            "<stdin>:4:18",
            "a BaselineAdminNetworkPolicy has no priority",
        ),
        (
            long("a", 5, 26) + &newer("b", "Admin", 4) + &newer("c", "Admin", 6),
            "<stdin>:4:18",
            "it becomes 2 ClusterNetworkPolicies",
        ),
        (
            long("a", 5, 26) + &long("b", 5, 1),
            "<stdin>:4:18",
            "it has more rules than one ClusterNetworkPolicy takes, 25, and the same priority as",
        ),
    ] {
        let ran = migrate(&[], &text);
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (Some(2), ""),
            "{said}: {}",
            ran.err
        );
        let plain = ran.err.replace("\n  │ ", " ");
        assert!(
            plain.contains(place) && plain.contains(said),
            "{said}: {plain}"
        );
        assert!(
            ran.err
                .ends_with("error: 1 problem, so nothing was migrated\n"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_baseline_gets_the_last_priority() {
    let ran = migrate(&[], BASELINE);
    assert_eq!(written(&ran), pairs(&[("default", "1000")]));
    assert!(ran.out.contains("  tier: Baseline\n"), "{}", ran.out);
}

#[test]
fn files_are_written_to_a_directory() {
    let directory = std::env::temp_dir().join(format!("netpolc-migrate-{}", std::process::id()));
    let _ = fs::remove_dir_all(&directory);
    let out = directory.to_str().expect("text");
    let ran = migrate(&["-o", out], &(ADMIN.to_owned() + BASELINE));
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
    let mut names: Vec<String> = fs::read_dir(&directory)
        .expect("it is there")
        .map(|it| {
            it.expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    assert_eq!(names, ["default.yaml", "tenants.yaml"]);
    // What netpolc wrote is replaced, and nothing else.
    assert_eq!(migrate(&["-q", "-o", out], BASELINE).code, Some(0));
    fs::write(directory.join("default.yaml"), "mine\n").expect("it is writable");
    assert_eq!(migrate(&["-q", "-o", out], BASELINE).code, Some(2));
    let kept = fs::read_to_string(directory.join("default.yaml")).expect("a file");
    assert_eq!(kept, "mine\n");
    let _ = fs::remove_dir_all(&directory);
}
