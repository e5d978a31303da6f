//! What a run of all rules comes to.

use super::context::{Extent, Inventory};
use super::fact::Fact;
use super::need::Need;
use super::rule::Rule;
use crate::diag::Severity;
use crate::source::Span;

/// One finding.
#[derive(Debug, Clone)]
pub struct Found {
    /// The rule.
    pub rule: &'static Rule,
    /// How bad it is in this run.
    pub severity: Severity,
    /// What was found.
    pub fact: Fact,
    /// Why it does not count; none if it does.
    pub dismissed: Option<Dismissed>,
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dismissed {
    /// Somebody wrote that it is to be ignored: where, and why if that was said.
    Suppressed {
        /// The annotation or comment.
        span: Span,
        /// The reason; may be empty.
        reason: String,
    },
    /// It was there before.
    Baseline,
}

/// Rules that were not checked, because the input lacks what they need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// What is missing.
    pub need: Need,
    /// The codes of the rules.
    pub rules: Vec<&'static str>,
}

/// All findings.
#[derive(Debug, Clone)]
pub struct Report {
    /// By place, then by rule.
    pub findings: Vec<Found>,
    /// What was not checked.
    pub skipped: Vec<Skipped>,
    /// How much of the cluster there was to look at.
    pub inventory: Inventory,
}

impl Report {
    /// The findings that count.
    pub fn counted(&self) -> impl Iterator<Item = &Found> {
        self.findings.iter().filter(|it| it.dismissed.is_none())
    }

    /// How many of the findings that count are of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.counted().filter(|it| it.severity == severity).count()
    }

    /// The extent of what a rule needs: the least of all.
    pub fn extent(&self, rule: &Rule) -> Extent {
        let needs = rule.needs.iter().map(|&need| self.inventory.of(need));
        needs.min().unwrap_or(Extent::Complete)
    }
}

impl Found {
    /// The primary place.
    pub fn span(&self) -> Option<Span> {
        self.fact.labels.first().map(|label| label.span)
    }

    /// What stays the same when lines move: rule, object and field.
    pub fn key(&self) -> String {
        format!("{} {} {}", self.rule.code, self.fact.object, self.fact.path)
    }
}
