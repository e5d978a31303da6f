//! The catalog. Each rule is a file: the comment that it begins with is the rule's page, and its
//! `check` says what was found. Code, name and levels stand here and nowhere else.

mod all_namespaces_peer;
mod allow_all_rule;
mod and_or_peers;
mod apiserver_unreachable;
mod aws_limits;
mod baseline_never_reached;
mod client_ip_lost;
mod control_plane_caller_blocked;
mod default_deny_nullified;
mod deny_locks_out;
mod deny_one_family;
mod dns_blocked;
mod dns_linklocal;
mod dns_selector_mismatch;
mod dns_tcp_missing;
mod dns_to_anywhere;
mod domainnames_not_accept;
mod dual_stack_gap;
mod duplicate_key;
mod duplicate_policy;
mod empty_egress_without_type;
mod empty_peer_list;
mod empty_ports_list;
mod endport_unsupported;
mod except_ineffective;
mod except_outside_cidr;
mod experimental_field;
mod exposed_to_absent_workload;
mod family_ignored;
mod half_open_egress;
mod half_open_ingress;
mod icmp_undefined;
mod incomplete_workload;
mod ingress_backend_blocked;
mod invalid_manifest;
mod invalid_selector_value;
mod ipblock_covers_nodes;
mod ipblock_covers_pods;
mod ipblock_covers_service_cidr;
mod ipblock_not_for_pods_or_nodes;
mod isolated_but_served;
mod isolates_nothing_allowed;
mod label_collision;
mod label_only_on_owner;
mod metadata_ip_reachable;
mod missing_space_after_colon;
mod named_port_broken;
mod named_port_inconsistent;
mod named_port_unresolved;
mod named_port_with_ipblock;
mod namespace_name_label;
mod namespace_omitted;
mod namespace_selector_matches_none;
mod namespace_without_pods;
mod network_policy_overridden;
mod networks_any_hits_pods;
mod no_default_deny_egress;
mod no_default_deny_ingress;
mod nodeport_number_used;
mod non_string_label;
mod noncanonical_cidr;
mod not_enforced;
mod ovnk_nil_podselector;
mod own_node_egress;
mod owner_label_not_on_pods;
mod pass_to_nothing;
mod peer_is_hostnetwork;
mod peer_selects_nothing;
mod peers_make_no_difference;
mod pod_labels_on_namespace;
mod pod_not_isolated_egress;
mod pod_not_isolated_ingress;
mod podselector_is_local;
mod policy_selects_nothing;
mod policy_types_omitted;
mod port_not_declared;
mod priority_conflict;
mod priority_limit;
mod probe_blocked;
mod protocol_mismatch;
mod protocol_omitted;
mod redundant_policy;
mod redundant_rule;
mod removed_api_version;
mod rules_without_type;
mod sctp_limited;
mod selector_on_mutable_ns_label;
mod selects_hostnetwork;
mod sensitive_port_exposed;
mod service_port_used;
mod unintended_isolation;
mod unknown_field;
mod unreachable_rule;
mod unreachable_service;
mod unread_policy;
mod unrendered_template;
mod unsatisfiable_selector;
mod unused_suppression;
mod v1alpha1_deprecated;
mod volatile_label;
mod wide_port_range;
mod world_open_egress;
mod world_open_ingress;
mod wrong_namespace;

use super::need::Need;
use super::rule::{Precision, Rule};
use crate::diag::Severity;

