//! What a dump of a cluster may lack.

use super::options::Options;
use crate::model::{Cluster, Say};

/// Says that there is no policy in an input with pods, which is likely a dump without policies. Of a
/// cluster that was read it is a fact.
pub(super) fn lacks_policies(cluster: &Cluster, options: &Options) -> Option<&'static str> {
    let mut left_out = cluster.left_out.iter();
    let has_policies =
        !cluster.policies.rows().is_empty() || left_out.any(|it| it.may_decide(Say::Connections));
    let has_pods = !cluster.pods.rows().is_empty()
        || !cluster.dormant.is_empty()
        || !cluster.workloads.rows().is_empty();
    (options.live.is_none() && has_pods && !has_policies)
        .then_some("no NetworkPolicy in the input; `kubectl get all` does not include them")
}
