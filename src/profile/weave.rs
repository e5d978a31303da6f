//! Weave Net, with its network policy controller.

use super::row::{Profile, no, open, yes};
use crate::model::Habit;

pub(super) const PROFILE: Profile = Profile {
    name: "weave",
    aliases: &["weave-net"],
    about: "Weave Net, which is archived",
    rows: &[
        no(
            Habit::AdminPolicies,
            "weave npc watches NetworkPolicies only",
        ),
        no(
            Habit::ClusterPolicies,
            "weave npc watches NetworkPolicies only",
        ),
        yes(Habit::BlocksMatchPods, "weave npc, ipsets of addresses"),
        yes(Habit::BlocksMatchNodes, "no source").unconfirmed(),
        no(
            Habit::NamespacesMatchHosts,
            "weave npc leaves pods with hostNetwork out",
        ),
        open(
            Habit::NodeIn,
            "only what comes through a Service is known, weave docs/k8s-src-ip.md",
        ),
        yes(
            Habit::OutToNode,
            "weave npc: --dst-type LOCAL -j RETURN, weave#3924",
        ),
        open(Habit::ItselfIn, "no source"),
        open(Habit::ItselfOut, "no source"),
        no(Habit::EndPorts, "weave npc has no code for it"),
        open(Habit::Sctp, "no source"),
        no(Habit::Ipv6, "no source").unconfirmed(),
        no(Habit::NamedPorts, "weave npc, analyser.go"),
        yes(Habit::NameVoidsPolicy, "weave npc, analyser.go"),
        open(Habit::Ping, "no source"),
        yes(
            Habit::Overlay,
            "weave docs/k8s-src-ip.md: the address of the weave bridge",
        ),
        no(Habit::SocketProxy, "weave docs/k8s-src-ip.md"),
        open(
            Habit::NodePortBypass,
            "only in part, weave docs/k8s-src-ip.md",
        ),
    ],
};
