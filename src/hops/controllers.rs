//! Who sends requests on to the backends: the pods of an Ingress controller, of a Gateway or of a router, or
//! something outside the cluster.
//!
//! In goes who takes a request, out come the pods. Where none is found, that is said, and never that there
//! is none; only of controllers that work without pods is it known that none is on the way.

mod known;

use super::request::By;
use crate::model::{Cluster, PodId, WorkloadId};
use crate::selector::{Labels, Operator, Requirement, Selector};
use crate::settings::Settings;
use known::{KnownLabels, KnownWay, ROUTER, ROUTERS, find};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Pods that somebody says are those of a controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Their namespace; none for any.
    pub namespace: Option<Arc<str>>,
    /// Their labels.
    pub pods: Selector,
}

impl Told {
    /// The pods that the settings name.
    pub fn of(settings: &Settings) -> Vec<Self> {
        let named = settings.ingress_controllers.iter();
        let told = named.map(|named| Self {
            namespace: Some(Arc::clone(&named.namespace)),
            pods: named.pods.clone(),
        });
        told.collect()
    }
}

/// Who sends a request on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    /// Who it is.
    pub way: Way,
    /// Whether that is sure, rather than what the names of classes and labels suggest.
    pub is_sure: bool,
    /// The port at which the pods take the request, where that is known.
    pub port: Option<u16>,
    /// Why, in a plain sentence without a full stop.
    pub why: String,
}

/// Who sends a request on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// These pods; one of them, for each request.
    Pods(Vec<PodId>),
    /// Pods that are not in the input.
    NotInInput,
    /// No pod.
    NoPods,
}

/// How a controller is called of which no pod is known.
pub const CONTROLLER: &str = "{ingress-controller}";

/// How the pods of a Gateway are marked that its controller makes for it (GEP-1762).
const GATEWAY_NAME: &str = "gateway.networking.k8s.io/gateway-name";
/// What Envoy Gateway calls itself.
const ENVOY_GATEWAY: &str = "gateway.envoyproxy.io/gatewayclass-controller";
/// How its pods are marked instead, in a namespace of its own.
const OWNING_NAME: &str = "gateway.envoyproxy.io/owning-gateway-name";
const OWNING_NAMESPACE: &str = "gateway.envoyproxy.io/owning-gateway-namespace";

/// Who sends on the requests that `by` takes on a port. `told` are the pods of controllers, where somebody
/// says which they are.
pub fn front(cluster: &Cluster, by: &By, port: u16, told: &[Told]) -> Front {
    if !told.is_empty() {
        return as_told(cluster, told);
    }
    match by {
        By::Ingress { class, controller } => {
            of_class(cluster, (class.as_deref(), controller.as_deref()), port)
        }
        By::Gateway {
            namespace,
            name,
            class,
            controller,
            listener: _,
        } => of_gateway(
            cluster,
            (namespace, name),
            (class, controller.as_deref()),
            port,
        ),
        By::OpenShift { routers } => of_routers(cluster, routers, port),
    }
}

fn as_told(cluster: &Cluster, told: &[Told]) -> Front {
    let mut pods: BTreeSet<PodId> = BTreeSet::new();
    for one in told {
        pods.extend(matching(cluster, one.namespace.as_deref(), &one.pods));
    }
    let pods: Vec<PodId> = pods.into_iter().collect();
    let way = if pods.is_empty() {
        Way::NotInInput
    } else {
        Way::Pods(pods)
    };
    Front {
        why: match way {
            Way::NotInInput => {
                "no pod in the input is one of the controller's, as it was given".into()
            }
            Way::Pods(_) | Way::NoPods => {
                "these are the controller's pods, as they were given".into()
            }
        },
        way,
        is_sure: true,
        port: None,
    }
}

fn of_class(
    cluster: &Cluster,
    (class, controller): (Option<&str>, Option<&str>),
    port: u16,
) -> Front {
    let who = match (controller, class) {
        (Some(controller), _) => format!("`{controller}`"),
        (None, Some(class)) => format!("the controller of class `{class}`"),
        (None, None) => "the controller of Ingresses without a class".to_owned(),
    };
    let Some((known, is_sure)) = find(controller, class) else {
        let why = format!("how the pods of {who} are recognised is not known");
        return missing(why);
    };
    match &known.way {
        KnownWay::NoPods(why) => Front {
            way: Way::NoPods,
            is_sure,
            port: None,
            why: (*why).to_owned(),
        },
        KnownWay::Pods {
            namespace,
            labels,
            ports,
        } => {
            let mut found = found(cluster, *namespace, labels, known.name);
            found.is_sure &= is_sure;
            found.port = ports.and_then(|(http, https)| match port {
                80 => Some(http),
                443 => Some(https),
                _ => None,
            });
            found
        }
    }
}

