//! Workloads of kinds that are not of Kubernetes itself: whatever has a pod template in a known place.
//! A table says of some kinds what the shape does not.

use super::Build;
use super::meta::Meta;
use super::workload::{RawTemplate, number};
use crate::input::node::{Node, Value};
use crate::input::type_meta::TypeMeta;
use crate::model::{Asks, Controller, JobPods, Made, PodTemplate, WorkloadKind, WorkloadObject};
use serde::Deserialize as _;

/// What is known of a label that an operator gives to pods beyond those of their template.
#[derive(Debug, Clone, Copy)]
enum Given {
    /// It is the object's name.
    Name,
    /// It is the name of the part of the object that makes the pod.
    Part,
    /// It has this value.
    Fixed(&'static str),
    /// It is there.
    Open,
    /// It is there, with the template's value if that has one.
    Default,
}

/// What the shape of a kind does not tell.
struct Row {
    group: &'static str,
    kind: &'static str,
    /// How many pods there are where the object does not say; none where that is not known.
    replicas: Option<u32>,
    gives: &'static [(&'static str, Given)],
}

/// Sources: the controllers of Argo Rollouts (`utils/replicaset`), OpenKruise (`clonesetutils`),
/// OpenShift (`appsutil.go`), Knative Serving (`resources/meta.go`), JobSet (`jobset_controller.go`),
/// KEDA (`scale_jobs.go`), KubeVirt (`services/template.go`), KubeRay (`common/pod.go`), Volcano
/// (`job_controller_util.go`), LeaderWorkerSet (`pkg/utils/pod`).
const TABLE: &[Row] = &[
    Row {
        group: "argoproj.io",
        kind: "Rollout",
        replicas: Some(1),
        gives: &[("rollouts-pod-template-hash", Given::Open)],
    },
    Row {
        group: "apps.openshift.io",
        kind: "DeploymentConfig",
        replicas: None,
        gives: &[
            ("deploymentconfig", Given::Name),
            ("deployment", Given::Open),
        ],
    },
    Row {
        group: "apps.kruise.io",
        kind: "CloneSet",
        replicas: Some(1),
        gives: &[
            ("controller-revision-hash", Given::Open),
            ("pod-template-hash", Given::Open),
            ("apps.kruise.io/cloneset-instance-id", Given::Open),
        ],
    },
    Row {
        group: "serving.knative.dev",
        kind: "Service",
        replicas: None,
        gives: &[
            ("app", Given::Default),
            ("serving.knative.dev/service", Given::Name),
            ("serving.knative.dev/configuration", Given::Name),
            ("serving.knative.dev/revision", Given::Open),
            ("serving.knative.dev/revisionUID", Given::Open),
        ],
    },
    Row {
        group: "serving.knative.dev",
        kind: "Configuration",
        replicas: None,
        gives: &[
            ("app", Given::Default),
            ("serving.knative.dev/configuration", Given::Name),
            ("serving.knative.dev/revision", Given::Open),
            ("serving.knative.dev/revisionUID", Given::Open),
        ],
    },
    Row {
        group: "jobset.x-k8s.io",
        kind: "JobSet",
        replicas: None,
        gives: &[
            ("jobset.sigs.k8s.io/jobset-name", Given::Name),
            ("jobset.sigs.k8s.io/replicatedjob-name", Given::Part),
            ("jobset.sigs.k8s.io/job-index", Given::Open),
            ("jobset.sigs.k8s.io/restart-attempt", Given::Open),
        ],
    },
    Row {
        group: "keda.sh",
        kind: "ScaledJob",
        replicas: None,
        gives: &[("scaledjob.keda.sh/name", Given::Name)],
    },
    Row {
        group: "kubevirt.io",
        kind: "VirtualMachine",
        replicas: Some(1),
        gives: VIRTUAL_MACHINE,
    },
    Row {
        group: "kubevirt.io",
        kind: "VirtualMachineInstanceReplicaSet",
        replicas: Some(1),
        gives: VIRTUAL_MACHINE,
    },
    Row {
        group: "ray.io",
        kind: "RayCluster",
        replicas: None,
        gives: &[
            ("ray.io/cluster", Given::Name),
            ("ray.io/group", Given::Open),
            ("ray.io/node-type", Given::Open),
        ],
    },
    Row {
        group: "batch.volcano.sh",
        kind: "Job",
        replicas: None,
        gives: &[
            ("volcano.sh/job-name", Given::Name),
            ("volcano.sh/task-spec", Given::Part),
        ],
    },
    Row {
        group: "leaderworkerset.x-k8s.io",
        kind: "LeaderWorkerSet",
        replicas: None,
        gives: &[("leaderworkerset.sigs.k8s.io/name", Given::Name)],
    },
];

