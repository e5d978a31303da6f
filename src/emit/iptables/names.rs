//! The names of chains (at most 28 bytes) and sets (31), of upper-case letters, digits and `-`.
//!
//! [`super::install`] finds them again by their form, so that it takes away nothing of others.

use super::prefix::Prefix;
use crate::emit::name::{fingerprint, key};
use crate::model::Direction;
use crate::net::{Cidr, Family};

/// Makes names.
pub(super) struct Names {
    prefix: String,
}

/// What a set holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IpsetKind {
    /// Addresses of pods.
    Pods,
    /// Address blocks.
    Blocks,
    /// Addresses with ports.
    NamedPorts,
}

impl IpsetKind {
    /// The type, as `ipset` calls it.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Pods => "hash:ip",
            Self::Blocks => "hash:net",
            Self::NamedPorts => "hash:ip,port",
        }
    }

    fn letter(self) -> &'static str {
        match self {
            Self::Pods => "P",
            Self::Blocks => "B",
            Self::NamedPorts => "N",
        }
    }
}

fn digits(key: &str) -> String {
    fingerprint(key).to_ascii_uppercase()
}

impl Names {
    pub(super) fn new(prefix: &Prefix) -> Self {
        Self {
            prefix: prefix.to_string(),
        }
    }

    /// The chain that FORWARD jumps to.
    pub(super) fn forward(&self) -> String {
        format!("{}-FORWARD", self.prefix)
    }

    /// The chain in which a direction begins.
    pub(super) fn direction(&self, direction: Direction) -> String {
        let direction = match direction {
            Direction::Egress => "EG",
            Direction::Ingress => "IN",
        };
        format!("{}-{direction}", self.prefix)
    }

    /// The chain for the addresses in a prefix.
    pub(super) fn part(&self, direction: Direction, prefix: Cidr) -> String {
        format!(
            "{}-{}",
            self.direction(direction),
            digits(&prefix.to_string())
        )
    }

    /// The chain of a group.
    pub(super) fn group(&self, key: &str) -> String {
        format!("{}-G-{}", self.prefix, digits(key))
    }

    /// The chain of what is left of a group after a Pass.
    pub(super) fn rest(&self, key: &str) -> String {
        format!("{}-R-{}", self.prefix, digits(key))
    }

    /// A set, by all that it stands for and holds.
    pub(super) fn set(
        &self,
        kind: IpsetKind,
        family: Family,
        own: &str,
        elements: &[String],
    ) -> String {
        let parts = [kind.type_name(), own].into_iter();
        let all = key(parts.chain(elements.iter().map(String::as_str)));
        let family = match family {
            Family::V4 => 4,
            Family::V6 => 6,
        };
        format!(
            "{}-{}-{}-{family}",
            self.prefix,
            kind.letter(),
            digits(&all)
        )
    }
}
