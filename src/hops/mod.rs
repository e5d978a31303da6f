//! From what is asked to the flows that policies judge.
//!
//! `request` is a URL and what becomes of it; `ingress`, `gateway` and `openshift` say which Services it
//! means, each by the rules of its own documents, which differ; `controllers` finds the pods that take
//! it on the way there.

pub mod controllers;
pub mod gateway;
pub mod ingress;
pub mod openshift;
pub mod request;
