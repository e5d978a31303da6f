//! A block that readers understand in different ways.
//!
//! ## What it does
//! Reports a `cidr` or an `except` with bits set after its prefix (`10.0.0.5/8`), with leading zeros
//! (`010.0.0.0/8`), or with an IPv4 address written as IPv6 (`::ffff:10.0.0.0/104`).
//!
//! ## Why it matters
//! The API server takes such blocks and does not change them; each network plugin reads them in its
//! own way, and newer API servers refuse them. One address written with the prefix of its network opens
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
//! not in their shortest form mean the same to everyone and are not reported.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["ambiguous-cidr"]);
