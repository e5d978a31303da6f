//! One file per family of kinds: what was read becomes the model's objects.
//!
//! Inventory kinds (all but policies) are small structs that serde fills from JSON text or from a
//! spanned tree, and a `build` that checks values. Policies are read from the tree by hand,
//! since every part of them keeps its place.

mod annotated;
pub(super) mod autoscaler;
mod balancer;
mod cluster_form;
mod cluster_networks;
mod cluster_parts;
mod cluster_peers;
mod cluster_policy;
mod cluster_ports;
pub(super) mod custom;
mod dns;
pub(super) mod endpoints;
pub(super) mod gateway;
pub(super) mod gateway_class;
pub(super) mod ingress;
pub(super) mod ingress_class;
pub(super) mod meta;
pub(super) mod namespace;
pub(super) mod openshift;
pub(super) mod pod;
pub(super) mod policy;
mod policy_meta;
mod policy_peers;
mod policy_ports;
pub(super) mod reference_grant;
pub(super) mod route;
mod route_parts;
mod selector;
pub(super) mod service;
mod target;
mod template_selector;
pub(super) mod workload;

use super::pool::Pool;
use crate::diag::Severity;
use crate::model::{Clue, Origin};
use std::net::IpAddr;
use std::sync::Arc;

/// A value that the API server would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Issue {
    /// How bad it is: an error leaves the object out.
    pub severity: Severity,
    /// The kebab-case name of what is wrong.
    pub rule: &'static str,
    /// The field path of the value.
    pub path: String,
    /// What is wrong with it.
    pub what: String,
}

/// What building an object of the inventory needs and gives besides the object.
pub(super) struct Build<'a> {
    /// Shares texts and port lists.
    pub pool: &'a mut Pool,
    /// The namespace of objects that name none.
    pub default_namespace: &'a Arc<str>,
    /// Where the object's name stands.
    pub origin: Origin,
    /// What is wrong with the object.
    pub issues: Vec<Issue>,
    /// What it shows of the network plugin.
    pub clues: Vec<Clue>,
}

impl Build<'_> {
    fn issue(&mut self, rule: &'static str, path: impl Into<String>, what: impl Into<String>) {
        self.issues.push(Issue {
            severity: Severity::Error,
            rule,
            path: path.into(),
            what: what.into(),
        });
    }

    fn warn(&mut self, rule: &'static str, path: impl Into<String>, what: impl Into<String>) {
        self.issues.push(Issue {
            severity: Severity::Warning,
            rule,
            path: path.into(),
            what: what.into(),
        });
    }

    /// An IP address.
    fn address(&mut self, text: &str, path: String) -> Option<IpAddr> {
        let address = text.parse().ok();
        if address.is_none() {
            self.issue("invalid-value", path, "not an IP address");
        }
        address
    }

    fn optional(&mut self, text: &str) -> Option<Arc<str>> {
        (!text.is_empty()).then(|| self.pool.text(text))
    }
}
