//! Rulesets that netpolc writes, in the lab.

use super::lab::{Lab, PodNet};
use super::load::{Iptables, Node, Variant};
use netpolc::emit::plan::{Plan, Scope, plan};
use netpolc::emit::{iptables, nftables};
use netpolc::model::Cluster;
use std::net::IpAddr;

/// What writes a ruleset, and what loads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Nftables,
    Iptables(Variant),
}

impl Backend {
    /// The command that writes its rulesets, without `netpolc`.
    pub fn command(self) -> &'static str {
        match self {
            Self::Nftables => "emit nftables",
            Self::Iptables(_) => "emit iptables",
        }
    }
}

/// A cluster with what its rulesets must do.
pub struct Emitted {
    pub cluster: Cluster,
    pub plan: Plan,
}

impl Emitted {
    /// The rulesets of a whole cluster.
    pub fn of(cluster: Cluster) -> Self {
        Self::within(cluster, &Scope::Cluster)
    }

    /// The rulesets for a part of a cluster.
    pub fn within(cluster: Cluster, scope: &Scope) -> Self {
        let (plan, _) = plan(&cluster, scope).expect("a ruleset can say it");
        Emitted { cluster, plan }
    }

    /// The nft file.
    pub fn nft(&self) -> String {
        nftables::write(&self.plan, &self.cluster, &nftables::Options::default())
    }

    /// The nft file as if there were too many sets of pods.
    pub fn nft_sharing(&self) -> String {
        let options = nftables::Options {
            sets: 0,
            ..nftables::Options::default()
        };
        nftables::write(&self.plan, &self.cluster, &options)
    }

    /// The files of iptables.
    pub fn iptables(&self) -> iptables::Files {
        iptables::write(&self.plan, &self.cluster, &iptables::Options::default())
    }

    /// The pods that have addresses of their own.
    pub fn pods(&self) -> Vec<PodNet> {
        let pods = self.cluster.pods.rows().iter();
        pods.filter(|pod| !pod.ips.is_empty())
            .map(|pod| PodNet {
                name: self.cluster.pod_name(pod),
                addresses: pod.ips.clone(),
            })
            .collect()
    }

    /// Loads the ruleset into a node that has none.
    pub fn load(&self, lab: &Lab, backend: Backend) -> Result<(), String> {
        lab.flush()?;
        match backend {
            Backend::Nftables => lab.load_nft(&self.nft()),
            Backend::Iptables(variant) => load_iptables(lab, &self.iptables(), variant),
        }
    }
}

/// Loads files of iptables.
pub fn load_iptables(node: &Node, files: &iptables::Files, variant: Variant) -> Result<(), String> {
    node.load_iptables(&Iptables {
        variant,
        ipset: &files.ipset,
        v4: &jumping(&files.v4),
        v6: &jumping(&files.v6),
    })
}

/// The rules with the jump that their script makes.
pub fn jumping(rules: &str) -> String {
    rules.replace("COMMIT\n", "-I FORWARD 1 -j NP-FORWARD\nCOMMIT\n")
}

/// The address of a pod in the family of another.
pub fn facing(addresses: &[IpAddr], other: IpAddr) -> Option<IpAddr> {
    let mut all = addresses.iter().copied();
    all.find(|address| address.is_ipv4() == other.is_ipv4())
}
