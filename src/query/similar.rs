//! Did you mean: the closest of some names.

/// The candidate that is fewest edits away from `word`, if that is few for its length; the first
/// of equals.
pub(super) fn closest<'a>(
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

/// How many characters to insert, delete, replace or swap with the next to get from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut last = None;
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, &y) in b.iter().enumerate() {
            let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let replaced = get(&row, j) + usize::from(x != y);
            let mut edits = replaced.min(get(&row, j + 1) + 1).min(get(&next, j) + 1);
            let swapped = j > 0 && last == Some(y) && b.get(j - 1) == Some(&x);
            if swapped {
                edits = edits.min(get(&before, j - 1) + 1);
            }
            next.push(edits);
        }
        before = std::mem::replace(&mut row, next);
        last = Some(x);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        assert_eq!(distance("web", "web"), 0);
        assert_eq!(distance("wbe", "web"), 1);
        assert_eq!(distance("", "web"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

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
