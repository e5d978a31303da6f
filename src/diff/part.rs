//! What an object has on each side: the finest thing that a change can be put down to.

use super::both::Both;
use crate::model::{Direction, Origin};
use crate::table::listed;

listed! {
    /// What happened to a part of an object.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum What {
        /// A rule is new.
        RuleAdded,
        /// A rule is gone.
        RuleRemoved,
        /// A rule says something else.
        RuleChanged,
        /// A policy is new.
        PolicyAdded,
        /// A policy is gone.
        PolicyRemoved,
        /// A policy says something else, in more than one part.
        PolicyChanged,
        /// A policy selects a pod that it did not.
        Selects,
        /// A policy does not select a pod that it did.
        SelectsNoLonger,
        /// A pod has another label.
        Label,
        /// A namespace has another label.
        NamespaceLabel,
        /// A container port has another name or number.
        PortName,
        /// A pod has other addresses.
        Address,
        /// A pod is in the network of its node, or is no longer.
        HostNetwork,
        /// A workload has another number of pods.
        Replicas,
        /// A workload is new.
        WorkloadAdded,
        /// A workload is gone.
        WorkloadRemoved,
    }
}

impl What {
    /// What it is called in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::RuleAdded => "rule-added",
            Self::RuleRemoved => "rule-removed",
            Self::RuleChanged => "rule-changed",
            Self::PolicyAdded => "policy-added",
            Self::PolicyRemoved => "policy-removed",
            Self::PolicyChanged => "policy-changed",
            Self::Selects => "selects",
            Self::SelectsNoLonger => "selects-no-longer",
            Self::Label => "label",
            Self::NamespaceLabel => "namespace-label",
            Self::PortName => "port-name",
            Self::Address => "address",
            Self::HostNetwork => "host-network",
            Self::Replicas => "replicas",
            Self::WorkloadAdded => "workload-added",
            Self::WorkloadRemoved => "workload-removed",
        }
    }
}

/// What an object is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// Its kind.
    pub kind: String,
    /// Its namespace; none where it is in none.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

impl Object {
    /// `shop/web[Deployment]` as an object.
    pub(super) fn workload(name: &str) -> Self {
        let (namespace, rest) = name.split_once('/').unwrap_or(("", name));
        let (plain, kind) = rest.split_once('[').unwrap_or((rest, "Pod]"));
        Self {
            kind: kind.trim_end_matches(']').to_owned(),
            namespace: (!namespace.is_empty()).then(|| namespace.to_owned()),
            name: plain.to_owned(),
        }
    }
}

/// A part of an object that is otherwise on the other side.
#[derive(Debug, Clone)]
pub struct Part {
    /// What happened to it.
    pub what: What,
    /// In one sentence, lower case, no full stop, without places.
    pub text: String,
    /// The object.
    pub object: Object,
    /// The field, where it is one.
    pub field: Option<String>,
    /// The key of a label.
    pub key: Option<String>,
    /// What a label, a port or an address was, and is.
    pub values: Both<Option<String>>,
    /// In which direction it counts.
    pub direction: Option<Direction>,
    /// Where it stands on each side.
    pub origins: Both<Option<Origin>>,
}

impl Part {
    fn key(&self) -> (&str, What, &Object, &Option<String>) {
        (&self.text, self.what, &self.object, &self.field)
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Part {}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}
