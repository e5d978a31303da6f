//! Did you mean: the closest of some names.

use crate::spelling::distance;

/// The candidate that is fewest edits away from `word`, if that is few for its length; the first
/// of equals.
pub(crate) fn closest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let most = (word.chars().count() / 3).clamp(1, 3);
    let near = candidates
        .into_iter()
        .filter(|other| other.len().abs_diff(word.len()) <= most)
        .map(|other| (distance(word, other), other))
        .filter(|&(edits, _)| edits > 0 && edits <= most);
    near.min_by_key(|&(edits, _)| edits).map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_names_are_offered() {
        assert_eq!(
            closest("fronted", ["backend", "frontend"]),
            Some("frontend")
        );
        assert_eq!(closest("wep", ["db", "web"]), Some("web"));
        assert_eq!(closest("cache", ["db", "web"]), None);
    }
}
