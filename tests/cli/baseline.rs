//! `migrate --to-networkpolicy`: which baselines NetworkPolicies can say.

use super::edges::Scratch;
use super::migrate::{BASELINE, migrate};

/// A namespace with a pod.
const SHOP: &str = "\
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a}}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: i}]}
status: {podIPs: [{ip: 10.0.0.7}]}
";

/// A baseline that denies all egress but to DNS.
const EGRESS: &str = "\
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: base}
spec:
  tier: Baseline
  priority: 7
  subject: {namespaces: {matchLabels: {team: a}}}
  egress:
  - action: Accept
    to: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
    protocols: [{destinationNamedPort: dns}, {udp: {destinationPort: {range: {start: 53, end: 54}}}}]
  - {action: Deny, to: [{namespaces: {}}, {networks: [0.0.0.0/0, '::/0']}]}
";

/// A baseline that lets in DNS and denies all other ingress from pods.
const INGRESS: &str = "\
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: base}
spec:
  tier: Baseline
  priority: 7
  subject: {namespaces: {matchLabels: {team: a}}}
  ingress:
  - action: Accept
    from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
    protocols: [{destinationNamedPort: dns}, {udp: {destinationPort: {range: {start: 53, end: 54}}}}]
  - {action: Deny, from: [{namespaces: {}}]}
";

#[test]
fn a_baseline_that_denies_all_becomes_network_policies() {
    let scratch = Scratch::new("baseline");
    let settings = "apiVersion: netpolc/v1\nkind: Settings\npodCIDRs: [10.0.0.0/16]\n";
    let settings = scratch.put("netpolc.yaml", settings);
    let settings = settings.display().to_string();
    let arguments = ["--to-networkpolicy", "--config", &settings];
    let ran = migrate(&arguments, &(SHOP.to_owned() + INGRESS));
    let proven = "proven to mean the same for the 1 namespace of the input, for every packet and every pod that exists or could be created, \
         but for addresses in 10.0.0.0/16 that no pod has: those are taken for pods";
    let out = format!(
        "\
# written by netpolc migrate
# {proven}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: base
  namespace: shop
spec:
  podSelector: {{}}
  policyTypes:
  - Ingress
  ingress:
  - from:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
    ports:
    - protocol: SCTP
      port: dns
    - protocol: TCP
      port: dns
    - protocol: UDP
      port: dns
    - protocol: UDP
      port: 53
      endPort: 54
  - from:
    - ipBlock:
        cidr: \"0.0.0.0/0\"
        except:
        - \"10.0.0.0/16\"
    - ipBlock:
        cidr: \"::/0\"
"
    );
    let err = format!(
        "note: {proven}\nnote: namespaces that are created later are not covered: NetworkPolicies \
         are in the namespaces that are there, a baseline is for all that its subject selects\n"
    );
    assert_eq!((ran.code, ran.out, ran.err), (Some(0), out, err));
}

/// S70, S100: a NetworkPolicy may not stop a pod on the way to what its own node puts there, a baseline
/// does.
#[test]
fn a_baseline_that_denies_the_own_node_too_is_not_known_to_be_a_network_policy() {
    // What two rules deny one after the other is what one denies.
    let two = EGRESS.replace(
        "{namespaces: {}}, {networks",
        "{namespaces: {}}]}\n  - {action: Deny, to: [{networks",
    );
    for text in [EGRESS, &two] {
        let ran = migrate(&["--to-networkpolicy"], &(SHOP.to_owned() + text));
        assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""), "{}", ran.err);
        for said in [
            "whether the new policies mean the same is not known",
            "network plugins differ in whether policies stop such traffic",
        ] {
            assert!(ran.err.contains(said), "{}", ran.err);
        }
    }
}

#[test]
fn a_baseline_that_leaves_something_is_refused() {
    let refused = |text: &str, place: &str, said: &str| {
        let ran = migrate(&["--to-networkpolicy"], text);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
        let plain = ran.err.replace("\n  │ ", " ");
        assert!(plain.contains(place) && plain.contains(said), "{plain}");
    };
    refused(
        &(SHOP.to_owned() + BASELINE),
        "<stdin>:18:5",
        "lets them through from outside the cluster",
    );
    let some = EGRESS.replace("{namespaces: {}}, ", "");
    refused(
        &(SHOP.to_owned() + &some),
        "<stdin>:23:5",
        "denies some connections and leaves the others",
    );
    let nodes = EGRESS.replace(
        "protocols: [{destinationNamedPort: dns}, {udp",
        "protocols: [{udp",
    );
    let nodes = nodes.replace(
        "to: [{namespaces: {matchLabels",
        "to: [{nodes: {matchLabels",
    );
    refused(
        &(SHOP.to_owned() + &nodes),
        "<stdin>:21:10",
        "a NetworkPolicy has no `nodes`",
    );
    let none = EGRESS.replace("team: a", "team: b");
    refused(
        &(SHOP.to_owned() + &none),
        "<stdin>:18:12",
        "it selects no namespace of the input",
    );
    // A pod that is isolated already would be let out by the new policy.
    let isolated = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: db, namespace: shop}\n\
         spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Egress]}\n";
    let text = format!("{SHOP}{EGRESS}{isolated}");
    refused(
        &text,
        "",
        "no NetworkPolicies mean the same as the Baseline tier of this input",
    );
}
