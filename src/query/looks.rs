//! How a connection looks to policies, in words.

use super::answer::Looks;
use crate::hops::{Seen, SeenDestination, SeenSource};
use crate::model::{Cluster, ServicePort};

/// How the flow looks, in words.
pub(super) fn looks(cluster: &Cluster, seen: &Seen, port: Option<&ServicePort>) -> Looks {
    let node = |id| format!("node {}", cluster.nodes.at(id).name);
    let sources = seen.sources.iter().map(|source| match *source {
        SeenSource::Client => "the client".to_owned(),
        SeenSource::Node(id) => node(id),
        SeenSource::Any => "an address that is not known".to_owned(),
        SeenSource::Passed => "nobody whom they could stop".to_owned(),
    });
    let sources: Vec<String> = sources.collect();
    let destinations = seen
        .destinations
        .iter()
        .map(|destination| match *destination {
            SeenDestination::Backend => "the pod".to_owned(),
            SeenDestination::Node(id, number) => format!("{} on port {number}", node(id)),
            SeenDestination::Address(address) => match port {
                Some(port) => format!("{address} on port {}", port.port),
                None => address.to_string(),
            },
            SeenDestination::Anywhere => "an address outside that is not known".to_owned(),
        });
    let destinations: Vec<String> = destinations.collect();
    let (mut source, mut destination) = (None, None);
    let mut clauses = Vec::new();
    if seen.destinations != [SeenDestination::Backend] {
        clauses.push(format!(
            "the policies of the client see {} as the destination",
            destinations.join(" or ")
        ));
        destination = destinations
            .first()
            .cloned()
            .filter(|_| destinations.len() == 1);
    }
    if seen.sources != [SeenSource::Client] {
        clauses.push(format!(
            "the policies of the pod see {} as the source",
            sources.join(" or ")
        ));
        source = sources.first().cloned().filter(|_| sources.len() == 1);
    }
    Looks {
        source,
        destination,
        sentence: (!clauses.is_empty()).then(|| clauses.join(", and ")),
    }
}
