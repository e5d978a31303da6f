//! One question, answered over what was read.

use crate::cli::exit::Failure;
use crate::cli::load::{Loaded, left_out_notes};
use crate::cli::options::Options;
use crate::query::{self, Answer, Question};

/// Answers a question over what was read, and says what that leaves out.
pub(in crate::cli) fn ask(
    loaded: &Loaded,
    question: &Question,
    options: &Options,
) -> Result<Answer, Failure> {
    let mut answer = query::ask(&loaded.cluster, question, &options.namespace)?;
    let others = loaded.cluster.left_out.iter();
    let others = others.filter(|it| !answer.left_out.contains(it));
    answer.notes.extend(left_out_notes(others));
    Ok(answer)
}
