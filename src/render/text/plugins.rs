//! An answer under each of several network plugins.

use super::Teller;
use crate::model::{Habit, Says};
use crate::query::Answer;
use crate::query::plugins::UnderPlugin;

impl Teller<'_> {
    /// The answer under one plugin: its name with the verdict, and why.
    pub fn under(&self, plugin: &str, answer: &Answer) -> String {
        format!("\n{plugin}: {}", self.answer(answer))
    }

    /// On what plugins part, with what each does; nothing where they agree.
    pub fn partings(&self, all: &[UnderPlugin], habits: &[Habit]) -> String {
        let mut out = String::new();
        if !habits.is_empty() {
            out.push('\n');
        }
        for habit in habits {
            // Of one that enforces nothing the rest does not matter.
            let matters = |one: &&UnderPlugin| {
                *habit == Habit::Enforces || one.practice.says(Habit::Enforces) != Says::No
            };
            let concerned = all.iter().filter(matters);
            let mut says: Vec<String> =
                concerned.map(|one| one.practice.describe(*habit)).collect();
            says.dedup();
            self.paragraph(
                &mut out,
                0,
                2,
                &format!("they part here: {}.", says.join("; ")),
            );
        }
        out
    }
}
