//! Which rules are checked, and how bad their findings are.

use super::rule::Rule;
use super::rules::ALL;
use crate::diag::Severity;
use crate::settings::RuleLevel;
use crate::spelling::distance;
use std::collections::HashMap;

/// The rule of a code or a name; letter case does not matter.
pub fn find(rule: &str) -> Option<&'static Rule> {
    let is = |other: &str| other.eq_ignore_ascii_case(rule);
    ALL.iter().find(|it| is(it.code) || is(it.name))
}

/// A rule that is not in the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRule {
    /// What was written.
    pub written: RuleLevel,
    /// The nearest name or code, where one is near.
    pub near: Option<&'static str>,
}

impl UnknownRule {
    /// What to say of a name that is no rule's.
    pub fn near(written: &str) -> Option<&'static str> {
        let wanted = written.to_lowercase();
        // `NP17` and `NP0017` have the number of one rule, and look like several.
        let same = |rule: &&Rule| number(rule.code).is_some_and(|it| number(&wanted) == Some(it));
        if let Some(rule) = ALL.iter().find(same) {
            return Some(rule.code);
        }
        let names = ALL.iter().flat_map(|rule| [rule.code, rule.name]);
        names
            .map(|name| (distance(&wanted, &name.to_lowercase()), name))
            .filter(|&(distance, _)| wanted.len() <= 64 && distance <= wanted.len().div_ceil(4))
            .min()
            .map(|(_, name)| name)
    }
}

/// The number of a code, in whatever way it is written.
fn number(code: &str) -> Option<u32> {
    let (head, digits) = code.split_at_checked(2)?;
    digits
        .parse()
        .ok()
        .filter(|_| head.eq_ignore_ascii_case("np"))
}

/// The level of each rule.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    strict: bool,
    told: HashMap<&'static str, Option<Severity>>,
}

impl Levels {
    /// The levels of the catalog, changed by those that are told, the last of which counts.
    ///
    /// # Errors
    /// What names no rule.
    pub fn new<'t>(
        strict: bool,
        told: impl IntoIterator<Item = &'t RuleLevel>,
    ) -> Result<Self, Vec<UnknownRule>> {
        let mut levels = Self {
            strict,
            told: HashMap::new(),
        };
        let mut unknown = Vec::new();
        for entry in told {
            if entry.rule.eq_ignore_ascii_case("all") {
                levels.told = ALL.iter().map(|it| (it.code, entry.level)).collect();
            } else if let Some(rule) = find(&entry.rule) {
                levels.told.insert(rule.code, entry.level);
            } else {
                unknown.push(UnknownRule {
                    near: UnknownRule::near(&entry.rule),
                    written: entry.clone(),
                });
            }
        }
        if unknown.is_empty() {
            Ok(levels)
        } else {
            Err(unknown)
        }
    }

    /// The level that somebody gave to a rule: some level, or off; none if nobody did.
    pub fn told(&self, rule: &Rule) -> Option<Option<Severity>> {
        self.told.get(rule.code).copied()
    }

    /// Whether a rule is checked.
    pub fn checks(&self, rule: &Rule) -> bool {
        match self.told(rule) {
            Some(level) => level.is_some(),
            None => self.strict || !rule.strict,
        }
    }
}
