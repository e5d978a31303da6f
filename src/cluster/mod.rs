//! A running cluster, read into the same objects as files.
//!
//! `client` is the way to the server: kubeconfig, credentials, TLS, requests. `discovery` tells which
//! kinds the server has, `list` reads one of them page by page, `cut` cuts the pages into objects while
//! they arrive, `ask` makes a request again where the server is busy, `gather` does that for all kinds side by side (`needs` says which), and `reading` has the decoders of `input`
//! read what comes. `access` says which rights that takes, and `names` what is called how. Nothing is written to the cluster, and no
//! Secret or ConfigMap is read.

mod access;
mod ask;
mod client;
mod cut;
mod discovery;
mod gather;
mod list;
mod names;
mod needs;
mod problem;
mod reading;

pub use access::{Access, role};
pub use client::{Flags, Target};
pub use problem::Problem;

/// Ends whatever runs beside this process for it: a plugin that gives credentials.
pub fn stop() {
    client::stop();
}

pub use names::names;
pub use needs::Needs;
pub use reading::{Plan, Reading, read};
