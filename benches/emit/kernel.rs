//! The lab of the kernel tests.

#![expect(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "the tests use all of it, and its own tests run with them"
)]

#[path = "../../tests/kernel/emitted.rs"]
pub(crate) mod emitted;
#[path = "../../tests/kernel/lab.rs"]
mod lab;
#[path = "../../tests/kernel/load.rs"]
pub(crate) mod load;
#[path = "../../tests/kernel/netlink.rs"]
mod netlink;
#[path = "../../tests/kernel/netns.rs"]
pub(crate) mod netns;
#[path = "../../tests/kernel/packet.rs"]
pub(crate) mod packet;
#[path = "../../tests/kernel/probe.rs"]
pub(crate) mod probe;
#[path = "../../tests/kernel/topology.rs"]
pub(crate) mod topology;
