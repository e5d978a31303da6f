//! All backends of Ingresses.

use super::super::exposed::Exposed;
use super::super::request::By;
use super::class::{classes_of, doubts, find};
use super::taker::destination;
use crate::model::{Backend, Cluster, Ingress};
use std::sync::Arc;

/// The backends of every Ingress, by the controller of each class that may hold for it.
pub fn backends(cluster: &Cluster) -> Vec<Exposed> {
    let mut all = Vec::new();
    for ingress in &cluster.ingresses {
        let classes = classes_of(cluster, ingress);
        for class in classes {
            let name = class.name;
            let found = find(cluster, name.as_deref());
            let is_sure =
                class.doubt.is_none() && doubts(cluster, name.as_deref(), ingress).is_empty();
            let by = By::Ingress {
                controller: found.map(|it| Arc::clone(&it.controller)),
                class: name,
            };
            let paths = ingress.paths.iter();
            let paths = paths.map(|it| (format!("{}.backend", it.field()), it.backend.as_ref()));
            let default = (
                "spec.defaultBackend".to_owned(),
                ingress.default_backend.as_ref(),
            );
            for (field, backend) in paths.chain([default]) {
                let one = |backend| exposed(ingress, (&by, is_sure), field, backend);
                all.extend(backend.map(one));
            }
        }
    }
    all
}

fn exposed(
    ingress: &Ingress,
    (by, is_sure): (&By, bool),
    field: String,
    backend: &Backend,
) -> Exposed {
    let why = format!(
        "`{field}` of Ingress {}/{}",
        ingress.namespace, ingress.name
    );
    Exposed {
        kind: "Ingress",
        namespace: Arc::clone(&ingress.namespace),
        name: Arc::clone(&ingress.name),
        field,
        to: destination(ingress, backend, why),
        by: by.clone(),
        is_sure,
    }
}
