//! From what is asked (a name, a Service, an address, a URL) to the connections that policies
//! judge, in order, each with the source that is seen there and the reason it goes there.

#![deny(clippy::wildcard_enum_match_arm)]

mod backend;
mod connect;
mod doors;
mod hop;
mod listener;
pub mod names;
mod plan;
mod queries;
pub mod resolver;
mod seen;
mod unlisted;
mod url;

pub use doors::node_port;
pub use hop::{Around, Hop, HopKind, Plan, Settled};
pub use request::Because;
pub use plan::plan;
pub use seen::{Client, Dialled, Led, Place, Seen, SeenDestination, SeenSource};
