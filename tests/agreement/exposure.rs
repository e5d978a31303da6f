//! What `matrix --exposure` says of pods that could be created, `trace` says of one that is.

use super::probes;
use super::random::Mix;
use super::random::failing::{Checked, Drawn, Failure, clusters, on_clusters};
use netpolc::compile::Matrix;
use netpolc::model::{Cluster, Direction, NAMESPACE_NAME_LABEL, Namespace, Origin, Pod, PodNature};
use netpolc::net::Protocol;
use netpolc::query::exposure::{Among, ExposedPeer, Exposure, Who};
use netpolc::query::filter::{By, Filter};
use netpolc::query::listing::Listing;
use netpolc::selector::{Labels, Selector};
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use std::cell::Cell;

const MIX: Mix = Mix {
    tiers: true,
    families: false,
    ties: true,
    plugins: false,
    names: false,
};

/// Labels that a selector matches, and as few as that: a value that no selector names where any will do.
fn labels(selector: &Selector) -> Labels {
    let mut labels = Labels::none();
    for (key, test) in selector.tests() {
        match test.only_values().and_then(|values| values.first()) {
            Some(value) => labels = labels.with(key, value),
            None if test.accepts_absent() => {}
            None => labels = labels.with(key, "unnamed"),
        }
    }
    labels
}

/// The cluster with one pod of these more, in a namespace of these.
fn with_pod(cluster: &Cluster, own: &Pod, among: &Among) -> (Cluster, Pod) {
    let mut cluster = cluster.clone();
    let of_namespace = labels(&among.namespaces);
    let name = of_namespace.get(NAMESPACE_NAME_LABEL).cloned();
    let namespace = match &name {
        // One that is there has the labels that it has.
        Some(name) => cluster.namespace(name),
        None => None,
    };
    let namespace = namespace.unwrap_or_else(|| {
        let name = name.unwrap_or_else(|| "created".into());
        let created = Namespace::declared(&name, &of_namespace, Origin::default());
        cluster.namespaces.push(created)
    });
    let pod = Pod {
        namespace,
        name: "created".into(),
        labels: labels(&among.pods),
        ips: vec!["198.18.7.7".parse().expect("an address")],
        host_network: false,
        node: None,
        ports: [].into(),
        workload: None,
        nature: PodNature::Read,
        ..own.clone()
    };
    (cluster, pod)
}

fn holds(cluster: &Cluster, own: &Pod, direction: Direction, line: &ExposedPeer) -> Checked {
    let among = match &line.who {
        Who::Everyone => Among::default(),
        Who::Pods(among) => among.clone(),
        Who::Outside(_) => return Ok(()),
    };
    let (cluster, created) = with_pod(cluster, own, &among);
    let labels = &cluster.namespaces.at(created.namespace).labels;
    if !among.namespaces.matches(labels) {
        return Ok(());
    }
    let (own, created) = (Endpoint::Pod(own), Endpoint::Pod(&created));
    let lets = |(protocol, port): (Protocol, u16)| {
        let (source, destination) = match direction {
            Direction::Egress => (own, created),
            Direction::Ingress => (created, own),
        };
        let told = trace(
            &cluster,
            &Flow {
                source,
                destination,
                protocol,
                port,
            },
        );
        match direction {
            Direction::Egress => told.egress.verdict,
            Direction::Ingress => told.ingress.verdict,
        }
    };
    for probe in probes() {
        let said = line.connections.numbered.contains(probe.0, probe.1);
        if said && lets(probe) != Verdict::Allow {
            return Err(Failure::new(format!(
                "{line:?} ({direction}) is refused on {} {}",
                probe.0, probe.1
            )));
        }
    }
    Ok(())
}

#[test]
fn a_pod_that_is_created_gets_what_its_line_says() {
    let draw = |list: &[u16], words: &[u16]| Drawn::of(MIX, list, words);
    let lines = Cell::new(0);
    on_clusters(clusters(1_000, 1_000), draw, |drawn| {
        let cluster = drawn.cluster();
        let mut matrix = Matrix::new(&cluster);
        let filter = Filter {
            by: By::Pod,
            ..Filter::default()
        };
        let listing = Listing::new(&cluster, &mut matrix, &filter);
        let exposure = Exposure::new(&cluster, &mut matrix, &filter, &listing);
        if exposure.notes.iter().any(|note| note.contains("deny")) {
            return Ok(());
        }
        for exposed in &exposure.workloads {
            let is_named = |pod: &&Pod| {
                let names = [
                    format!("{}[Pod]", cluster.pod_name(pod)),
                    cluster.endpoint_name(pod),
                ];
                names.contains(&exposed.workload) && !pod.host_network
            };
            let Some(own) = cluster.pods.rows().iter().find(is_named) else {
                continue;
            };
            for line in exposed.peers.iter().filter(|it| !it.less) {
                lines.set(lines.get() + 1);
                holds(&cluster, own, exposed.direction, line)?;
            }
        }
        Ok(())
    });
    assert!(lines.get() > 1_000, "{}", lines.get());
}
