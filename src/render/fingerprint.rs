//! Short names for long texts, for formats that know findings again by a name.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// 32 hexadecimal digits, the same in every run.
pub(super) fn of(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(16).fold(String::new(), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
