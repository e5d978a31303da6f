//! A network was seen, and not what enforces policies in it: whatever plugins differ in is open. Nobody
//! can name it, so that it is not among the profiles of the catalog.

use super::row::{Profile, Row, open};
use crate::model::Habit;

const fn not_seen(habit: Habit) -> Row {
    open(habit, "what enforces policies is not in the input")
}

pub(super) const PROFILE: Profile = Profile {
    name: "the network plugin",
    aliases: &[],
    about: "Somebody who is not in the input, beside a network that enforces nothing by itself",
    rows: &[
        not_seen(Habit::Enforces),
        not_seen(Habit::BarePods),
        not_seen(Habit::BlocksMatchPods),
        not_seen(Habit::BlocksMatchNodes),
        not_seen(Habit::NamespacesMatchHosts),
        not_seen(Habit::NodeIn),
        not_seen(Habit::EndPorts),
        not_seen(Habit::Sctp),
        not_seen(Habit::Ipv6),
        not_seen(Habit::SctpPorts),
        not_seen(Habit::ServicePorts),
        not_seen(Habit::NamedPorts),
        not_seen(Habit::NamesPerPod),
    ],
};
