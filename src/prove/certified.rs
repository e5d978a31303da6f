//! Decides by certificates, without a solver. Nothing in them is taken on trust: the clauses are
//! made again and must be the same, byte for byte; proofs are gone through; values are tried.

use super::certificate::{Flaw, FlawFile, check, clauses};
use super::decide::{Answer, Decider, Engine, Unfound};
use super::formula::{Assignment, Formula, Formulas, Var};
use super::query::Question;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What a directory of certificates holds.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    /// Clauses and proofs, by the names of their files.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Values that answer questions, by the names of the questions and the symbols of variables.
    pub values: BTreeMap<String, BTreeMap<String, u128>>,
}

/// A file of a certificate in which something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The name of the file.
    pub file: String,
    /// What is wrong.
    pub flaw: Flaw,
}

/// Decides by certificates.
#[derive(Debug, Clone)]
pub struct Certified(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    shelf: Shelf,
    broken: RefCell<Vec<Broken>>,
}

impl Certified {
    /// Decides by what is on the shelf.
    pub fn new(shelf: Shelf) -> Self {
        let broken = RefCell::default();
        Self(Rc::new(Inner { shelf, broken }))
    }

    /// What was found wrong so far.
    pub fn broken(&self) -> Vec<Broken> {
        self.0.broken.borrow().clone()
    }

    /// The text of a file.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.0.shelf.files.get(name).map(Vec::as_slice)
    }
}

impl Engine for Certified {
    fn start(&self) -> Box<dyn Decider> {
        Box::new(Reader {
            inner: Rc::clone(&self.0),
            queries: 0,
        })
    }
}

#[derive(Debug)]
struct Reader {
    inner: Rc<Inner>,
    queries: usize,
}

impl Reader {
    /// By the clauses and their proof.
    fn refuted(&self, formulas: &Formulas, question: &Question, cnf: &[u8]) -> Answer {
        let name = &question.name;
        if cnf != clauses(formulas, question) {
            return Answer::Unknown(format!(
                "the certificate of question `{name}` is of another question: of other policies, \
                 another claim or another version of netpolc"
            ));
        }
        let Some(proof) = self.inner.shelf.files.get(&proof_file(name)) else {
            return Answer::Unknown(format!("question `{name}` has clauses and no proof"));
        };
        match check(cnf, proof) {
            Ok(_) => Answer::Unsat,
            Err(flaw) => {
                let file = match flaw.file {
                    FlawFile::Cnf => cnf_file(name),
                    FlawFile::Proof => proof_file(name),
                };
                self.inner.broken.borrow_mut().push(Broken { file, flaw });
                Answer::Unknown(format!("the certificate of question `{name}` is broken"))
            }
        }
    }

    /// By values that someone wrote down.
    fn answered(
        formulas: &Formulas,
        question: &Question,
        values: &BTreeMap<String, u128>,
    ) -> Answer {
        let roots = question.roots();
        let mut chosen = Assignment::default();
        for variable in formulas.variables_of(&roots) {
            let of = formulas.variables().at(variable);
            let value = values.get(&of.symbol).copied().unwrap_or(0);
            chosen.set(variable, value.min(of.greatest()));
        }
        if roots.iter().all(|&root| formulas.evaluate(root, &chosen)) {
            return Answer::Sat(chosen);
        }
        Answer::Unknown(format!(
            "the values that are certified for question `{}` do not answer it",
            question.name
        ))
    }
}

impl Decider for Reader {
    fn check(&mut self, formulas: &Formulas, question: &Question) -> Answer {
        self.queries += 1;
        let name = &question.name;
        let Shelf { files, values } = &self.inner.shelf;
        match (files.get(&cnf_file(name)), values.get(name)) {
            (Some(cnf), _) => self.refuted(formulas, question, cnf),
            (None, Some(values)) => Self::answered(formulas, question, values),
            (None, None) => Answer::Unknown(format!("no certificate for question `{name}`")),
        }
    }

    fn least(&mut self, _: &Formulas, _: &[Formula], _: &[Var]) -> Answer {
        Answer::Unknown("certificates do not say which flow is the simplest".to_owned())
    }

    fn minimal(
        &mut self,
        _: &Formulas,
        _: &[Formula],
        _: &[Vec<Formula>],
    ) -> Result<Vec<usize>, Unfound> {
        Err(Unfound::GaveUp)
    }

    fn queries(&self) -> usize {
        self.queries
    }

    fn units(&self) -> u64 {
        0
    }
}

/// The file of a question's clauses.
pub fn cnf_file(question: &str) -> String {
    format!("{question}.cnf")
}

/// The file of the proof that they cannot all hold.
pub fn proof_file(question: &str) -> String {
    format!("{question}.drat")
}