const VIRTUAL_MACHINE: &[(&str, Given)] = &[
    ("kubevirt.io", Given::Fixed("virt-launcher")),
    ("kubevirt.io/created-by", Given::Open),
];

/// The kinds of the table: API group and kind.
pub(in crate::input) fn tabled() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.iter().map(|row| (row.group, row.kind))
}

/// A template and where it stands.
struct Found<'n> {
    node: &'n Node,
    path: String,
    part: Option<&'n str>,
    /// What says how many pods there are.
    around: &'n Node,
    controller: Controller,
}

/// The workload that an object of another kind is; none where it makes no pods from a template that
/// could be found.
pub(in crate::input) fn workload(
    node: &Node,
    meta: TypeMeta<'_>,
    build: &mut Build<'_>,
) -> Option<WorkloadObject> {
    let found = templates(node);
    if found.is_empty() {
        return None;
    }
    let head = Meta::deserialize(node.get("metadata")?).ok()?;
    if head.name.is_empty() && head.generate_name.is_empty() {
        return None;
    }
    let row = TABLE
        .iter()
        .find(|row| row.group == meta.group() && row.kind == meta.kind);
    let name = build.pool.text(&head.name);
    let mut makes = Vec::new();
    for found in found {
        makes.push(made(&found, row, &name, build)?);
    }
    Some(WorkloadObject {
        kind: build.pool.text(&kind_of(meta)),
        namespace: head.namespace(build),
        name: head.name(build),
        uid: build.optional(&head.uid),
        owner: head.owner(build),
        makes,
        origin: build.origin,
    })
}

/// The kind as it is printed: with its group, where Kubernetes has one of that name, too.
fn kind_of(meta: TypeMeta<'_>) -> String {
    let native = WorkloadKind::from_name(meta.kind).is_some();
    if native || ["Service", "Pod", "Node", "Namespace"].contains(&meta.kind) {
        return meta.full_name();
    }
    meta.kind.to_owned()
}

fn made(found: &Found<'_>, row: Option<&Row>, name: &str, build: &mut Build<'_>) -> Option<Made> {
    let raw = RawTemplate::deserialize(found.node).ok()?;
    let mut template = raw.build(&found.path, build);
    for (key, given) in row.map_or(&[][..], |row| row.gives) {
        give(&mut template, key, *given, name, found.part);
    }
    Some(Made {
        part: found.part.map(|part| build.pool.text(part)),
        template,
        controller: found.controller,
        asks: asks(found, row, build),
    })
}

fn give(template: &mut PodTemplate, key: &str, given: Given, name: &str, part: Option<&str>) {
    let labels = &template.labels;
    template.labels = match given {
        Given::Name => labels.with(key, name),
        Given::Fixed(value) => labels.with(key, value),
        Given::Part => match part {
            Some(part) => labels.with(key, part),
            None => labels.with_open(key),
        },
        Given::Default if labels.get(key).is_some() => return,
        Given::Default | Given::Open => labels.with_open(key),
    };
}

fn asks(found: &Found<'_>, row: Option<&Row>, build: &mut Build<'_>) -> Asks {
    let written = |field: &str| match found.around.get(field).map(|node| &node.value) {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    };
    match (written("replicas"), row.and_then(|row| row.replicas)) {
        (Some(replicas), _) => Asks::replicas(number(Some(replicas), 1, "spec.replicas", build)),
        (None, Some(replicas)) => Asks::replicas(replicas),
        (None, None) => Asks::Between(0, None),
    }
}

/// The templates of an object, by their places.
fn templates(node: &Node) -> Vec<Found<'_>> {
    let Some(spec) = node.get("spec") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let plain = Controller::Plain;
    let job = Controller::CronJob(JobPods {
        named: true,
        indexed: None,
    });
    add(&mut found, spec, ("template", None), plain);
    add(&mut found, spec, ("jobTemplate.spec.template", None), job);
    add(&mut found, spec, ("jobTargetRef.template", None), job);
    if let Some(head) = spec.get("headGroupSpec") {
        add(&mut found, head, ("template", Some("head")), plain);
    }
    let parts = [
        ("replicatedJobs", "name", "template.spec.template", job),
        ("tasks", "name", "template", plain),
        ("workerGroupSpecs", "groupName", "template", plain),
    ];
    for (list, name, path, controller) in parts {
        for item in spec.get(list).map_or(&[][..], Node::items) {
            add(&mut found, item, (path, item.text_of(name)), controller);
        }
    }
    if let Some(group) = spec.get("leaderWorkerTemplate") {
        add(&mut found, group, ("leaderTemplate", Some("leader")), plain);
        add(&mut found, group, ("workerTemplate", Some("worker")), plain);
    }
    // `pytorchReplicaSpecs.Worker.template` and its like of Kubeflow.
    let kubeflow = spec.entries().iter();
    for kinds in kubeflow.filter(|it| it.key.ends_with("ReplicaSpecs")) {
        for part in kinds.value.entries() {
            add(
                &mut found,
                &part.value,
                ("template", Some(&part.key)),
                plain,
            );
        }
    }
    found
}

