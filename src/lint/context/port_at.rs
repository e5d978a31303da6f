//! An entry of `ports`, and what may be wrong with it.

use super::lead::Lead;
use super::rule_at::RuleAt;
use super::subjects::AppId;
use crate::model::PortMatch;
use crate::net::Protocol;
use std::collections::BTreeMap;

/// An entry of `ports` with its place.
#[derive(Debug, Clone, Copy)]
pub struct PortAt<'a> {
    /// The rule.
    pub at: RuleAt<'a>,
    /// Its place among the ports, from 0.
    pub index: usize,
    /// The entry.
    pub port: &'a PortMatch,
}

impl PortAt<'_> {
    /// Its path: `spec.ingress[0].ports[1]`.
    pub fn path(&self) -> String {
        self.at.port_path(self.index)
    }

    /// The path of its `port`.
    pub fn number_path(&self) -> String {
        format!("{}.port", self.path())
    }
}

/// What is wrong with an entry of `ports`: one thing where several hold, the first of these.
#[derive(Debug, Clone)]
pub enum PortTrouble<'a> {
    /// It is the port of a Service, which leads to other ports of the pods; nobody serves it.
    ServicePort {
        /// What leads elsewhere.
        leads: Vec<Lead<'a>>,
        /// Whether that is so of all pods at the destination that a Service leads to.
        all: bool,
    },
    /// It is served, or has its name, over other protocols only.
    Protocol {
        /// The protocols, and an app that serves each.
        others: BTreeMap<Protocol, AppId>,
    },
    /// It is the port of a Service on nodes, which leads to other ports of the pods.
    NodePort {
        /// What leads elsewhere.
        leads: Vec<Lead<'a>>,
    },
    /// No pod at the destination has a port of this name.
    Unresolved {
        /// The ports of Services of this name.
        leads: Vec<Lead<'a>>,
        /// The names that ports there have.
        names: Vec<&'a str>,
    },
    /// The name leads to different numbers.
    Inconsistent {
        /// The numbers, and an app of each.
        numbers: BTreeMap<u16, AppId>,
    },
    /// No pod at the destination declares it, and all of them declare some.
    Undeclared {
        /// What they declare.
        declared: Vec<(u16, Protocol)>,
    },
}
