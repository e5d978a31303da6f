//! Pure set algebra of the network: protocols, ports, addresses and connections.
//!
//! Every set has one canonical form, so that equal sets are equal values. Knows nothing of
//! Kubernetes but the protocols that its policies name.

#![deny(clippy::wildcard_enum_match_arm)]

mod addresses;
mod blocks;
mod cidr;
mod connections;
mod domain;
mod ranges;
mod slip;
mod sloppy;
mod special;

pub use addresses::AddressSet;
pub use cidr::{Cidr, CidrError, Family};
pub use connections::{ByProtocol, ConnSet, PortRange, PortSet, Protocol};
pub use domain::DomainPattern;
pub use ranges::{Bound, RangeSet};
pub use slip::Slip;
pub use special::PRIVATE_OR_SPECIAL;
