//! Antrea.

use super::row::{Profile, no, open, yes};
use crate::model::Habit;

pub(super) const PROFILE: Profile = Profile {
    name: "antrea",
    aliases: &[],
    about: "Antrea on Linux nodes",
    rows: &[
        yes(
            Habit::BlocksMatchPods,
            "antrea networkpolicy_controller.go, toAntreaIPBlock: plain prefixes",
        ),
        yes(
            Habit::BlocksMatchNodes,
            "antrea networkpolicy_controller.go, toAntreaIPBlock: plain prefixes",
        ),
        no(
            Habit::NamespacesMatchHosts,
            "antrea leaves pods with hostNetwork out",
        ),
        yes(
            Habit::NodeIn,
            "antrea: what comes from its gateway passes the ingress tables by",
        ),
        yes(Habit::OutToNode, "no source").unconfirmed(),
        open(Habit::HostPodIsNode, "no source"),
        yes(Habit::ItselfIn, "antrea#5687"),
        open(Habit::ItselfOut, "no source"),
        yes(Habit::EndPorts, "1.1 and newer, antrea#2190"),
        open(Habit::Sctp, "no source"),
        yes(
            Habit::NamedPorts,
            "antrea agent, resolveService: for each member of a group",
        ),
        no(Habit::Ping, "no source").unconfirmed(),
        open(Habit::Overlay, "depends on its traffic mode"),
        open(Habit::SocketProxy, "depends on AntreaProxy"),
        no(Habit::NodePortBypass, "0.12.2 and newer, antrea#1816"),
    ],
};
