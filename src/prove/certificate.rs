//! Certificates: why a question has no answer, for others to check without trusting us.
//!
//! A certificate is the question as clauses and a proof that not all of them hold. [`check`] reads
//! both as untrusted text and shares no code with what made them; a [`Manifest`] says what the
//! numbers in the clauses stand for. That the clauses are those of the claim is checked by making
//! them again: equal questions give equal bytes.

mod check;
mod manifest;
mod parse;

pub use super::sat::NotUnsat;
pub use check::{Checked, check};
pub use manifest::{
    Manifest, ManifestAnswer, ManifestPart, ManifestQuestion, ManifestValue, ManifestVariable,
};
pub use parse::{Flaw, FlawFile};

use super::cnf::Cnf;
use super::formula::Formulas;
use super::query::Question;
use super::sat;

/// No proof is longer, in bytes: the solver gives up on a question that would need more.
const LONGEST_PROOF: usize = 1 << 28;

/// A question that has no answer, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The question as clauses, in the DIMACS format.
    pub cnf: Vec<u8>,
    /// The proof that they cannot all hold, in the text form of DRAT.
    pub proof: Vec<u8>,
    /// What the numbers in the clauses stand for.
    pub variables: Vec<ManifestVariable>,
}

/// Proves that a question has no answer. Equal questions give equal bytes.
///
/// # Errors
/// If it has one, or that is too hard to find out.
pub fn certify(formulas: &Formulas, question: &Question) -> Result<Certificate, NotUnsat> {
    let cnf = Cnf::new(formulas, question);
    let proof = sat::refute(&cnf, LONGEST_PROOF)?;
    Ok(Certificate {
        variables: manifest::variables(formulas, &cnf),
        cnf: text(formulas, question, &cnf),
        proof,
    })
}

/// The clauses of a question as [`certify`] writes them.
pub fn clauses(formulas: &Formulas, question: &Question) -> Vec<u8> {
    text(formulas, question, &Cnf::new(formulas, question))
}

fn text(formulas: &Formulas, question: &Question, cnf: &Cnf) -> Vec<u8> {
    let mut text = Vec::new();
    // Writing to a list of bytes cannot fail.
    let _ = cnf.write(formulas, question, &mut text);
    text
}
