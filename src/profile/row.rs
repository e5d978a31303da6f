//! Facts about plugins, as they are written down.

use super::version::Version;
use crate::model::{Habit, Says};

/// What is known of one plugin.
#[derive(Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name that users give.
    pub name: &'static str,
    /// Other names for the same.
    pub aliases: &'static [&'static str],
    /// What it is, in a sentence.
    pub about: &'static str,
    /// What is known or reported of it. Of a habit without a row the documents decide.
    pub rows: &'static [Row],
}

/// What a plugin does or does not do, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// What it is about.
    pub habit: Habit,
    /// What is known or reported.
    pub reported: Says,
    /// Whether it was read in the source or the documentation named, or by people who did.
    pub confirmed: bool,
    /// Where it comes from: a document, an issue, or a file of the plugin; of what is open, why.
    pub source: &'static str,
    /// From which version on it does so, where older ones do the opposite.
    pub since: Option<Version>,
}

/// The plugin does it.
pub(super) const fn yes(habit: Habit, source: &'static str) -> Row {
    row(habit, Says::Yes, source)
}

/// It does not.
pub(super) const fn no(habit: Habit, source: &'static str) -> Row {
    row(habit, Says::No, source)
}

/// Nothing is known, or it depends on how the plugin is set up.
pub(super) const fn open(habit: Habit, why: &'static str) -> Row {
    row(habit, Says::Open, why)
}

const fn row(habit: Habit, reported: Says, source: &'static str) -> Row {
    Row {
        habit,
        reported,
        confirmed: true,
        source,
        since: None,
    }
}

impl Row {
    /// The same, as somebody says and nobody confirmed.
    pub(super) const fn unconfirmed(mut self) -> Self {
        self.confirmed = false;
        self
    }

    /// The same, from a version on.
    pub(super) const fn since(mut self, major: u32, minor: u32) -> Self {
        self.since = Some(Version::new(major, minor));
        self
    }

    /// The answer for a version, where that is known.
    pub fn says(&self, version: Option<Version>) -> Says {
        match (self.reported, self.since, version) {
            _ if !self.confirmed => Says::Open,
            (Says::Open, ..) | (_, Some(_), None) => Says::Open,
            (reported, None, _) => reported,
            (reported, Some(since), Some(version)) if version >= since => reported,
            (Says::Yes, ..) => Says::No,
            (Says::No, ..) => Says::Yes,
        }
    }
}

impl Profile {
    /// The row about a habit.
    pub fn row(&self, habit: Habit) -> Option<&'static Row> {
        self.rows.iter().find(|row| row.habit == habit)
    }
}
