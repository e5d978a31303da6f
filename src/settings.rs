//! What `netpolc.yaml` says, as it is written: rules by name, not looked up yet.

use crate::model::Origin;
use crate::net::Cidr;
use crate::selector::Selector;
use std::net::IpAddr;
use std::sync::Arc;

/// Everything of one `kind: Settings` document, or what holds where there is none.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The network plugin that enforces policies; none: not known.
    pub cni: Option<Cni>,
    /// What the input has of the cluster, where the file says.
    pub inventory: Told,
    /// Where pods have their addresses; empty: not known.
    pub pod_cidrs: Vec<Cidr>,
    /// Where Services have theirs; empty: not known.
    pub service_cidrs: Vec<Cidr>,
    /// Where nodes have theirs; empty: not known.
    pub node_cidrs: Vec<Cidr>,
    /// Who answers DNS queries.
    pub dns: Dns,
    /// The pods of ingress controllers; empty: not known.
    pub ingress_controllers: Vec<PodsNamed>,
    /// Levels of rules, in the order of the file.
    pub levels: Vec<RuleLevel>,
    /// Paths that are not read, as globs: `vendor/**`.
    pub exclude: Vec<Arc<str>>,
    /// From which level on findings make a run fail, where the file says.
    pub fail_on: Option<FailOn>,
}

/// The network plugin of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cni {
    /// Calico, or Canal.
    Calico,
    /// Cilium: its identities know no addresses of pods and nodes.
    Cilium,
    /// Weave Net.
    Weave,
    /// Flannel, which enforces no policy.
    Flannel,
    /// Another one, whose ways are those of the Kubernetes documents.
    Other,
}

impl Cni {
    /// All plugins.
    pub const ALL: [Self; 5] = [
        Self::Calico,
        Self::Cilium,
        Self::Weave,
        Self::Flannel,
        Self::Other,
    ];

    /// The plugin in one lower-case word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Calico => "calico",
            Self::Cilium => "cilium",
            Self::Weave => "weave",
            Self::Flannel => "flannel",
            Self::Other => "other",
        }
    }
}

/// What somebody says of how much of the cluster the input has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Told {
    /// Nothing: it is to be found out.
    #[default]
    Nothing,
    /// Everything that matters is in the input.
    Complete,
    /// Everything in these namespaces is.
    CompleteIn(Vec<Arc<str>>),
    /// Something is missing.
    Partial,
    /// Whatever of workloads, namespaces and Services is there does not count.
    None,
}

/// Who answers DNS queries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dns {
    /// The DNS pods; none: those that are known to do so in most clusters.
    pub pods: Option<PodsNamed>,
    /// The ports that they listen on; empty: 53.
    pub ports: Vec<u16>,
    /// Addresses that answer on nodes (`NodeLocal DNSCache`) or outside.
    pub addresses: Vec<IpAddr>,
}

/// Pods by the name of their namespace and their labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodsNamed {
    /// The namespace.
    pub namespace: Arc<str>,
    /// The pods in it.
    pub pods: Selector,
}

/// The level of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLevel {
    /// Code or name, as written; `all` for all rules.
    pub rule: Arc<str>,
    /// The level; none switches the rule off.
    pub level: Option<crate::diag::Severity>,
    /// The entry in the file; nowhere for the command line.
    pub origin: Origin,
}

/// From which level on findings make a run fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Errors and warnings.
    Warning,
    /// All findings.
    Note,
    /// Nothing.
    Never,
}

impl FailOn {
    /// All thresholds.
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Note, Self::Never];

    /// The threshold in one lower-case word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Never => "never",
        }
    }
}