/// The pods with one of these sets of labels; confirmed ones first.
fn found(cluster: &Cluster, namespace: Option<&str>, labels: &[KnownLabels], name: &str) -> Front {
    for set in labels {
        let requirements = set.pairs.iter().map(|(key, value)| requirement(key, value));
        let selector = Selector::new(requirements.collect());
        let pods = matching(cluster, namespace, &selector);
        if !pods.is_empty() {
            let why = format!("the pods with `{selector}` are those of {name}");
            return pods_of(cluster, pods, set.is_confirmed, why);
        }
    }
    let all = labels.iter().map(|set| {
        let requirements = set.pairs.iter().map(|(key, value)| requirement(key, value));
        format!("`{}`", Selector::new(requirements.collect()))
    });
    let all: Vec<String> = all.collect();
    missing(format!(
        "no pod of {name} is in the input: none has {}",
        all.join(" or ")
    ))
}

/// That a label has a value, or is there if the value is empty.
fn requirement(key: &str, value: &str) -> Requirement {
    let is_any = value.is_empty();
    Requirement {
        key: key.into(),
        operator: if is_any {
            Operator::Exists
        } else {
            Operator::In
        },
        values: if is_any {
            Vec::new()
        } else {
            vec![value.into()]
        },
    }
}

/// Pods that are a controller's. Those of two workloads may be two controllers, each for a class of its own.
fn pods_of(cluster: &Cluster, pods: Vec<PodId>, is_confirmed: bool, why: String) -> Front {
    let workloads = pods.iter().map(|&pod| cluster.pods.at(pod).workload);
    let workloads: BTreeSet<Option<WorkloadId>> = workloads.collect();
    let is_one = workloads.len() == 1 && (pods.len() == 1 || !workloads.contains(&None));
    Front {
        way: Way::Pods(pods),
        is_sure: is_confirmed && is_one,
        port: None,
        why,
    }
}

fn missing(why: String) -> Front {
    Front {
        way: Way::NotInInput,
        is_sure: true,
        port: None,
        why,
    }
}

fn of_gateway(
    cluster: &Cluster,
    (namespace, name): (&str, &str),
    (class, controller): (&str, Option<&str>),
    port: u16,
) -> Front {
    let made = Selector::labels([(GATEWAY_NAME, name)]);
    let pods = matching(cluster, Some(namespace), &made);
    if !pods.is_empty() {
        let why = format!(
            "the pods with `{made}` in {namespace} are those of Gateway {namespace}/{name}"
        );
        return pods_of(cluster, pods, true, why);
    }
    let owned = Selector::labels([(OWNING_NAME, name), (OWNING_NAMESPACE, namespace)]);
    let pods = matching(cluster, None, &owned);
    if !pods.is_empty() || controller == Some(ENVOY_GATEWAY) {
        let why = format!(
            "Envoy Gateway gives the pods of Gateway {namespace}/{name} the labels `{owned}`"
        );
        if pods.is_empty() {
            return missing(format!("{why}, and none is in the input"));
        }
        let mut found = pods_of(cluster, pods, true, why);
        // Its pods cannot listen on ports that only root may have.
        found.port = Some(if port < 1024 { port + 10_000 } else { port });
        return found;
    }
    if find(controller, Some(class)).is_some() {
        return of_class(cluster, (Some(class), controller), port);
    }
    missing(format!(
        "no pod of Gateway {namespace}/{name} is in the input: none in {namespace} has `{made}`"
    ))
}

fn of_routers(cluster: &Cluster, routers: &[Arc<str>], port: u16) -> Front {
    let named = Requirement {
        key: ROUTER.into(),
        operator: if routers.is_empty() {
            Operator::Exists
        } else {
            Operator::In
        },
        values: routers.to_vec(),
    };
    let selector = Selector::new(vec![named]);
    let pods = matching(cluster, Some(ROUTERS), &selector);
    if pods.is_empty() {
        return missing(format!(
            "no router is in the input: no pod in {ROUTERS} has `{selector}`"
        ));
    }
    let why = format!("the pods with `{selector}` in {ROUTERS} are the routers of OpenShift");
    Front {
        port: Some(port).filter(|port| matches!(port, 80 | 443)),
        ..pods_of(cluster, pods, true, why)
    }
}

/// The pods with these labels.
fn matching(cluster: &Cluster, namespace: Option<&str>, selector: &Selector) -> Vec<PodId> {
    let fits = |labels: &Labels| selector.matches(labels);
    let pods = cluster.pods.iter().filter(|(_, pod)| {
        let own = &cluster.namespaces.at(pod.namespace).name;
        namespace.is_none_or(|name| **own == *name) && fits(&pod.labels)
    });
    pods.map(|(id, _)| id).collect()
}
