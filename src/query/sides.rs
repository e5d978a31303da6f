//! The ends of a pair as they are told.

use super::answer::{Place, Side};
use super::member::{Member, Who};
use crate::model::{Cluster, Habit, PodNature, Says};
use std::sync::Arc;

/// One end of a pair.
pub(super) fn side(cluster: &Cluster, member: &Member<'_>) -> Side {
    Side {
        name: member.name.clone(),
        names: Arc::clone(&member.names),
        addresses: match &member.who {
            Who::Addresses(set, _) => Some(set.clone()),
            Who::Pods(_) | Who::Node(_) => None,
        },
        namespace: governed(cluster, member),
        dormant: member.dormant,
        place: place(cluster, member),
    }
}

/// Where a member is.
fn place(cluster: &Cluster, member: &Member<'_>) -> Place {
    match &member.who {
        Who::Pods(pods) => pods.first().map_or_else(Place::default, |pod| Place {
            namespace: Some(Arc::clone(&cluster.namespaces.at(pod.namespace).name)),
            pod: (pod.nature == PodNature::Read).then(|| Arc::clone(&pod.name)),
            labels: pod.labels.to_string(),
            ips: pod.ips.clone(),
            node: pod.node.clone(),
        }),
        Who::Node(id) => {
            let node = cluster.nodes.at(id.node);
            Place {
                ips: id.ips(),
                node: Some(Arc::clone(&node.name)),
                ..Place::default()
            }
        }
        Who::Addresses(..) => Place::default(),
    }
}

/// The namespace of a member's pods, where policies can govern them.
fn governed(cluster: &Cluster, member: &Member<'_>) -> Option<Arc<str>> {
    let Who::Pods(pods) = &member.who else {
        return None;
    };
    let pod = pods.first().filter(|pod| !pod.host_network)?;
    let enforced = cluster.practice.says(Habit::Enforces) != Says::No;
    enforced.then(|| Arc::clone(&cluster.namespaces.at(pod.namespace).name))
}
