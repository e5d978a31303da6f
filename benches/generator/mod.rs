//! Synthetic clusters: a shape and a seed in, the objects of a cluster out.
//!
//! Equal shapes and seeds give equal clusters on every machine. Labels are those that people
//! write (`app`, `tier`, `team`, `version`) and those that controllers add (`pod-template-hash`).
//! Replicas draw no random number, so that more of them leave the rest of the cluster as it is.

mod policies;
mod random;
mod shape;

pub(crate) use shape::{PRESETS, Shape, preset};

use netpolc::model::{
    Asks, ContainerPort, Controller, Made, Namespace, Objects, Origin, Owner, PodObject, PodPhase,
    PodTemplate, WorkloadKind, WorkloadObject,
};
use netpolc::net::Protocol;
use netpolc::selector::Labels;
use random::Random;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// What applications are called, the ports they listen on, and the tier they are of.
const APPS: [(&str, &str, u16, &str); 16] = [
    ("web", "http", 8080, "front"),
    ("api", "http", 8000, "back"),
    ("worker", "metrics", 9090, "back"),
    ("db", "postgres", 5432, "data"),
    ("cache", "redis", 6379, "data"),
    ("queue", "amqp", 5672, "data"),
    ("auth", "https", 8443, "back"),
    ("search", "http", 9200, "data"),
    ("cart", "http", 8080, "back"),
    ("billing", "grpc", 50051, "back"),
    ("mail", "smtp", 2525, "back"),
    ("report", "http", 8080, "back"),
    ("gateway", "https", 8443, "front"),
    ("ingest", "grpc", 50051, "back"),
    ("export", "http", 8081, "back"),
    ("admin", "http", 3000, "front"),
];

/// The tiers of [`APPS`].
const TIERS: [&str; 3] = ["front", "back", "data"];

/// The first pod's address; the others follow.
const FIRST_POD: u32 = u32::from_be_bytes([10, 64, 0, 1]);

/// A namespace as far as policies can draw on it.
struct Place {
    name: Arc<str>,
    team: Arc<str>,
    /// What runs in it: the `app` label and the application it is of.
    apps: Vec<(Arc<str>, usize)>,
    /// How many pods it has, at one replica each.
    pods: usize,
}

/// The cluster of a shape and a seed.
pub(crate) fn objects(shape: &Shape, seed: u64) -> Objects {
    let mut random = Random::new(seed);
    let mut objects = Objects::default();
    let mut places = places(shape, &mut random);
    for place in &mut places {
        let labels = [("team", &*place.team), ("env", environment(&place.name))];
        let labels = Labels::from_pairs(labels);
        let origin = Origin::default();
        let namespace = Namespace::declared(&place.name, &labels, origin);
        objects.namespaces.push(namespace);
        populate(shape, place, &mut random, &mut objects);
    }
    objects.policies = policies::policies(shape, &places, &mut random);
    objects
}

/// Namespaces with their numbers of pods, which add up to the shape's.
fn places(shape: &Shape, random: &mut Random) -> Vec<Place> {
    let teams = shape.namespaces / 15 + 1;
    let weights: Vec<usize> = (0..shape.namespaces)
        .map(|_| 1 << random.below(shape.spread + 1))
        .collect();
    let total: usize = weights.iter().sum::<usize>().max(1);
    let (mut passed, mut given) = (0, 0);
    let place = |(index, weight)| {
        passed += weight;
        let until = shape.pods * passed / total;
        let pods = until - given;
        given = until;
        let environment = ["prod", "stage", "dev"];
        let environment = environment.get(index % 3).copied().unwrap_or_default();
        Place {
            name: format!("ns-{index}-{environment}").into(),
            team: format!("team-{}", random.below(teams)).into(),
            apps: Vec::new(),
            pods,
        }
    };
    weights.into_iter().enumerate().map(place).collect()
}

/// `prod` of `ns-7-prod`.
fn environment(namespace: &str) -> &str {
    namespace.rsplit('-').next().unwrap_or_default()
}

/// Fills a namespace with workloads and their pods.
fn populate(shape: &Shape, place: &mut Place, random: &mut Random, objects: &mut Objects) {
    let mut left = place.pods;
    while left > 0 {
        let number = place.apps.len();
        let kind = if shape.owned {
            number % APPS.len()
        } else {
            random.below(10)
        };
        let replicas = if shape.owned {
            (1 + random.below(5)).min(left)
        } else {
            1
        };
        left -= replicas;
        let (app, port_name, port, tier) = APPS.get(kind).copied().unwrap_or_default();
        let name: Arc<str> = match number / APPS.len() {
            0 if shape.owned => app.into(),
            round if shape.owned => format!("{app}-{}", round + 1).into(),
            _ => format!("{app}-{number}").into(),
        };
        let label: Arc<str> = if shape.owned {
            Arc::clone(&name)
        } else {
            app.into()
        };
        let version = format!("v{}", 1 + random.below(4));
        let labels = [("app", &*label), ("tier", tier), ("version", &version)];
        let mut labels = Labels::from_pairs(labels);
        if shape.owned {
            labels = labels.with("team", &place.team);
        }
        let template = PodTemplate {
            names: None,
            labels,
            host_network: false,
            ports: [(port_name, port), ("health", 8086)]
                .map(|(name, port)| ContainerPort {
                    host_port: None,
                    name: Some(name.into()),
                    protocol: Protocol::Tcp,
                    port,
                })
                .into(),
        };
        place.apps.push((label, kind));
        let replicas = replicas * shape.replicas;
        if shape.owned {
            let hash = format!("{:08x}", random.below(1 << 32));
            deploy(place, &name, &hash, template, replicas, objects);
        } else {
            add_pod(place, name, None, template, objects);
        }
    }
}

/// A Deployment and its pods, as its ReplicaSet makes them.
fn deploy(
    place: &Place,
    name: &Arc<str>,
    hash: &str,
    template: PodTemplate,
    replicas: usize,
    objects: &mut Objects,
) {
    let owner = Owner {
        kind: "ReplicaSet".into(),
        name: format!("{name}-{hash}").into(),
    };
    let labels = template.labels.with("pod-template-hash", hash);
    for replica in 0..replicas {
        let pod = format!("{}-{replica:05x}", owner.name).into();
        let template = PodTemplate {
            labels: labels.clone(),
            ..template.clone()
        };
        add_pod(place, pod, Some(owner.clone()), template, objects);
    }
    let made = Made {
        template,
        controller: Controller::Deployment,
        asks: Asks::replicas(u32::try_from(replicas).unwrap_or(u32::MAX)),
        ..Made::default()
    };
    let kind = WorkloadKind::Deployment;
    let object = WorkloadObject::new(kind, &place.name, name, made);
    objects.workloads.push(object);
}

fn add_pod(
    place: &Place,
    name: Arc<str>,
    owner: Option<Owner>,
    template: PodTemplate,
    objects: &mut Objects,
) {
    let number = u32::try_from(objects.pods.len()).unwrap_or(u32::MAX);
    objects.pods.push(PodObject {
        namespace: Arc::clone(&place.name),
        name,
        owner,
        template,
        ips: vec![IpAddr::V4(Ipv4Addr::from(FIRST_POD.saturating_add(number)))],
        node: Some(format!("node-{}", number / 100).into()),
        phase: PodPhase::Live,
        origin: Origin::default(),
    });
}
