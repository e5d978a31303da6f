//! Objects that were read twice: the same twice is once; two different ones of a name are a
//! problem, and for policies there is no telling which of them holds.

use super::Loaded;
use crate::diag::Finding;
use crate::model::{
    Autoscaler, Ingress, Namespace, Node, Origin, Peers, PodObject, Policy, Ports, Service,
    WorkloadObject,
};
use crate::source::{SourceMap, Span};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path;

/// Leaves every object once, and says where two differ.
pub(super) fn join(loaded: &mut Loaded) {
    let objects = &mut loaded.objects;
    let mut found = Vec::new();
    let findings = &mut found;
    policies(&mut objects.policies, findings, &mut loaded.left_out);
    first_of(&mut objects.namespaces, findings);
    first_of(&mut objects.nodes, findings);
    first_of(&mut objects.pods, findings);
    first_of(&mut objects.workloads, findings);
    first_of(&mut objects.services, findings);
    first_of(&mut objects.ingresses, findings);
    first_of(&mut objects.autoscalers, findings);
    for finding in &mut found {
        tell_of_overlays(finding, &loaded.sources);
    }
    loaded.findings.extend(found);
}

/// Two objects of a name in different directories may be meant for different clusters.
fn tell_of_overlays(finding: &mut Finding, sources: &SourceMap) {
    let places = finding.labels.iter();
    let files = places.map(|label| Path::new(sources.get(label.span.file).name()));
    let directories: HashSet<_> = files.map(Path::parent).collect();
    if directories.len() > 1 {
        let help = finding.help.get_or_insert_default();
        help.push_str("; where the directories are environments or overlays, lint each by itself, or the output of `kustomize build`");
    }
}

/// What no two objects of a cluster share.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
}

impl fmt::Display for Key<'_> {
    /// `Pod shop/web-1`, `Node worker-1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

/// An object that may have been read before.
trait Object: Clone + PartialEq {
    /// What tells it from all others.
    fn key(&self) -> Key<'_>;

    /// Where its name stands.
    fn origin(&self) -> Origin;

    /// The object as if it had been read nowhere, to compare meanings.
    fn without_origins(&self) -> Self;
}

/// Objects of which only the name keeps its place.
macro_rules! object {
    ($type:ty, |$object:ident| $kind:expr, $namespace:expr) => {
        impl Object for $type {
            fn key(&self) -> Key<'_> {
                let $object = self;
                Key {
                    kind: $kind,
                    namespace: $namespace,
                    name: &$object.name,
                }
            }

            fn origin(&self) -> Origin {
                self.origin
            }

            fn without_origins(&self) -> Self {
                Self {
                    origin: Origin::default(),
                    ..self.clone()
                }
            }
        }
    };
}

object!(Namespace, |object| "Namespace", None);
object!(Node, |object| "Node", None);
object!(PodObject, |object| "Pod", Some(&object.namespace));
object!(
    WorkloadObject,
    |object| &object.kind,
    Some(&object.namespace)
);
object!(Ingress, |object| "Ingress", Some(&object.namespace));
object!(Autoscaler, |object| &object.kind, Some(&object.namespace));

impl Object for Service {
    fn key(&self) -> Key<'_> {
        Key {
            kind: "Service",
            namespace: Some(&self.namespace),
            name: &self.name,
        }
    }

    fn origin(&self) -> Origin {
        self.origin
    }

    fn without_origins(&self) -> Self {
        let mut service = self.clone();
        service.origin = Origin::default();
        for port in &mut service.ports {
            port.origin = Origin::default();
        }
        service
    }
}

impl Object for Policy {
    fn key(&self) -> Key<'_> {
        Key {
            kind: self.kind.name(),
            namespace: self.namespace.as_deref(),
            name: &self.name,
        }
    }

    fn origin(&self) -> Origin {
        self.origin
    }

    fn without_origins(&self) -> Self {
        let mut policy = self.clone();
        policy.origin = Origin::default();
        policy.subject_origin = Origin::default();
        let rules = [&mut policy.ingress, &mut policy.egress];
        for rule in rules.into_iter().flatten().flatten() {
            rule.origin = Origin::default();
            if let Peers::Listed(peers) = &mut rule.peers {
                for peer in peers {
                    peer.origin = Origin::default();
                }
            }
            if let Ports::Listed(ports) = &mut rule.ports {
                for port in ports {
                    port.origin = Origin::default();
                }
            }
        }
        policy
    }
}

/// Keeps the first object of each name.
fn first_of<T: Object>(objects: &mut Vec<T>, findings: &mut Vec<Finding>) {
    let mut firsts: HashMap<Key<'_>, &T> = HashMap::with_capacity(objects.len());
    let mut dropped: HashSet<usize> = HashSet::new();
    for (index, object) in objects.iter().enumerate() {
        let first = *firsts.entry(object.key()).or_insert(object);
        if std::ptr::eq(first, object) {
            continue;
        }
        dropped.insert(index);
        if first.without_origins() != object.without_origins() {
            let key = object.key();
            let message = format!("`{key}` is defined twice, with different content");
            let finding = Finding::warning("duplicate-object", message);
            let finding = at(finding, object.origin().span, "this one is passed over");
            let finding = at(finding, first.origin().span, "this one is read");
            findings.push(finding.help("remove one of the two"));
        }
    }
    drop(firsts);
    retain(objects, &dropped);
}

/// Keeps policies that are the same once, and none of those that differ.
fn policies(objects: &mut Vec<Policy>, findings: &mut Vec<Finding>, left_out: &mut Vec<String>) {
    let mut groups: HashMap<Key<'_>, Vec<usize>> = HashMap::new();
    for (index, policy) in objects.iter().enumerate() {
        groups.entry(policy.key()).or_default().push(index);
    }
    let mut groups: Vec<Vec<usize>> = groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect();
    groups.sort();
    let mut dropped: HashSet<usize> = HashSet::new();
    for group in groups {
        let same: Vec<(&Policy, Policy)> = group
            .iter()
            .filter_map(|&index| objects.get(index))
            .map(|policy| (policy, policy.without_origins()))
            .collect();
        let Some((first, meaning)) = same.first() else {
            continue;
        };
        dropped.extend(group.iter().skip(1));
        let others: Vec<&Policy> = same
            .iter()
            .filter(|(_, other)| other != meaning)
            .map(|(policy, _)| *policy)
            .collect();
        if others.is_empty() {
            continue;
        }
        dropped.extend(&group);
        let name = first.key().to_string();
        let message = format!("`{name}` is defined twice, with different content: neither is read");
        let mut finding = Finding::error("duplicate-object", message);
        for other in others {
            finding = at(finding, other.origin.span, "defined again here");
        }
        finding = at(finding, first.origin.span, "first defined here");
        findings.push(finding.help("remove one of them"));
        left_out.push(name);
    }
    retain(objects, &dropped);
}

fn retain<T>(objects: &mut Vec<T>, dropped: &HashSet<usize>) {
    if dropped.is_empty() {
        return;
    }
    let mut index = 0;
    objects.retain(|_| {
        index += 1;
        !dropped.contains(&(index - 1))
    });
}

fn at(finding: Finding, span: Option<Span>, text: &str) -> Finding {
    match span {
        Some(span) => finding.at(span, text),
        None => finding,
    }
}
