//! The rules of the code that no compiler checks. `docs/architecture.md` holds the tables: who may
//! name whom, and which file may name which foreign crate. A failing test says what to do.
//!
//! Everything is read as plain text, comments aside; nothing here knows Rust.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read the project's own files has failed"
)]

#[path = "tidy/chains.rs"]
mod chains;
#[path = "tidy/circles.rs"]
mod circles;
#[path = "tidy/layout.rs"]
mod layout;
#[path = "tidy/names.rs"]
mod names;
#[path = "tidy/reading.rs"]
mod reading;
#[path = "tidy/sources.rs"]
mod sources;
#[path = "tidy/texts.rs"]
mod texts;
