//! Which workload a pod belongs to, and which pods there are.

use super::super::objects::{PodTemplate, WorkloadObject};
use super::*;
use crate::selector::Labels;

fn owner(kind: &str, name: &str) -> Owner {
    Owner {
        kind: kind.into(),
        name: name.into(),
    }
}

fn pod(name: &str, owner: Option<Owner>, phase: PodPhase) -> PodObject {
    PodObject {
        namespace: "shop".into(),
        name: name.into(),
        owner,
        template: PodTemplate {
            labels: Labels::from_pairs([("pod-template-hash", "5d4f")]),
            ..PodTemplate::default()
        },
        ips: Vec::new(),
        node: None,
        phase,
        origin: Origin::default(),
    }
}

fn workload(kind: WorkloadKind, name: &str, owner: Option<Owner>) -> WorkloadObject {
    WorkloadObject {
        kind,
        namespace: "shop".into(),
        name: name.into(),
        owner,
        replicas: Some(1),
        template: PodTemplate::default(),
        origin: Origin::default(),
    }
}

/// The printed names of all pods, sorted, and how many are dormant.
fn joined(pods: Vec<PodObject>, workloads: Vec<WorkloadObject>) -> (Vec<String>, usize) {
    let cluster = Cluster::new(Objects {
        pods,
        workloads,
        ..Objects::default()
    });
    let pods = cluster.pods.rows().iter();
    let mut names: Vec<_> = pods.map(|pod| cluster.endpoint_name(pod)).collect();
    names.sort();
    (names, cluster.dormant.len())
}

#[test]
fn a_pod_counts_once_under_its_topmost_workload() {
    use WorkloadKind::{Deployment, ReplicaSet};
    let pods = || {
        vec![pod(
            "web-5d4f-a",
            Some(owner("ReplicaSet", "web-5d4f")),
            PodPhase::Live,
        )]
    };
    let deployment = || workload(Deployment, "web", None);
    let set = |name| workload(ReplicaSet, name, Some(owner("Deployment", "web")));
    let web = (vec!["shop/web[Deployment]".to_owned()], 0);
    assert_eq!(joined(pods(), vec![deployment(), set("web-5d4f")]), web);
    // An older ReplicaSet of the Deployment has no pods of its own.
    let both = vec![deployment(), set("web-5d4f"), set("web-77aa")];
    assert_eq!(joined(pods(), both), web);
    // The ReplicaSet was not read: its name tells the Deployment.
    assert_eq!(joined(pods(), vec![deployment()]), web);
    assert_eq!(joined(Vec::new(), vec![deployment()]), web);
    let alone = (vec!["shop/web-5d4f[ReplicaSet]".to_owned()], 0);
    assert_eq!(joined(pods(), Vec::new()), alone);
}

#[test]
fn what_is_no_workload_is_not_climbed_to() {
    let set = workload(
        WorkloadKind::StatefulSet,
        "db",
        Some(owner("PostgresCluster", "main")),
    );
    let pods = vec![pod(
        "db-0",
        Some(owner("StatefulSet", "db")),
        PodPhase::Live,
    )];
    let db = (vec!["shop/db[StatefulSet]".to_owned()], 0);
    assert_eq!(joined(pods, vec![set.clone()]), db);
    assert_eq!(joined(Vec::new(), vec![set]), db);
    let fixed = pod("etcd-n1", Some(owner("Node", "n1")), PodPhase::Live);
    assert_eq!(joined(vec![fixed], Vec::new()).0, ["shop/etcd-n1[Pod]"]);
    // An owner reference without a kind, as some manifests have it.
    let odd = pod("a", Some(owner("", "group")), PodPhase::Live);
    assert_eq!(joined(vec![odd], Vec::new()).0, ["shop/group[Pod]"]);
}

#[test]
fn finished_pods_and_workloads_without_replicas_are_dormant() {
    let job = workload(WorkloadKind::Job, "once", None);
    let done = pod("once-x", Some(owner("Job", "once")), PodPhase::Finished);
    // The Job's pod was read, so nothing stands in for it.
    assert_eq!(joined(vec![done], vec![job]), (Vec::new(), 1));
    let mut idle = workload(WorkloadKind::Deployment, "idle", None);
    idle.replicas = Some(0);
    assert_eq!(joined(Vec::new(), vec![idle]), (Vec::new(), 1));
}

#[test]
fn a_job_that_was_not_read_leads_to_its_cron_job() {
    let cron = workload(WorkloadKind::CronJob, "backup", None);
    let run = pod(
        "backup-28931-x",
        Some(owner("Job", "backup-28931")),
        PodPhase::Live,
    );
    assert_eq!(joined(vec![run], vec![cron]).0, ["shop/backup[CronJob]"]);
}
