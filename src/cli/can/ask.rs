//! One question, answered over what was read.

use crate::cli::dump::lacks_policies;
use crate::cli::exit::Failure;
use crate::cli::hidden;
use crate::cli::load::{Loaded, left_out_notes};
use crate::cli::options::Options;
use crate::hops::Around;
use crate::model::Why;
use crate::query::{self, Answer, Question};

/// What a question is asked of.
pub(in crate::cli) fn around<'l>(loaded: &'l Loaded, options: &'l Options) -> Around<'l> {
    Around {
        cluster: &loaded.cluster,
        settings: &loaded.settings,
        namespace: &options.namespace,
    }
}

/// Answers a question over what was read, and says what that leaves out.
pub(in crate::cli) fn ask(
    loaded: &Loaded,
    question: &Question,
    options: &Options,
) -> Result<Answer, Failure> {
    let around = around(loaded, options);
    let answer = query::ask(around, question).map_err(Failure::from);
    let mut answer = answer.map_err(|it| hidden::excuse(it, &loaded.cluster, options))?;
    if let Some(before) = &loaded.before {
        let around = Around {
            cluster: before,
            ..around
        };
        answer.without = Some(query::without(around, question, &answer)?);
    }
    // Of what is hidden its own note tells.
    let left_out = loaded.cluster.left_out.iter();
    let others: Vec<_> = left_out
        .filter(|it| !matches!(it.why, Why::Hidden(_)))
        .filter(|it| !answer.left_out().any(|open| open == *it))
        .collect();
    answer.notes.extend(left_out_notes(others.into_iter()));
    let lacking = lacks_policies(&loaded.cluster, options);
    answer.notes.extend(lacking.map(ToOwned::to_owned));
    if options.verbose && answer.legs.iter().any(|leg| !leg.translations.is_empty()) {
        let note = "pods behind a Service count whether they are ready or not";
        answer.notes.push(note.to_owned());
    }
    Ok(answer)
}