/// Adds the template at a path below `around`, if one is there.
fn add<'n>(
    found: &mut Vec<Found<'n>>,
    around: &'n Node,
    (path, part): (&str, Option<&'n str>),
    controller: Controller,
) {
    let mut steps = path.split('.');
    let node = steps.try_fold(around, |node, step| node.get(step));
    found.extend(node.filter(|it| is_template(it)).map(|node| Found {
        node,
        path: format!("spec.{path}"),
        part,
        around,
        controller,
    }));
}

/// Whether pods are made from this: it has containers, or is the machine of KubeVirt that a pod runs.
fn is_template(node: &Node) -> bool {
    let spec = node.get("spec");
    spec.is_some_and(|spec| {
        let containers = spec.get("containers").map_or(&[][..], Node::items);
        !containers.is_empty() || spec.get("domain").is_some()
    })
}

/// Kinds that make pods whose labels their operators decide, with the group: so that what the input
/// says of pods in their namespace is not all.
const OPERATED: &[(&str, &[&str])] = &[
    (
        "monitoring.coreos.com",
        &[
            "Prometheus",
            "PrometheusAgent",
            "Alertmanager",
            "ThanosRuler",
        ],
    ),
    (
        "kafka.strimzi.io",
        &[
            "Kafka",
            "KafkaConnect",
            "KafkaBridge",
            "KafkaMirrorMaker2",
            "KafkaNodePool",
        ],
    ),
    ("elasticsearch.k8s.elastic.co", &["Elasticsearch"]),
    ("kibana.k8s.elastic.co", &["Kibana"]),
    ("agent.k8s.elastic.co", &["Agent"]),
    ("beat.k8s.elastic.co", &["Beat"]),
    ("apm.k8s.elastic.co", &["ApmServer"]),
    ("logstash.k8s.elastic.co", &["Logstash"]),
    ("postgresql.cnpg.io", &["Cluster", "Pooler"]),
    ("postgres-operator.crunchydata.com", &["PostgresCluster"]),
    ("acid.zalan.do", &["postgresql"]),
    (
        "ceph.rook.io",
        &[
            "CephCluster",
            "CephObjectStore",
            "CephFilesystem",
            "CephNFS",
        ],
    ),
    ("rabbitmq.com", &["RabbitmqCluster"]),
    ("mongodbcommunity.mongodb.com", &["MongoDBCommunity"]),
    ("mongodb.com", &["MongoDB", "MongoDBOpsManager"]),
    ("psmdb.percona.com", &["PerconaServerMongoDB"]),
    ("pxc.percona.com", &["PerconaXtraDBCluster"]),
    ("mysql.oracle.com", &["InnoDBCluster"]),
    ("mariadb.mmontes.io", &["MariaDB"]),
    ("k8s.mariadb.com", &["MariaDB"]),
    ("cassandra.datastax.com", &["CassandraDatacenter"]),
    (
        "redis.redis.opstreelabs.in",
        &["Redis", "RedisCluster", "RedisReplication", "RedisSentinel"],
    ),
    ("databases.spotahome.com", &["RedisFailover"]),
    ("clickhouse.altinity.com", &["ClickHouseInstallation"]),
    ("opensearch.opster.io", &["OpenSearchCluster"]),
    ("jaegertracing.io", &["Jaeger"]),
    ("opentelemetry.io", &["OpenTelemetryCollector"]),
    ("k8s.keycloak.org", &["Keycloak"]),
    ("minio.min.io", &["Tenant"]),
    ("argoproj.io", &["Workflow", "CronWorkflow", "ArgoCD"]),
    ("tekton.dev", &["PipelineRun", "TaskRun"]),
    ("flink.apache.org", &["FlinkDeployment", "FlinkSessionJob"]),
    (
        "sparkoperator.k8s.io",
        &["SparkApplication", "ScheduledSparkApplication"],
    ),
    ("serving.kserve.io", &["InferenceService"]),
    ("machinelearning.seldon.io", &["SeldonDeployment"]),
    ("grafana.integreatly.org", &["Grafana"]),
    ("loki.grafana.com", &["LokiStack"]),
    ("tempo.grafana.com", &["TempoStack", "TempoMonolithic"]),
    ("camel.apache.org", &["Integration"]),
];

/// Whether an operator makes pods of an object of this kind, with labels that it decides.
pub(in crate::input) fn is_operated(meta: TypeMeta<'_>) -> bool {
    let mut groups = OPERATED.iter();
    groups.any(|(group, kinds)| *group == meta.group() && kinds.contains(&meta.kind))
}
