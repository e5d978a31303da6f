//! The SAT solver: refutes clauses, and writes down how.

use super::certificate::NotUnsat;
use super::cnf::Cnf;
use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use varisat::{ExtendFormula as _, Lit, ProofFormat, Solver};

/// A proof, in the text form of DRAT, that not all clauses can hold, of no more than `most` bytes.
///
/// # Errors
/// If they can, or the proof is longer.
pub(super) fn refute(cnf: &Cnf, most: usize) -> Result<Vec<u8>, NotUnsat> {
    let proof = Rc::new(RefCell::new(Vec::new()));
    let sheet = Sheet {
        proof: Rc::clone(&proof),
        most,
    };
    let mut solver = Solver::new();
    solver.write_proof(sheet, ProofFormat::Drat);
    let mut literals = Vec::new();
    for clause in &cnf.clauses {
        literals.clear();
        let numbers = clause.iter().map(|&literal| literal as isize);
        literals.extend(numbers.map(Lit::from_dimacs));
        solver.add_clause(&literals);
    }
    let answer = solver.solve();
    let written = solver.close_proof();
    drop(solver);
    match answer {
        Ok(true) => Err(NotUnsat::Satisfiable),
        Ok(false) if written.is_ok() => Ok(proof.take()),
        // The solver has no other errors than those of what it writes to.
        Ok(false) | Err(_) => Err(NotUnsat::Unknown),
    }
}

/// Paper of a limited size: what bounds the solver in time and memory, the same everywhere.
struct Sheet {
    proof: Rc<RefCell<Vec<u8>>>,
    most: usize,
}

impl Write for Sheet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut proof = self.proof.borrow_mut();
        if bytes.len() > self.most.saturating_sub(proof.len()) {
            return Err(io::Error::other("the proof is too long"));
        }
        proof.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
