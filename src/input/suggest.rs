//! Did you mean: the known name that is nearest to one that is not known.

use crate::spelling::distance;

/// The nearest of `known` to `name`, if it is near enough to be a slip: letter case aside, one
/// change in three letters at most.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    if wanted.len() > 64 {
        return None;
    }
    let length = wanted.chars().count();
    let allowed = (length / 3).max(1);
    known
        .into_iter()
        // As many changes as one is longer than the other there are for certain.
        .filter(|other| other.chars().count().abs_diff(length) <= allowed)
        .map(|other| (distance(&wanted, &other.to_lowercase()), other))
        .filter(|&(distance, _)| distance <= allowed)
        .min()
        .map(|(_, other)| other)
}

/// Whether `name` can be nothing but a slip of `near`: letter case aside, one change, or two in a
/// long word.
pub(super) fn is_sure(name: &str, near: &str) -> bool {
    let changes = distance(&name.to_lowercase(), &near.to_lowercase());
    changes <= 1 || (changes == 2 && near.len() >= 8)
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
}
