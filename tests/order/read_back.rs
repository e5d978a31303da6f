//! The manifests that are written of random clusters mean these clusters: read back, they are the same
//! model. So what a failing test prints of a cluster shows the failure.

use crate::random::cluster_wide::place_peers;
use crate::random::failing::{Drawn, Failure, on_clusters};
use crate::random::{Mix, manifests};
use netpolc::input::{Options, read_text};
use netpolc::model::{Cluster, Objects, Origin, PodObject, Policy, WorkloadObject};
use netpolc::render::{Look, diff};

/// The objects without the places that they were read from.
fn without_places(mut objects: Objects) -> Objects {
    let nowhere = Origin::default();
    objects
        .namespaces
        .iter_mut()
        .for_each(|it| it.origin = nowhere);
    objects.nodes.iter_mut().for_each(|it| it.origin = nowhere);
    objects.pods.iter_mut().for_each(|it| it.origin = nowhere);
    objects
        .workloads
        .iter_mut()
        .for_each(|it| it.origin = nowhere);
    for policy in &mut objects.policies {
        (policy.origin, policy.subject_origin) = (nowhere, nowhere);
        for rule in [&mut policy.ingress, &mut policy.egress]
            .into_iter()
            .flatten()
            .flatten()
        {
            rule.origin = nowhere;
            if let netpolc::model::Peers::Listed(peers) = &mut rule.peers {
                for it in peers {
                    it.origin = nowhere;
                }
            }
            if let netpolc::model::Ports::Listed(ports) = &mut rule.ports {
                for it in ports {
                    it.origin = nowhere;
                }
            }
        }
    }
    // Their order is that of their names once they are read.
    let pod = |it: &PodObject| (it.namespace.clone(), it.name.clone());
    objects.pods.sort_by_key(pod);
    let workload = |it: &WorkloadObject| (it.namespace.clone(), it.kind.clone(), it.name.clone());
    objects.workloads.sort_by_key(workload);
    let policy = |it: &Policy| (it.kind, it.namespace.clone(), it.name.clone());
    objects.policies.sort_by_key(policy);
    objects
}

/// A cluster in lines that can be compared.
fn lines(objects: Objects) -> String {
    let cluster = Cluster::new(without_places(objects));
    format!(
        "{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:?}",
        cluster.namespaces,
        cluster.nodes,
        cluster.pods,
        cluster.dormant,
        cluster.workloads,
        cluster.policies,
        cluster.left_out
    )
}

#[test]
fn what_is_written_of_a_cluster_is_read_back_as_that_cluster() {
    let mix = Mix {
        families: true,
        tiers: true,
        ties: true,
        names: true,
        ..Mix::default()
    };
    let draw = |list: &[u16], words: &[u16]| {
        let mut drawn = Drawn::of(mix, list, words);
        // Of a policy that governs neither direction, for one, there is no manifest.
        drawn.objects.policies.retain(manifests::can_be_said);
        drawn
    };
    on_clusters(300, draw, |drawn| {
        let text = manifests::file(&drawn.objects);
        let read = read_text("cluster.yaml", &text, &Options::default());
        let findings = read.findings.iter();
        let findings: Vec<_> = findings
            .map(|it| format!("{}: {}", it.rule, it.message))
            .collect();
        let mut drawn = drawn.objects.clone();
        place_peers(&mut drawn.policies);
        let (drawn, read) = (lines(drawn), lines(read.objects));
        if drawn == read && findings.is_empty() {
            return Ok(());
        }
        let look = Look {
            color: false,
            width: 100,
        };
        let apart = diff::unified("model", &drawn, &read, look);
        Err(Failure::new(format!(
            "tests/random/manifests.rs writes something else than was drawn: {findings:#?}\n{apart}"
        )))
    });
}
