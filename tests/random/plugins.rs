//! What random network plugins do.

use super::Choices;
use netpolc::model::{Habit, Practice, Says};

/// What the network plugin of a cluster does: mostly as documented, in each way for itself.
pub(crate) fn practice(choices: &mut Choices<'_>) -> Practice {
    let mut practice = Practice::of("some-plugin");
    if choices.once_in(2) {
        return practice;
    }
    for habit in Habit::ALL {
        // Of these no plugin leaves open what it does.
        let all = match habit {
            Habit::NameOpensProtocol
            | Habit::NameVoidsPolicy
            | Habit::AdminPolicies
            | Habit::ClusterPolicies => &[Says::No, Says::Yes][..],
            Habit::NamespacesMatchHosts => &[Says::No, Says::Open],
            Habit::HostPodIsNode => &[Says::Open, Says::Yes],
            // Else few flows are left to be told apart.
            Habit::Enforces if !choices.once_in(8) => &[Says::Yes],
            _ => &[Says::Yes, Says::No, Says::Open],
        };
        if choices.once_in(3) {
            practice = practice.with(habit, choices.of(all), "");
        }
    }
    practice
}
