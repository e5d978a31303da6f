//! A policy of a kind that netpolc does not read.
//!
//! ## What it does
//! Reports policies of Calico, Cilium, Antrea, multi-networkpolicy and others, and
//! policies that another object creates: those with parameters in an OpenShift Template, and those
//! inside a policy of Kyverno and the like.
//!
//! ## Why it matters
//! No answer and no other finding takes such a policy into account. While the input has one, rules that
//! need all policies are not checked.
//!
//! ## Example
//! ```yaml
//! apiVersion: cilium.io/v2
//! kind: CiliumNetworkPolicy
//! ```
//!
//! ## Use instead
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! ```
//!
//! ## Limits
//! Always a note: nothing is wrong with the manifest. A kind whose name ends in `NetworkPolicy` counts as one
//! wherever it is from; others that are not known by name are not reported. A known kind in a group or
//! version that does not have it is an error of `invalid-manifest`.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["unread-policy"]);
