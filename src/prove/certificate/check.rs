//! Checks a proof by going through it: every clause that it adds must follow by unit propagation.
//!
//! A clause follows if, once all its literals are taken for false, some clause has no literal left
//! that could hold, perhaps after clauses that have one literal left were used. For example, the
//! clause `a` follows from `a b` and `a -b`: were it false, `b` would have to hold by the one and
//! could not by the other. Each clause is found by two of its literals, and looked at only once one
//! of them is false. What is known for certain stays known when a clause is deleted, for it
//! followed from the clauses that were given.
//!
//! Whoever believes a certificate believes this code and not the solver, so it stays small. Steps
//! of DRAT that do not follow but merely do no harm are refused: the solver makes none, and without
//! them no deletion can make a proof wrong.

use super::parse::{self, Flaw, FlawFile, Step};
use crate::table::{Id as _, Table, define_id};
use std::collections::HashMap;

/// What was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// How many clauses cannot all hold.
    pub clauses: usize,
    /// How many steps the proof has.
    pub steps: usize,
}

/// Checks that a proof shows that the clauses cannot all hold. Both texts may come from anywhere.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn check(cnf_text: &[u8], proof_text: &[u8]) -> Result<Checked, Flaw> {
    let (clauses, greatest) = parse::cnf(cnf_text)?;
    let steps = parse::proof(proof_text, greatest)?;
    let done = Checked {
        clauses: clauses.len(),
        steps: steps.len(),
    };
    let mut checker = Checker::new(greatest, &steps);
    for clause in clauses {
        checker.add(&clause.literals);
    }
    checker.settle();
    let mut last = 1;
    for step in &steps {
        last = step.line;
        checker.step(step)?;
    }
    if checker.refuted {
        Ok(done)
    } else {
        let message = "the proof ends before it has shown that the clauses contradict each other";
        Err(Flaw::new(FlawFile::Proof, last, message))
    }
}

define_id! {
    /// A literal: twice its variable, and 1 more for the negation.
    Literal;
    /// A clause.
    ClauseId;
}

impl Literal {
    fn new(number: i32) -> Self {
        Self::from_index(number.unsigned_abs() as usize * 2 + usize::from(number < 0))
    }

    fn negation(self) -> Self {
        Self::from_index(self.index() ^ 1)
    }
}

struct Checker {
    /// The literals of each clause, those it is found by first; none of one that was deleted.
    clauses: Table<ClauseId, Box<[Literal]>>,
    /// The clauses that are found by a literal.
    found_by: Table<Literal, Vec<ClauseId>>,
    /// Whether a literal holds.
    holds: Table<Literal, bool>,
    /// The literals that hold, in the order in which that was found.
    trail: Vec<Literal>,
    /// How many of them were propagated.
    propagated: usize,
    /// Clauses that the proof will delete.
    to_delete: HashMap<Box<[i32]>, Vec<ClauseId>>,
    /// Whether the clauses were shown to contradict each other.
    refuted: bool,
}

impl Checker {
    fn new(greatest: i32, steps: &[Step]) -> Self {
        let rows = greatest.unsigned_abs() as usize * 2 + 2;
        let deleted = steps.iter().filter(|step| step.delete);
        Self {
            clauses: Table::new(),
            found_by: Table::filled(rows, Vec::new()),
            holds: Table::filled(rows, false),
            trail: Vec::new(),
            propagated: 0,
            to_delete: deleted
                .map(|step| (step.literals.clone(), Vec::new()))
                .collect(),
            refuted: false,
        }
    }

    fn fails(&self, literal: Literal) -> bool {
        *self.holds.at(literal.negation())
    }

    fn assume(&mut self, literal: Literal) {
        *self.holds.at_mut(literal) = true;
        self.trail.push(literal);
    }

