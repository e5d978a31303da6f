//! Where a thing of a name is that was looked for in vain: in another namespace, of another kind, or
//! called so by a label only.

use super::super::{closest::closest, kind::ObjectKind};
use crate::model::{Cluster, NamespaceId, Pod, PodNature};
use std::collections::BTreeSet;

/// Things that are named before "and N more".
const SHOWN: usize = 3;

/// Labels by which people call what they run.
const NAMING: [&str; 6] = [
    "app.kubernetes.io/name",
    "app",
    "k8s-app",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/component",
    "name",
];

/// `deploy/web`: a kind and a name as a question would write them.
pub(super) fn written(kind: &str, name: &str) -> String {
    let word = ObjectKind::from_word(kind)
        .map_or_else(|| kind.to_ascii_lowercase(), |kind| kind.word().to_owned());
    format!("{word}/{name}")
}

/// Everything that can be asked for by name: namespace, kind, name.
pub(super) fn objects(cluster: &Cluster) -> impl Iterator<Item = (NamespaceId, &str, &str)> {
    let pods = own_pods(cluster).map(|pod| (pod.namespace, "Pod", &*pod.name));
    let workloads = cluster.workloads.rows().iter();
    let workloads =
        workloads.map(|other| (other.namespace, &*other.owner.kind, &*other.owner.name));
    let services = cluster.services.rows().iter().filter_map(|service| {
        Some((
            cluster.namespace(&service.namespace)?,
            "Service",
            &*service.name,
        ))
    });
    pods.chain(workloads).chain(services)
}

/// The pods that were read, whether they are there now or not.
fn own_pods(cluster: &Cluster) -> impl Iterator<Item = &Pod> {
    let dormant = cluster.dormant.iter().map(|other| &other.pod);
    let pods = cluster.pods.rows().iter().chain(dormant);
    pods.filter(|pod| pod.nature == PodNature::Read)
}

/// Objects of this name in any namespace, as a question would write them.
pub(super) fn of_kind(cluster: &Cluster, kind: Option<ObjectKind>, name: &str) -> Vec<String> {
    let found: BTreeSet<String> = objects(cluster)
        .filter(|(_, other, found)| *found == name && kind.is_none_or(|kind| kind.name() == *other))
        .map(|(namespace, other, _)| {
            let namespace = &cluster.namespaces.at(namespace).name;
            match kind {
                Some(_) => format!("{namespace}/{}", written(other, name)),
                None => format!("{namespace}/{name}"),
            }
        })
        .collect();
    found.into_iter().collect()
}

/// Where a thing of this name is, those in `scope` first; none where nothing is called so.
pub(super) fn of_name(
    cluster: &Cluster,
    scope: &str,
    kind: Option<ObjectKind>,
    name: &str,
) -> Option<String> {
    let same = of_kind(cluster, kind, name);
    let found = if same.is_empty() {
        of_any_kind(cluster, scope, name)
    } else {
        same
    };
    if found.is_empty() {
        return by_label(cluster, scope, name);
    }
    Some(format!("there is {}", few(&found)))
}

/// What has this name whatever it is, those in `scope` first.
fn of_any_kind(cluster: &Cluster, scope: &str, name: &str) -> Vec<String> {
    let there = |namespace: &str, kind: &str| {
        let away = namespace != scope;
        (away, format!("{namespace}/{}", written(kind, name)))
    };
    let mut found: BTreeSet<(bool, String)> = objects(cluster)
        .filter(|(_, _, other)| *other == name)
        .map(|(namespace, kind, _)| there(&cluster.namespaces.at(namespace).name, kind))
        .collect();
    let ingresses = cluster.ingresses.iter().filter(|it| *it.name == *name);
    found.extend(ingresses.map(|it| there(&it.namespace, "Ingress")));
    let policies = cluster.policies.rows().iter();
    found.extend(
        policies
            .filter(|it| *it.name == *name)
            .map(|policy| match &policy.namespace {
                Some(namespace) => there(namespace, policy.kind.name()),
                None => (true, written(policy.kind.name(), name)),
            }),
    );
    let nodes = cluster.nodes.rows().iter().filter(|it| *it.name == *name);
    found.extend(nodes.map(|_| (true, written("Node", name))));
    if cluster.namespace(name).is_some() {
        found.insert((true, written("Namespace", name)));
    }
    found.into_iter().map(|(_, written)| written).collect()
}

/// The workloads, or pods of none, that bear the name as a label, those in `scope` first.
fn by_label(cluster: &Cluster, scope: &str, name: &str) -> Option<String> {
    let dormant = cluster.dormant.iter().map(|other| &other.pod);
    let pods: Vec<&Pod> = cluster.pods.rows().iter().chain(dormant).collect();
    NAMING.into_iter().find_map(|key| {
        let bears = |pod: &&&Pod| pod.labels.get(key).is_some_and(|value| &**value == name);
        let found: BTreeSet<(bool, String)> = pods
            .iter()
            .filter(bears)
            .map(|pod| owner(cluster, scope, pod))
            .collect();
        let found: Vec<String> = found.into_iter().map(|(_, written)| written).collect();
        let label = format!("`{key}={name}`");
        match found.len() {
            0 => None,
            1 => Some(format!("the label {label} is on {}", few(&found))),
            _ => Some(format!("the label {label} is on pods of {}", few(&found))),
        }
    })
}

/// How to ask for a pod's workload, or for the pod; whether it is in another namespace.
fn owner(cluster: &Cluster, scope: &str, pod: &Pod) -> (bool, String) {
    let namespace = &*cluster.namespaces.at(pod.namespace).name;
    let owner = pod.workload.map(|id| &cluster.workloads.at(id).owner);
    let (kind, name) = owner.map_or(("Pod", &*pod.name), |owner| (&*owner.kind, &*owner.name));
    (
        namespace != scope,
        format!("{namespace}/{}", written(kind, name)),
    )
}

/// The nearest name in other namespaces, as a question would write it.
pub(super) fn nearly(cluster: &Cluster, kind: Option<ObjectKind>, name: &str) -> Option<String> {
    let fits = |other: &str| kind.is_none_or(|kind| kind.name() == other);
    let all: BTreeSet<(&str, &str, &str)> = objects(cluster)
        .filter(|(_, other, _)| fits(other))
        .map(|(namespace, kind, name)| (name, &*cluster.namespaces.at(namespace).name, kind))
        .collect();
    let near = closest(name, all.iter().map(|(name, _, _)| *name))?;
    let (_, namespace, other) = all.iter().find(|(name, _, _)| *name == near)?;
    Some(match kind {
        Some(_) => format!("{namespace}/{}", written(other, near)),
        None => format!("{namespace}/{near}"),
    })
}

/// For which namespaces the manifests are, as an advice; none where there is none.
pub(super) fn namespaces(cluster: &Cluster) -> Option<String> {
    let used: BTreeSet<NamespaceId> = objects(cluster).map(|(id, _, _)| id).collect();
    let names: Vec<String> = used
        .iter()
        .map(|id| cluster.namespaces.at(*id).name.to_string())
        .collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!(
            "the manifests are for namespace `{one}`: ask with `-n {one}`"
        )),
        several => Some(format!("the manifests are for namespaces {}", few(several))),
    }
}

/// The first of some names in backticks, and how many more there are.
fn few(all: &[String]) -> String {
    let shown: Vec<String> = all.iter().take(SHOWN).map(|it| format!("`{it}`")).collect();
    let rest = match all.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{rest}", shown.join(", "))
}
