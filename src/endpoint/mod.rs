//! What an argument or an entry of a file names: text in ([`grammar`]), objects of the cluster out
//! of it ([`resolve`]).

#![deny(clippy::wildcard_enum_match_arm)]

mod closest;
pub mod grammar;
mod kind;
mod label_list;
mod problem;
mod resolve;
mod service;
mod split;

pub(crate) use closest::closest;
pub use grammar::{Asked, AskedPort, PortName, Reference};
pub use kind::ObjectKind;
pub use problem::Problem;
pub use resolve::{Door, Party, PartyPod, Role, find_namespace, find_policy, resolve};
pub use service::service_ports;
pub use split::{Cuts, Inside, Part};
