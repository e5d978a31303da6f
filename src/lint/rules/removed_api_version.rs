//! An API version that clusters do not have any more.
//!
//! ## What it does
//! Reports policies and other objects of the group `extensions` that are gone from it.
//!
//! ## Why it matters
//! `extensions/v1beta1` has had no NetworkPolicy since Kubernetes 1.16. Clusters refuse the policy.
//!
//! ## Example
//! ```yaml
//! apiVersion: extensions/v1beta1
//! kind: NetworkPolicy
//! ```
//!
//! ## Use instead
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! ```
//!
//! ## Limits
//! Workloads and Ingresses of old versions are read as they were and not reported: they say nothing
//! else about policies.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["removed-api-version"]);
