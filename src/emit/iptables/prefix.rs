//! What the names of chains and sets begin with.

use std::fmt;

/// What names begin with: 1 to 4 upper-case letters, digits or `-`, a letter first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix(String);

impl Prefix {
    /// The longest that leaves room for 20 digits in the name of a chain (28 bytes).
    const LONGEST: usize = 4;

    /// Whose names begin with what could be a prefix. The script would take away their chains, or they ours.
    const TAKEN: [(&str, &str); 4] = [
        ("AWS", "the CNI plugins of AWS"),
        ("CNI", "the plugins of the CNI project"),
        ("KUBE", "kube-proxy and the kubelet"),
        ("OVN", "OVN-Kubernetes and Kube-OVN"),
    ];

    /// A prefix of this text.
    ///
    /// # Errors
    /// Says what the text would have to be, or whose it is.
    pub fn new(text: &str) -> Result<Self, String> {
        if let Some((_, owner)) = Self::TAKEN.iter().find(|(taken, _)| *taken == text) {
            return Err(format!(
                "`{text}-` is what {owner} begin the names of their chains with"
            ));
        }
        let legal = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        let fits = text.len() <= Self::LONGEST && text.chars().all(legal);
        if fits && text.starts_with(|c: char| c.is_ascii_uppercase()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!(
                "`{text}` is not an upper-case letter and up to 3 more, digits or `-`"
            ))
        }
    }
}

impl Default for Prefix {
    fn default() -> Self {
        Self("NP".to_owned())
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
