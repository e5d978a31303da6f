//! A policy that is to be written: what it means, and what its manifest says beside that.

use crate::model::{Direction, Origin, Policy, Rule};
use crate::written::{Manifests, Part};

/// What a manifest says that decides nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remarks {
    /// Labels of the policy itself.
    pub(super) labels: Vec<(String, String)>,
    /// Its annotations, without what kubectl keeps there.
    pub(super) annotations: Vec<(String, String)>,
    /// The names of its ingress rules, then of its egress rules.
    names: [Vec<Option<String>>; 2],
}

/// Kubectl keeps the whole manifest there that was applied.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

impl Remarks {
    /// Those of the manifest of a policy.
    pub fn of(policy: &Policy, manifests: &Manifests) -> Self {
        let written = policy.origin.span.and_then(|span| manifests.at(span));
        let Some(root) = written.map(|it| &it.root) else {
            return Self::default();
        };
        let texts = |path: &str| {
            let fields = root.at(path).map_or(&[][..], Part::fields);
            let texts = fields.iter().filter_map(|(key, value)| {
                let text = value.text()?;
                Some((key.to_string(), text.to_owned()))
            });
            texts.filter(|(key, _)| key != LAST_APPLIED).collect()
        };
        let names = |direction: Direction| {
            let rules = root.at(&format!("spec.{direction}"));
            let rules = rules.map_or(&[][..], Part::items).iter();
            let names = rules.map(|it| it.text_of("name").map(ToOwned::to_owned));
            names.collect()
        };
        Self {
            labels: texts("metadata.labels"),
            annotations: texts("metadata.annotations"),
            names: [names(Direction::Ingress), names(Direction::Egress)],
        }
    }

    /// What a rule is called.
    pub(super) fn name(&self, direction: Direction, rule: usize) -> Option<&str> {
        let [ingress, egress] = &self.names;
        let names = match direction {
            Direction::Ingress => ingress,
            Direction::Egress => egress,
        };
        names.get(rule)?.as_deref()
    }
}

/// Rules with their names.
pub(super) type Named = Vec<(Rule, Option<String>)>;

/// A policy that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it means. Its rules are in `rules`.
    pub(super) policy: Policy,
    /// Its rules, with their names: those of ingress, then those of egress.
    pub(super) rules: [Named; 2],
    /// What stands in its metadata.
    pub(super) remarks: Remarks,
    /// What is said above it, a line each.
    pub(super) comments: Vec<String>,
}

impl Draft {
    /// Its name with its namespace, if it is in one.
    pub fn full_name(&self) -> String {
        self.policy.full_name()
    }

    /// The rules of a direction.
    pub(super) fn rules(&self, direction: Direction) -> &[(Rule, Option<String>)] {
        let [ingress, egress] = &self.rules;
        match direction {
            Direction::Ingress => ingress,
            Direction::Egress => egress,
        }
    }
}

/// What cannot be said in the other kind, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where.
    pub origin: Origin,
    /// What, in a sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: String,
}