/// Declares the catalog, in order of the rules' codes.
macro_rules! catalog {
    ($($code:literal $name:literal = $module:ident: $level:ident $precision:ident $({ $($field:ident: $value:expr),* $(,)? })?;)*) => {
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

use Need::{Namespaces, Policies, Services, Workloads};
use Severity::{Error, Note, Warning};

// The words of the catalog, whether or not a rule uses each.
const _: ([Need; 4], [Severity; 3]) = (
    [Namespaces, Policies, Services, Workloads],
    [Error, Note, Warning],
);

catalog! {
    // 000: about lint itself
    "NP000" "unused-suppression" = unused_suppression: Warning VeryHigh;
    // 00x: what is no valid manifest, or not the one that was meant
    "NP001" "invalid-manifest" = invalid_manifest: Error VeryHigh;
    "NP002" "unknown-field" = unknown_field: Error VeryHigh;
    "NP003" "duplicate-key" = duplicate_key: Error VeryHigh;
    "NP004" "non-string-label" = non_string_label: Error VeryHigh;
    "NP005" "missing-space-after-colon" = missing_space_after_colon: Error VeryHigh;
    "NP006" "removed-api-version" = removed_api_version: Error VeryHigh;
    "NP007" "namespace-omitted" = namespace_omitted: Note Medium { strict: true };
    "NP008" "duplicate-policy" = duplicate_policy: Error VeryHigh;
    "NP009" "unrendered-template" = unrendered_template: Error High;
    // 01x: structure and direction
    "NP010" "policy-types-omitted" = policy_types_omitted: Note High { shown: Some(Warning) };
    "NP011" "rules-without-type" = rules_without_type: Error VeryHigh;
    "NP012" "empty-egress-without-type" = empty_egress_without_type: Warning VeryHigh { shown: Some(Error) };
    "NP013" "allow-all-rule" = allow_all_rule: Warning High;
    "NP014" "empty-peer-list" = empty_peer_list: Warning High { shown: Some(Error) };
    "NP015" "empty-ports-list" = empty_ports_list: Warning High;
    "NP016" "isolates-nothing-allowed" = isolates_nothing_allowed: Note Medium { strict: true };
    "NP017" "and-or-peers" = and_or_peers: Warning Medium { shown: Some(Error) };
    "NP018" "podselector-is-local" = podselector_is_local: Warning High { needs: &[Workloads] };
    "NP019" "all-namespaces-peer" = all_namespaces_peer: Note Medium { strict: true };
    // 02x: selectors
    "NP020" "policy-selects-nothing" = policy_selects_nothing: Warning High { shown: Some(Error), needs: &[Workloads] };
    "NP021" "peer-selects-nothing" = peer_selects_nothing: Warning Medium { needs: &[Workloads] };
    "NP022" "namespace-selector-matches-none" = namespace_selector_matches_none: Warning High { needs: &[Namespaces] };
    "NP023" "namespace-name-label" = namespace_name_label: Note Medium { shown: Some(Warning) };
    "NP024" "unsatisfiable-selector" = unsatisfiable_selector: Error VeryHigh;
    "NP025" "invalid-selector-value" = invalid_selector_value: Error VeryHigh;
    "NP026" "wrong-namespace" = wrong_namespace: Error High { needs: &[Workloads] };
    "NP027" "volatile-label" = volatile_label: Warning High;
    "NP028" "label-collision" = label_collision: Note Medium;
    "NP029" "owner-label-not-on-pods" = owner_label_not_on_pods: Warning High;
    // 03x: ports
    "NP030" "service-port-used" = service_port_used: Warning High { shown: Some(Error) };
    "NP031" "named-port-unresolved" = named_port_unresolved: Warning High { needs: &[Workloads] };
    "NP032" "named-port-inconsistent" = named_port_inconsistent: Note VeryHigh { shown: Some(Warning) };
    "NP033" "port-not-declared" = port_not_declared: Note Low { strict: true, needs: &[Workloads] };
    "NP034" "protocol-omitted" = protocol_omitted: Note Medium { shown: Some(Warning), strict: true };
    "NP035" "protocol-mismatch" = protocol_mismatch: Warning High;
    "NP036" "wide-port-range" = wide_port_range: Note High;
    "NP037" "named-port-with-ipblock" = named_port_with_ipblock: Warning High { shown: Some(Error) };
    "NP038" "nodeport-number-used" = nodeport_number_used: Warning Medium;
    // 04x: address blocks
    "NP040" "noncanonical-cidr" = noncanonical_cidr: Error VeryHigh;
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
    "NP057" "ingress-backend-blocked" = ingress_backend_blocked: Warning High { shown: Some(Error), needs: &[Policies] };
    "NP058" "client-ip-lost" = client_ip_lost: Warning Medium { needs: &[Policies] };
    "NP059" "control-plane-caller-blocked" = control_plane_caller_blocked: Warning Medium { needs: &[Policies, Workloads] };
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
    "NP073" "half-open-egress" = half_open_egress: Note High { shown: Some(Warning), needs: &[Policies, Workloads] };
    "NP074" "half-open-ingress" = half_open_ingress: Note High { shown: Some(Warning), needs: &[Policies, Workloads] };
    "NP075" "unintended-isolation" = unintended_isolation: Note Medium { strict: true, needs: &[Policies, Workloads] };
    "NP076" "unreachable-service" = unreachable_service: Note Medium { needs: &[Policies, Workloads] };
    // 08x: what a network plugin makes of policies
    "NP080" "not-enforced" = not_enforced: Error VeryHigh { security: Some("8.0") };
    "NP081" "endport-unsupported" = endport_unsupported: Warning VeryHigh { shown: Some(Error) };
    "NP082" "sctp-limited" = sctp_limited: Warning High;
    "NP083" "ipblock-not-for-pods-or-nodes" = ipblock_not_for_pods_or_nodes: Error High;
    "NP084" "named-port-broken" = named_port_broken: Error VeryHigh { security: Some("7.0") };
    "NP085" "aws-limits" = aws_limits: Warning High;
    "NP086" "family-ignored" = family_ignored: Warning High;
    "NP087" "icmp-undefined" = icmp_undefined: Note High { strict: true };
    "NP088" "own-node-egress" = own_node_egress: Warning Medium { strict: true };
    "NP089" "ovnk-nil-podselector" = ovnk_nil_podselector: Note High;
    // 09x and 10x: cluster-wide policies, and other kinds
    "NP090" "priority-conflict" = priority_conflict: Error High;
    "NP091" "unreachable-rule" = unreachable_rule: Warning VeryHigh;
    "NP092" "v1alpha1-deprecated" = v1alpha1_deprecated: Note VeryHigh { strict: true };
    "NP093" "network-policy-overridden" = network_policy_overridden: Warning High;
    "NP094" "priority-limit" = priority_limit: Error High;
    "NP095" "networks-any-hits-pods" = networks_any_hits_pods: Warning High;
    "NP097" "baseline-never-reached" = baseline_never_reached: Note High { needs: &[Policies] };
    "NP098" "domainnames-not-accept" = domainnames_not_accept: Error VeryHigh;
    "NP099" "unread-policy" = unread_policy: Note VeryHigh;
    "NP100" "deny-locks-out" = deny_locks_out: Warning High { needs: &[Policies] };
    "NP101" "deny-one-family" = deny_one_family: Warning Medium { security: Some("5.0") };
    "NP102" "pass-to-nothing" = pass_to_nothing: Note Medium { needs: &[Policies, Workloads] };
    "NP103" "experimental-field" = experimental_field: Note VeryHigh;
    // 10x, on: more of selectors, workloads and what policies come to together
    "NP104" "peers-make-no-difference" = peers_make_no_difference: Note VeryHigh;
    "NP105" "namespace-without-pods" = namespace_without_pods: Warning High { needs: &[Policies, Workloads] };
    "NP106" "label-only-on-owner" = label_only_on_owner: Warning High;
    "NP107" "pod-labels-on-namespace" = pod_labels_on_namespace: Warning Medium;
    "NP108" "incomplete-workload" = incomplete_workload: Error VeryHigh;
}
