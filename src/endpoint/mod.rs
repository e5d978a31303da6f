//! What an argument or an entry of a file names: text in ([`grammar`]), objects of the cluster out
//! of it ([`resolve`]).

#![deny(clippy::wildcard_enum_match_arm)]

mod closest;
pub mod grammar;
mod kind;
mod label_list;
mod resolve;
mod service;
mod split;

pub(crate) use closest::closest;
pub use grammar::{Asked, AskedPort, PortName, Reference};
pub use kind::ObjectKind;
pub use resolve::{Door, Party, PartyPod, Role, find_namespace, find_policy, resolve};
pub use service::service_ports;
pub use split::{Cuts, Inside, Part};

/// A question that cannot be asked, and what to ask instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong: lower case, one line, no full stop, user text in backticks.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Problem {
    /// A problem without help.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
        }
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
