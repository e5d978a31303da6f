//! A block that parsers read in different ways.
//!
//! ## What it does
//! Reports a `cidr` or an `except` with bits set after its prefix (`10.0.0.5/8`), with leading zeros
//! (`010.0.0.0/8`), or with an IPv4 address written as IPv6 (`::ffff:10.0.0.0/104`).
//!
//! ## Why it matters
//! API servers up to 1.35 accept such blocks unchanged, and each network plugin reads them in its own
//! way. From 1.36 on, API servers refuse them in new objects. `--kubernetes-version`, or
//! `kubernetesVersion` in the settings, sets the version: from 1.36 on this is an error, otherwise a
//! warning. One address written with the prefix of its network opens the whole network: `10.0.0.5/8` is
//! sixteen million addresses.
//!
//! ## Example
//! ```yaml
//! - ipBlock: {cidr: 10.0.0.5/8}
//! ```
//!
//! ## Use instead
//! ```yaml
//! - ipBlock: {cidr: 10.0.0.0/8}     # the network
//! - ipBlock: {cidr: 10.0.0.5/32}    # the one address
//! ```
//!
//! ## Limits
//! A block without a prefix length is invalid, and `invalid-manifest` reports it. IPv6 addresses that
//! are not in their shortest form mean the same to everyone and are not reported. Objects from a server
//! (with `uid` or `resourceVersion`) only get a warning.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["ambiguous-cidr"]);
