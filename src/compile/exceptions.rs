//! What passes for sure whatever the policies say.
//!
//! The matrix needs none of it: its cells are between two different endpoints, nodes are not among
//! them, and no cell is cut for the sake of loopback addresses (S68, S71). What an exception leaves
//! open passes not for sure, so that the policies decide what is shown.

use super::end::End;
use crate::model::{Exception, HowMany, PodNature};
use crate::net::AddressSet;

/// Whether some exception surely lets everything through from `source` to `destination`.
pub(super) fn let_through(source: End<'_>, destination: End<'_>) -> bool {
    let mut all = Exception::ALL.into_iter();
    all.any(|exception| lets_through(exception, source, destination))
}

fn lets_through(exception: Exception, source: End<'_>, destination: End<'_>) -> bool {
    match exception {
        Exception::Itself => match (source, destination) {
            (End::Pod(a), End::Pod(b)) => {
                let one = matches!(a.count.how_many(), HowMany::None | HowMany::One);
                one && a.nature != PodNature::Hypothetical && a.key() == b.key()
            }
            (End::Pod(_) | End::Address(_), _) => false,
        },
        Exception::Loopback => match (source, destination) {
            (End::Pod(_), End::Address(address)) => AddressSet::loopback().contains(address),
            (End::Pod(_) | End::Address(_), _) => false,
        },
        // A node is none of the ends here, and the rest is open.
        Exception::NodeToItsPod
        | Exception::ItselfThroughService
        | Exception::PodToItsNode
        | Exception::SharedNode
        | Exception::LinkLocal => false,
    }
}
