//! kube-network-policies.

use super::row::{Profile, no, open, yes};
use crate::model::Habit;

pub(super) const PROFILE: Profile = Profile {
    name: "kube-network-policies",
    aliases: &["kindnet"],
    about: "kube-network-policies, and kindnet, which embeds it",
    rows: &[
        yes(
            Habit::BlocksMatchPods,
            "kube-network-policies networkpolicy.go, evaluateIPBlocks",
        ),
        yes(
            Habit::BlocksMatchNodes,
            "kube-network-policies networkpolicy.go, evaluateIPBlocks",
        ),
        no(
            Habit::NamespacesMatchHosts,
            "kube-network-policies leaves pods with hostNetwork out",
        ),
        open(
            Habit::NodeIn,
            "what root sends is accepted, nothing else, controller.go; kube-network-policies#65, #150",
        ),
        open(Habit::OutToNode, "kube-network-policies#283"),
        open(Habit::HostPodIsNode, "no source"),
        open(Habit::ItselfIn, "no source"),
        open(Habit::ItselfOut, "no source"),
        yes(
            Habit::EndPorts,
            "kube-network-policies networkpolicy.go, evaluatePorts",
        ),
        yes(Habit::Sctp, "kube-network-policies"),
        yes(
            Habit::NamedPorts,
            "kube-network-policies networkpolicy.go, evaluatePorts",
        ),
        open(Habit::Ping, "no source"),
        open(Habit::Overlay, "it is not the network"),
        open(Habit::SocketProxy, "it is not the network"),
        open(Habit::NodePortBypass, "no source"),
    ],
};
