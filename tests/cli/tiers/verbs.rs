//! Proofs, matrices and rulesets of cluster-wide policies.

use super::{open, sample};
#[cfg(feature = "smt")]
use crate::{edges::Scratch, short};

#[cfg(feature = "smt")]
const PODS: &str = "\
{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: a}}, spec: {containers: []}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: []}}
";

/// Policies that mean the same in both APIs, and a third one that does not.
#[cfg(feature = "smt")]
const BOTH: [(&str, &str); 3] = [
    (
        "old.yaml",
        "apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: old}
spec:
  priority: 5
  subject: {namespaces: {}}
  ingress:
  - {action: Allow, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: a}}}}], ports: [{portNumber: {port: 80}}]}
  - {action: Deny, from: [{namespaces: {}}], ports: [{portRange: {start: 80, end: 80}}, {portNumber: {protocol: UDP, port: 53}}]}
  - {action: Pass, from: [{namespaces: {}}]}
",
    ),
    (
        "new.yaml",
        "apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: new}
spec:
  tier: Admin
  priority: 700
  subject: {pods: {podSelector: {}}}
  ingress:
  - {action: Accept, from: [{pods: {podSelector: {matchLabels: {app: a}}}}], protocols: [{tcp: {destinationPort: {number: 80}}}]}
  - {action: Deny, from: [{namespaces: {}}], protocols: [{udp: {destinationPort: {number: 53}}}, {tcp: {destinationPort: {number: 80}}}]}
",
    ),
    (
        "other.yaml",
        "apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: new}
spec:
  tier: Admin
  priority: 700
  subject: {namespaces: {}}
  ingress:
  - {action: Accept, from: [{pods: {podSelector: {matchLabels: {app: a}}}}], protocols: [{tcp: {destinationPort: {number: 80}}}]}
  - {action: Deny, from: [{namespaces: {}}], protocols: [{udp: {destinationPort: {number: 54}}}, {tcp: {destinationPort: {number: 80}}}]}
",
    ),
];

#[cfg(feature = "smt")]
#[test]
fn policies_of_two_apis_may_be_equal() {
    let scratch = Scratch::new("two-apis");
    scratch.put("pods.yaml", PODS);
    for (name, text) in BOTH {
        scratch.put(name, text);
    }
    let ask = |other| {
        let ours = ["-f", "pods.yaml", "-f", "old.yaml"];
        scratch.run(&[&["prove", "--equal-to", other][..], &ours].concat())
    };
    assert_eq!(short(&ask("new.yaml")), (Some(0), "holds"));
    let differs = ask("other.yaml");
    assert_eq!(short(&differs), (Some(1), "fails"));
    for said in [
        "on UDP 53:\n  in the Admin tier, rule 2 of AdminNetworkPolicy old at priority 5 denies it: every \
         pod",
        "(old.yaml:9)\n",
    ] {
        assert!(differs.out.contains(said), "{said}: {}", differs.out);
    }
    // On UDP 54 they differ the other way round, which is not the same.
    let same = "the same holds";
    assert!(!differs.out.contains(same), "{}", differs.out);
}

#[cfg(feature = "smt")]
#[test]
fn proofs_name_the_fields_of_cluster_wide_policies() {
    let denied = |from| {
        let to = ["--to", "payments/pod/vault", "--expect", "denied"];
        sample(&[&["prove", "--from", from][..], &to].concat())
    };
    let ran = denied("ns/monitoring");
    assert_eq!(short(&ran), (Some(0), "holds"));
    let (_, core) = ran
        .out
        .split_once("there are\nothers:\n")
        .unwrap_or_default();
    assert_eq!(
        core.trim_start(),
        "\
ClusterNetworkPolicy confidential spec.ingress[0].from — does not name them
    (policies/tiers/admin.yaml:36)
  ClusterNetworkPolicy confidential spec.ingress[1] — refuses them
    (policies/tiers/admin.yaml:40)
  ClusterNetworkPolicy platform spec.ingress[0].protocols — does not name these
    ports (policies/tiers/admin.yaml:10)
"
    );
}

#[cfg(feature = "smt")]
#[test]
fn rules_of_cluster_wide_policies_may_be_redundant() {
    let intents = "apiVersion: netpolc/v1
kind: Intents
intents:
- {name: registry, expect: redundant, policy: cnp/no-old-data-centre, rule: 'egress[0]'}
- {name: web-pages, expect: redundant, policy: anp/trainees, rule: 'egress[1]'}
- {name: baseline, expect: redundant, policy: banp/default}
";
    let scratch = Scratch::new("redundant-tiers");
    scratch.put("intents.yaml", intents);
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/tiers");
    let ran = scratch.run(&["prove", "intents.yaml", "-f", sample]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let results = ["registry", "web-pages", "baseline"].map(|name| {
        let row = ran.out.lines().find(|line| line.contains(name));
        row.and_then(|row| row.split_whitespace().nth(2))
    });
    // What is let through anyhow needs no rule; nor does a rule that only passes on, where none follows.
    assert_eq!(results, [Some("fails"), Some("holds"), Some("fails")]);
    let told = "can reach 192.0.2.10 on TCP 5000:\n    no policy isolates";
    assert!(ran.out.contains(told), "{}", ran.out);
}

#[test]
fn all_formats_of_the_matrix_have_the_same_connections() {
    let matrix = |format| {
        sample(&[
            "matrix",
            "--from",
            "shop/pod/web",
            "--to",
            "shop/pod/db",
            "-o",
            format,
        ])
    };
    for (format, said) in [
        ("txt", "shop/web[Pod] => shop/db[Pod] : TCP 5432\n"),
        (
            "csv",
            "source,destination,connections\nshop/web[Pod],shop/db[Pod],TCP 5432\n",
        ),
        ("md", "| shop/web[Pod] | shop/db[Pod] | TCP 5432 |\n"),
        ("json", "\"allow\":{\"TCP\":[\"5432\"]}"),
        ("table", "│ shop/web[Pod]   shop/db[Pod]   TCP 5432    │\n"),
    ] {
        let ran = matrix(format);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(ran.out.contains(said), "{format}: {}", ran.out);
    }
    let ties = "note: nothing says which of ClusterNetworkPolicy allow-sql and ClusterNetworkPolicy \
                deny-low comes first; connections on which they disagree are left out, use `netpolc \
                can` for these\n";
    for format in ["txt", "csv", "md", "json", "table"] {
        let ran = open(&["matrix", "-o", format]);
        assert!(ran.err.contains(ties), "{format}: {}", ran.err);
    }
}

#[test]
fn rulesets_say_where_a_rule_stands() {
    let ran = sample(&["emit", "nftables"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for comment in [
        "return comment \"ClusterNetworkPolicy confidential ingress[0], Admin 20\"\n",
        "counter drop comment \"ClusterNetworkPolicy teams-apart ingress[1], Baseline 100\"\n",
        "counter drop comment \"AdminNetworkPolicy trainees egress[0], Admin 5\"\n",
        "counter drop comment \"BaselineAdminNetworkPolicy default ingress[0], Baseline\"\n",
        "comment \"shop/db ingress[0]\"\n",
    ] {
        assert!(ran.out.contains(comment), "{comment}: {}", ran.out);
    }
    let named = open(&["emit", "nftables"]);
    assert_eq!((named.code, named.out.as_str()), (Some(2), ""));
    let place = "─[tiers.yaml:73:42]";
    assert!(named.err.contains(place), "{}", named.err);
}
