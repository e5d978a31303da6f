//! What decided a direction, in a clause. `can` and `prove` say it alike.

use super::describe::{EndNames, Place};
use super::phrase::{conjoin, list, tier_name};
use super::{Basis, Half, Hit, NotSubject};
use crate::model::{Action, Cluster, Direction, Habit};

/// Names shown before "and N more".
const NAMES: usize = 5;

impl NotSubject {
    /// What stands there: `is outside the cluster`.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Outside => "is outside the cluster",
            Self::Node => "is a node",
            Self::HostNetwork => "shares its node's network",
            Self::Unenforced => "is under a plugin that enforces none",
        }
    }
}

impl Half {
    /// What decided the direction, in a clause with the places of policies and rules:
    /// `shop/deny-all (shop.yaml:3) isolates shop/db for ingress and no rule lets it in`.
    pub fn describe(&self, cluster: &Cluster, names: EndNames<'_>, place: Place<'_>) -> String {
        let (direction, subject) = (self.direction, names.subject(self.direction));
        let way = match direction {
            Direction::Egress => "out",
            Direction::Ingress => "in",
        };
        let after = self.after_passing(cluster, place);
        match &self.basis {
            // Its name says that it is a node.
            Basis::NotSubject(NotSubject::Node) => format!("no policy governs {subject}"),
            Basis::NotSubject(NotSubject::Unenforced) => cluster.practice.describe(Habit::Enforces),
            Basis::NotSubject(why @ (NotSubject::Outside | NotSubject::HostNetwork)) => {
                format!("no policy governs {subject}, which {}", why.describe())
            }
            Basis::NotIsolated => {
                let or_denies = self.or_denies();
                format!("no policy isolates {subject} for {direction}{or_denies}{after}")
            }
            Basis::Allowed(hits) => {
                let first = hits
                    .iter()
                    .take(1)
                    .map(|hit| hit.rule.describe_at(cluster, place));
                let more = match hits.len() {
                    0 | 1 => String::new(),
                    2 => " (as does 1 other rule)".into(),
                    len => format!(" (as do {} other rules)", len - 1),
                };
                format!("{} lets it {way}{more}{after}", first.collect::<String>())
            }
            Basis::NoRule => {
                let isolated = self.isolated(cluster, place);
                format!("{isolated} {subject} for {direction} and no rule lets it {way}{after}")
            }
            Basis::ClusterRule { tier, action, hits } => {
                let rules: Vec<String> = hits
                    .iter()
                    .map(|hit| in_order(*hit, cluster, place))
                    .collect();
                let does = match (action, rules.len()) {
                    (Action::Accept, 1) => format!("lets it {way}"),
                    (Action::Accept, _) => format!("let it {way}"),
                    (Action::Deny, 1) => "denies it".into(),
                    (Action::Deny, _) => "deny it".into(),
                    (Action::Pass, 1) => "passes it on".into(),
                    (Action::Pass, _) => "pass it on".into(),
                };
                let rules = list(&rules, NAMES);
                format!("in the {}, {rules} {does}{after}", tier_name(*tier))
            }
            Basis::Undecided => format!("{direction} of {subject} cannot be decided"),
        }
    }

    /// `shop/deny-all (shop.yaml:3) isolates`: the first policy by name, for all have the same say, and how
    /// many others there are.
    fn isolated(&self, cluster: &Cluster, place: Place<'_>) -> String {
        let first = self.isolating.first().map(|&id| {
            let policy = cluster.policies.at(id);
            format!("{}{}", policy.full_name(), place(policy.origin))
        });
        let first = first.unwrap_or_default();
        match self.isolating.len() {
            0 | 1 => format!("{first} isolates"),
            2 => format!("{first} and 1 other policy isolate"),
            more => format!("{first} and {} other policies isolate", more - 1),
        }
    }

    /// The rules that passed it on to the tier that decides, after what that one says.
    fn after_passing(&self, cluster: &Cluster, place: Place<'_>) -> String {
        let passes = self.passes.iter();
        let rules: Vec<String> = passes.map(|hit| in_order(*hit, cluster, place)).collect();
        if rules.is_empty() {
            return String::new();
        }
        format!(" after {} passed it on", list(&rules, NAMES))
    }

    /// What is to be said of cluster-wide policies where no tier decides.
    fn or_denies(&self) -> &'static str {
        let asked = self.stages.iter().any(|stage| !stage.steps.is_empty());
        if asked { " or denies it" } else { "" }
    }

    /// The same in full: of a rule also what of it matches, by its nearest peer; of what is open
    /// also on what it hangs.
    pub fn describe_in_full(&self, cluster: &Cluster, names: EndNames<'_>) -> String {
        let said = self.describe(cluster, names, &|_| String::new());
        let more = match &self.basis {
            Basis::Allowed(hits) | Basis::ClusterRule { hits, .. } => {
                let traffic = hits.first().and_then(|hit| hit.traffic(cluster));
                traffic.unwrap_or_default()
            }
            Basis::Undecided => {
                let open = self.unknowns.iter();
                let open: Vec<String> = open.map(|open| open.describe(cluster, names)).collect();
                conjoin(&open)
            }
            Basis::NotSubject(_) | Basis::NotIsolated | Basis::NoRule => String::new(),
        };
        if more.is_empty() {
            return said;
        }
        format!("{said}: {more}")
    }
}

/// A rule of a cluster-wide policy, with its place and where it stands in its tier.
fn in_order(hit: Hit, cluster: &Cluster, place: Place<'_>) -> String {
    let rule = hit.rule.describe_at(cluster, place);
    let policy = cluster.policies.at(hit.rule.policy);
    match policy.written_priority() {
        Some(priority) => format!("{rule} at priority {priority}"),
        None => rule,
    }
}
