//! From what is asked (a name, a Service, an address, a URL) to the connections that policies
//! judge, in order, each with the source that is seen there and the reason it goes there.
//!
//! `api_server` is where that is. `plan` is where it begins: `connect` goes by names and objects, `url` by requests. `names`, `resolver`
//! and `queries` are DNS; `doors` and `seen` Services and ports of nodes,
//! `families` over which IP family they are met, `balancer` whom they let in, `behind` whether they lead
//! anywhere. `request` is a URL and what
//! becomes of it; `ingress`, `gateway` and `openshift` say which Services it means, each by the rules of its
//! own documents, which differ; `controllers` finds the pods that take it on the way there, `listener` and
//! `backend` the connections to them and from them. `exposed` is what they lead to, whatever is asked for.

#![deny(clippy::wildcard_enum_match_arm)]

pub mod api_server;
mod backend;
mod balancer;
mod behind;
mod connect;
pub mod controllers;
mod doors;
mod exposed;
mod families;
pub mod gateway;
mod hop;
pub mod ingress;
mod listener;
pub mod names;
pub mod openshift;
mod plan;
mod queries;
pub mod request;
pub mod resolver;
mod seen;
mod unlisted;
mod url;
mod vantage;

pub use balancer::{Admits, admits, kept_out};
pub use behind::{nowhere, unsaid};
pub use doors::node_port;
pub use exposed::Exposed;
pub use families::{Narrowed, families_of, may_be_of, met_at, met_over, narrow_to_families};
pub use hop::{Around, Hop, HopKind, Plan, Settled};
pub use plan::plan;
pub use request::Because;
pub use seen::{Dialled, at_host_port, in_a_tunnel, lets_past};
pub use vantage::{Client, Led, Place, Seen, SeenDestination, SeenSource};
