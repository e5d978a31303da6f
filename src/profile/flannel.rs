//! Flannel. With its chart's `netpol.enabled` it is kube-network-policies that enforces.

use super::row::{Profile, no, open};
use crate::model::Habit;

pub(super) const PROFILE: Profile = Profile {
    name: "flannel",
    aliases: &[],
    about: "Flannel without anything beside it that enforces policies",
    rows: &[
        no(Habit::Enforces, "README of flannel"),
        open(
            Habit::Overlay,
            "depends on its backend: vxlan has a tunnel, host-gw has none",
        ),
        no(Habit::SocketProxy, "Services are left to kube-proxy"),
    ],
};
