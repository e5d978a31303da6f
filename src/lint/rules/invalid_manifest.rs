//! A manifest that the API server refuses, or that cannot be read.
//!
//! ## What it does
//! Reports text that is neither YAML nor JSON, and values that the API server refuses: a protocol
//! that is none of TCP, UDP and SCTP, a port outside of 1 to 65535, `endPort` without `port` or below
//! it, a peer that says nothing or both a block and a selector, an operator without its values, a name
//! that is none. Also a kind of policy, of whatever group, in a group or version that does not have it or
//! misspelt; a workload without `selector` or template that is no patch for another, or whose selector does
//! not match its template; a Service whose `targetPort` is a number in quotes, that has no port or one twice;
//! and a container port whose name is too long or stands twice in a container.
//! Which version of Kubernetes judges is said by `--kubernetes-version` or `kubernetesVersion` in the settings.
//!
//! ## Why it matters
//! A policy that is refused protects nothing, and in a pipeline that goes on nobody is told.
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
//! What only a cluster can know (admission webhooks, quotas, which namespaces there are) is not
//! checked. In objects that are no policies only what matters to policies is an error.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&[
    "broken-link",
    "incomplete",
    "invalid-name",
    "invalid-value",
    "no-manifest",
    "required",
    "selector-mismatch",
    "syntax",
    "text-after-document",
    "unknown-kind",
    "wrong-api-version",
    "wrong-type",
]);
