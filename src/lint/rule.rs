//! What a rule is to those who select, list and print it.

use super::need::Need;
use super::{Context, Facts};
use crate::diag::Severity;

/// One rule of the catalog.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The stable code: `NP017`. Never used again for another rule.
    pub code: &'static str,
    /// The stable name: `and-or-peers`.
    pub name: &'static str,
    /// How bad a finding is, unless settings say otherwise.
    pub level: Severity,
    /// How bad it is where the whole inventory shows it; as `level` where not given.
    pub shown: Option<Severity>,
    /// Whether it is only checked when asked for: `--strict`, or a level in the settings.
    pub strict: bool,
    /// How often a finding is what somebody wants to know.
    pub precision: Precision,
    /// How much an attacker gains, from `0.1` to `10.0`; none for what is no matter of security.
    pub security: Option<&'static str>,
    /// What must be in the input before its absence says anything.
    pub needs: &'static [Need],
    /// How it is checked.
    pub check: Check,
    /// The text of the rule's file, which begins with its page.
    pub(super) source: &'static str,
}

/// How a rule is checked.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// By a look at the whole input: what is written, and whom it means.
    Context(fn(&Context<'_>, &mut Facts)),
    /// By a look at what passes: on which ports, by which rules, and past which policies. These take
    /// about as long as the others, and run beside them.
    Flows(fn(&Context<'_>, &mut Facts)),
    /// While manifests are read: by the names that those findings have there.
    Reading(&'static [&'static str]),
}

/// How often a finding of a rule is what somebody wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Often not.
    Low,
    /// Mostly.
    Medium,
    /// Nearly always.
    High,
    /// Always.
    VeryHigh,
}

impl Precision {
    /// As SARIF writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::VeryHigh => "very-high",
        }
    }
}

impl Rule {
    /// The rule's page in Markdown: the comment that its file begins with.
    pub fn page(&self) -> String {
        let lines = self.source.lines();
        let comment = lines.map_while(|line| line.strip_prefix("//!"));
        comment
            .flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"])
            .collect()
    }

    /// What the rule is about in one line: the first line of its page, without the full stop.
    pub fn summary(&self) -> &'static str {
        let first = self.source.lines().next().unwrap_or_default();
        let text = first.strip_prefix("//!").unwrap_or(first).trim();
        text.strip_suffix('.').unwrap_or(text)
    }
}
