//! Edits after which a ruleset still says the same.

pub const PLAIN: [(&str, &[&str]); 0] = [];
pub const TIERS: [(&str, &[&str]); 0] = [];
