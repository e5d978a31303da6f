//! How much of a cluster a question needs, and whether what was read for it was enough: pods whose
//! answer hangs on more than their own namespaces are found out only by looking at them.

use crate::cli::live::Needs;
use crate::cli::load::Loaded;
use crate::cli::options::Options;
use crate::endpoint::{ObjectKind, Reference, Role, resolve};
use crate::model::{Cluster, Direction, PortTest};
use crate::query::Question;
use crate::settings::Cni;

/// How much a question needs at least.
pub(super) fn needs(question: &Question, options: &Options) -> Needs {
    // What is applied, and what shows the plugin, may be anywhere.
    let plugins = options.plugins();
    let is_told = plugins.is_ok_and(|it| matches!(it.as_slice(), [] | [Cni::Of(_)]));
    if options.live.is_none() || !options.with.is_empty() || !is_told {
        return Needs::Everything;
    }
    let source = of_end(&question.source.reference, Role::Source);
    let destination = of_end(&question.destination.reference, Role::Destination);
    source.max(destination)
}

fn of_end(end: &Reference, role: Role) -> Needs {
    match end {
        Reference::Named { kind, .. } => match (kind, role) {
            (Some(ObjectKind::Pod | ObjectKind::Workload(_)), _) | (None, Role::Source) => {
                Needs::Pods
            }
            (Some(ObjectKind::Service), Role::Destination) => Needs::PodsAndServices,
            // A bare name is looked up as names are in the cluster; nothing else is an end.
            (
                None
                | Some(
                    ObjectKind::Service
                    | ObjectKind::Namespace
                    | ObjectKind::Node
                    | ObjectKind::Ingress
                    | ObjectKind::Policy(_),
                ),
                _,
            ) => of_bare(end),
        },
        Reference::OfKind { .. } | Reference::Namespace(_) => Needs::Pods,
        // Addresses may be those of anything; imagined pods have the families of all others.
        Reference::EveryNamespace
        | Reference::Selected { .. }
        | Reference::Labels { .. }
        | Reference::Address(_)
        | Reference::Addresses(_)
        | Reference::Internet
        | Reference::Node(_)
        | Reference::DnsName(_)
        | Reference::Url(_)
        | Reference::ApiServer => Needs::Everything,
    }
}

/// `shop/db` is an object of that namespace; `db` may be a name that is looked up.
fn of_bare(end: &Reference) -> Needs {
    let is_object = matches!(
        end,
        Reference::Named {
            namespace: Some(_),
            kind: None,
            ..
        }
    );
    if is_object {
        Needs::PodsAndServices
    } else {
        Needs::Everything
    }
}

/// Whether nothing else of the cluster has a say in the answer.
pub(super) fn is_enough(loaded: &Loaded, question: &Question, options: &Options) -> bool {
    let cluster = &loaded.cluster;
    let ends = [
        (&question.source.reference, Role::Source),
        (&question.destination.reference, Role::Destination),
    ];
    // S89: plugins may mix up the numbers that pods of all namespaces give a name.
    !names_ports(cluster)
        && ends
            .iter()
            .all(|(end, role)| stands_alone(cluster, (end, *role), options))
}

/// Whether an end is pods with addresses and networks of their own, or a Service that selects them.
fn stands_alone(cluster: &Cluster, (end, role): (&Reference, Role), options: &Options) -> bool {
    // Of what is not there the whole may know more.
    let Ok(party) = resolve(cluster, end, &options.namespace, role) else {
        return false;
    };
    let selects = |id| {
        let service = cluster.services.at(id);
        service.selector.is_some() && service.alias().is_none()
    };
    party.nodes.is_empty()
        && party.addresses.is_empty()
        && party.service.is_none_or(selects)
        && !party.pods.is_empty()
        && party
            .pods
            .iter()
            .all(|it| !it.pod.host_network && !it.pod.ips.is_empty())
}

fn names_ports(cluster: &Cluster) -> bool {
    let policies = cluster.policies.rows().iter();
    let rules = policies
        .filter_map(|it| it.rules(Direction::Egress))
        .flatten();
    let mut ports = rules.flat_map(|it| it.ports.listed());
    ports.any(|it| matches!(it.test, PortTest::Named { .. }))
}
