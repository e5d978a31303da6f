//! Questions about Services, names and URLs over random clusters: what `can` answers is what a plain
//! reading of the documents answers.
#![expect(
    clippy::struct_excessive_bools,
    reason = "a Service has as many fields that are true or false"
)]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "test code outside a test function"
)]

mod ends;
mod plain;
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../random/mod.rs"]
mod random;
mod read;
mod seen;
mod services;
mod world;
