//! All profiles, and how they are found.

use super::row::Profile;
use super::version::Version;
use super::{
    antrea, aws_vpc_cni, azure_npm, calico, cilium, flannel, gke_dataplane_v2,
    kube_network_policies, kube_router, none, other, ovn_kubernetes, spec, weave,
};
use crate::model::Practice;
use std::fmt;

/// All profiles, in the order in which they are shown.
pub const ALL: [&Profile; 14] = [
    &spec::PROFILE,
    &calico::PROFILE,
    &cilium::PROFILE,
    &weave::PROFILE,
    &flannel::PROFILE,
    &kube_router::PROFILE,
    &antrea::PROFILE,
    &ovn_kubernetes::PROFILE,
    &aws_vpc_cni::PROFILE,
    &azure_npm::PROFILE,
    &gke_dataplane_v2::PROFILE,
    &kube_network_policies::PROFILE,
    &none::PROFILE,
    &other::PROFILE,
];

/// A plugin that is told, with its version where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plugin {
    /// The profile.
    pub profile: &'static Profile,
    /// The version.
    pub version: Option<Version>,
}

impl Default for Plugin {
    fn default() -> Self {
        Self {
            profile: &spec::PROFILE,
            version: None,
        }
    }
}

/// The profile of this name.
pub fn find(name: &str) -> Option<&'static Profile> {
    let mut all = ALL.into_iter();
    all.find(|it| it.name == name || it.aliases.contains(&name))
}

/// All names by which profiles are found, for "did you mean".
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    ALL.into_iter()
        .flat_map(|it| std::iter::once(it.name).chain(it.aliases.iter().copied()))
}

impl Plugin {
    /// `cilium` or `cilium@1.17`; none if there is no such profile, or that is no version.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, version) = match text.split_once('@') {
            Some((name, version)) => (name, Some(Version::parse(version)?)),
            None => (text, None),
        };
        Some(Self {
            profile: find(name)?,
            version,
        })
    }

    /// What it does.
    pub fn practice(self) -> Practice {
        let rows = self.profile.rows.iter();
        rows.fold(Practice::of(self.profile.name), |practice, row| {
            practice.with(row.habit, row.says(self.version), row.source)
        })
    }
}

impl fmt::Display for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.profile.name)?;
        match self.version {
            Some(version) => write!(f, "@{version}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Habit, Says};
    use crate::profile::unseen;
    use std::collections::BTreeSet;

    #[test]
    fn names_and_rows_are_distinct() {
        let all: Vec<&str> = names().collect();
        assert_eq!(all.len(), all.iter().collect::<BTreeSet<_>>().len());
        for profile in ALL {
            let habits: BTreeSet<Habit> = profile.rows.iter().map(|row| row.habit).collect();
            assert_eq!(habits.len(), profile.rows.len(), "{}", profile.name);
            assert!(profile.rows.iter().all(|row| !row.source.is_empty()));
        }
    }

    /// What evaluators take for granted of the data.
    #[test]
    fn some_habits_are_never_open_or_never_sure() {
        for profile in ALL.into_iter().chain([&unseen::PROFILE]) {
            let practice = Plugin {
                profile,
                version: None,
            }
            .practice();
            let says = |habit| practice.says(habit);
            assert_ne!(says(Habit::NameOpensProtocol), Says::Open);
            assert_ne!(says(Habit::NameVoidsPolicy), Says::Open);
            assert_ne!(says(Habit::AdminPolicies), Says::Open);
            assert_ne!(says(Habit::ClusterPolicies), Says::Open);
            assert_ne!(says(Habit::NamespacesMatchHosts), Says::Yes);
            assert_ne!(says(Habit::HostPodIsNode), Says::No);
        }
    }

    #[test]
    fn what_nobody_confirmed_and_what_hangs_on_the_version_is_open() {
        let says = |text: &str, habit| Plugin::parse(text).map(|it| it.practice().says(habit));
        assert_eq!(says("weave", Habit::Ipv6), Some(Says::Open));
        assert_eq!(says("cilium", Habit::EndPorts), Some(Says::Open));
        assert_eq!(says("cilium@1.16.4", Habit::EndPorts), Some(Says::No));
        assert_eq!(says("cilium@v1.17", Habit::EndPorts), Some(Says::Yes));
        assert_eq!(says("canal", Habit::EndPorts), Some(Says::Yes));
        assert_eq!(says("cilium@new", Habit::EndPorts), None);
        assert_eq!(says("cilum", Habit::EndPorts), None);
        assert_eq!(Plugin::default().practice(), Practice::default());
    }
}
