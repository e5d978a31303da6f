//! `can` under several network plugins: one answer for each, and where they part.

use super::args::CanArgs;
use super::ask::ask;
use crate::cli::exit::{Exit, Failure};
use crate::cli::load::Loaded;
use crate::cli::options::Options;
use crate::cli::output;
use crate::query::Question;
use crate::query::plugins::{UnderPlugin, partings, together};
use crate::render::json::Under;

/// Answers a question for each plugin.
pub(super) fn run(
    mut loaded: Loaded,
    args: &CanArgs,
    question: &Question,
    options: &Options,
) -> Result<Exit, Failure> {
    let mut all = Vec::new();
    let mut texts = Vec::new();
    let mut bodies = Vec::new();
    for plugin in loaded.plugins.clone() {
        loaded.enforced_by(&plugin);
        let answer = ask(&loaded, question, options)?;
        let name = plugin.to_string();
        match loaded.answers(args.output, false) {
            Some(answers) => {
                bodies.push(Under::new(name, answer.verdict, answers.body(&answer)));
            }
            None => texts.push(loaded.teller(options).under(&name, &answer)),
        }
        all.push(UnderPlugin::of(&loaded.cluster.practice, &answer));
    }
    let verdict = together(&all);
    if let Some(answers) = loaded.answers(args.output, false) {
        output::data(|out| answers.write_plugins(&args.asked(), verdict, &bodies, out))?;
    } else if !options.quiet {
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
