//! A small cluster that an API server of its own shows: discovery, lists in pages, and who may see what.

use crate::server::{Asked, Reply};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Group and version, kind, plural, and whether objects are in namespaces.
type Row = (&'static str, &'static str, &'static str, bool);

/// What the server has; as of a real one, much of it is of no interest.
const KINDS: &[Row] = &[
    ("v1", "Namespace", "namespaces", false),
    ("v1", "Node", "nodes", false),
    ("v1", "Pod", "pods", true),
    ("v1", "Secret", "secrets", true),
    ("v1", "ConfigMap", "configmaps", true),
    ("v1", "Service", "services", true),
    ("apps/v1", "Deployment", "deployments", true),
    ("apps/v1", "ReplicaSet", "replicasets", true),
    ("apps/v1", "StatefulSet", "statefulsets", true),
    (
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "networkpolicies",
        true,
    ),
    ("networking.k8s.io/v1", "Ingress", "ingresses", true),
    ("metrics.k8s.io/v1beta1", "PodMetrics", "pods", true),
    (
        "policy.networking.k8s.io/v1alpha1",
        "AdminNetworkPolicy",
        "adminnetworkpolicies",
        false,
    ),
    (
        "policy.networking.k8s.io/v1alpha1",
        "BaselineAdminNetworkPolicy",
        "baselineadminnetworkpolicies",
        false,
    ),
    (
        "policy.networking.k8s.io/v1alpha2",
        "ClusterNetworkPolicy",
        "clusternetworkpolicies",
        false,
    ),
    (
        "policy.networking.k8s.io/v1beta1",
        "ClusterNetworkPolicy",
        "clusternetworkpolicies",
        false,
    ),
];

/// A cluster.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cluster {
    /// Objects by the path of their list.
    objects: BTreeMap<String, Vec<Value>>,
    /// Objects of one page at most.
    pub(crate) page: usize,
    /// Whether it tells of all kinds at once.
    pub(crate) is_old: bool,
    /// Plurals that may not be listed, but in these namespaces.
    pub(crate) hidden: BTreeMap<&'static str, Vec<&'static str>>,
    /// Group and version of kinds that it does not have.
    pub(crate) lacks: Vec<&'static str>,
}

impl Cluster {
    /// A cluster with the objects of a YAML text, as a server has taken them.
    pub(crate) fn of(text: &str) -> Self {
        let objects: Vec<Value> = serde_saphyr::from_multiple(text).expect("objects");
        let mut cluster = Self {
            page: 2,
            ..Self::default()
        };
        for (number, mut object) in objects.into_iter().enumerate() {
            object["metadata"]["uid"] = json!(format!("u{number}"));
            cluster.add(object);
        }
        cluster
    }

    fn add(&mut self, object: Value) {
        let kind = object["kind"].as_str().expect("a kind");
        let version = object["apiVersion"].as_str().expect("a version");
        let row = KINDS.iter().find(|row| row.0 == version && row.1 == kind);
        let (version, _, plural, _) = row.unwrap_or_else(|| panic!("no kind {kind}"));
        let path = format!("{}/{plural}", root(version));
        self.objects.entry(path).or_default().push(object);
    }

    /// The same as a file, as kubectl writes it.
    pub(crate) fn file(&self) -> String {
        let items: Vec<&Value> = self.objects.values().flatten().collect();
        json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
    }

    /// Answers as an API server does.
    pub(crate) fn answer(&self, asked: &Asked) -> Reply {
        match asked.path.as_str() {
            "/api" if self.is_old => {
                Reply::json(json!({"kind": "APIVersions", "versions": ["v1"]}).to_string())
            }
            "/apis" if self.is_old => Reply::json(self.groups().to_string()),
            "/api" => Reply::json(self.discovery(true).to_string()),
            "/apis" => Reply::json(self.discovery(false).to_string()),
            path => self.kinds(path).unwrap_or_else(|| self.list(asked)),
        }
    }

    /// The kinds of one group and version.
    fn kinds(&self, path: &str) -> Option<Reply> {
        let rows: Vec<&Row> = self.rows().filter(|row| root(row.0) == path).collect();
        if rows.is_empty() {
            return None;
        }
        let resources = rows.iter().map(|(_, kind, plural, namespaced)| {
            json!({"name": plural, "kind": kind, "namespaced": namespaced, "verbs": ["list"]})
        });
        let resources: Vec<Value> = resources.collect();
        Some(Reply::json(
            json!({"kind": "APIResourceList", "resources": resources}).to_string(),
        ))
    }

