//! Crafted and merely large input costs about linear time.
//!
//! `counted` runs each shape at n, 2n and 4n and compares the *instructions* of the command: seconds on
//! a shared machine say nothing about a factor of two. Valgrind counts them, for the counters of
//! the processor are not there in most virtual machines and containers, and a counting
//! allocator sees no comparison. Without valgrind the tests say so and go on, unless
//! `NETPOLC_REQUIRE_VALGRIND` is `1`. `large` needs no valgrind: what once took more than ten
//! seconds has to end.
#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot start its subject has failed, and one that cannot count says so"
)]

mod counted;
mod large;
mod shapes;

use std::path::PathBuf;
use std::process::Command;

/// A manifest in a file of its own, which goes when it is dropped.
struct Manifest(PathBuf);

impl Manifest {
    fn new(name: &str, text: &str) -> Self {
        let file = format!("netpolc-growth-{}-{name}.yaml", std::process::id());
        let path = std::env::temp_dir().join(file);
        std::fs::write(&path, text).expect("a temporary file");
        Self(path)
    }

    /// Adds the arguments to a command that ends in netpolc.
    fn ask<'c>(&self, command: &'c mut Command, arguments: &str) -> &'c mut Command {
        command
            .args(arguments.split_whitespace())
            .arg("-f")
            .arg(&self.0)
    }
}

impl Drop for Manifest {
    fn drop(&mut self) {
        // A file that stays behind harms nobody.
        let _ = std::fs::remove_file(&self.0);
    }
}
