//! Whose pods are meant where `explain` is asked about a Service, an Ingress, a route or a node.

use crate::endpoint::{ObjectKind, Party, PartyPod, Problem, Reference, Role, resolve};
use crate::model::{Cluster, ServiceId};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The pods, and what leads to them in a line each.
type Found<'c> = (Vec<Party<'c>>, Vec<String>);

/// The pods behind what is named; none where that is pods itself.
pub(super) fn find<'c>(
    cluster: &'c Cluster,
    reference: &Reference,
    default: &str,
) -> Option<Result<Found<'c>, Problem>> {
    if let Reference::Node(name) = reference {
        return Some(on_node(cluster, name, default));
    }
    if let Reference::OfKind {
        namespace,
        kind,
        name,
    } = reference
    {
        let scope = namespace.as_deref().unwrap_or(default);
        // The type may stand before the namespace.
        return behind_route(cluster, (scope, kind, name))
            .or_else(|| behind_route(cluster, (kind, scope, name)));
    }
    let Reference::Named {
        namespace,
        kind,
        name,
    } = reference
    else {
        return None;
    };
    if let (Some(word), None) = (namespace, kind)
        && cluster.namespace(word).is_none()
    {
        return behind_route(cluster, (default, word, name));
    }
    let scope = namespace.as_deref().unwrap_or(default);
    match kind {
        Some(ObjectKind::Service) => Some(
            resolve(cluster, reference, default, Role::Destination).and_then(|party| {
                let said = party.service.map(|id| service(cluster, id));
                if party.pods.is_empty() {
                    return Err(nobody(&party.title));
                }
                Ok((vec![party], said.into_iter().collect()))
            }),
        ),
        Some(ObjectKind::Ingress) => behind_ingress(cluster, scope, name),
        Some(
            ObjectKind::Pod
            | ObjectKind::Workload(_)
            | ObjectKind::Namespace
            | ObjectKind::Node
            | ObjectKind::Policy(_),
        )
        | None => None,
    }
}

fn nobody(title: &str) -> Problem {
    Problem::new(format!("no pod of the input is behind `{title}`"))
        .help("policies apply to pods: ask for those that it is to lead to")
}

/// The pods of a node.
fn on_node<'c>(cluster: &'c Cluster, name: &str, default: &str) -> Result<Found<'c>, Problem> {
    let reference = Reference::Node(name.into());
    let node = resolve(cluster, &reference, default, Role::Destination)?;
    let all = cluster.pods.rows().iter();
    let here = all.filter(|pod| pod.node.as_deref() == Some(name));
    let pods: Vec<_> = here
        .map(|pod| PartyPod {
            pod: Cow::Borrowed(pod),
            dormant: None,
        })
        .collect();
    if pods.is_empty() {
        return Err(Problem::new(format!(
            "policies apply to pods, and no pod of the input runs on `{}`",
            node.title
        )));
    }
    let party = Party {
        title: format!("pods of {}", node.title),
        pods,
        ..Party::default()
    };
    let said = format!("No policy governs {}, but its pods:", node.title);
    Ok((vec![party], vec![said]))
}

/// Where a Service leads, in a line.
fn service(cluster: &Cluster, id: ServiceId) -> String {
    let service = cluster.services.at(id);
    let ports = service.ports.iter();
    let ports: Vec<String> = ports
        .map(|port| format!("{} {}", port.protocol, port.port))
        .collect();
    let on = match ports.as_slice() {
        [] => String::new(),
        ports => format!(" on {}", ports.join(", ")),
    };
    format!(
        "Service {}/{} leads{on} to:",
        service.namespace, service.name
    )
}

/// The pods behind the Services of an Ingress; none where there is no such Ingress.
fn behind_ingress<'c>(
    cluster: &'c Cluster,
    scope: &str,
    name: &str,
) -> Option<Result<Found<'c>, Problem>> {
    let mut all = cluster.ingresses.iter();
    let ingress = all.find(|it| *it.namespace == *scope && *it.name == *name)?;
    let paths = ingress
        .paths
        .iter()
        .filter_map(|path| path.backend.as_ref());
    let backends = paths.chain(&ingress.default_backend);
    let services = backends.map(|it| (scope, &*it.service)).collect();
    Some(behind(cluster, ("Ingress", scope, name), &services))
}

/// The pods behind a route of the Gateway API or of OpenShift, by the word for its kind; none where
/// there is no such route.
fn behind_route<'c>(
    cluster: &'c Cluster,
    (scope, word, name): (&str, &str, &str),
) -> Option<Result<Found<'c>, Problem>> {
    let word = word.split('.').next().unwrap_or(word);
    let is = |kind: &str| {
        let one = word.strip_suffix(['s', 'S']).unwrap_or(word);
        word.eq_ignore_ascii_case(kind) || one.eq_ignore_ascii_case(kind)
    };
    let mut routes = cluster.routes.iter();
    let route =
        routes.find(|it| is(it.kind.name()) && *it.namespace == *scope && *it.name == *name);
    if let Some(route) = route {
        let backends = route.rules.iter().flat_map(|rule| &rule.backends);
        let own = backends.filter(|it| it.foreign.is_none());
        let services = own.map(|it| (&*it.namespace, &*it.name)).collect();
        return Some(behind(cluster, (route.kind.name(), scope, name), &services));
    }
    let mut routes = cluster.openshift_routes.iter().filter(|_| is("Route"));
    let route = routes.find(|it| *it.namespace == *scope && *it.name == *name)?;
    let backends = route.backends.iter();
    let services = backends.map(|it| (scope, &*it.service)).collect();
    Some(behind(cluster, ("Route", scope, name), &services))
}

/// The pods behind Services that an object leads to.
fn behind<'c>(
    cluster: &'c Cluster,
    (kind, scope, name): (&str, &str, &str),
    services: &BTreeSet<(&str, &str)>,
) -> Result<Found<'c>, Problem> {
    let called = services.iter().map(|(namespace, service)| {
        if *namespace == scope {
            (*service).to_owned()
        } else {
            format!("{namespace}/{service}")
        }
    });
    let called: Vec<String> = called.collect();
    let said = format!(
        "{kind} {scope}/{name} leads to Service {}; the policies on the pods behind it:",
        called.join(", ")
    );
    let found = services.iter();
    let parties: Vec<Party<'c>> = found
        .filter_map(|(namespace, service)| cluster.service(namespace, service))
        .map(|id| Party::of_service(cluster, id))
        .filter(|party| !party.pods.is_empty())
        .collect();
    if parties.is_empty() {
        return Err(nobody(&format!("{scope}/{name}[{kind}]")));
    }
    Ok((parties, vec![said]))
}
