//! `can` under several network plugins: one answer for each, and where they part.

use super::ask::ask;
use crate::cli::exit::{Exit, Failure};
use crate::cli::load::Loaded;
use crate::cli::options::Options;
use crate::cli::output;
use crate::query::Question;
use crate::query::plugins::{UnderPlugin, partings, together};

/// Answers a question for each plugin.
pub(super) fn run(
    mut loaded: Loaded,
    question: &Question,
    options: &Options,
) -> Result<Exit, Failure> {
    let mut all = Vec::new();
    let mut texts = Vec::new();
    for plugin in loaded.plugins.clone() {
        loaded.enforced_by(&plugin);
        let answer = ask(&loaded, question, options)?;
        let text = loaded.teller(options).under(&plugin.to_string(), &answer);
        texts.push(text);
        all.push(UnderPlugin::of(&loaded.cluster.practice, &answer));
    }
    let verdict = together(&all);
    if !options.quiet {
        let teller = loaded.teller(options);
        let parted = teller.partings(&all, &partings(&all));
        output::answer(&format!(
            "{}\n{}{parted}",
            teller.colored(verdict),
            texts.concat()
        ))?;
    }
    Ok(verdict.into())
}
