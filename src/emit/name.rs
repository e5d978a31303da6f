//! Names and comments of a ruleset. Nothing that a manifest says reaches a ruleset but through here.

use crate::model::{Direction, Policy, Tier};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// How many hexadecimal digits of a fingerprint stand in a name: 80 bits, so that nobody who may name
/// policies can find two that share one, and the longest name fits an ipset (31 bytes).
const DIGITS: usize = 20;

/// A name for what `key` stands for: lower-case hexadecimal digits, the same in every run.
pub fn fingerprint(key: &str) -> String {
    let digest = Sha256::digest(key.as_bytes());
    let mut name = String::with_capacity(DIGITS);
    for byte in digest.iter().take(DIGITS / 2) {
        // Writing to a string cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

/// A number for a whole text, the same in every run.
pub fn digest(text: &str) -> u128 {
    let digest = Sha256::digest(text.as_bytes());
    let first = digest.iter().take(16);
    first.fold(0, |number, byte| number << 8 | u128::from(*byte))
}

/// Joins parts so that no two lists of parts give the same key.
pub fn key<'p>(parts: impl IntoIterator<Item = &'p str>) -> String {
    parts.into_iter().fold(String::new(), |mut key, part| {
        let _ = write!(key, "{}:{part};", part.len());
        key
    })
}

/// Text from a manifest made fit for a comment in quotes: at most `length` bytes, of letters, digits,
/// and the marks that names, rules and CIDRs are written with; anything else becomes `?`.
pub fn comment(text: &str, length: usize) -> String {
    let fit = |c: char| {
        let plain = c.is_ascii_alphanumeric() || "./:-_[],=()!{} ".contains(c);
        if plain { c } else { '?' }
    };
    let fitted: String = text.chars().map(fit).collect();
    if fitted.len() <= length {
        return fitted;
    }
    // Two long names may differ only in what is cut off.
    let kept = length.saturating_sub(11);
    let cut: String = fitted.chars().take(kept).collect();
    let print: String = fingerprint(text).chars().take(8).collect();
    format!("{cut}...{print}")
}

/// A rule for a comment: `shop/web ingress[0]`, and of a cluster-wide policy where that stands:
/// `ClusterNetworkPolicy edge ingress[0], Admin 10`. What is too long is the policy's name.
pub fn rule_comment(
    policy: &Policy,
    (direction, index): (Direction, usize),
    length: usize,
) -> String {
    let tier = match policy.tier {
        Tier::NetworkPolicy => "",
        Tier::Admin => ", Admin",
        Tier::Baseline => ", Baseline",
    };
    let priority = policy.written_priority();
    let priority = priority.map_or_else(String::new, |priority| format!(" {priority}"));
    let place = format!(" {direction}[{index}]{tier}{priority}");
    let room = length.saturating_sub(place.len());
    comment(&policy.called(), room) + &place
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NamespaceScope, Origin, PodScope, PolicyKind};
    use crate::selector::Selector;

    #[test]
    fn keys_of_different_parts_differ() {
        // A tool that joins names without a mark between them takes these two for one.
        assert_ne!(key(["a", "bc"]), key(["ab", "c"]));
        assert_ne!(key(["a;1:b"]), key(["a", "b"]));
    }

    #[test]
    fn a_fingerprint_is_that_of_sha_256() {
        assert_eq!(fingerprint("abc"), "ba7816bf8f01cfea4141");
    }

    #[test]
    fn a_digest_is_the_first_half_of_that_of_sha_256() {
        assert_eq!(digest("abc"), 0xba78_16bf_8f01_cfea_4141_40de_5dae_2223);
    }

    #[test]
    fn a_comment_cannot_end_itself() {
        assert_eq!(
            comment("x\"; counter accept comment \"pwn", 120),
            "x?? counter accept comment ?pwn"
        );
        assert_eq!(
            comment("a\nb\\c\u{1b}[31m\u{e9}$`'#", 120),
            "a?b?c?[31m?????"
        );
    }

    #[test]
    fn a_comment_says_where_a_rule_stands() {
        let policy = |kind, tier, name: &str| Policy {
            kind,
            namespace: None,
            name: name.into(),
            tier,
            priority: 10,
            subject: PodScope {
                namespaces: NamespaceScope::Matching(Selector::everything()),
                pods: Selector::everything(),
            },
            ingress: None,
            egress: None,
            origin: Origin::default(),
            subject_origin: Origin::default(),
        };
        let words = |policy: &Policy| rule_comment(policy, (Direction::Egress, 3), 60);
        let edge = policy(PolicyKind::ClusterNetworkPolicy, Tier::Admin, "edge");
        assert_eq!(
            words(&edge),
            "ClusterNetworkPolicy edge egress[3], Admin 10"
        );
        // There is one, and it has no priority.
        let only = policy(
            PolicyKind::BaselineAdminNetworkPolicy,
            Tier::Baseline,
            "default",
        );
        let default = "BaselineAdminNetworkPolicy default egress[3], Baseline";
        assert_eq!(words(&only), default);
        let bad = policy(PolicyKind::AdminNetworkPolicy, Tier::Admin, "x\" drop #");
        assert_eq!(
            words(&bad),
            "AdminNetworkPolicy x? drop ? egress[3], Admin 10"
        );
        // However long a name is, the place of the rule is told.
        let long = policy(
            PolicyKind::ClusterNetworkPolicy,
            Tier::Admin,
            &"y".repeat(250),
        );
        let cut = "ClusterNetworkPolicy yyyyyyyy...";
        assert!(words(&long).starts_with(cut), "{}", words(&long));
        assert!(words(&long).ends_with(" egress[3], Admin 10"));
        assert_eq!(words(&long).len(), 60);
    }

    #[test]
    fn long_comments_that_differ_stay_different() {
        let (one, two) = ("x".repeat(300), format!("{}y", "x".repeat(299)));
        assert_eq!(comment(&one, 120).len(), 120);
        assert_ne!(comment(&one, 120), comment(&two, 120));
    }
}
