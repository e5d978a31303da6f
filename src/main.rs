//! The `netpolc` command.
fn main() {}
