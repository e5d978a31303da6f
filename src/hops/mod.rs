//! From what is asked (a name, a Service, an address, a URL) to the connections that policies
//! judge, in order, each with the source that is seen there and the reason it goes there.

#![deny(clippy::wildcard_enum_match_arm)]

mod connect;
mod doors;
mod hop;
pub mod names;
mod plan;
mod queries;
pub mod resolver;
mod seen;
mod url;

pub use doors::node_port;
pub use hop::{Around, Because, Hop, HopKind, Settled};
pub use plan::plan;
pub use seen::{Client, Dialled, Led, Place, Seen, SeenDestination, SeenSource};
