//! Whether anything in the input is behind a Service (S85).

use crate::endpoint::Party;
use crate::model::{Cluster, Service};

/// Why it is not known where a Service leads; none where its selector or its endpoints say.
pub fn unsaid(service: &Service) -> Option<String> {
    let unsaid = service.selector.is_none() && service.endpoints.is_empty();
    unsaid.then(|| {
        format!(
            "Service `{}/{}` has no selector, and its EndpointSlices, which say where it leads, are \
             not in the input or have no endpoint",
            service.namespace, service.name
        )
    })
}

/// Why nothing in the input is behind a destination; none where something is. `empty`: nobody is left of
/// one of both ends.
pub fn nowhere(cluster: &Cluster, destination: &Party<'_>, empty: bool) -> Option<String> {
    let Some(id) = destination.service else {
        return empty.then(|| "no address is left to ask about".to_owned());
    };
    let service = cluster.services.at(id);
    let full = format!("{}/{}", service.namespace, service.name);
    if let Some(why) = unsaid(service) {
        return Some(why);
    }
    if empty {
        return Some(format!("no pod in the input is behind Service `{full}`"));
    }
    let portless = service.ports.is_empty() && !service.headless;
    portless.then(|| format!("Service `{full}` has no ports"))
}
