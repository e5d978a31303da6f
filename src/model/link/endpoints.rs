//! The endpoints of Services that have no selector: those that were read.
//!
//! Cost: each endpoint once.

use super::super::{EndpointsObject, Service, ServiceEndpoint, ServiceKind};
use std::collections::HashMap;
use std::sync::Arc;

/// What was read of one Service's endpoints, in each of the two ways.
#[derive(Default)]
struct Found {
    has_slice: bool,
    slices: Vec<ServiceEndpoint>,
    legacy: Vec<ServiceEndpoint>,
}

/// The Services with their endpoints. Those of a Service with a selector follow from its pods; for
/// the others slices are what proxies read, and `Endpoints` count where there is no slice.
pub(super) fn joined(mut services: Vec<Service>, read: Vec<EndpointsObject>) -> Vec<Service> {
    let mut found: HashMap<(Arc<str>, Arc<str>), Found> = HashMap::new();
    for service in services.iter().filter(|it| is_by_hand(it)) {
        let key = (Arc::clone(&service.namespace), Arc::clone(&service.name));
        found.entry(key).or_default();
    }
    for object in read {
        let Some(service) = object.service else {
            continue;
        };
        let Some(found) = found.get_mut(&(object.namespace, service)) else {
            continue;
        };
        if object.is_slice {
            found.has_slice = true;
            found.slices.extend(object.endpoints);
        } else {
            found.legacy.extend(object.endpoints);
        }
    }
    for service in services.iter_mut().filter(|it| is_by_hand(it)) {
        let key = (Arc::clone(&service.namespace), Arc::clone(&service.name));
        if let Some(found) = found.remove(&key) {
            service.endpoints = if found.has_slice {
                found.slices
            } else {
                found.legacy
            };
        }
    }
    services
}

/// Whether the endpoints of a Service are given by hand.
fn is_by_hand(service: &Service) -> bool {
    service.selector.is_none() && service.kind != ServiceKind::ExternalName
}
