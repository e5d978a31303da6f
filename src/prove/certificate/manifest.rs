//! What a directory of certificates holds and what it means, as plain data.

use crate::prove::cnf::Cnf;
use crate::prove::formula::Formulas;

/// The certificates of one claim: it holds because none of the questions has an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The claim in one sentence; may hold text from manifests.
    pub claim: String,
    /// The questions that would show it wrong.
    pub questions: Vec<ManifestQuestion>,
}

/// One question and where its certificate is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestQuestion {
    /// The question's name.
    pub name: String,
    /// The file of its clauses, in the directory of the manifest.
    pub cnf_file: String,
    /// The file of the proof, beside it.
    pub proof_file: String,
    /// What the numbers in the clauses stand for.
    pub variables: Vec<ManifestVariable>,
    /// What the question is made of.
    pub parts: Vec<ManifestPart>,
}

/// A variable of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestVariable {
    /// Its symbol in the comments of the clauses.
    pub symbol: String,
    /// What it stands for, in words; may hold text from manifests.
    pub meaning: String,
    /// The numbers of its bits, the least first.
    pub bits: Vec<i32>,
}

/// A part of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestPart {
    /// Its symbol in the comments of the clauses.
    pub symbol: String,
    /// What it says, in words; may hold text from manifests.
    pub meaning: String,
}

/// The variables that occur in the clauses.
pub(super) fn variables(formulas: &Formulas, cnf: &Cnf) -> Vec<ManifestVariable> {
    let first_bits = cnf.bits.iter().filter(|(_, bit, _)| *bit == 0);
    let variables = first_bits.map(|&(variable, _, first)| {
        let of = formulas.variables().at(variable);
        ManifestVariable {
            symbol: of.symbol.clone(),
            meaning: of.meaning.clone(),
            bits: (first..first + i32::from(of.width)).collect(),
        }
    });
    variables.collect()
}
