//! What is said of cluster-wide policies.

use super::*;

/// Asks of the sample with all kinds, at the width of a usual terminal.
fn sample(arguments: &[&str]) -> Ran {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.env("COLUMNS", "80").args(arguments);
    command.args(["-f", "policies/tiers"]);
    finish(command, "")
}

/// Asks of policies that tie, that name domains, and that never match.
fn open(arguments: &[&str]) -> Ran {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.env("COLUMNS", "80").args(arguments);
    command.args(["-f", "tiers.yaml"]);
    finish(command, "")
}

#[test]
fn an_answer_names_the_rule_its_policy_tier_and_priority() {
    let ran = sample(&["can", "monitoring/pod/prometheus", "shop/pod/db:9187"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
yes
monitoring/prometheus can reach shop/db on TCP 9187: no policy isolates
monitoring/prometheus for egress or denies it, and in the Admin tier, rule 1 of
ClusterNetworkPolicy platform (policies/tiers/admin.yaml:10) at priority 10 lets
it in.
"
    );
}

#[test]
fn an_answer_says_what_was_passed_on() {
    let ran = sample(&["can", "payments/pod/ledger", "payments/pod/vault:8200"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
no
payments/ledger cannot reach payments/vault on TCP 8200: no policy isolates
payments/ledger for egress or denies it, and in the Baseline tier, rule 2 of
ClusterNetworkPolicy teams-apart (policies/tiers/baseline.yaml:14) at priority
100 denies it after rule 1 of ClusterNetworkPolicy confidential
(policies/tiers/admin.yaml:36) at priority 20 left it to the next tier.
"
    );
}

#[test]
fn an_explanation_walks_the_tiers() {
    let ran = sample(&["explain", "shop/pod/db", "payments/pod/ledger:8443"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
no

shop/db to payments/ledger on TCP 8443: no
  egress from shop/db: allowed
    Admin tier          no rule matches
      priorities 10-30  no rule of ClusterNetworkPolicy platform
                        (policies/tiers/admin.yaml:4) and ClusterNetworkPolicy
                        no-old-data-centre (policies/tiers/admin.yaml:47)
                        matches
    NetworkPolicy tier  no policy isolates it for egress
    Baseline tier       no policy governs it for egress
  ingress to payments/ledger: denied
    Admin tier          leaves it to the next tier
      priority 10       no rule of ClusterNetworkPolicy platform
                        (policies/tiers/admin.yaml:4) matches
      priority 20       rule 1 of ClusterNetworkPolicy confidential
                        (policies/tiers/admin.yaml:36) leaves it to the next
                        tier
      otherwise         denied: in the Admin tier, rule 2 of
                        ClusterNetworkPolicy confidential
                        (policies/tiers/admin.yaml:40) at priority 20 denies it
    NetworkPolicy tier  isolated by payments/ledger
                        (policies/tiers/network-policies.yaml:13)
                        no rule matches
    nearest miss        rule 1 of payments/ledger allows pods labelled app=web
                        AND in namespaces labelled team=shop on TCP 8443;
                        `shop/db` is labelled app=db
                        (policies/tiers/network-policies.yaml:17)
    Baseline tier       not asked: a pod that a NetworkPolicy isolates for
                        ingress never comes here
"
    );
}

#[test]
fn an_explanation_says_what_would_decide_otherwise() {
    let ran = sample(&["explain", "monitoring/pod/prometheus", "shop/pod/db:9187"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
yes

monitoring/prometheus to shop/db on TCP 9187: yes
  egress from monitoring/prometheus: allowed
    Admin tier          no rule matches
      priority 10       no rule of ClusterNetworkPolicy platform
                        (policies/tiers/admin.yaml:4) matches
    NetworkPolicy tier  no policy isolates it for egress
    Baseline tier       no policy governs it for egress
  ingress to shop/db: allowed
    Admin tier          accepts it
      priority 10       rule 1 of ClusterNetworkPolicy platform
                        (policies/tiers/admin.yaml:10) accepts it
      otherwise         denied: shop/db (policies/tiers/network-policies.yaml:4)
                        isolates shop/db for ingress and no rule lets it in
    NetworkPolicy tier  not asked
    Baseline tier       not asked
"
    );
}

#[test]
fn an_explanation_ends_in_the_baseline_tier() {
    let ran = sample(&["explain", "payments/pod/ledger", "payments/pod/vault:8200"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
no

payments/ledger to payments/vault on TCP 8200: no
  egress from payments/ledger: allowed
    Admin tier          no rule matches
      priorities 10-30  no rule of ClusterNetworkPolicy platform
                        (policies/tiers/admin.yaml:4) and ClusterNetworkPolicy
                        no-old-data-centre (policies/tiers/admin.yaml:47)
                        matches
    NetworkPolicy tier  no policy isolates it for egress
    Baseline tier       no policy governs it for egress
  ingress to payments/vault: denied
    Admin tier          leaves it to the next tier
      priority 10       no rule of ClusterNetworkPolicy platform
                        (policies/tiers/admin.yaml:4) matches
      priority 20       rule 1 of ClusterNetworkPolicy confidential
                        (policies/tiers/admin.yaml:36) leaves it to the next
                        tier
      otherwise         denied: in the Admin tier, rule 2 of
                        ClusterNetworkPolicy confidential
                        (policies/tiers/admin.yaml:40) at priority 20 denies it
    NetworkPolicy tier  no policy isolates it for ingress
    Baseline tier       denies it
      priority 100      rule 2 of ClusterNetworkPolicy teams-apart
                        (policies/tiers/baseline.yaml:14) denies it
      otherwise         allowed: no policy isolates payments/vault for ingress
                        after rule 1 of ClusterNetworkPolicy confidential
                        (policies/tiers/admin.yaml:36) at priority 20 left it to
                        the next tier
"
    );
}

#[test]
fn a_near_miss_of_a_tier_is_told() {
    let ran = sample(&[
        "explain",
        "sandbox/pod/scratch",
        "sandbox/pod/notebook:8888",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
yes

sandbox/scratch to sandbox/notebook on TCP 8888: yes
  egress from sandbox/scratch: allowed
    Admin tier          no rule matches
      priorities 5-30   no rule of AdminNetworkPolicy trainees
                        (policies/tiers/v1alpha1.yaml:4), ClusterNetworkPolicy
                        platform (policies/tiers/admin.yaml:4) and
                        ClusterNetworkPolicy no-old-data-centre
                        (policies/tiers/admin.yaml:47) matches
      nearest miss      rule 1 of AdminNetworkPolicy trainees denies every pod
                        in namespaces labelled confidential=true on every port;
                        namespace `sandbox` has no label confidential
                        (policies/tiers/v1alpha1.yaml:9)
    NetworkPolicy tier  no policy isolates it for egress
    Baseline tier       no policy governs it for egress
  ingress to sandbox/notebook: allowed
    Admin tier          no rule matches
      priority 10       no rule of ClusterNetworkPolicy platform
                        (policies/tiers/admin.yaml:4) matches
    NetworkPolicy tier  isolated by sandbox/notebook
                        (policies/tiers/network-policies.yaml:22)
                        allowed by rule 1 of sandbox/notebook
                        (policies/tiers/network-policies.yaml:26)
    Baseline tier       not asked: a pod that a NetworkPolicy isolates for
                        ingress never comes here
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
      rule 1: leave to the next tier: to addresses in 192.0.2.10/32, on TCP
              5000-5001 (policies/tiers/admin.yaml:53)
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
    rule 1: leave to the next tier: from every pod in namespaces labelled team
            in (payments,shop), on every port (policies/tiers/admin.yaml:36)
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
    rule 1: leave to the next tier: from every pod in every namespace, on TCP
            100-200 and UDP 53 (tiers.yaml:50)
    rule 2: deny: from pods labelled app=web in every namespace, on TCP 150
            (tiers.yaml:53)
            it never matches: rule 1 of ClusterNetworkPolicy deny-low
            (tiers.yaml:38) is asked first, and matches all of that
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
fn a_tie_is_told_where_it_is() {
    let ran = open(&["explain", "shop/web", "shop/db:5432"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
no

shop/web to shop/db on TCP 5432: no
  egress from shop/web: denied
    Admin tier          no policy governs it for egress
    NetworkPolicy tier  no policy isolates it for egress
    Baseline tier       denies it
      priority 3        rule 3 of ClusterNetworkPolicy names (tiers.yaml:75)
                        denies it
      otherwise         allowed: no policy isolates shop/web for egress
  ingress to shop/db: cannot be decided
    Admin tier          open: accepts it, or denies it
      priority 7        rule 1 of ClusterNetworkPolicy allow-sql (tiers.yaml:26)
                        accepts it
      priority 7        rule 1 of ClusterNetworkPolicy deny-low (tiers.yaml:38)
                        denies it
      priority 8        ClusterNetworkPolicy tidy (tiers.yaml:44): not asked
      open              ClusterNetworkPolicy allow-sql and ClusterNetworkPolicy
                        deny-low have the same priority and disagree: a network
                        plugin may follow any of them
"
    );
}

#[test]
fn a_name_that_may_lead_there_is_told_where_it_is() {
    let ran = open(&["explain", "shop/web", "10.0.0.9:443"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
unknown

shop/web to 10.0.0.9 on TCP 443: unknown
  egress from shop/web: cannot be decided
    Admin tier          no policy governs it for egress
    NetworkPolicy tier  no policy isolates it for egress
    Baseline tier       open: accepts it, or denies it
      priority 3        rule 1 of ClusterNetworkPolicy names (tiers.yaml:73) may
                        accept it
                        rule 3 of ClusterNetworkPolicy names (tiers.yaml:75)
                        denies it
      open              whether *.example.com leads to `10.0.0.9` is for DNS to
                        say, and a policy names it
  ingress to 10.0.0.9: allowed
    it is outside the cluster: no policy governs it
"
    );
}
