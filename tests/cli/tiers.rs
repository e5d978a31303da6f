//! What is said of cluster-wide policies.

mod english;
mod verbs;

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
payments/ledger cannot reach payments/vault on TCP 8200: in the Baseline tier,
rule 2 of ClusterNetworkPolicy teams-apart (policies/tiers/baseline.yaml:14) at
priority 100 denies it after rule 1 of ClusterNetworkPolicy confidential
(policies/tiers/admin.yaml:36) at priority 20 passed it on, and no policy
isolates payments/ledger for egress or denies it.
to open it change rule 2 of ClusterNetworkPolicy teams-apart
(policies/tiers/baseline.yaml:14): a NetworkPolicy that isolates the destination
for ingress would be asked instead, and would refuse all that it does not let
through.
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
    Admin tier          passes it on
      priority 10       no rule of ClusterNetworkPolicy platform
                        (policies/tiers/admin.yaml:4) matches
      priority 20       rule 1 of ClusterNetworkPolicy confidential
                        (policies/tiers/admin.yaml:36) passes it on
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

the smallest change that would open it, and nothing else:
  add to spec.ingress[0].from of NetworkPolicy payments/ledger
    (policies/tiers/network-policies.yaml:17):
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
      podSelector: {matchLabels: {app: db}}
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
    Admin tier          passes it on
      priority 10       no rule of ClusterNetworkPolicy platform
                        (policies/tiers/admin.yaml:4) matches
      priority 20       rule 1 of ClusterNetworkPolicy confidential
                        (policies/tiers/admin.yaml:36) passes it on
      otherwise         denied: in the Admin tier, rule 2 of
                        ClusterNetworkPolicy confidential
                        (policies/tiers/admin.yaml:40) at priority 20 denies it
    NetworkPolicy tier  no policy isolates it for ingress
    Baseline tier       denies it
      priority 100      rule 2 of ClusterNetworkPolicy teams-apart
                        (policies/tiers/baseline.yaml:14) denies it
      otherwise         allowed: no policy isolates payments/vault for ingress
                        after rule 1 of ClusterNetworkPolicy confidential
                        (policies/tiers/admin.yaml:36) at priority 20 passed it
                        on

to open it change rule 2 of ClusterNetworkPolicy teams-apart
(policies/tiers/baseline.yaml:14): a NetworkPolicy that isolates the destination
for ingress would be asked instead, and would refuse all that it does not let
through.
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

the smallest removal that would close it:
  remove rule 1 of sandbox/notebook (policies/tiers/network-policies.yaml:26)
it would also close 1 other connection: sandbox/scratch[Pod] to
  sandbox/notebook[Pod] on SCTP 1-65535,TCP 1-8887,8889-65535,UDP 1-65535.
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

to open it change rule 3 of ClusterNetworkPolicy names (tiers.yaml:75): a
NetworkPolicy that isolates the source for egress would be asked instead, and
would refuse all that it does not let through.
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
