//! The SAT solver: refutes clauses, and writes down how.
//!
//! A solver that says "these cannot all hold" has to be believed. One that also tells every clause
//! it learns need not be: each follows from those before it, anybody can check that, and the last
//! one is empty. So what the solver tells is written down as it comes, and nothing of it is
//! trusted. A deletion is written down only for a clause that was, since the solver shortens
//! clauses without a word; keeping one too many makes checking slower, never wrong. The limit is
//! the length of the proof and not time, so that every machine gives up on the same questions.

use super::cnf::Cnf;
use batsat::{Callbacks, ClauseKind, Lit, Solver, SolverInterface as _, SolverOpts, lbool};
use rustc_hash::FxHashMap;
use std::io::Write as _;

/// A proof, in the text form of DRAT, that not all clauses can hold. The solver gives up once it
/// has written more than `most` bytes: a limit in time and memory that is the same everywhere.
///
/// # Errors
/// If they can, or the proof is longer.
pub(super) fn refute(cnf: &Cnf, most: usize) -> Result<Vec<u8>, NotUnsat> {
    let sheet = Sheet {
        most,
        ..Sheet::default()
    };
    let mut solver = Solver::new(SolverOpts::default(), sheet);
    for clause in &cnf.clauses {
        let literals = clause.iter().map(|&literal| {
            let variable = solver.var_of_int(literal.unsigned_abs() - 1);
            Lit::new(variable, literal > 0)
        });
        let mut literals: Vec<Lit> = literals.collect();
        // Once the clauses are found to contradict each other, the rest is taken in and ignored.
        solver.add_clause_reuse(&mut literals);
    }
    let answer = solver.solve_limited(&[]);
    if answer == lbool::TRUE {
        Err(NotUnsat::Satisfiable)
    } else if answer == lbool::FALSE {
        let mut proof = std::mem::take(&mut solver.cb_mut().proof);
        proof.extend_from_slice(b"0\n");
        Ok(proof)
    } else {
        Err(NotUnsat::Unknown)
    }
}

/// Where the solver writes down what it learns and forgets.
#[derive(Default)]
struct Sheet {
    proof: Vec<u8>,
    most: usize,
    /// How often each clause was learnt and not forgotten.
    known: FxHashMap<Box<[Lit]>, usize>,
}

impl Sheet {
    fn put(&mut self, literals: &[Lit]) {
        for literal in literals {
            let sign = if literal.sign() { "" } else { "-" };
            // Writing to a list of bytes cannot fail.
            let _ = write!(self.proof, "{sign}{} ", literal.var().idx() + 1);
        }
        self.proof.extend_from_slice(b"0\n");
    }
}

impl Callbacks for Sheet {
    fn on_new_clause(&mut self, literals: &[Lit], kind: ClauseKind) {
        if matches!(kind, ClauseKind::Learnt) {
            *self.known.entry(sorted(literals)).or_default() += 1;
            self.put(literals);
        }
    }

    fn on_delete_clause(&mut self, literals: &[Lit]) {
        // The solver has shortened some since, without a word: those stay in the proof.
        if let Some(known @ 1..) = self.known.get_mut(&sorted(literals)) {
            *known -= 1;
            self.proof.extend_from_slice(b"d ");
            self.put(literals);
        }
    }

    fn stop(&self) -> bool {
        self.proof.len() > self.most
    }
}

fn sorted(literals: &[Lit]) -> Box<[Lit]> {
    let mut sorted: Box<[Lit]> = literals.into();
    sorted.sort_unstable();
    sorted
}

/// Why there is no certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotUnsat {
    /// The question has an answer.
    Satisfiable,
    /// The proof would be too long.
    Unknown,
}
