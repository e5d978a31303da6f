//! An API version that clusters no longer have.
//!
//! ## What it does
//! Reports policies and other objects in the group `extensions`, which no longer has them.
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
//! Workloads and Ingresses of old versions are read as before and not reported: the version does not
//! change what policies mean.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["removed-api-version"]);
