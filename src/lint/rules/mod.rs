//! The catalog. Each rule is a file: the comment that it begins with is the rule's page, and its
//! `check` says what was found. Code, name and levels stand here and nowhere else.

use super::rule::{Need, Precision, Rule};
use crate::diag::Severity;

/// Declares the rules: their modules and the catalog, in order of their codes.
macro_rules! catalog {
    ($($code:literal $name:literal = $module:ident: $level:ident $precision:ident $({ $($field:ident: $value:expr),* $(,)? })?;)*) => {
        $(mod $module;)*

        /// All rules, in order of their codes.
        pub const ALL: &[Rule] = &[$(Rule {
            $($($field: $value,)*)?
            ..Rule {
                code: $code,
                name: $name,
                level: Severity::$level,
                shown: None,
                strict: false,
                precision: Precision::$precision,
                security: None,
                needs: &[],
                check: $module::CHECK,
                source: include_str!(concat!(stringify!($module), ".rs")),
            }
        }),*];
    };
}

#[expect(unused_imports, reason = "shorter lines in the catalog")]
use Need::{Namespaces, Policies, Services, Workloads};
#[expect(unused_imports, reason = "shorter lines in the catalog")]
use Severity::{Error, Note, Warning};

catalog! {
    // 00x: what is no valid manifest, or not the one that was meant
    "NP002" "unknown-field" = unknown_field: Error VeryHigh;
    // 01x: structure and direction
    "NP017" "and-or-peers" = and_or_peers: Warning Medium { shown: Some(Error) };
    // 02x: selectors
    "NP020" "policy-selects-nothing" = policy_selects_nothing: Warning High { shown: Some(Error), needs: &[Workloads] };
    // 03x: ports
    // 04x: address blocks
    "NP040" "noncanonical-cidr" = noncanonical_cidr: Warning VeryHigh;
    "NP041" "except-outside-cidr" = except_outside_cidr: Error VeryHigh;
    "NP042" "except-ineffective" = except_ineffective: Warning High;
    "NP043" "ipblock-covers-pods" = ipblock_covers_pods: Warning High { shown: Some(Error) };
    "NP044" "ipblock-covers-service-cidr" = ipblock_covers_service_cidr: Warning High { shown: Some(Error) };
    "NP045" "ipblock-covers-nodes" = ipblock_covers_nodes: Warning Medium;
    "NP046" "world-open-ingress" = world_open_ingress: Note High { shown: Some(Warning), security: Some("6.5") };
    "NP047" "world-open-egress" = world_open_egress: Warning Medium { strict: true, security: Some("5.0") };
    "NP048" "metadata-ip-reachable" = metadata_ip_reachable: Warning High { security: Some("7.5") };
    "NP049" "dual-stack-gap" = dual_stack_gap: Warning Medium { strict: true, needs: &[Policies] };
    // 05x: traffic that clusters live by
    "NP050" "dns-blocked" = dns_blocked: Warning High { shown: Some(Error), needs: &[Policies] };
    "NP051" "dns-tcp-missing" = dns_tcp_missing: Warning High { needs: &[Policies] };
    "NP052" "dns-linklocal" = dns_linklocal: Note High { shown: Some(Warning), needs: &[Policies] };
    "NP053" "dns-selector-mismatch" = dns_selector_mismatch: Warning High;
    "NP054" "dns-to-anywhere" = dns_to_anywhere: Note High { strict: true };
    "NP055" "apiserver-unreachable" = apiserver_unreachable: Warning Medium { strict: true, needs: &[Policies] };
    "NP056" "probe-blocked" = probe_blocked: Note Low { strict: true, needs: &[Policies] };
    "NP058" "client-ip-lost" = client_ip_lost: Warning Medium { needs: &[Policies] };
    // 06x: who is exposed
    "NP060" "no-default-deny-ingress" = no_default_deny_ingress: Warning VeryHigh { strict: true, security: Some("5.0"), needs: &[Policies, Workloads] };
    "NP061" "no-default-deny-egress" = no_default_deny_egress: Note VeryHigh { strict: true, needs: &[Policies, Workloads] };
    "NP062" "pod-not-isolated-ingress" = pod_not_isolated_ingress: Warning VeryHigh { security: Some("5.0"), needs: &[Policies, Workloads] };
    "NP063" "pod-not-isolated-egress" = pod_not_isolated_egress: Note VeryHigh { strict: true, needs: &[Policies, Workloads] };
    "NP064" "isolated-but-served" = isolated_but_served: Warning High { needs: &[Policies, Workloads] };
    "NP065" "selects-hostnetwork" = selects_hostnetwork: Warning High;
    "NP066" "peer-is-hostnetwork" = peer_is_hostnetwork: Warning High { needs: &[Workloads] };
    "NP067" "sensitive-port-exposed" = sensitive_port_exposed: Warning Medium { security: Some("7.0") };
    "NP068" "selector-on-mutable-ns-label" = selector_on_mutable_ns_label: Note Low { strict: true };
    "NP069" "exposed-to-absent-workload" = exposed_to_absent_workload: Note High { strict: true, needs: &[Workloads] };
    // 07x: what policies come to together
    "NP070" "redundant-policy" = redundant_policy: Note VeryHigh;
    "NP071" "redundant-rule" = redundant_rule: Note VeryHigh;
    "NP072" "default-deny-nullified" = default_deny_nullified: Warning VeryHigh;
    "NP073" "half-open-egress" = half_open_egress: Warning High { needs: &[Policies, Workloads] };
    "NP074" "half-open-ingress" = half_open_ingress: Warning High { needs: &[Policies, Workloads] };
    "NP075" "unintended-isolation" = unintended_isolation: Note Medium { strict: true, needs: &[Policies, Workloads] };
    "NP076" "unreachable-service" = unreachable_service: Note Medium { needs: &[Policies, Workloads] };
}
