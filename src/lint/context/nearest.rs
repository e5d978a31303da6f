//! What was probably meant where a selector matches nobody.

use super::yaml::text;
use super::{App, Context};
use crate::model::{NamespaceId, NamespaceScope};
use crate::selector::{Labels, Operator, Requirement, Selector};
use crate::spelling::distance;

/// The pods whose labels come nearest to a selector.
#[derive(Debug, Clone)]
pub struct Nearest<'c> {
    /// The app.
    pub app: &'c App,
    /// Its values of the keys that are asked for: `app=web`.
    pub labels: Vec<(String, String)>,
}

impl Nearest<'_> {
    /// The labels as kubectl writes them.
    pub fn shown(&self) -> String {
        let labels = self.labels.iter();
        let labels: Vec<String> = labels
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        labels.join(",")
    }

    /// How those of its owner are called that have these labels.
    pub fn name(&self, context: &Context<'_>) -> String {
        context.names_where(self.app.pod(), |pod| {
            let pod = &context.cluster.pods.at(pod).labels;
            let mut labels = self.labels.iter();
            labels.all(|(key, value)| pod.get(key).is_some_and(|it| **it == **value))
        })
    }

    /// The labels as a selector to be pasted, where they are all that is asked for.
    pub fn paste(&self, selector: &Selector) -> Option<String> {
        let asked = selector.requirements();
        let plain = |it: &Requirement| it.operator == Operator::In && it.values.len() == 1;
        if !asked.iter().all(plain) || self.labels.len() != asked.len() {
            return None;
        }
        let labels = self.labels.iter();
        let lines = labels.map(|(key, value)| format!("    {key}: {}\n", text(value)));
        let lines: String = lines.collect();
        Some(format!("podSelector:\n  matchLabels:\n{lines}"))
    }
}

impl Context<'_> {
    /// The apps of a namespace, by name.
    fn apps_in(&self, namespace: NamespaceId) -> &[App] {
        let apps = self.apps().rows();
        let first = apps.partition_point(|app| app.namespace < namespace);
        let end = apps.partition_point(|app| app.namespace <= namespace);
        apps.get(first..end).unwrap_or_default()
    }

    /// The app of some namespaces that meets the most requirements, if it meets or nearly meets one.
    pub fn nearest(&self, selector: &Selector, among: &NamespaceScope) -> Option<Nearest<'_>> {
        let namespaces = self.namespaces_of(among);
        let apps = namespaces.flat_map(|id| self.apps_in(id)).take(MOST);
        let labels = |app: &App| &self.cluster.pods.at(app.pod()).labels;
        let (score, app) = apps
            .map(|app| (score(selector, labels(app)), app))
            .max_by(|(a, x), (b, y)| a.cmp(b).then_with(|| y.owner.cmp(&x.owner)))?;
        let asked = selector.requirements().iter();
        let shown = asked.filter_map(|it| {
            let value = labels(app).get(&it.key)?;
            Some((it.key.to_string(), value.to_string()))
        });
        let labels: Vec<_> = shown.collect();
        (score >= NEAR && !labels.is_empty()).then_some(Nearest { app, labels })
    }
}

/// How many apps are looked at: this is only a hint.
const MOST: usize = 500;

/// How near labels must be to be worth a word: one value is right, or misspelt.
const NEAR: usize = 3;

/// How near labels are: most for what is met, less for what is misspelt, least for a key that is there.
fn score(selector: &Selector, labels: &Labels) -> usize {
    let near = |value: &str, it: &Requirement| {
        let mut asked = it.values.iter();
        it.operator == Operator::In
            && value.len() <= 63
            && asked.any(|asked| asked.len() > 2 && distance(asked, value) <= 1 + asked.len() / 5)
    };
    // What asks for absence is met by nearly everybody.
    let positive = |it: &&Requirement| matches!(it.operator, Operator::In | Operator::Exists);
    let requirements = selector.requirements().iter().filter(positive);
    requirements
        .map(|it| match labels.get(&it.key) {
            _ if it.matches(labels) => NEAR + 1,
            Some(value) if near(value, it) => NEAR,
            Some(_) => 1,
            None => 0,
        })
        .sum()
}
