//! kube-router; k3s and RKE2 run its policy controller inside their own process.

use super::row::{Profile, no, open, yes};
use crate::model::Habit;

pub(super) const PROFILE: Profile = Profile {
    name: "kube-router",
    aliases: &["k3s"],
    about: "kube-router, and what k3s and RKE2 embed of it",
    rows: &[
        yes(
            Habit::BlocksMatchPods,
            "kube-router pod.go: ipsets of addresses",
        ),
        yes(
            Habit::BlocksMatchNodes,
            "kube-router pod.go: ipsets of addresses",
        ),
        no(
            Habit::NamespacesMatchHosts,
            "kube-router, isNetPolActionable",
        ),
        yes(
            Habit::NodeIn,
            "kube-router pod.go: --src-type LOCAL -j ACCEPT; a bug in 1.0, kube-router#1017",
        ),
        no(
            Habit::OutToNode,
            "kube-router pod.go: INPUT goes to the chain of the pod",
        ),
        yes(
            Habit::HostPodIsNode,
            "kube-router pod.go: --src-type LOCAL -j ACCEPT",
        ),
        open(Habit::ItselfIn, "no source"),
        open(Habit::ItselfOut, "no source"),
        yes(Habit::EndPorts, "kube-router#1080"),
        yes(
            Habit::Sctp,
            "kube-router, network_policy_controller_test.go",
        ),
        yes(Habit::Ipv6, "kube-router documentation: dual stack"),
        yes(Habit::NamedPorts, "kube-router: a set for each name"),
        yes(
            Habit::Ping,
            "kube-router, CommonICMPRules: echo requests are accepted",
        ),
        open(Habit::Overlay, "depends on how it routes"),
        no(Habit::SocketProxy, "IPVS or kube-proxy"),
        no(
            Habit::NodePortBypass,
            "policies are in FORWARD, before the source is rewritten; kube-router#1199",
        ),
        yes(
            Habit::BeforeMasquerade,
            "policies are in FORWARD, before the source is rewritten; kube-router pod.go",
        ),
    ],
};