    fn list(&self, asked: &Asked) -> Reply {
        let Some(row) = self.row(&asked.path) else {
            return Reply::of(404, "text/plain", "404 page not found\n");
        };
        let (version, kind, plural, _) = row;
        let (path, namespace) = plain(&asked.path);
        if let Some(seen) = self.hidden.get(plural)
            && !namespace.as_deref().is_some_and(|it| seen.contains(&it))
        {
            let message = format!("{plural} is forbidden: User \"jane\" cannot list resource");
            return Reply::status(403, "Forbidden", &message);
        }
        if *kind == "Namespace" && namespace.is_some() {
            return self.named(&path, namespace.as_deref());
        }
        let none = Vec::new();
        let all = self.objects.get(&path).unwrap_or(&none);
        let within = |it: &&Value| {
            namespace.is_none() || it["metadata"]["namespace"].as_str() == namespace.as_deref()
        };
        let all: Vec<&Value> = all.iter().filter(within).collect();
        let from: usize = asked.value("continue").map_or(0, |it| {
            it.trim_start_matches("from%3D")
                .parse()
                .expect("a token of ours")
        });
        let limit = asked.value("limit").and_then(|it| it.parse().ok());
        let limit = limit.unwrap_or(usize::MAX).min(self.page);
        let items: Vec<Value> = all
            .iter()
            .skip(from)
            .take(limit)
            .map(|it| bare(it))
            .collect();
        let end = from + items.len();
        let mut metadata = json!({"resourceVersion": "7"});
        if end < all.len() {
            // A token that has to be escaped.
            metadata["continue"] = json!(format!("from={end}"));
        }
        Reply::json(
            json!({"kind": format!("{kind}List"), "apiVersion": version, "metadata": metadata, "items": items})
                .to_string(),
        )
    }

    fn named(&self, path: &str, name: Option<&str>) -> Reply {
        let all = self.objects.get(path).into_iter().flatten();
        let mut named = all.filter(|it| it["metadata"]["name"].as_str() == name);
        match named.next() {
            Some(it) => Reply::json(it.to_string()),
            None => Reply::status(404, "NotFound", "no such namespace"),
        }
    }

    fn row(&self, path: &str) -> Option<&'static Row> {
        let (plain, _) = plain(path);
        self.rows()
            .find(|row| format!("{}/{}", root(row.0), row.2) == plain)
    }

    /// The kinds that it has.
    fn rows(&self) -> impl Iterator<Item = &'static Row> {
        KINDS.iter().filter(|row| !self.lacks.contains(&row.0))
    }

    /// Group and version of all kinds.
    fn versions(&self) -> Vec<(&'static str, &'static str)> {
        let versions = self
            .rows()
            .map(|row| row.0.split_once('/').unwrap_or(("", row.0)));
        let mut versions: Vec<_> = versions.collect();
        versions.sort_unstable();
        versions.dedup();
        versions
    }

    fn discovery(&self, core: bool) -> Value {
        let groups = self
            .versions()
            .into_iter()
            .filter(|(group, _)| group.is_empty() == core);
        let items = groups.map(|(group, version)| {
            let whole = if core { version.to_owned() } else { format!("{group}/{version}") };
            let rows = self.rows().filter(|row| row.0 == whole);
            let resources = rows.map(|(_, kind, plural, namespaced)| {
                json!({
                    "resource": plural, "responseKind": {"group": group, "version": version, "kind": kind},
                    "scope": if *namespaced { "Namespaced" } else { "Cluster" }, "verbs": ["get", "list"],
                })
            });
            let resources: Vec<Value> = resources.collect();
            json!({"metadata": {"name": group}, "versions": [{"version": version, "resources": resources}]})
        });
        let items: Vec<Value> = items.collect();
        json!({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": items})
    }

    fn groups(&self) -> Value {
        let groups = self
            .versions()
            .into_iter()
            .filter(|(group, _)| !group.is_empty());
        let groups = groups.map(|(group, version)| {
            json!({"name": group, "versions": [{"groupVersion": format!("{group}/{version}"), "version": version}]})
        });
        let groups: Vec<Value> = groups.collect();
        json!({"kind": "APIGroupList", "groups": groups})
    }
}

/// A path without the namespace in it, and that.
fn plain(path: &str) -> (String, Option<String>) {
    let Some((before, behind)) = path.split_once("/namespaces/") else {
        return (path.to_owned(), None);
    };
    match behind.split_once('/') {
        Some((namespace, plural)) => (format!("{before}/{plural}"), Some(namespace.to_owned())),
        None => (format!("{before}/namespaces"), Some(behind.to_owned())),
    }
}

fn root(version: &str) -> String {
    match version {
        "v1" => "/api/v1".to_owned(),
        version => format!("/apis/{version}"),
    }
}

/// An item of a list, which does not say its kind.
fn bare(object: &Value) -> Value {
    let mut object = object.clone();
    let fields = object.as_object_mut().expect("an object");
    fields.remove("kind");
    fields.remove("apiVersion");
    object
}
