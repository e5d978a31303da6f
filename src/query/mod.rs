//! Questions about reachability: `can A reach B`, and what policies say of a pod.
//!
//! Endpoint text in ([`endpoint`]), objects of the cluster out of it ([`resolve`]), alike ones
//! taken together (`member`), each pair judged by `trace` on a representative ([`can`]).
//! Results are plain data; `render::text` puts them into words.

pub mod about;
pub mod answer;
pub mod can;
pub mod endpoint;
mod kind;
mod label_list;
mod lines;
pub mod listing;
mod member;
pub mod narrow;
mod ports;
pub mod resolve;
mod similar;
mod split;

pub use answer::{Answer, Mode, Pair, Question, Refusal, Side, Translation};
pub use can::ask;
pub use endpoint::{Asked, AskedPort, PortName, Reference};
pub use kind::ObjectKind;
pub use resolve::{Party, Role};

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
