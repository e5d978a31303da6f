//! What is not found where a cluster does not show everything may be hidden: nobody can tell then.

use super::exit::Failure;
use super::options::Options;
use super::output;
use crate::endpoint::{Problem, Reference};
use crate::model::{Cluster, LeftOut, Say, Why};

/// Says what is hidden.
pub(super) fn tell(left_out: &[LeftOut], options: &Options) {
    let hidden = left_out
        .iter()
        .filter(|it| matches!(it.why, Why::Hidden(_)));
    let hidden: Vec<String> = hidden.map(ToString::to_string).collect();
    if !hidden.is_empty() && !options.quiet {
        output::note(&format!(
            "note: hidden from this user: {}; `netpolc access` says which rights are missing",
            hidden.join(", ")
        ));
    }
}

/// The same failure; an open question where what is asked for may be there and hidden.
pub(super) fn excuse(failure: Failure, cluster: &Cluster, options: &Options) -> Failure {
    let Failure::Problem(problem) = failure else {
        return failure;
    };
    let is_asked_for = |it: &&LeftOut| options.asked.iter().any(|end| may_be(it, end, options));
    let left_out = cluster.left_out.iter();
    let hidden: Vec<String> = left_out
        .filter(|it| matches!(it.why, Why::Hidden(_)))
        .filter(is_asked_for)
        .map(ToString::to_string)
        .collect();
    if hidden.is_empty() {
        return Failure::Problem(problem);
    }
    let told = format!("{}, as far as this user may see", problem.message);
    let help = format!(
        "hidden from this user: {}; `netpolc access` says which rights are missing",
        hidden.join(", ")
    );
    Failure::Undecided(Problem::new(told).help(help))
}

/// Whether what is hidden may be what somebody asks for.
fn may_be(it: &LeftOut, end: &Reference, options: &Options) -> bool {
    let of_nodes = it.hides("Node");
    match end {
        Reference::Named { .. }
        | Reference::Namespace(_)
        | Reference::Labels { .. }
        | Reference::OfKind { .. } => {
            let is_wide = of_nodes || it.hides("IngressClass") || it.hides("GatewayClass");
            let namespace = end.namespace(&options.namespace);
            !is_wide && namespace.is_some_and(|namespace| it.reaches(namespace))
        }
        Reference::Selected {
            namespace: Some(namespace),
            ..
        } => it.may_decide(Say::Pods) && it.reaches(namespace),
        Reference::EveryNamespace | Reference::Selected { .. } => it.may_decide(Say::Pods),
        Reference::Node(_) => of_nodes,
        Reference::DnsName(_) | Reference::Url(_) | Reference::ApiServer => {
            it.may_decide(Say::Services) || it.may_decide(Say::Routes)
        }
        Reference::Address(_) | Reference::Addresses(_) | Reference::Internet => false,
    }
}
