//! Objects that were read twice: the same twice is once; two different ones of a name are a
//! problem, for there is no telling which of them holds.

mod applied;
mod objects;

pub(super) use applied::apply;

use super::Loaded;
use super::shown::{line, shown};
use crate::diag::Finding;
use crate::model::{LeftOut, Objects, Say, What, Why};
use crate::source::{Position, SourceMap, Span};
use objects::{Key, Object};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

/// Leaves every object once, sorted by kind, namespace and name: what was read first never counts.
/// Says where two differ; of these neither is left.
pub(super) fn join(loaded: &mut Loaded) {
    let objects = &mut loaded.objects;
    let mut joiner = Joiner {
        sources: &loaded.sources,
        findings: Vec::new(),
        left_out: Vec::new(),
    };
    joiner.join(&mut objects.policies, Say::Connections);
    joiner.join(&mut objects.namespaces, Say::Namespaces);
    joiner.join(&mut objects.nodes, Say::Nothing);
    joiner.join(&mut objects.pods, Say::Pods);
    joiner.join(&mut objects.workloads, Say::Pods);
    joiner.join(&mut objects.services, Say::Services);
    joiner.join(&mut objects.endpoints, Say::Services);
    joiner.join(&mut objects.ingresses, Say::Routes);
    joiner.join(&mut objects.ingress_classes, Say::Routes);
    joiner.join(&mut objects.gateways, Say::Routes);
    joiner.join(&mut objects.gateway_classes, Say::Routes);
    joiner.join(&mut objects.routes, Say::Routes);
    joiner.join(&mut objects.reference_grants, Say::Routes);
    joiner.join(&mut objects.openshift_routes, Say::Routes);
    joiner.join(&mut objects.autoscalers, Say::Pods);
    let Joiner {
        findings, left_out, ..
    } = joiner;
    for mut finding in findings {
        tell_of_overlays(&mut finding, &loaded.sources);
        loaded.findings.push(finding);
    }
    objects.left_out.extend(left_out);
    objects.left_out.sort_by(|a, b| a.key().cmp(&b.key()));
    let same = |a: &mut LeftOut, b: &mut LeftOut| {
        a.name.is_some() && a.to_string() == b.to_string() && a.why == b.why
    };
    objects.left_out.dedup_by(same);
    let sources = &loaded.sources;
    let place = |finding: &Finding| finding.span().map(|span| place(sources, span));
    loaded.findings.sort_by_cached_key(place);
}

/// Where something stands, in an order that does not depend on which file was read first.
fn place(sources: &SourceMap, span: Span) -> (Arc<str>, Position, u32) {
    let part = sources.get(span.file);
    (part.name().into(), part.start(), span.start)
}

/// Two objects of a name in different directories may be meant for different clusters.
fn tell_of_overlays(finding: &mut Finding, sources: &SourceMap) {
    let places = finding.labels.iter();
    let files = places.map(|label| Path::new(sources.get(label.span.file).name()));
    let directories: HashSet<_> = files.map(Path::parent).collect();
    if directories.len() > 1 {
        let help = finding.help.get_or_insert_default();
        help.push_str("; if the directories are environments or overlays, check each one separately, or the output of `kustomize build`");
    }
}

/// What all objects are called: `Pod shop/web-1`, `Node worker-1`.
pub(super) fn names(objects: &Objects) -> impl Iterator<Item = String> + '_ {
    fn keys<T: Object>(objects: &[T]) -> impl Iterator<Item = String> + '_ {
        objects.iter().map(|object| {
            let Key {
                kind,
                namespace,
                name,
            } = object.key();
            match namespace {
                Some(namespace) => format!("{kind} {}/{}", shown(namespace), shown(name)),
                None => format!("{kind} {}", shown(name)),
            }
        })
    }
    let pods = keys(&objects.pods).chain(keys(&objects.workloads));
    pods.chain(keys(&objects.services))
}

/// Joins what was read twice.
struct Joiner<'s> {
    sources: &'s SourceMap,
    findings: Vec<Finding>,
    left_out: Vec<LeftOut>,
}

