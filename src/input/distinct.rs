//! Objects that were read twice: the same twice is once; two different ones of a name are a
//! problem, for there is no telling which of them holds.

use super::Loaded;
use super::shown::{line, shown};
use crate::diag::Finding;
use crate::model::{
    Autoscaler, EndpointsObject, Gateway, GatewayClass, Ingress, IngressClass, LeftOut, Namespace,
    Node, Objects, OpenShiftRoute, Origin, OutsideAccess, Peers, PodObject, PodPhase, Policy,
    Ports, ReferenceGrant, Route, Say, Service, What, Why, WorkloadObject,
};
use crate::source::{Position, SourceMap, Span};
use std::collections::{BTreeSet, HashSet};
use std::fmt;
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

/// What no two objects of a cluster share.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
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

    /// Takes what `other`, which is the same object, says and this one does not: what a manifest
    /// leaves to the cluster, an API server tells.
    fn learn(&mut self, _other: &Self) {}
}

/// Objects of which only the name keeps its place.
macro_rules! object {
    ($type:ty, |$object:ident| $kind:expr, $namespace:expr $(, $learn:expr)?) => {
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

            $(fn learn(&mut self, other: &Self) {
                $learn(self, other);
            })?
        }
    };
}

object!(Namespace, |object| "Namespace", None);
object!(
    Node,
    |object| "Node",
    None,
    |own: &mut Node, other: &Node| {
        learn_all(&mut own.ips, &other.ips);
        learn_all(&mut own.pod_cidrs, &other.pod_cidrs);
        learn_one(&mut own.kubelet_version, other.kubelet_version.as_ref());
    }
);
object!(
    PodObject,
    |object| "Pod",
    Some(&object.namespace),
    learn_pod
);
object!(
    WorkloadObject,
    |object| &object.kind,
    Some(&object.namespace),
    |own: &mut WorkloadObject, other: &WorkloadObject| {
        learn_one(&mut own.owner, other.owner.as_ref());
        learn_one(&mut own.uid, other.uid.as_ref());
    }
);
object!(
    EndpointsObject,
    |object| object.kind(),
    Some(&object.namespace)
);
object!(
    Ingress,
    |object| "Ingress",
    Some(&object.namespace),
    |own: &mut Ingress, other: &Ingress| {
        learn_all(&mut own.addresses, &other.addresses);
        learn_all(&mut own.hostnames, &other.hostnames);
    }
);
object!(IngressClass, |object| "IngressClass", None);
object!(GatewayClass, |object| "GatewayClass", None);
object!(
    Gateway,
    |object| "Gateway",
    Some(&object.namespace),
    |own: &mut Gateway, other: &Gateway| {
        learn_all(&mut own.addresses, &other.addresses);
        learn_all(&mut own.hostnames, &other.hostnames);
    }
);
object!(
    Route,
    |object| object.kind.name(),
    Some(&object.namespace),
    |own: &mut Route, other: &Route| learn_one(&mut own.created, other.created.as_ref())
);
object!(
    ReferenceGrant,
    |object| "ReferenceGrant",
    Some(&object.namespace)
);
object!(
    OpenShiftRoute,
    |object| "Route",
    Some(&object.namespace),
    |own: &mut OpenShiftRoute, other: &OpenShiftRoute| {
        learn_one(&mut own.created, other.created.as_ref());
        learn_all(&mut own.ingress, &other.ingress);
        // The server makes one up.
        learn_one(&mut own.host, other.host.as_ref());
    }
);
object!(Autoscaler, |object| &object.kind, Some(&object.namespace));

fn learn_pod(own: &mut PodObject, other: &PodObject) {
    // A manifest has no status: that its pod runs is not said there.
    if own.ips.is_empty() && own.phase == PodPhase::Live {
        own.phase = other.phase;
    }
    learn_all(&mut own.ips, &other.ips);
    learn_one(&mut own.node, other.node.as_ref());
    learn_one(&mut own.owner, other.owner.as_ref());
}

/// What load balancers have: nobody writes that into a manifest.
fn learn_outside(own: &mut OutsideAccess, other: &OutsideAccess) {
    learn_all(&mut own.balanced, &other.balanced);
    learn_all(&mut own.hostnames, &other.hostnames);
    own.proxied |= other.proxied;
    let all = own.external_ips.iter().chain(&own.balanced).copied();
    own.addresses = all.collect::<BTreeSet<_>>().into_iter().collect();
}

fn learn_one<T: Clone>(own: &mut Option<T>, other: Option<&T>) {
    if own.is_none() {
        *own = other.cloned();
    }
}

fn learn_all<T: Clone>(own: &mut Vec<T>, other: &[T]) {
    if own.is_empty() {
        own.extend_from_slice(other);
    }
}

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

    fn learn(&mut self, other: &Self) {
        learn_all(&mut self.addresses, &other.addresses);
        learn_all(&mut self.families, &other.families);
        learn_outside(&mut self.outside, &other.outside);
        if self.ports.len() == other.ports.len() {
            for (own, other) in self.ports.iter_mut().zip(&other.ports) {
                learn_one(&mut own.node_port, other.node_port.as_ref());
            }
        }
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
            line: span.map(|span| line(self.sources, span)),
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
