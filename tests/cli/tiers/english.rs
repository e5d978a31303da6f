//! Cluster-wide policies in English, and those on a pod.

use super::{open, sample};

#[test]
fn a_policy_of_the_admin_tier_in_english() {
    let ran = sample(&["explain", "cnp/confidential"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
ClusterNetworkPolicy confidential (policies/tiers/admin.yaml:29) governs every
  pod in namespaces labelled confidential=true
  Admin tier, priority 20: asked before every NetworkPolicy, lower numbers first
  2 pods are among them: payments/ledger[Pod] and payments/vault[Pod]

  ingress: the first rule that matches decides
    asked before it: ClusterNetworkPolicy platform (Admin tier, priority 10)
    rule 1: pass on: from every pod in namespaces labelled team in
            (payments,shop), on every port (policies/tiers/admin.yaml:36)
    rule 2: deny: from every pod in every namespace, on every port
            (policies/tiers/admin.yaml:40)

  egress: not its business
"
    );
}

#[test]
fn a_policy_of_the_first_version_in_english() {
    let ran = sample(&["explain", "anp/trainees"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
AdminNetworkPolicy trainees (policies/tiers/v1alpha1.yaml:4) governs every pod
  in namespaces labelled team=trainees
  Admin tier, priority 5: asked before every NetworkPolicy, lower numbers first
  2 pods are among them: sandbox/notebook[Pod] and sandbox/scratch[Pod]

  ingress: not its business

  egress: the first rule that matches decides
    before it or after it, which is not defined: ClusterNetworkPolicy
      no-old-data-centre (Admin tier, priority 30) and ClusterNetworkPolicy
      platform (Admin tier, priority 10)
    rule 1: deny: to every pod in namespaces labelled confidential=true, on
            every port (policies/tiers/v1alpha1.yaml:9)
    rule 2: allow: to pods labelled app=web AND in namespaces labelled
            team=shop, on TCP 8080 and the port named `http`
            (policies/tiers/v1alpha1.yaml:13)
"
    );
}

#[test]
fn the_baseline_of_the_first_version_in_english() {
    let ran = sample(&["explain", "banp/default"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
BaselineAdminNetworkPolicy default (policies/tiers/v1alpha1.yaml:25) governs
  every pod in namespaces labelled team=trainees
  Baseline tier: asked last, and only of pods that no NetworkPolicy isolates in
    the direction
  2 pods are among them: sandbox/notebook[Pod] and sandbox/scratch[Pod]

  ingress: the first rule that matches decides
    asked before it: ClusterNetworkPolicy platform (Admin tier, priority 10)
    never asked, for NetworkPolicies isolate them: sandbox/notebook[Pod]
    rule 1: deny: from every pod in every namespace, on every port
            (policies/tiers/v1alpha1.yaml:29)

  egress: not its business
"
    );
}

#[test]
fn rules_that_never_match_are_told() {
    let ran = open(&["explain", "cnp/tidy"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
ClusterNetworkPolicy tidy (tiers.yaml:44) governs pods labelled app=db in every
  namespace
  Admin tier, priority 8: asked before every NetworkPolicy, lower numbers first
  1 pod is among them: shop/db[Pod]

  ingress: the first rule that matches decides
    asked before it: ClusterNetworkPolicy allow-sql (Admin tier, priority 7) and
      ClusterNetworkPolicy deny-low (Admin tier, priority 7)
    rule 1: pass on: from every pod in every namespace, on TCP 100-200 and UDP
            53 (tiers.yaml:50)
    rule 2: deny: from pods labelled app=web in every namespace, on TCP 150
            (tiers.yaml:53)
            it never matches: rule 1 of ClusterNetworkPolicy tidy
            (tiers.yaml:50) is asked first, and matches all of that
    rule 3: deny: from pods labelled app=a AND app!=a (or without `app`) in
            every namespace, on every port (tiers.yaml:57)
            it never matches: no pod can have the labels that it asks for
    rule 4: accept: from pods labelled app=web in every namespace, on TCP 7000
            (tiers.yaml:60)
            it never matches: rule 1 of ClusterNetworkPolicy deny-low
            (tiers.yaml:38) is asked first, and matches all of that

  egress: not its business
"
    );
}

#[test]
fn a_rule_that_passes_on_in_the_baseline_tier() {
    let ran = open(&["explain", "cnp/names"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
ClusterNetworkPolicy names (tiers.yaml:67) governs pods labelled app=web in
  every namespace
  Baseline tier, priority 3: asked last, and only of pods that no NetworkPolicy
    isolates in the direction
  1 pod is among them: shop/web[Pod]

  ingress: not its business

  egress: the first rule that matches decides
    rule 1: accept: to addresses to which *.example.com leads, on every port
            (tiers.yaml:73)
    rule 2: pass on, which allows it: to addresses in 198.51.100.0/24, on every
            port (tiers.yaml:74)
    rule 3: deny: to addresses in 0.0.0.0/0, on every port (tiers.yaml:75)
"
    );
}

#[test]
fn the_policies_on_a_pod_are_told_in_the_order_in_which_they_are_asked() {
    let ran = sample(&["explain", "sandbox/pod/notebook"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
sandbox/notebook
  labels: app=notebook

  egress: not isolated, what no rule decides is allowed
    Admin tier, priority 5: AdminNetworkPolicy trainees
      (policies/tiers/v1alpha1.yaml:4)
      rule 1: deny: to every pod in namespaces labelled confidential=true, on
              every port (policies/tiers/v1alpha1.yaml:9)
      rule 2: allow: to pods labelled app=web AND in namespaces labelled
              team=shop, on TCP 8080 and the port named `http`
              (policies/tiers/v1alpha1.yaml:13)
    Admin tier, priority 10: ClusterNetworkPolicy platform
      (policies/tiers/admin.yaml:4)
      rule 1: accept: to pods labelled k8s-app=kube-dns AND in namespaces
              labelled kubernetes.io/metadata.name=kube-system, on UDP 53 and
              TCP 53 (policies/tiers/admin.yaml:17)
    Admin tier, priority 30: ClusterNetworkPolicy no-old-data-centre
      (policies/tiers/admin.yaml:47)
      rule 1: pass on: to addresses in 192.0.2.10/32, on TCP 5000-5001
              (policies/tiers/admin.yaml:53)
      rule 2: deny: to addresses in 192.0.2.0/24, OR to addresses in
              198.51.100.0/24, on every port (policies/tiers/admin.yaml:59)

  ingress: isolated by 1 policy
    Admin tier, priority 10: ClusterNetworkPolicy platform
      (policies/tiers/admin.yaml:4)
      rule 1: accept: from every pod in namespaces labelled
              kubernetes.io/metadata.name=monitoring, on the port named
              `metrics` (policies/tiers/admin.yaml:10)
    sandbox/notebook (policies/tiers/network-policies.yaml:22)
      rule 1: from every pod in namespace sandbox, on every port
              (policies/tiers/network-policies.yaml:26)
    Baseline tier: BaselineAdminNetworkPolicy default
      (policies/tiers/v1alpha1.yaml:25), not asked where a NetworkPolicy
      isolates the pod
      rule 1: deny: from every pod in every namespace, on every port
              (policies/tiers/v1alpha1.yaml:29)
"
    );
}
