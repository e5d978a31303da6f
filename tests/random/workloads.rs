//! Random workloads, and selectors of the labels that their controllers give.

use super::{Choices, namespace, template};
use netpolc::model::{Asks, Controller, Made, WhyDormant, WorkloadKind, WorkloadObject};

/// The label that tells the pods of a workload from those of others.
pub(super) const OWN_LABEL: &str = "workload";

pub(super) fn workload(choices: &mut Choices<'_>, number: usize) -> WorkloadObject {
    let kind = choices.of(&[
        WorkloadKind::Deployment,
        WorkloadKind::StatefulSet,
        WorkloadKind::DaemonSet,
        WorkloadKind::Job,
    ]);
    let namespace = namespace(choices);
    // Only what a manifest of the kind can ask for.
    let choice = choices.below(6);
    let replicas = [1, 2, 3, 0, 1, 12][choice];
    let asks = match (kind, choice) {
        (WorkloadKind::DaemonSet, _) => Asks::PerNode { picks: false },
        (WorkloadKind::Job, 3) => Asks::Nothing(WhyDormant::NoParallelism),
        (WorkloadKind::Deployment | WorkloadKind::StatefulSet, 4) => Asks::Between(1, Some(3)),
        _ => Asks::replicas(replicas),
    };
    let name = format!("workload-{number}");
    // Its own label is what it finds its pods by; no policy asks for it.
    let mut template = template(choices);
    template.labels = template.labels.with(OWN_LABEL, &name);
    let made = Made {
        template,
        controller: Controller::of(kind),
        asks,
        ..Made::default()
    };
    WorkloadObject::new(kind, &namespace, &name.into(), made)
}

/// A label that a controller gives to the pods of [`workload`], and a value that it may have.
pub(super) fn given_label(choices: &mut Choices<'_>) -> (&'static str, &'static str) {
    choices.of(&[
        ("pod-template-hash", "5d4f"),
        ("pod-template-hash", "6c5f"),
        ("controller-revision-hash", "5d4f"),
        ("job-name", "workload-0"),
        ("batch.kubernetes.io/controller-uid", "5d4f"),
        ("statefulset.kubernetes.io/pod-name", "workload-0-0"),
        ("statefulset.kubernetes.io/pod-name", "workload-1-1"),
        ("apps.kubernetes.io/pod-index", "0"),
        ("apps.kubernetes.io/pod-index", "1"),
    ])
}
