//! Which workload a pod belongs to, and which pods there are.

use super::super::controller::{Controller, JobPods};
use super::super::objects::{
    Asks, Autoscaler, Made, PodObject, PodPhase, PodTemplate, WorkloadObject,
};
use super::super::*;
use crate::selector::{Labels, Selector};

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
    let object = WorkloadObject::new(kind, &"shop".into(), &name.into(), Made::default());
    WorkloadObject { owner, ..object }
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
    idle.makes[0].asks = Asks::replicas(0);
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

/// A workload of a kind, with the labels that its controller gives.
fn made(kind: WorkloadKind, name: &str, asks: Asks) -> WorkloadObject {
    let made = Made {
        controller: Controller::of(kind),
        asks,
        ..Made::default()
    };
    WorkloadObject::new(kind, &"shop".into(), &name.into(), made)
}

fn alone(workload: WorkloadObject) -> Cluster {
    Cluster::new(Objects {
        workloads: vec![workload],
        ..Objects::default()
    })
}

fn labels(cluster: &Cluster) -> Vec<String> {
    let pods = cluster.pods.rows().iter();
    pods.map(|pod| format!("{} {}", pod.name, pod.labels))
        .collect()
}

#[test]
fn pods_carry_what_their_controller_gives_them() {
    let of = |kind| labels(&alone(made(kind, "x", Asks::replicas(1)))).remove(0);
    assert_eq!(of(WorkloadKind::Deployment), "x pod-template-hash");
    assert_eq!(of(WorkloadKind::ReplicaSet), "x ");
    assert_eq!(
        of(WorkloadKind::DaemonSet),
        "x controller-revision-hash,pod-template-generation"
    );
    assert_eq!(
        of(WorkloadKind::StatefulSet),
        "x apps.kubernetes.io/pod-index=0,statefulset.kubernetes.io/pod-name=x-0,\
         controller-revision-hash"
    );
    assert_eq!(
        of(WorkloadKind::Job),
        "x batch.kubernetes.io/job-name=x,job-name=x,batch.kubernetes.io/controller-uid,\
         controller-uid"
    );
    assert_eq!(
        of(WorkloadKind::CronJob),
        "x batch.kubernetes.io/controller-uid,batch.kubernetes.io/job-name,controller-uid,job-name"
    );
}

#[test]
fn a_job_with_a_selector_of_its_own_gives_no_names() {
    let mut job = made(WorkloadKind::Job, "x", Asks::replicas(1));
    job.makes[0].controller = Controller::Job(JobPods {
        named: false,
        indexed: Some(1),
    });
    assert_eq!(
        labels(&alone(job)),
        ["x batch.kubernetes.io/job-completion-index=0"]
    );
    let mut job = made(WorkloadKind::Job, "x", Asks::replicas(1));
    job.uid = Some("5d4f".into());
    assert!(labels(&alone(job))[0].ends_with("controller-uid=5d4f,job-name=x"));
}

/// The names and counts of a StatefulSet's pods where a Service asks for one of them.
fn replicas(first: u32, asks: Asks, wanted: &str) -> Vec<(String, Count)> {
    let mut set = made(WorkloadKind::StatefulSet, "db", asks);
    set.makes[0].controller = Controller::StatefulSet { first };
    let selector = Selector::labels([("statefulset.kubernetes.io/pod-name", wanted)]);
    let service = crate::model::Service {
        endpoints: Vec::new(),
        inside_local: false,
        publishes_not_ready: false,
        namespace: "shop".into(),
        name: "db".into(),
        kind: crate::model::ServiceKind::ClusterIp,
        selector: Some(selector),
        external_name: None,
        addresses: Vec::new(),
        headless: false,
        families: Vec::new(),
        outside: crate::model::OutsideAccess::default(),
        ports: Vec::new(),
        origin: Origin::default(),
    };
    let cluster = Cluster::new(Objects {
        workloads: vec![set],
        services: vec![service],
        ..Objects::default()
    });
    let pods = cluster.pods.rows().iter();
    pods.map(|pod| (pod.name.to_string(), pod.count)).collect()
}

#[test]
fn replicas_are_told_apart_where_something_asks_for_one() {
    let single = |name: &str| (name.to_owned(), Count::ONE);
    let three = Asks::replicas(3);
    assert_eq!(
        replicas(0, three, "db-1"),
        [single("db-0"), single("db-1"), single("db-2")]
    );
    assert_eq!(
        replicas(5, three, "db-6"),
        [single("db-5"), single("db-6"), single("db-7")]
    );
    // Nobody has that name, so that they are alike.
    for nobody in ["db-3", "db-01", "other-1", "db"] {
        let all = [("db".to_owned(), Count::exactly(3))];
        assert_eq!(replicas(0, three, nobody), all);
    }
    // Many are not listed one by one.
    assert_eq!(
        replicas(0, Asks::replicas(u32::MAX), "db-7"),
        [single("db-7"), ("db-*".to_owned(), Count::between(2, None))]
    );
}

#[test]
fn autoscalers_and_nodes_say_how_many_pods_there_are() {
    use super::super::HowMany;
    use WorkloadKind::{DaemonSet, Deployment};
    let count = |kind, asks, scaler: Option<(u32, u32, bool)>, nodes: usize| {
        let scaler = scaler.map(|(least, most, from_none)| Autoscaler {
            kind: "HorizontalPodAutoscaler".into(),
            namespace: "shop".into(),
            name: "x".into(),
            target: owner(WorkloadKind::name(kind), "x"),
            least,
            most,
            from_none,
            origin: Origin::default(),
        });
        let node = |number: usize| crate::model::Node {
            kubelet_version: None,
            pod_cidrs: Vec::new(),
            name: format!("n{number}").into(),
            labels: Labels::none(),
            ips: Vec::new(),
            origin: Origin::default(),
        };
        let cluster = Cluster::new(Objects {
            workloads: vec![made(kind, "x", asks)],
            autoscalers: scaler.into_iter().collect(),
            nodes: (0..nodes).map(node).collect(),
            ..Objects::default()
        });
        let pods = cluster.pods.rows().iter().map(|pod| pod.count.how_many());
        pods.chain(cluster.dormant.iter().map(|_| HowMany::None))
            .collect::<Vec<_>>()
    };
    let (one, none) = (Asks::replicas(1), Asks::replicas(0));
    assert_eq!(count(Deployment, one, None, 0), [HowMany::One]);
    assert_eq!(
        count(Deployment, one, Some((3, 9, false)), 0),
        [HowMany::Several]
    );
    assert_eq!(
        count(Deployment, one, Some((1, 9, false)), 0),
        [HowMany::NotKnown]
    );
    assert_eq!(
        count(Deployment, Asks::replicas(5), Some((1, 1, false)), 0),
        [HowMany::One]
    );
    // An autoscaler leaves alone what was set to none; KEDA does not.
    assert_eq!(
        count(Deployment, none, Some((3, 9, false)), 0),
        [HowMany::None]
    );
    assert_eq!(
        count(Deployment, none, Some((0, 9, true)), 0),
        [HowMany::NotKnown]
    );
    let (each, some) = (
        Asks::PerNode { picks: false },
        Asks::PerNode { picks: true },
    );
    assert_eq!(count(DaemonSet, each, None, 0), [HowMany::NotKnown]);
    assert_eq!(count(DaemonSet, each, None, 1), [HowMany::One]);
    assert_eq!(count(DaemonSet, each, None, 2), [HowMany::Several]);
    assert_eq!(count(DaemonSet, some, None, 2), [HowMany::NotKnown]);
}
