//! The same command as a kubectl plugin.
fn main() {}
