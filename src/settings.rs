//! What `netpolc.yaml` says, as it is written: rules by name, not looked up yet.

use crate::model::Origin;
use crate::net::Cidr;
use crate::profile::{self, Plugin};
use crate::selector::Selector;
use crate::table::listed;
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
    /// The domain of the cluster, in lower case and without dots at its ends; none: not told, and
    /// `cluster.local` in most clusters.
    pub cluster_domain: Option<Arc<str>>,
    /// The pods of ingress controllers; empty: not known.
    pub ingress_controllers: Vec<PodsNamed>,
    /// Levels of rules, in the order of the file.
    pub levels: Vec<RuleLevel>,
    /// Paths that are not read, as globs: `vendor/**`.
    pub exclude: Vec<Arc<str>>,
    /// From which level on findings make a run fail, where the file says.
    pub fail_on: Option<FailOn>,
    /// The version of the API server that manifests are for, where the file says.
    pub kubernetes_version: Option<KubernetesVersion>,
}

/// A version of Kubernetes, such as 1.36; what comes after does not matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KubernetesVersion {
    major: u32,
    minor: u32,
}

impl KubernetesVersion {
    /// The newest version of which is known what it takes and what it refuses.
    pub const NEWEST: Self = Self::new(1, 36);

    /// `major.minor`.
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    /// Reads `1.36`, `v1.36` and `1.36.2-gke.100`; none for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        };
        let text = text.strip_prefix('v').unwrap_or(text);
        let (major, rest) = text.split_once('.')?;
        // Hosted clusters write `27+`.
        let minor = rest.split(['.', '-', '+']).next().unwrap_or_default();
        Some(Self::new(number(major)?, number(minor)?))
    }
}

impl Default for KubernetesVersion {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl std::fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The network plugin of a cluster, as somebody tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cni {
    /// It is to be found out from the input.
    Detect,
    /// This one.
    Of(Plugin),
}

impl Cni {
    /// The word that asks for [`Cni::Detect`].
    pub const DETECT: &'static str = "detect";

    /// Reads `detect`, `cilium` or `cilium@1.17`; none for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        if text == Self::DETECT {
            return Some(Self::Detect);
        }
        Plugin::parse(text).map(Self::Of)
    }

    /// All words that it may be, without versions.
    pub fn words() -> impl Iterator<Item = &'static str> + Clone {
        profile::names().chain([Self::DETECT])
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

listed! {
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
}

impl FailOn {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_servers_and_people_write_them() {
        for text in ["1.35", "v1.35", "1.35.0", "v1.35.4-eks-1234", "1.35+"] {
            let version = KubernetesVersion::parse(text);
            assert_eq!(version, Some(KubernetesVersion::new(1, 35)), "{text}");
        }
        for text in [
            "",
            "1",
            "1.",
            "v",
            "new",
            "1.x",
            ".36",
            "1.-5",
            "99999999999.1",
        ] {
            assert_eq!(KubernetesVersion::parse(text), None, "{text}");
        }
        assert!(KubernetesVersion::new(1, 9) < KubernetesVersion::NEWEST);
    }
}