impl Joiner<'_> {
    fn join<T: Object>(&mut self, objects: &mut Vec<T>, say: Say) {
        objects.sort_by(|a, b| a.key().cmp(&b.key()));
        let is_again = |pair: &[T]| matches!(pair, [a, b] if a.key() == b.key());
        if !objects.windows(2).any(is_again) {
            return;
        }
        let all = std::mem::take(objects);
        let mut group: Vec<T> = Vec::new();
        for object in all {
            if group
                .first()
                .is_some_and(|first| first.key() != object.key())
            {
                let one = self.one(&mut group, say);
                objects.extend(one);
            }
            group.push(object);
        }
        let one = self.one(&mut group, say);
        objects.extend(one);
    }

    /// The one object that all of a name are; none where they differ, unless they are still to be named.
    fn one<T: Object>(&mut self, group: &mut Vec<T>, say: Say) -> Vec<T> {
        if group.len() > 1 {
            let sources = self.sources;
            group.sort_by_cached_key(|it| it.origin().span.map(|span| place(sources, span)));
        }
        let all = std::mem::take(group);
        let Some((first, others)) = all.split_first() else {
            return Vec::new();
        };
        let mut known = first.clone();
        // What all of them say together, each is held against.
        for other in &all {
            known.learn(other);
        }
        let meaning = known.without_origins();
        let differs = |it: &&T| {
            let mut it = it.without_origins();
            it.learn(&meaning);
            it != meaning
        };
        if !others.iter().any(|it| differs(&it)) {
            return vec![known];
        }
        // No name ends so: each is given one of its own (`generateName`).
        if first.key().name.ends_with('-') {
            return all;
        }
        self.differ(first, others, say);
        Vec::new()
    }

    fn differ<T: Object>(&mut self, first: &T, others: &[T], say: Say) {
        let key = first.key();
        let message = format!("`{key}` is defined twice, with different content: both are ignored");
        let mut finding = match say {
            Say::Nothing | Say::Routes => Finding::warning("duplicate-object", message),
            Say::Connections | Say::Pods | Say::Namespaces | Say::Services | Say::Anything => {
                Finding::error("duplicate-object", message)
            }
        };
        for other in others {
            finding = at(finding, other.origin().span, "defined again here");
        }
        finding = at(finding, first.origin().span, "first defined here");
        self.findings.push(finding.help("remove one of them"));
        let span = first.origin().span;
        let within = match say {
            Say::Connections | Say::Pods => key.namespace,
            Say::Namespaces | Say::Services | Say::Routes | Say::Nothing | Say::Anything => None,
        };
        self.left_out.push(LeftOut {
            what: What::Kind(key.kind.to_owned()),
            namespace: key.namespace.map(shown),
            name: Some(shown(key.name)),
            say,
            within: within.map(Into::into),
            why: Why::Twice,
            line: span.and_then(|span| line(self.sources, span)),
            origin: first.origin(),
        });
    }
}

fn at(finding: Finding, span: Option<Span>, text: &str) -> Finding {
    match span {
        Some(span) => finding.at(span, text),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use crate::input::{Loaded, Options, read_text};

    fn read(text: &str) -> Loaded {
        let loaded = read_text("a.yaml", text, &Options::default());
        assert_eq!(loaded.findings, []);
        loaded
    }

    #[test]
    fn objects_that_are_still_to_be_named_are_several() {
        let job = |label: &str| {
            format!(
                "---\napiVersion: batch/v1\nkind: Job\nmetadata: {{generateName: test-}}\nspec: {{template: \
                 {{metadata: {{labels: {{app: {label}}}}}, spec: {{containers: [{{name: c, image: i}}]}}}}}}\n"
            )
        };
        let loaded = read(&(job("a") + &job("b") + &job("a")));
        let labels = loaded.objects.workloads.iter();
        let labels: Vec<String> = labels
            .map(|it| it.makes[0].template.labels.to_string())
            .collect();
        assert_eq!(labels, ["app=a", "app=b", "app=a"]);
        assert_eq!(read(&(job("a") + &job("a"))).objects.workloads.len(), 1);
    }
}
