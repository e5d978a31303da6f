//! The script that loads the files, and what is to be known of them.
//!
//! Both are the same for every ruleset but for the prefix: nothing of a manifest is in them.

use super::prefix::Prefix;

/// Stands for the prefix in the texts.
const PLACE: &str = "@PREFIX@";

/// A shell script for the directory of the files.
pub(super) fn script(prefix: &Prefix) -> String {
    include_str!("install.sh").replace(PLACE, &prefix.to_string())
}

/// What the files are.
pub(super) fn readme(prefix: &Prefix) -> String {
    include_str!("readme.md").replace(PLACE, &prefix.to_string())
}
