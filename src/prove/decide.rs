//! What decides formulas, whatever it is: a solver, or a directory of certificates.
//!
//! Why a proof goes through is found here too, with nothing but questions that are answered yes or
//! no. Leaving out one part after another would take a question for each part. [`smallest`] divides
//! instead: it assumes the first half, asks whether that is enough already, and if so drops the
//! second half whole. Where few parts are needed, that takes about as many questions as there are
//! needed parts, times the logarithm of all. The selection is smallest in that no part of it can be
//! left out; another one, with fewer parts, may exist.

use super::formula::{Assignment, Formula, Formulas, Var};
use super::query::Question;
use std::fmt::Debug;

/// What is said of a conjunction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It holds with these values.
    Sat(Assignment),
    /// It never holds.
    Unsat,
    /// It was given up; why, in one sentence.
    Unknown(String),
}

/// Decides formulas of one [`Formulas`].
pub trait Decider: Debug {
    /// Whether all parts of a question can hold.
    fn check(&mut self, formulas: &Formulas, question: &Question) -> Answer;

    /// Like [`Self::check`] for the conjunction of `parts`, with the least values: those of the first variable in `order` first,
    /// then of the next. Which values these are does not depend on who decides.
    fn least(&mut self, formulas: &Formulas, parts: &[Formula], order: &[Var]) -> Answer;

    /// Of formulas that cannot all hold together with `parts`, a smallest selection that still
    /// cannot: without any of it, the rest can. Which one depends on the order of `wanted` only.
    /// The indices into `wanted`.
    ///
    /// # Errors
    /// Why it was not found.
    fn minimal(
        &mut self,
        formulas: &Formulas,
        parts: &[Formula],
        wanted: &[Vec<Formula>],
    ) -> Result<Vec<usize>, Unfound>;

    /// How many questions were decided.
    fn queries(&self) -> usize;

    /// Resource units spent on them.
    fn units(&self) -> u64;
}

/// Starts deciders, one for each [`Formulas`].
pub trait Engine: Debug {
    /// A decider that knows nothing yet.
    fn start(&self) -> Box<dyn Decider>;
}

/// Why a smallest selection was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfound {
    /// A question could not be decided, or is not asked.
    GaveUp,
    /// Too many belong to it: to find out of each whether it is needed would take too long.
    TooMany,
}

/// How many formulas may be assumed in the questions that find a smallest selection, all together:
/// about a second.
pub const MOST_ASSUMED: usize = 100_000;

/// A smallest part of `all` for which `refuted` holds, by dividing (`QuickXplain`): the result
/// depends on the order of `all` only. `refuted` says whether what it is given, together with what
/// is always there, cannot hold.
///
/// # Errors
/// That of `refuted`.
pub fn smallest(
    all: &[usize],
    refuted: &mut dyn FnMut(&[usize]) -> Result<bool, Unfound>,
) -> Result<Vec<usize>, Unfound> {
    if refuted(&[])? {
        return Ok(Vec::new());
    }
    explain(&[], all, refuted)
}

/// The part of `open` that is needed beside `fixed`, which alone is not enough.
fn explain(
    fixed: &[usize],
    open: &[usize],
    refuted: &mut dyn FnMut(&[usize]) -> Result<bool, Unfound>,
) -> Result<Vec<usize>, Unfound> {
    if open.len() <= 1 {
        return Ok(open.to_vec());
    }
    let (first, second) = open.split_at(open.len() / 2);
    let with = |more: &[usize]| [fixed, more].concat();
    let of_second = if refuted(&with(first))? {
        Vec::new()
    } else {
        explain(&with(first), second, refuted)?
    };
    let of_first = if refuted(&with(&of_second))? {
        Vec::new()
    } else {
        explain(&with(&of_second), first, refuted)?
    };
    Ok([of_first, of_second].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_part_is_found_whatever_stands_around_it() {
        let all: Vec<usize> = (0..20).collect();
        let mut asked = 0;
        let mut refuted = |some: &[usize]| {
            asked += 1;
            Ok([3, 11, 12].iter().all(|needed| some.contains(needed)))
        };
        assert_eq!(smallest(&all, &mut refuted), Ok(vec![3, 11, 12]));
        assert!(asked < 40, "{asked}");
        assert_eq!(smallest(&all, &mut |_| Ok(true)), Ok(vec![]));
        let unknown = Err(Unfound::GaveUp);
        assert_eq!(smallest(&all, &mut |_| Err(Unfound::GaveUp)), unknown);
    }
}
