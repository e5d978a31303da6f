//! What a directory of certificates holds and what it means, as plain data.
//!
//! A proof about clauses says nothing of policies: its literals are numbers. The manifest says
//! which question each proof answers and which variable of it each number is a bit of, in words. It
//! explains, and proves nothing itself.

use crate::prove::cnf::Cnf;
use crate::prove::formula::{Assignment, Formulas};
use crate::prove::query::{PartName, Question};

/// What certifies one claim: the questions by which it was proven, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The claim's name; may hold text from files, as all words here.
    pub name: String,
    /// The claim in one sentence.
    pub claim: String,
    /// What was taken for granted, one sentence each.
    pub assumed: Vec<String>,
    /// The questions.
    pub questions: Vec<ManifestQuestion>,
}

/// One question and why its answer is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestQuestion {
    /// The question's name: its clauses are in the file of this name that ends in `.cnf`, the
    /// proof in the one that ends in `.drat`.
    pub name: String,
    /// What the question is made of.
    pub parts: Vec<ManifestPart>,
    /// The answer.
    pub answer: ManifestAnswer,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManifestAnswer {
    /// There is none, by clauses and a proof in files. What the numbers in the clauses stand for.
    Unsat(Vec<ManifestVariable>),
    /// These values.
    Sat(Vec<ManifestValue>),
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

/// The value of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestValue {
    /// The variable's symbol.
    pub symbol: String,
    /// What it stands for, in words; may hold text from manifests.
    pub meaning: String,
    /// The value.
    pub value: u128,
}

/// A part of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestPart {
    /// Its symbol in the comments of the clauses.
    pub symbol: String,
    /// What it says, in words.
    pub meaning: &'static str,
}

impl ManifestQuestion {
    /// A question that has no answer, by clauses over these variables.
    pub fn unsat(question: &Question, variables: Vec<ManifestVariable>) -> Self {
        Self {
            name: question.name.clone(),
            parts: parts(question),
            answer: ManifestAnswer::Unsat(variables),
        }
    }

    /// A question that has one.
    pub fn sat(formulas: &Formulas, question: &Question, values: &Assignment) -> Self {
        let variables = formulas.variables_of(&question.roots()).into_iter();
        let values = variables.map(|variable| {
            let of = formulas.variables().at(variable);
            ManifestValue {
                symbol: of.symbol.clone(),
                meaning: of.meaning.clone(),
                value: values.value(variable),
            }
        });
        Self {
            name: question.name.clone(),
            parts: parts(question),
            answer: ManifestAnswer::Sat(values.collect()),
        }
    }
}

fn parts(question: &Question) -> Vec<ManifestPart> {
    let parts = question.parts.iter().map(|(symbol, _)| ManifestPart {
        symbol: symbol.clone(),
        meaning: PartName::of_symbol(symbol).map_or("", PartName::meaning),
    });
    parts.collect()
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
