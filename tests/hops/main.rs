//! Which Services a URL means, and who sends it on: the tables of the documents, word for word.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code outside a test function"
)]

mod controllers;
mod drawn;
mod gateway;
mod gateway_routes;
mod gateway_world;
mod ingress;
mod ingress_controllers;
mod ingress_world;
mod openshift;
