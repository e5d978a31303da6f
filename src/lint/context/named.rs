//! What the name of a policy says of what it is for. Nothing is found by a name, but where something
//! could be meant or not, `allow-all` says that it is.

/// Words of policies that are to let everyone in, or out to everyone.
const OPEN: [&str; 11] = [
    "all",
    "any",
    "anyone",
    "anywhere",
    "everyone",
    "everything",
    "external",
    "internet",
    "open",
    "public",
    "world",
];

/// Words of policies that are about whoever there is.
const ALL: [&str; 5] = ["all", "any", "anyone", "everyone", "everything"];

/// Words of policies that are to let nobody in or out.
const CLOSED: [&str; 13] = [
    "block",
    "blocked",
    "closed",
    "denied",
    "deny",
    "drop",
    "isolate",
    "isolated",
    "isolation",
    "lockdown",
    "no",
    "none",
    "quarantine",
];

/// Whether a name says that everyone is let in or out: `allow-all-ingress`, `web-public`.
pub(in crate::lint) fn says_open(name: &str) -> bool {
    !says_closed(name) && has_word(name, &OPEN)
}

/// Whether a name says that nobody is let in or out: `default-deny`.
pub(in crate::lint) fn says_closed(name: &str) -> bool {
    has_word(name, &CLOSED)
}

/// Whether a name says that whoever there is is meant: `deny-all`.
pub(in crate::lint) fn says_all(name: &str) -> bool {
    has_word(name, &ALL)
}

fn has_word(name: &str, words: &[&str]) -> bool {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric());
    let mut parts = parts.map(str::to_ascii_lowercase);
    parts.any(|part| words.contains(&&*part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_policies_are_for() {
        for name in ["allow-all", "web-allow-external", "Allow.Any", "internet"] {
            assert!(says_open(name) && !says_closed(name), "{name}");
        }
        for name in ["default-deny", "deny-all", "block-egress"] {
            assert!(says_closed(name) && !says_open(name), "{name}");
        }
        for name in ["web", "allow-web", "wallet", "notes"] {
            assert!(!says_closed(name) && !says_open(name), "{name}");
        }
    }
}
