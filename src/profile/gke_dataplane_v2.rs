//! GKE Dataplane V2. Of what Cilium does, only what GKE documents is taken over.

use super::row::{Profile, no, open, yes};
use crate::model::Habit;

pub(super) const PROFILE: Profile = Profile {
    name: "gke-dataplane-v2",
    aliases: &["gke-v2", "anetd"],
    about: "GKE Dataplane V2, which is built on Cilium",
    rows: &[
        no(
            Habit::BlocksMatchPods,
            "GKE documentation: select pods by labels; cilium#9209",
        ),
        no(Habit::BlocksMatchNodes, "as cilium").unconfirmed(),
        open(Habit::NamespacesMatchHosts, "no source"),
        yes(Habit::NodeIn, "as cilium").unconfirmed(),
        no(Habit::OutToNode, "as cilium").unconfirmed(),
        open(Habit::HostPodIsNode, "no source"),
        open(Habit::ItselfIn, "no source"),
        open(Habit::ItselfOut, "no source"),
        open(Habit::EndPorts, "depends on its version of Cilium"),
        open(Habit::Sctp, "no source"),
        no(Habit::SctpPorts, "as cilium").unconfirmed(),
        open(Habit::Ipv6, "no source"),
        yes(Habit::NamedPorts, "as cilium").unconfirmed(),
        open(Habit::Ping, "no source"),
        open(Habit::Overlay, "no source"),
        open(Habit::SocketProxy, "no source"),
        open(Habit::NodePortBypass, "no source"),
    ],
};
