//! Which Services a URL means, and who sends it on: the tables of the documents, word for word.
#![expect(clippy::panic, reason = "test code outside a test function")]

mod controllers;
mod gateway;
mod gateway_routes;
mod gateway_world;
mod ingress;
mod ingress_controllers;
mod ingress_world;
mod openshift;
