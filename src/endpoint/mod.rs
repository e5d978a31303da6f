//! What an argument or an entry of a file names: text in ([`grammar`]), objects of the cluster out
//! of it ([`resolve`]).

#![deny(clippy::wildcard_enum_match_arm)]

mod closest;
mod cluster_name;
pub mod grammar;
mod kind;
mod label_list;
mod label_query;
mod party;
mod problem;
mod reference;
mod resolve;
mod service;
mod split;
mod url;

pub(crate) use closest::closest;
pub use cluster_name::ClusterName;
pub use kind::ObjectKind;
pub use label_query::parse_selector;
pub use party::{Door, OneOf, Party, PartyPod, Role};
pub use problem::Problem;
pub use reference::{Asked, AskedPort, PortName, Reference};
pub use resolve::{
    find_namespace, find_policy, in_any_namespace, policy_in_any_namespace, resolve,
};
pub use service::service_ports;
pub use split::{Cuts, Inside, Part};
pub use url::{Scheme, Url};
