//! Azure Network Policy Manager.

use super::row::{Profile, no, open, yes};
use crate::model::Habit;

pub(super) const PROFILE: Profile = Profile {
    name: "azure-npm",
    aliases: &[],
    about: "Azure Network Policy Manager on Linux nodes",
    rows: &[
        no(
            Habit::AdminPolicies,
            "azure-container-networking npm watches NetworkPolicies only",
        ),
        no(
            Habit::ClusterPolicies,
            "azure-container-networking npm watches NetworkPolicies only",
        ),
        yes(
            Habit::BlocksMatchPods,
            "azure-container-networking npm; AKS documentation",
        ),
        yes(
            Habit::BlocksMatchNodes,
            "azure-container-networking npm; AKS documentation",
        ),
        no(
            Habit::NamespacesMatchHosts,
            "azure-container-networking npm podController.go: pods with hostNetwork are ignored",
        ),
        yes(Habit::NodeIn, "no source").unconfirmed(),
        yes(
            Habit::OutToNode,
            "azure-container-networking#579, #2786; AKS documentation",
        ),
        open(Habit::HostPodIsNode, "no source"),
        open(Habit::ItselfIn, "no source"),
        open(Habit::ItselfOut, "no source"),
        yes(
            Habit::EndPorts,
            "azure-container-networking npm, translatePolicy.go",
        ),
        yes(Habit::Sctp, "azure-container-networking npm"),
        no(Habit::Ipv6, "AKS documentation"),
        yes(Habit::NamedPorts, "azure-container-networking npm"),
        open(Habit::Ping, "no source"),
        open(Habit::Overlay, "no source"),
        no(Habit::SocketProxy, "Services are left to kube-proxy"),
        yes(
            Habit::NodePortBypass,
            "azure-container-networking#1088, #940",
        ),
    ],
};
