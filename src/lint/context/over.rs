//! On which ports rules speak of flows: by number, by the name of a container port, or on whatever there is.

use crate::model::{Pod, Ports};
use crate::net::{ConnSet, Protocol};
use std::sync::Arc;

/// On what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lint) enum Over<'a> {
    /// Ports by their numbers.
    Numbers(ConnSet),
    /// The container port of this name, of whichever number and, without a protocol, over whichever.
    Named(&'a Arc<str>, Option<Protocol>),
    /// Protocols without ports, of which only a rule without ports speaks.
    Portless,
}

/// What two sets of ports have in common.
pub(super) enum Common<'a> {
    /// Nothing.
    Nothing,
    /// It hangs on which numbers pods give their names.
    Unknown,
    /// These.
    These(Over<'a>),
}

impl<'a> Over<'a> {
    /// The ports of a rule.
    pub(super) fn of(ports: &'a Ports) -> Vec<Self> {
        let numbers = ports.numbered();
        let numbers = (!numbers.is_empty()).then_some(Self::Numbers(numbers));
        let named = ports.named().map(|(name, over)| Self::Named(name, over));
        let portless = (*ports == Ports::Any).then_some(Self::Portless);
        numbers.into_iter().chain(named).chain(portless).collect()
    }

    /// Whether a pod at the destination may be asked on it.
    pub(in crate::lint) fn is_at(&self, pod: &Pod) -> bool {
        match self {
            Self::Numbers(_) | Self::Portless => true,
            Self::Named(name, over) => pod.named_port(name, *over).next().is_some(),
        }
    }

    /// What both have.
    pub(super) fn common(&self, other: &Self) -> Common<'a> {
        match (self, other) {
            (Self::Numbers(a), Self::Numbers(b)) => {
                let both = a.intersection(b);
                if both.is_empty() {
                    Common::Nothing
                } else {
                    Common::These(Self::Numbers(both))
                }
            }
            (Self::Named(name, over), Self::Named(other, theirs)) if name == other => {
                match (over, theirs) {
                    (Some(a), Some(b)) if a != b => Common::Nothing,
                    _ => Common::These(Self::Named(name, over.or(*theirs))),
                }
            }
            (Self::Named(..), Self::Named(..)) => Common::Unknown,
            (Self::Named(name, over), Self::Numbers(numbers))
            | (Self::Numbers(numbers), Self::Named(name, over)) => {
                let whole = over.map_or_else(
                    || numbers.is_all(),
                    |protocol| numbers.ports(protocol).is_all(),
                );
                let none = over.is_some_and(|protocol| numbers.ports(protocol).is_empty());
                match (whole, none) {
                    (true, _) => Common::These(Self::Named(name, *over)),
                    (false, true) => Common::Nothing,
                    (false, false) => Common::Unknown,
                }
            }
            (Self::Portless, Self::Portless) => Common::These(Self::Portless),
            (Self::Portless, Self::Numbers(_) | Self::Named(..))
            | (Self::Numbers(_) | Self::Named(..), Self::Portless) => Common::Nothing,
        }
    }

    /// What is left without `other`, of which it has some; all of it where that is not known.
    pub(super) fn without(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Numbers(a), Self::Numbers(b)) => {
                let left = a.difference(b);
                (!left.is_empty()).then_some(Self::Numbers(left))
            }
            (Self::Numbers(_), Self::Named(..))
            | (Self::Named(_, None), Self::Named(_, Some(_))) => Some(self.clone()),
            _ => None,
        }
    }
}
