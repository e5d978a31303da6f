//! CNI profiles: what a network plugin does where the documents leave a choice. One file for each
//! plugin, one row for each [`crate::model::Habit`] of which something is known or reported, with its source.
//!
//! A fact that nobody confirmed answers nothing: whoever asks is told that it is open.
//! `docs/profiles.md` shows all rows.

mod antrea;
mod aws_vpc_cni;
mod azure_npm;
mod calico;
mod catalog;
mod cilium;
mod detect;
mod flannel;
mod gke_dataplane_v2;
mod kube_network_policies;
mod kube_router;
mod none;
mod other;
mod ovn_kubernetes;
mod row;
mod spec;
mod unseen;
mod version;
mod weave;

pub use catalog::{ALL, Plugin, find, names};
pub use detect::{Detected, detect};
pub use row::{Profile, Row};
pub use version::Version;
