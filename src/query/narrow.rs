//! What `--from`, `--to` and `--port` leave of the matrix.

use super::filter::{By, Filter, Selection};
use crate::endpoint::{Asked, AskedPort, Party, PortName, Problem, Role, find_namespace, resolve};
use crate::model::{Cluster, Pod, PodId, Service, WhyDormant};
use crate::net::{AddressSet, ConnSet, Protocol};
use crate::selector::Selector;
use std::collections::HashMap;
use std::sync::Arc;

/// A filter as it was asked for.
#[derive(Debug, Clone, Default)]
pub struct Narrowing {
    /// Only from here.
    pub from: Option<Asked>,
    /// Only to here, and on this port.
    pub to: Option<Asked>,
    /// Only where an end is a pod of this namespace.
    pub within: Option<Arc<str>>,
    /// Only where an end is a pod with such labels.
    pub labels: Option<Selector>,
    /// Only on this port.
    pub port: Option<AskedPort>,
    /// What a member stands for.
    pub by: By,
}

impl Narrowing {
    /// The protocol without ports that is asked for, of which a matrix says nothing (S65).
    pub fn portless(&self) -> Option<Arc<str>> {
        let named = self.to.as_ref().and_then(|to| to.port.as_ref());
        let ports = [named, self.port.as_ref()];
        ports.into_iter().flatten().find_map(|it| it.test().err())
    }

    /// Finds what it names in `cluster`.
    ///
    /// # Errors
    /// Says which name nothing has, or what the matrix cannot show.
    pub fn resolve(&self, cluster: &Cluster, namespace: &str) -> Result<Filter, Problem> {
        if self.from.as_ref().is_some_and(|asked| asked.port.is_some()) {
            return Err(Problem::new("the source has a port")
                .help("give the port of the destination with `--to` or `--port`"));
        }
        let within = self.within.as_ref();
        let within = within.map(|name| find_namespace(cluster, name));
        let party = |asked: Option<&Asked>, role| {
            asked
                .map(|asked| resolve(cluster, &asked.reference, namespace, role))
                .transpose()
        };
        let from = party(self.from.as_ref(), Role::Source)?;
        let to = party(self.to.as_ref(), Role::Destination)?;
        let asked = self.to.as_ref().and_then(|asked| asked.port.as_ref());
        if asked.is_some() && self.port.is_some() {
            return Err(Problem::new("`--to` and `--port` both name a port").help("give it once"));
        }
        let port = asked.or(self.port.as_ref());
        let connections = connections(cluster, to.as_ref(), port)?;
        let ids = cluster
            .pods
            .iter()
            .map(|(id, pod)| (std::ptr::from_ref(pod), id))
            .collect();
        let selection =
            |party: Option<&Party<'_>>| party.map(|party| selection(party, &ids)).transpose();
        let service = to.as_ref().and_then(|party| party.service);
        let mut notes = Vec::new();
        let (mut from, to) = (selection(from.as_ref())?, selection(to.as_ref())?);
        if let Some(note) = service.and_then(|id| hidden_clients(cluster.services.at(id))) {
            notes.push(note);
            let everyone = || Selection {
                pods: cluster.pods.ids().collect(),
                addresses: AddressSet::none(),
            };
            from.get_or_insert_with(everyone).addresses = AddressSet::none();
        }
        let named = |selection: &Option<Selection>| {
            let named = selection.as_ref().map(|it| &it.addresses);
            named.is_some_and(|it| !it.intersection(&AddressSet::link_local()).is_empty())
        };
        if named(&from) || named(&to) {
            notes.push(LINK_LOCAL.to_owned());
        }
        Ok(Filter {
            from,
            to,
            namespace: within.transpose()?,
            labels: self.labels.clone(),
            notes,
            connections,
            by: self.by,
        })
    }
}

/// S70, where addresses are asked about.
const LINK_LOCAL: &str = "link-local addresses are on the node of a pod: connections with them that policies refuse are left out; ask `netpolc can`";

