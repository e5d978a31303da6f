//! Did you mean: the known name that is nearest to one that is not known.

/// The nearest of `known` to `name`, if it is near enough to be a slip: letter case aside, one
/// change in three letters at most.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    if wanted.len() > 64 {
        return None;
    }
    let allowed = (wanted.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|other| (distance(&wanted, &other.to_lowercase()), other))
        .filter(|&(distance, _)| distance <= allowed)
        .min()
        .map(|(_, other)| other)
}

/// How many insertions, deletions, replacements and swaps of neighbours lead from `a` to `b`
/// (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (row, letter) in a.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, &other) in b.iter().enumerate() {
            let at =
                |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column) + usize::from(letter != other))
                .min(at(&last, column + 1) + 1)
                .min(at(&current, column) + 1);
            let swapped =
                column > 0 && previous == Some(other) && b.get(column - 1) == Some(&letter);
            if swapped {
                best = best.min(at(&before, column - 1) + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut last, current);
        previous = Some(letter);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let fields = ["podSelector", "policyTypes", "ingress", "egress"];
        assert_eq!(nearest("egres", fields), Some("egress"));
        assert_eq!(nearest("podselector", fields), Some("podSelector"));
        assert_eq!(nearest("polciyTypes", fields), Some("policyTypes"));
        assert_eq!(nearest("ingres", fields), Some("ingress"));
        assert_eq!(nearest("endPort", fields), None);
        assert_eq!(nearest("", fields), None);
    }

    #[test]
    fn distance_counts_single_changes() {
        assert_eq!(distance("tcp", "tcp"), 0);
        assert_eq!(distance("tpc", "tcp"), 1);
        assert_eq!(distance("upd", "udp"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
