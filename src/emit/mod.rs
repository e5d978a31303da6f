//! Rulesets for Linux nodes: policies as packets are judged.
//!
//! ```text
//! plan      groups of pods under the same policies, rules with resolved addresses and ports
//! nftables  the plan as one nft table
//! iptables  the plan as iptables-restore and ipset files
//! delta     the element updates from one ruleset to the next
//! read      the text of a ruleset read back, for those who check it
//! ```
//!
//! Names and comments are made in one place (`name`): nothing that a manifest says reaches a ruleset
//! otherwise.

#![deny(clippy::wildcard_enum_match_arm)]

pub mod delta;
pub mod iptables;
pub mod name;
pub mod nftables;
pub mod plan;
pub mod read;
