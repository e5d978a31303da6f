//! Which class an Ingress is of, and who serves that.
//!
//! Sources: the Ingress page of the Kubernetes documentation (`ingressClassName`, default class), the
//! conformance tests of Ingress controllers (an unknown class is served by nobody), and the page of GKE on
//! its Ingress (the annotation only, and also what names no class).

use super::super::request::Because;
use crate::model::{Cluster, Ingress, IngressClass};
use std::sync::Arc;

/// The classes of GKE, which it knows by the annotation alone.
const OF_GKE: [&str; 2] = ["gce", "gce-internal"];

/// The class of an Ingress.
pub(super) struct Class {
    /// The name; none where there is no class.
    pub(super) name: Option<Arc<str>>,
    /// Why another class may hold.
    pub(super) doubt: Option<String>,
}

/// The classes that may hold for an Ingress: two where the field and the annotation differ.
pub(super) fn classes_of(cluster: &Cluster, ingress: &Ingress) -> Vec<Class> {
    let certain = |name: &Arc<str>| Class {
        name: Some(Arc::clone(name)),
        doubt: None,
    };
    match (&ingress.class, &ingress.annotated_class) {
        (Some(class), Some(annotated)) if class != annotated => {
            let text = format!(
                "Ingress {}/{} has the class `{class}` and in its annotation `{annotated}`: which of them holds, each controller decides",
                ingress.namespace, ingress.name
            );
            let open = |name: &Arc<str>| Class {
                doubt: Some(text.clone()),
                ..certain(name)
            };
            vec![open(class), open(annotated)]
        }
        (Some(class), _) => vec![certain(class)],
        (None, Some(annotated)) => vec![certain(annotated)],
        (None, None) => {
            let mut defaults = cluster.ingress_classes.iter().filter(|it| it.is_default);
            let name = match (defaults.next(), defaults.next()) {
                (Some(only), None) => Some(Arc::clone(&only.name)),
                (Some(_), Some(_)) | (None, _) => None,
            };
            vec![Class { name, doubt: None }]
        }
    }
}

/// The IngressClass of a name.
pub(super) fn find<'c>(cluster: &'c Cluster, name: Option<&str>) -> Option<&'c IngressClass> {
    let mut classes = cluster.ingress_classes.iter();
    classes.find(|class| Some(&*class.name) == name)
}

/// What leaves open whether anybody serves a class. `first` is one of its Ingresses.
pub(super) fn doubts(cluster: &Cluster, name: Option<&str>, first: &Ingress) -> Vec<Because> {
    let known = &cluster.ingress_classes;
    let who = format!("Ingress {}/{}", first.namespace, first.name);
    let text = match name {
        None if known.is_empty() => format!(
            "{who} names no class, and no IngressClass is in the input: which controller serves it is not known"
        ),
        None if known.iter().any(|it| it.is_default) => {
            format!("{who} names no class, and several IngressClasses are the default")
        }
        None => format!(
            "{who} names no class and no IngressClass is the default: few controllers serve it, that of GKE among them"
        ),
        Some(name) if find(cluster, Some(name)).is_some() => return Vec::new(),
        Some(name) if OF_GKE.contains(&name) => {
            if first.annotated_class.as_deref() == Some(name) {
                return Vec::new();
            }
            format!("{who} has `ingressClassName: {name}`, and GKE reads the annotation only")
        }
        Some(_) if known.is_empty() || first.annotated_class.is_some() => return Vec::new(),
        Some(name) => format!(
            "there is no IngressClass `{name}` in the input: if the cluster has none, nobody serves {who}"
        ),
    };
    vec![Because::new(text, first.origin)]
}
