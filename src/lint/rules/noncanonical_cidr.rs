//! A block that readers understand in different ways.
//!
//! ## What it does
//! Reports a `cidr` or an `except` with bits set after its prefix (`10.0.0.5/8`), with leading zeros
//! (`010.0.0.0/8`), or with an IPv4 address written as IPv6 (`::ffff:10.0.0.0/104`).
//!
//! ## Why it matters
//! API servers up to 1.35 take such blocks and do not change them; each network plugin reads them in its
//! own way. From 1.36 on they are refused in new objects. `--kubernetes-version`, or `kubernetesVersion` in the
//! settings, says which server is meant: for one of 1.36 or later this is an error, and else a warning. One address written with the prefix of its network opens
//! the whole network: `10.0.0.5/8` is sixteen million addresses.
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
//! A block without a prefix length is no valid manifest, and reported as that. IPv6 addresses that are
//! not in their shortest form mean the same to everyone and are not reported. Objects that come from a server
//! (with `uid` or `resourceVersion`) are only warned of.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["ambiguous-cidr"]);
