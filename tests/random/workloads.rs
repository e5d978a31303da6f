//! Random workloads, and selectors of the labels that their controllers give.

use super::{Choices, namespace, template};
use netpolc::model::{Asks, Controller, Made, WorkloadKind, WorkloadObject};

pub(super) fn workload(choices: &mut Choices<'_>, number: usize) -> WorkloadObject {
    let kind = choices.of(&[
        WorkloadKind::Deployment,
        WorkloadKind::StatefulSet,
        WorkloadKind::DaemonSet,
        WorkloadKind::Job,
    ]);
    let namespace = namespace(choices);
    let asks = [
        Asks::replicas(1),
        Asks::replicas(2),
        Asks::PerNode { picks: false },
        Asks::replicas(0),
        Asks::Between(1, Some(3)),
        Asks::Between(12, Some(12)),
    ][choices.below(6)];
    let made = Made {
        template: template(choices),
        controller: Controller::of(kind),
        asks,
        ..Made::default()
    };
    let name = format!("workload-{number}").into();
    WorkloadObject::new(kind, &namespace, &name, made)
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
