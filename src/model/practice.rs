//! What the network plugin of a cluster does where the documents leave a choice: plain data, one
//! answer for each [`Habit`]. `profile` fills it; every evaluator asks it, each by itself.

use super::PolicyApi;
use super::habit::{Habit, Says};
use crate::net::Protocol;

/// Where an answer of the documents, or of nobody, comes from.
const DOCUMENTS: &str = "the Kubernetes documents";

/// An answer with where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Answer {
    says: Says,
    source: &'static str,
}

/// What a plugin does. The default is that of the Kubernetes documents, which leave open what they
/// do not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practice {
    plugin: &'static str,
    answers: [Answer; Habit::ALL.len()],
}

impl Default for Practice {
    fn default() -> Self {
        let of_documents = |habit: Habit| Answer {
            says: habit.documented(),
            source: DOCUMENTS,
        };
        Self {
            plugin: "spec",
            answers: Habit::ALL.map(of_documents),
        }
    }
}

impl Practice {
    /// What the documents say, under the name of a plugin.
    pub fn of(plugin: &'static str) -> Self {
        Self {
            plugin,
            ..Self::default()
        }
    }

    /// The same with another answer, and where that comes from.
    #[must_use]
    pub fn with(mut self, habit: Habit, says: Says, source: &'static str) -> Self {
        if let Some(answer) = self.answers.get_mut(habit as usize) {
            *answer = Answer { says, source };
        }
        self
    }

    /// The same with the answer of the documents.
    #[must_use]
    pub fn without(self, habit: Habit) -> Self {
        self.with(habit, habit.documented(), DOCUMENTS)
    }

    /// What a ruleset can do as the plugin does: read rules. It enforces them itself, and sees nothing
    /// of what a node and its own pods send to each other.
    #[must_use]
    pub fn of_ruleset(&self) -> Self {
        let mut own = self.clone();
        for habit in Habit::ALL {
            let of_rules = matches!(
                habit,
                Habit::BlocksMatchPods
                    | Habit::BlocksMatchNodes
                    | Habit::NamespacesMatchHosts
                    | Habit::EndPorts
                    | Habit::NamedPorts
                    | Habit::NamesPerPod
                    | Habit::NameOpensProtocol
                    | Habit::NameVoidsPolicy
            );
            if !of_rules {
                own = own.without(habit);
            }
        }
        own
    }

    /// The same with what the documents say wherever it is open what the plugin does.
    #[must_use]
    pub fn settled(&self) -> Self {
        let all = Habit::ALL.into_iter();
        let open =
            all.filter(|habit| self.says(*habit) == Says::Open && habit.documented() != Says::Open);
        open.fold(self.clone(), Self::without)
    }

    /// Whether the plugin may read differently what says the same in other words: a range without its
    /// `endPort`, or a policy not at all because of one entry.
    pub fn splits_words(&self) -> bool {
        !self.does(Habit::EndPorts) || self.says(Habit::NameVoidsPolicy) != Says::No
    }

    /// Whether the plugin enforces cluster-wide policies of one API, and none of another that say the same.
    pub fn tells_apis_apart(&self) -> bool {
        self.passes_over(PolicyApi::AdminNetworkPolicy)
            != self.passes_over(PolicyApi::ClusterNetworkPolicy)
    }

    /// Whether the plugin enforces no policy of this API, so that one is as if it were not there.
    pub fn passes_over(&self, api: PolicyApi) -> bool {
        let enforces = match api {
            PolicyApi::NetworkPolicy => return false,
            PolicyApi::AdminNetworkPolicy => Habit::AdminPolicies,
            PolicyApi::ClusterNetworkPolicy => Habit::ClusterPolicies,
        };
        self.says(enforces) == Says::No
    }

    /// The habit for which it is not sure that a connection to a port of a Service, by `entry`, gets to
    /// another port of the pods; `governed` says whether policies have a say in it.
    pub fn may_lose(
        &self,
        protocol: Protocol,
        (entry, port, target): (u16, u16, u16),
        governed: bool,
    ) -> Option<Habit> {
        let sctp = protocol == Protocol::Sctp && (entry, port) != (target, target);
        let of_policies = governed && port != target;
        let habits = [
            sctp.then_some(Habit::SctpPorts),
            of_policies.then_some(Habit::ServicePorts),
        ];
        let mut habits = habits.into_iter().flatten();
        habits.find(|habit| !self.does(*habit))
    }

    /// The name of the plugin's profile: `calico`.
    pub fn plugin(&self) -> &'static str {
        self.plugin
    }

    /// Whether the plugin does something.
    pub fn says(&self, habit: Habit) -> Says {
        let answer = self.answers.get(habit as usize);
        answer.map_or(Says::Open, |answer| answer.says)
    }

    /// Whether the plugin surely does something.
    pub fn does(&self, habit: Habit) -> bool {
        self.says(habit) == Says::Yes
    }

    /// In what it differs from the documents.
    pub fn own(&self) -> impl Iterator<Item = Habit> {
        let all = Habit::ALL.into_iter();
        all.filter(|habit| self.says(*habit) != habit.documented())
    }

    /// What it does, in a sentence without a full stop: ``cilium never matches an `ipBlock` to pods
    /// (cilium#9209)``.
    pub fn describe(&self, habit: Habit) -> String {
        let plugin = self.plugin;
        let (does, does_not) = habit.phrases();
        let source = match self.answers.get(habit as usize) {
            Some(answer) if answer.source != DOCUMENTS && !answer.source.is_empty() => {
                format!(" ({})", answer.source)
            }
            Some(_) | None => String::new(),
        };
        match self.says(habit) {
            Says::Yes => format!("{plugin} {does}{source}"),
            Says::No => format!("{plugin} {does_not}{source}"),
            Says::Open => format!("it is not known whether {plugin} {does}{source}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_answers_nothing_that_the_documents_do_not_say() {
        let spec = Practice::default();
        assert_eq!(spec.own().count(), 0);
        assert_eq!(spec.says(Habit::OutToNode), Says::Open);
        let other = Practice::of("x").with(Habit::OutToNode, Says::No, "x#1");
        assert_eq!(other.own().collect::<Vec<_>>(), [Habit::OutToNode]);
        assert_eq!(
            other.describe(Habit::OutToNode),
            "x applies policies to what a pod sends to its own node (x#1)"
        );
        assert_eq!(other.clone().without(Habit::OutToNode).own().count(), 0);
        let open = other.with(Habit::EndPorts, Says::Open, "x#2");
        assert!(open.splits_words() && !open.settled().splits_words());
        let own: Vec<_> = open.settled().own().collect();
        assert_eq!(own, [Habit::OutToNode]);
    }
}
