//! A manifest that the API server refuses, or that cannot be read.
//!
//! ## What it does
//! Reports text that is neither YAML nor JSON, and values that the API server refuses: a protocol other
//! than TCP, UDP and SCTP, a port outside 1 to 65535, `endPort` without `port` or below it, a peer that
//! is empty or has both a block and a selector, an operator without its values, an invalid name. Also a
//! kind of policy, of whatever group, in a group or version that does not have it or misspelt; a
//! workload without `selector` or template that is no patch for another, or whose selector does not
//! match its template; a Service whose `targetPort` is a number in quotes, that has no port or one
//! twice; and a container port whose name is too long or stands twice in a container. Cluster-wide
//! policies are held against their custom resource definitions (`docs/tiers.md`); values that these
//! take and no network plugin can read are reported too, and a warning is what matches nothing. Set the
//! Kubernetes version to check against with `--kubernetes-version` or `kubernetesVersion` in the
//! settings.
//!
//! ## Why it matters
//! A refused policy protects nothing, and a pipeline that ignores the error hides it.
//!
//! ## Example
//! ```yaml
//! ports:
//!   - {protocol: ICMP, port: 70000}
//! ```
//!
//! ## Use instead
//! ```yaml
//! ports:
//!   - {protocol: TCP, port: 7000}
//! ```
//!
//! ## Limits
//! What only a cluster can know (admission webhooks, quotas, existing namespaces) is not checked. In
//! objects that are not policies, only mistakes that matter to policies are errors.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&[
    "broken-link",
    "incomplete",
    "invalid-name",
    "invalid-value",
    "matches-nothing",
    "meaningless-value",
    "namespace-ignored",
    "no-manifest",
    "required",
    "selector-mismatch",
    "syntax",
    "text-after-document",
    "unknown-kind",
    "wrong-api-version",
    "wrong-type",
]);
