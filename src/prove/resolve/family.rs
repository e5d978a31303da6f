//! Whom a way leaves that is met over one IP family.

use crate::endpoint::Party;
use crate::hops::may_be_of;
use crate::net::{AddressSet, Family};
use crate::prove::claim::{Flows, PodSet, Term, These};
use std::net::IpAddr;

/// Only ends of the family over which the destination is met, meet (S48, S73). Or why nobody is left.
pub(super) fn in_family<'a>(
    (flows, party): (&Flows<'a>, &Party<'a>),
    family: Family,
) -> Result<(Flows<'a>, Party<'a>), String> {
    let narrow = |term: &Term<'a>| match term {
        Term::Anyone => vec![
            Term::Pods(PodSet::default()),
            Term::Outside(AddressSet::all().only(family)),
        ],
        Term::Outside(set) => vec![Term::Outside(set.only(family))],
        Term::These(list) => {
            let mut fitting = list.clone();
            fitting.retain(|these| may_be_of(&ips(these), family));
            vec![Term::These(fitting)]
        }
        Term::Pods(_) => vec![term.clone()],
    };
    let from = flows.from.iter().flat_map(narrow).filter(names_some);
    let from: Vec<Term<'a>> = from.collect();
    if from.is_empty() && flows.from.iter().any(names_some) {
        return Err(format!("no client has an {family} address"));
    }
    let mut left = party.clone();
    left.pods.retain(|it| may_be_of(&it.pod.ips, family));
    if left.is_empty() && !party.is_empty() {
        return Err(format!(
            "no pod behind {} has an {family} address",
            party.title
        ));
    }
    let flows = Flows {
        from,
        ..flows.clone()
    };
    Ok((flows, left))
}

/// Whether somebody of a term may have an address of a family.
pub(super) fn may_have(term: &Term<'_>, family: Family) -> bool {
    match term {
        Term::Anyone | Term::Pods(_) => true,
        Term::Outside(set) => !set.only(family).is_empty(),
        Term::These(list) => {
            let mut list = list.iter();
            list.any(|these| may_be_of(&ips(these), family))
        }
    }
}

fn ips(these: &These<'_>) -> Vec<IpAddr> {
    match these {
        These::Pod(pod) => pod.ips.clone(),
        These::Node(end) => end.ips(),
    }
}

/// Whether anybody is left of a term.
pub(super) fn names_some(term: &Term<'_>) -> bool {
    match term {
        Term::Anyone | Term::Pods(_) => true,
        Term::These(list) => !list.is_empty(),
        Term::Outside(set) => !set.is_empty(),
    }
}
