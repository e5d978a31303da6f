//! Texts that are written by the program and kept in files: a test holds the file against what would be
//! written now, and tells the difference by its place.

use netpolc::render::{Look, diff};

/// Whether what differs is written anew instead of told, as with snapshots.
pub(crate) fn updates() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always")
}

/// What differs between the text of a file (a path from the root of the package) and the text that it
/// should have, and what to do about it; nothing where they are the same. `test` runs the test alone.
pub(crate) fn differs(path: &str, old: &str, new: &str, test: &str) -> Option<String> {
    if old == new {
        return None;
    }
    let line = old
        .lines()
        .zip(new.lines())
        .take_while(|(a, b)| a == b)
        .count();
    let look = Look {
        color: false,
        width: 100,
    };
    Some(format!(
        "{path}:{}: is not what is written now: `-` is the file, `+` is what is written now\n{}\
         if that is right, write the file anew: INSTA_UPDATE=always cargo test {test}\n",
        line + 1,
        diff::unified(path, old, new, look)
    ))
}
