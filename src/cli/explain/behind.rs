//! Whose pods are meant where `explain` is asked about a Service, an Ingress or a node.

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
    let Reference::Named {
        namespace,
        kind,
        name,
    } = reference
    else {
        return None;
    };
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
        _ => None,
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
    let services: BTreeSet<&str> = backends.map(|it| &*it.service).collect();
    let found = services.iter();
    let found: Vec<ServiceId> = found
        .filter_map(|service| cluster.service(scope, service))
        .collect();
    let names: Vec<&str> = services.into_iter().collect();
    let said = format!(
        "Ingress {scope}/{name} leads to Service {}; the policies on the pods behind it:",
        names.join(", ")
    );
    let parties = found.iter().map(|id| Party::of_service(cluster, *id));
    let parties: Vec<_> = parties.filter(|party| !party.pods.is_empty()).collect();
    Some(if parties.is_empty() {
        Err(nobody(&format!("{scope}/{name}[Ingress]")))
    } else {
        Ok((parties, vec![said]))
    })
}
