//! What scales workloads: HorizontalPodAutoscalers, and the ScaledObjects of KEDA.

use super::Build;
use super::meta::{Meta, Text, nullable};
use super::workload::number;
use crate::model::{Autoscaler, Owner};
use serde::Deserialize;

/// An autoscaler of either kind. Sources: `autoscaling/v2` and older, `keda.sh/v1alpha1`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawAutoscaler<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: Meta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawSpec<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawSpec<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    scale_target_ref: RawTarget<'a>,
    min_replicas: Option<i64>,
    max_replicas: Option<i64>,
    min_replica_count: Option<i64>,
    max_replica_count: Option<i64>,
    idle_replica_count: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawTarget<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
}

/// The most pods of a ScaledObject that does not say.
const KEDA_MOST: u32 = 100;

impl RawAutoscaler<'_> {
    /// The autoscaler; a ScaledObject, if it is one of KEDA.
    pub(in crate::input) fn build(&self, keda: bool, build: &mut Build<'_>) -> Autoscaler {
        let spec = &self.spec;
        let (least, most) = if keda {
            let least = number(spec.min_replica_count, 0, "spec.minReplicaCount", build);
            let idle = number(
                spec.idle_replica_count,
                least,
                "spec.idleReplicaCount",
                build,
            );
            let most = spec.max_replica_count;
            let most = number(most, KEDA_MOST, "spec.maxReplicaCount", build);
            (least.min(idle), most)
        } else {
            let least = number(spec.min_replicas, 1, "spec.minReplicas", build);
            // The API server refuses one without `maxReplicas`.
            (
                least,
                number(spec.max_replicas, least, "spec.maxReplicas", build),
            )
        };
        let target = &spec.scale_target_ref;
        let kind = match &*target.kind {
            "" => "Deployment",
            kind => kind,
        };
        Autoscaler {
            kind: if keda {
                "ScaledObject"
            } else {
                "HorizontalPodAutoscaler"
            }
            .into(),
            namespace: self.metadata.namespace(build),
            name: self.metadata.name(build),
            target: Owner {
                kind: build.pool.text(kind),
                name: build.pool.text(&target.name),
            },
            least,
            most,
            from_none: keda,
            origin: build.origin,
        }
    }
}
