//! What to say where a name stands for nothing, or for several things.

use super::super::{Problem, Url, closest::closest, kind::ObjectKind};
use super::Finder;
use super::elsewhere::{self, objects, written};
use super::named::Candidate;
use crate::model::{NamespaceId, PolicyKind};
use std::collections::BTreeSet;

impl Finder<'_> {
    /// A kind that is none of the ends of a connection.
    pub(super) fn not_an_endpoint(
        &self,
        namespace: NamespaceId,
        kind: ObjectKind,
        name: &str,
    ) -> Option<Problem> {
        match kind {
            ObjectKind::Ingress => {
                let scope = &self.cluster.namespaces.at(namespace).name;
                let found = self.cluster.ingresses.iter();
                let backend = found
                    .filter(|ingress| ingress.namespace == *scope && *ingress.name == *name)
                    .flat_map(|ingress| &ingress.paths)
                    .find_map(|path| path.backend.as_ref());
                let problem = Problem::new("an Ingress is not an endpoint");
                Some(match backend {
                    Some(backend) => problem.help(format!(
                        "ask for its Service: `{scope}/svc/{}`",
                        backend.service
                    )),
                    None => problem.help("ask for the Service behind it, such as `svc/web:80`"),
                })
            }
            ObjectKind::Pod
            | ObjectKind::Workload(_)
            | ObjectKind::Service
            | ObjectKind::Namespace
            | ObjectKind::Node
            | ObjectKind::Policy(_) => Self::not_an_end(kind, name),
        }
    }

    /// A kind of policies, wherever they are.
    pub(super) fn not_an_end(kind: ObjectKind, name: &str) -> Option<Problem> {
        let ObjectKind::Policy(policy) = kind else {
            return None;
        };
        let article = match policy {
            PolicyKind::AdminNetworkPolicy => "an",
            PolicyKind::NetworkPolicy
            | PolicyKind::BaselineAdminNetworkPolicy
            | PolicyKind::ClusterNetworkPolicy => "a",
        };
        let problem = Problem::new(format!("{article} {} is not an endpoint", kind.name()));
        let name = format!("{}/{name}", kind.word());
        Some(problem.help(format!("`netpolc explain {name}` explains what it does")))
    }

    /// No workload of this name has a kind of this name.
    pub(super) fn no_kind(&self, namespace: NamespaceId, kind: &str, name: &str) -> Problem {
        let scope = &self.cluster.namespaces.at(namespace).name;
        let problem = Problem::new(format!("no `{kind}` `{name}` in namespace `{scope}`"));
        let same = self.cluster.workloads.rows().iter();
        let mut same = same.filter(|it| it.namespace == namespace && *it.owner.name == *name);
        match same.next() {
            Some(other) => problem.help(format!(
                "there is `{}`: write `{scope}/{name}`",
                self.cluster.workload_name(other)
            )),
            None => problem.help(
                "write `namespace/type/name` with a type such as pod, deploy, sts, ds, job or svc",
            ),
        }
    }

    /// A URL where only an object can be meant.
    pub(super) fn url(&self, url: &Url) -> Problem {
        let host = &*url.host;
        let serves = |pattern: Option<&str>| match pattern {
            None => false,
            Some(pattern) => match pattern.strip_prefix('*') {
                Some(suffix) => host.ends_with(suffix),
                None => pattern == host,
            },
        };
        let paths = self.cluster.ingresses.iter().flat_map(|ingress| {
            let paths = ingress.paths.iter();
            paths.map(move |path| (&ingress.namespace, path))
        });
        let services: BTreeSet<String> = paths
            .filter(|(_, path)| serves(path.host.as_deref()))
            .filter_map(|(namespace, path)| Some((namespace, path.backend.as_ref()?)))
            .map(|(namespace, backend)| format!("`{namespace}/svc/{}`", backend.service))
            .collect();
        let problem = Problem::new("a URL is not a pod, a Service or an address");
        if services.is_empty() {
            problem.help("ask for the Service that answers, such as `svc/web:80`")
        } else {
            let list = services.into_iter().collect::<Vec<_>>().join(", ");
            problem.help(format!(
                "an Ingress leads from `{host}` to {list}: ask for that"
            ))
        }
    }

    pub(super) fn no_namespace(&self, scope: &str, maybe_type: bool, name: &str) -> Problem {
        let problem = Problem::new(format!("no namespace `{scope}` in the input"));
        let names = self
            .cluster
            .namespaces
            .rows()
            .iter()
            .map(|namespace| &*namespace.name);
        if let Some(other) = closest(scope, names) {
            return problem.help(format!("did you mean `{other}`?"));
        }
        let words = [
            "pod",
            "deploy",
            "deployment",
            "statefulset",
            "daemonset",
            "service",
            "job",
        ];
        if let Some(word) = closest(scope, words).filter(|_| maybe_type) {
            return problem.help(format!("did you mean `{word}/{name}`?"));
        }
        let there = elsewhere::of_kind(self.cluster, None, name);
        if let Some(first) = there.first() {
            return problem.help(format!("did you mean `{first}`?"));
        }
        match elsewhere::namespaces(self.cluster) {
            Some(others) => problem.help(others),
            None => problem,
        }
    }

    pub(super) fn no_object(
        &self,
        namespace: NamespaceId,
        kind: Option<ObjectKind>,
        name: &str,
    ) -> Problem {
        let scope = &self.cluster.namespaces.at(namespace).name;
        let what = match (kind, self.role) {
            (Some(kind), _) => kind.name(),
            (None, super::Role::Source) => "pod or workload",
            (None, super::Role::Destination) => "pod, workload or Service",
        };
        let problem = Problem::new(format!("no {what} `{name}` in namespace `{scope}`"));
        if let Some(there) = elsewhere::of_name(self.cluster, scope, kind, name) {
            return problem.help(there);
        }
        // A name that is nearly the same, here or elsewhere.
        let here = objects(self.cluster).filter(|(other, _, _)| *other == namespace);
        let here: BTreeSet<_> = here.map(|(_, kind, name)| (kind, name)).collect();
        let fits = |other: &str| kind.is_none_or(|kind| kind.name() == other);
        let names = here
            .iter()
            .filter(|(kind, _)| fits(kind))
            .map(|(_, name)| *name);
        if let Some(other) = closest(name, names) {
            return problem.help(format!("did you mean `{other}`?"));
        }
        if let Some(other) = elsewhere::nearly(self.cluster, kind, name) {
            return problem.help(format!("did you mean `{other}`?"));
        }
        if !here.is_empty() {
            return problem;
        }
        let nothing = "the input has nothing in that namespace";
        match elsewhere::namespaces(self.cluster) {
            Some(others) => problem.help(format!("{nothing}: {others}")),
            None => problem.help(nothing),
        }
    }

    pub(super) fn ambiguous(&self, found: &[Candidate<'_>], name: &str) -> Problem {
        let written = found.iter().map(|candidate| {
            let kind = match candidate {
                Candidate::Pod(..) => "Pod",
                Candidate::Deployed(_) => "Deployment",
                Candidate::Workload(id) => &self.cluster.workloads.at(*id).owner.kind,
                Candidate::Service(_) => "Service",
            };
            format!("`{}` for the {kind}", written(kind, name))
        });
        let list = written.collect::<Vec<_>>().join(" or ");
        Problem::new(format!("`{name}` is ambiguous")).help(format!("write {list}"))
    }

    /// A name without a namespace, where the default namespace is not in the input.
    pub(super) fn no_default_namespace(&self, scope: &str, name: &str) -> Problem {
        let told = elsewhere::of_name(self.cluster, scope, None, name)
            .or_else(|| elsewhere::namespaces(self.cluster));
        let there = told.map_or_else(String::new, |there| format!("; {there}"));
        Problem::new(format!("no namespace `{scope}` in the input")).help(format!(
            "`{name}` was looked for in namespace `{scope}`: give `-n NAMESPACE` or write \
             `NAMESPACE/{name}`{there}"
        ))
    }

    /// What to say of `api.shop` and `example.com`; none where the name has no dot, or is one of
    /// an object.
    pub(super) fn dotted(&self, name: &str) -> Option<Problem> {
        let (first, rest) = name.split_once('.')?;
        if !elsewhere::of_kind(self.cluster, None, name).is_empty() {
            return None;
        }
        let mut services = self.cluster.services.rows().iter();
        if services.any(|service| *service.name == *first && *service.namespace == *rest) {
            let problem = Problem::new(format!("`{name}` is not the name of a pod or workload"));
            return Some(problem.help(format!(
                "for the Service write `{name}.svc` or `{rest}/svc/{first}`"
            )));
        }
        let inside = self.cluster.namespace(rest).is_some();
        (!inside).then(|| {
            Problem::new(format!(
                "`{name}` is not in the input, and names outside the cluster cannot be resolved \
                 offline"
            ))
            .help("ask with the address, such as `203.0.113.9`, or `internet`")
        })
    }
}
