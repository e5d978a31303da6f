//! A label that YAML does not read as text.
//!
//! ## What it does
//! Reports label values and keys that YAML 1.1, which Kubernetes reads, takes for a boolean, a number
//! or nothing: `yes`, `on`, `no`, `010`, `1.10`, `~`.
//!
//! ## Why it matters
//! Labels are text. A number or a boolean makes the API server refuse the object. A key `on` becomes
//! `true`. A label without a value is dropped by `kubectl apply`, so that a selector matches more, and
//! everything if it was the only one; with `kubectl create` and other clients it is an empty string,
//! and the selector matches nothing.
//!
//! ## Example
//! ```yaml
//! matchLabels: {canary: yes, version: 1.10}
//! ```
//!
//! ## Use instead
//! ```yaml
//! matchLabels: {canary: "yes", version: "1.10"}
//! ```
//!
//! ## Limits
//! Answers treat a missing value as an empty string, which can be written as `""`. A key that reads the
//! same as text, such as `1`, is not reported.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["key-not-text", "non-text-label", "null-label"]);