    /// Takes a clause in. What follows from it alone is known, but not yet propagated.
    fn add(&mut self, numbers: &[i32]) {
        let mut literals: Box<[Literal]> = numbers.iter().map(|&n| Literal::new(n)).collect();
        // A clause is found by literals that may still hold, where it has two.
        literals.sort_by_key(|&literal| self.fails(literal));
        let open = literals.partition_point(|&literal| !self.fails(literal));
        let first = literals.first().copied();
        let watched = literals.iter().take(2).copied();
        let watched: Vec<Literal> = watched.filter(|_| literals.len() > 1).collect();
        let clause = self.clauses.push(literals);
        for literal in watched {
            self.found_by.at_mut(literal).push(clause);
        }
        if let Some(list) = self.to_delete.get_mut(numbers) {
            list.push(clause);
        }
        match (open, first) {
            (1, Some(only)) if !self.holds.at(only) => self.assume(only),
            (0, _) => self.refuted = true,
            _ => {}
        }
    }

    /// Propagates what is known for certain.
    fn settle(&mut self) {
        self.refuted = self.refuted || self.propagate();
    }

    /// Adds what follows, and takes away what is there.
    fn step(&mut self, step: &Step) -> Result<(), Flaw> {
        if step.delete {
            let clause = self.to_delete.get_mut(&step.literals).and_then(Vec::pop);
            let Some(clause) = clause else {
                let message = "deletes a clause that is not there";
                return Err(Flaw::new(FlawFile::Proof, step.line, message));
            };
            *self.clauses.at_mut(clause) = [].into();
        } else if !self.follows(&step.literals) {
            let message = "this clause does not follow from those before it";
            return Err(Flaw::new(FlawFile::Proof, step.line, message));
        } else {
            self.add(&step.literals);
            self.settle();
        }
        Ok(())
    }

    /// Whether something is impossible once all these literals are false.
    fn follows(&mut self, numbers: &[i32]) -> bool {
        if self.refuted {
            return true;
        }
        let known = self.trail.len();
        let mut impossible = false;
        for literal in numbers.iter().map(|&number| Literal::new(number)) {
            if *self.holds.at(literal) {
                impossible = true;
                break;
            }
            if !self.fails(literal) {
                self.assume(literal.negation());
            }
        }
        let follows = impossible || self.propagate();
        for literal in self.trail.drain(known..) {
            *self.holds.at_mut(literal) = false;
        }
        self.propagated = known;
        follows
    }

    /// Finds all that must hold; true if that is impossible.
    fn propagate(&mut self) -> bool {
        while let Some(&literal) = self.trail.get(self.propagated) {
            self.propagated += 1;
            let gone = literal.negation();
            let mut list = std::mem::take(self.found_by.at_mut(gone));
            let mut impossible = false;
            list.retain(|&clause| {
                impossible || {
                    let (keep, fails) = self.look(clause, gone);
                    impossible = fails;
                    keep
                }
            });
            // Nothing was added meanwhile: a clause is never found anew by what is gone.
            *self.found_by.at_mut(gone) = list;
            if impossible {
                return true;
            }
        }
        false
    }

    /// Looks at a clause one of whose two literals is gone: whether it is still found by that one,
    /// and whether none of its literals can hold.
    fn look(&mut self, clause: ClauseId, gone: Literal) -> (bool, bool) {
        let holds = &self.holds;
        let [first, second, rest @ ..] = self.clauses.at_mut(clause).as_mut() else {
            return (false, false);
        };
        if *first == gone {
            std::mem::swap(first, second);
        }
        if *holds.at(*first) {
            return (true, false);
        }
        let free = |literal: &&mut Literal| !*holds.at(literal.negation());
        if let Some(other) = rest.iter_mut().find(free) {
            std::mem::swap(second, other);
            self.found_by.at_mut(*second).push(clause);
            return (false, false);
        }
        let other = *first;
        if self.fails(other) {
            return (true, true);
        }
        self.assume(other);
        (true, false)
    }
}
