//! Rulesets in the kernel: loaded for real into network namespaces, and met by real packets.
//!
//! Every test has namespaces of its own, so they run side by side. Where the kernel or the tools
//! are not to be had, tests say so on standard error and pass, or fail if the variable
//! `NETPOLC_REQUIRE_KERNEL` is `1`.

#![cfg(target_os = "linux")]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    unreachable_pub,
    reason = "a test may fail by panicking, and its helpers are documented where they need to be"
)]

#[path = "../random/addressed.rs"]
mod addressed;
mod available;
mod emitted;
mod emitted_tests;
mod lab;
mod lab_tests;
mod load;
mod netlink;
mod netns;
mod packet;
mod probe;
mod proxy;
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../random/mod.rs"]
mod random;
mod services_tests;
mod sockets;
mod topology;
mod trace;
mod traffic;
mod two_nodes;