/// S62: the matrix has what policies see, and of clients outside that is not known here.
fn hidden_clients(service: &Service) -> Option<String> {
    if service.headless || (service.is_met_from_outside() && service.outside.keeps_source) {
        return None;
    }
    let name = format!("{}/{}", service.namespace, service.name);
    Some(if service.is_met_from_outside() {
        format!(
            "which source address policies see of clients of Service {name} outside the cluster is not defined: they are left out; ask `netpolc can`"
        )
    } else {
        format!(
            "Service {name} has an address inside the cluster only: clients outside are left out; ask `netpolc can`"
        )
    })
}

/// The rows of the matrix that a party stands for.
fn selection(party: &Party<'_>, ids: &HashMap<*const Pod, PodId>) -> Result<Selection, Problem> {
    let mut selection = Selection::default();
    for member in &party.pods {
        match ids.get(&std::ptr::from_ref(&*member.pod)) {
            Some(id) => _ = selection.pods.insert(*id),
            None => return Err(missing(party, member.dormant)),
        }
    }
    selection.addresses = party.addresses.clone();
    let other = selection.addresses.difference(&AddressSet::loopback());
    if other.is_empty() && !selection.addresses.is_empty() {
        return Err(Problem::new(format!(
            "the matrix has no rows for {}: a loopback address never leaves the pod",
            party.title
        )));
    }
    if !party.nodes.is_empty() {
        return Err(
            Problem::new(format!("the matrix has no rows for {}", party.title))
                .help("ask about a node with `netpolc can`"),
        );
    }
    if selection.pods.is_empty() && selection.addresses == AddressSet::none() {
        return Err(Problem::new(format!("{} has no pods", party.title)));
    }
    Ok(selection)
}

fn missing(party: &Party<'_>, dormant: Option<WhyDormant>) -> Problem {
    let why = dormant.map_or_else(|| "does not exist".to_owned(), |why| why.to_string());
    Problem::new(format!(
        "the matrix has no row for {}: it {why}",
        party.title
    ))
    .help("ask what it could reach with `netpolc can`")
}

/// The connections that a port asks for at `to`; none where no port and no Service is named.
fn connections(
    cluster: &Cluster,
    to: Option<&Party<'_>>,
    port: Option<&AskedPort>,
) -> Result<Option<ConnSet>, Problem> {
    let service = to
        .and_then(|party| party.service)
        .map(|id| cluster.services.at(id));
    if let (Some(service), Some(party)) = (service, to) {
        let ports = crate::endpoint::service_ports(service, port, &party.pods)?;
        let targets = ports.into_iter().flat_map(|port| {
            let pods = party.pods.iter();
            let numbers = pods.flat_map(|member| service.targets(port, &member.pod));
            numbers.map(|number| (port.protocol, number))
        });
        return Ok(Some(union(targets)));
    }
    let Some(AskedPort { port, protocol }) = port else {
        return Ok(None);
    };
    let set = match port {
        PortName::Number(number) => union([(protocol.unwrap_or(Protocol::Tcp), *number)]),
        PortName::Name(name) => match to {
            Some(party) => named(
                party.pods.iter().map(|member| &*member.pod),
                name,
                *protocol,
            ),
            None => named(cluster.pods.rows().iter(), name, *protocol),
        },
        PortName::Portless(protocol) => {
            return Err(Problem::new(format!(
                "policies do not cover {protocol}; what happens to {protocol} is left to the network plugin"
            )));
        }
    };
    if set.is_empty() {
        return Err(Problem::new(format!(
            "no pod that is asked about has a port named `{port}`"
        )));
    }
    Ok(Some(set))
}

fn named<'a>(
    pods: impl Iterator<Item = &'a Pod>,
    name: &str,
    protocol: Option<Protocol>,
) -> ConnSet {
    union(pods.flat_map(|pod| pod.named_port(name, protocol).collect::<Vec<_>>()))
}

fn union(ports: impl IntoIterator<Item = (Protocol, u16)>) -> ConnSet {
    let ports = ports.into_iter();
    ConnSet::of_ranges(ports.map(|(protocol, port)| (protocol, port, port)))
}
