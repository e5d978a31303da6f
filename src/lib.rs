//! netpolc compiles and verifies Kubernetes NetworkPolicy.
//!
//! The modules are the stages of the pipeline; `docs/architecture.md` says which may know which.

mod beside;
pub mod cli;
#[cfg(feature = "live")]
pub mod cluster;
pub mod compile;
pub mod diag;
pub mod diff;
pub mod emit;
pub mod endpoint;
pub mod hops;
pub mod input;
pub mod intent;
pub mod lint;
pub mod migrate;
pub mod model;
pub mod net;
pub mod profile;
pub mod prove;
pub mod query;
pub mod render;
pub mod repair;
pub mod selector;
pub mod settings;
pub mod source;
mod spelling;
mod table;
pub mod trace;
pub mod written;
