//! Questions as clauses, for a solver that writes a proof.
//!
//! Every bit of a variable is a number, and so is every gate: a conjunction of literals, shared
//! where it is built alike. An alternative is the negation of a conjunction. A gate gets clauses
//! only for the sides from which it is looked at (Plaisted and Greenbaum). The clauses cannot all
//! hold exactly if the question has no answer. Equal questions give equal clauses.
//!
//! A range of numbers is not spelled out number by number: ports 1024 to 65535 are a few gates over
//! sixteen bits, and any range takes at most a few gates for each bit. So the number of clauses
//! grows with the operands of the formulas and the bits of their ranges, not with the numbers in a
//! range.

use super::formula::{Formula, Formulas, Node, Var};
use super::query::{Question, one_line};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Clauses, with what their numbers stand for. A literal is a number from 1 on, negative for its
/// negation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cnf {
    /// The greatest number; they begin at 1.
    pub variables: u32,
    /// In each, some literal must hold.
    pub clauses: Vec<Vec<i32>>,
    /// The bits of the question's variables: which, 0 for the least, and the number. The numbers of
    /// one variable follow each other.
    pub bits: Vec<(Var, u8, i32)>,
    /// The parts of the question: each one's symbol, and the literal that stands for it.
    pub parts: Vec<(String, i32)>,
}

impl Cnf {
    /// The clauses of a question.
    pub fn new(formulas: &Formulas, question: &Question) -> Self {
        let below = formulas.below(&question.roots());
        let mut gates = Gates::default();
        let bits = gates.number_bits(formulas, &below);
        let mut literals: FxHashMap<Formula, i32> = FxHashMap::default();
        for formula in below {
            let of = |part: &Formula| literals.get(part).copied().unwrap_or(0);
            let literal = match formulas.node(formula) {
                Node::Constant(true) => gates.all([].into()),
                Node::Constant(false) => -gates.all([].into()),
                Node::Within {
                    variable,
                    low,
                    high,
                } => gates.within(*variable, *low, *high),
                Node::Not(inner) => -of(inner),
                Node::All(parts) => gates.all(parts.iter().map(of).collect()),
                Node::Any(parts) => gates.any(parts.iter().map(of).collect()),
            };
            literals.insert(formula, literal);
        }
        let parts = question.parts.iter().map(|(symbol, formula)| {
            let literal = literals.get(formula).copied().unwrap_or(0);
            (symbol.clone(), literal)
        });
        let parts: Vec<(String, i32)> = parts.collect();
        Self {
            variables: gates.last.unsigned_abs(),
            clauses: gates.clauses(&parts),
            bits,
            parts,
        }
    }

    /// The numbers of a variable's bits, the least first; none where it does not occur.
    pub fn bits_of(&self, variable: Var) -> impl Iterator<Item = i32> {
        let of = move |&(var, _, number): &(Var, u8, i32)| (var == variable).then_some(number);
        self.bits.iter().filter_map(of)
    }

    /// Writes the clauses in the DIMACS format, with comments on what numbers stand for.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(
        &self,
        formulas: &Formulas,
        question: &Question,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        writeln!(out, "c {}", one_line(&question.name))?;
        for &(variable, bit, first) in &self.bits {
            let variable = formulas.variables().at(variable);
            if bit == 0 {
                let last = first + i32::from(variable.width) - 1;
                let (symbol, meaning) = (&variable.symbol, one_line(&variable.meaning));
                writeln!(
                    out,
                    "c variable {symbol} is {first} to {last}, least bit first: {meaning}"
                )?;
            }
        }
        for (symbol, literal) in &self.parts {
            writeln!(out, "c part {symbol} is {literal}")?;
        }
        writeln!(out, "p cnf {} {}", self.variables, self.clauses.len())?;
        for clause in &self.clauses {
            for literal in clause {
                write!(out, "{literal} ")?;
            }
            writeln!(out, "0")?;
        }
        Ok(())
    }
}

/// Conjunctions that have a number.
#[derive(Default)]
struct Gates {
    /// The first bit of each variable and how many it has.
    bits: BTreeMap<Var, (i32, u8)>,
    /// The greatest number.
    last: i32,
    /// Every gate with its operands; operands come first.
    made: Vec<(i32, Box<[i32]>)>,
    numbers: FxHashMap<Box<[i32]>, i32>,
}

impl Gates {
    /// Gives each bit of the variables that occur a number.
    fn number_bits(&mut self, formulas: &Formulas, below: &[Formula]) -> Vec<(Var, u8, i32)> {
        let occurring: BTreeSet<Var> = below
            .iter()
            .filter_map(|&formula| match formulas.node(formula) {
                Node::Within { variable, .. } => Some(*variable),
                Node::Constant(_) | Node::Not(_) | Node::All(_) | Node::Any(_) => None,
            })
            .collect();
        let mut bits = Vec::new();
        for variable in occurring {
            let width = formulas.variables().at(variable).width;
            self.bits.insert(variable, (self.last + 1, width));
            for bit in 0..width {
                self.last += 1;
                bits.push((variable, bit, self.last));
            }
        }
        bits
    }

    /// The literal of: every operand holds.
    fn all(&mut self, mut operands: Vec<i32>) -> i32 {
        // A literal and its negation become neighbours.
        operands.sort_unstable_by_key(|literal| (literal.unsigned_abs(), *literal));
        operands.dedup();
        if let [only] = operands.as_slice() {
            return *only;
        }
        if operands.is_sorted_by(|a, b| *a != -b) {
            return self.gate(operands);
        }
        -self.gate(Vec::new())
    }

    fn gate(&mut self, operands: Vec<i32>) -> i32 {
        let operands = operands.into_boxed_slice();
        if let Some(&number) = self.numbers.get(&operands) {
            return number;
        }
        self.last += 1;
        self.made.push((self.last, operands.clone()));
        self.numbers.insert(operands, self.last);
        self.last
    }

    /// The literal of: some operand holds.
    fn any(&mut self, mut operands: Vec<i32>) -> i32 {
        for literal in &mut operands {
            *literal = -*literal;
        }
        -self.all(operands)
    }

    /// The literal of a range: the bits that its ends share, and, after the first at which they
    /// differ, at least the one end or at most the other.
    fn within(&mut self, variable: Var, low: u128, high: u128) -> i32 {
        let Some(&(first, width)) = self.bits.get(&variable) else {
            return 0;
        };
        let number = |bit: u8| first + i32::from(bit);
        let differ = 128 - (low ^ high).leading_zeros();
        let mut parts: Vec<i32> = (0..width)
            .rev()
            .filter(|&bit| u32::from(bit) >= differ)
            .map(|bit| signed(number(bit), low >> bit & 1 == 1))
            .collect();
        if let Some(split) = differ.checked_sub(1).and_then(|bit| u8::try_from(bit).ok()) {
            let split_at = number(split);
            // At least `low` is: the complement is at most the complement of `low`.
            if let Some(least) = self.at_most(first, split, !low, true) {
                parts.push(self.any(vec![split_at, least]));
            }
            if let Some(most) = self.at_most(first, split, high, false) {
                parts.push(self.any(vec![-split_at, most]));
            }
        }
        self.all(parts)
    }

    /// The literal of: the `count` least bits, complemented where `complement`, are at most those
    /// of `limit`; none where they always are.
    fn at_most(&mut self, first: i32, count: u8, limit: u128, complement: bool) -> Option<i32> {
        let mut below: Option<i32> = None;
        // Neighbours of one kind are one gate: whether it is a conjunction, and its operands.
        let mut open: Option<(bool, Vec<i32>)> = None;
        for bit in 0..count {
            let zero = signed(first + i32::from(bit), complement);
            let all = limit >> bit & 1 == 0;
            match &mut open {
                // Still nothing that it could exceed.
                None if !all => {}
                Some((kind, operands)) if *kind == all => operands.push(zero),
                _ => {
                    below = self.close(open.take());
                    let operands = below.into_iter().chain([zero]).collect();
                    open = Some((all, operands));
                }
            }
        }
        self.close(open).or(below)
    }

    fn close(&mut self, open: Option<(bool, Vec<i32>)>) -> Option<i32> {
        open.map(|(all, operands)| {
            if all {
                self.all(operands)
            } else {
                self.any(operands)
            }
        })
    }

    /// The clauses of all gates, and one for each literal that must hold.
    fn clauses(&self, parts: &[(String, i32)]) -> Vec<Vec<i32>> {
        let mut clauses = Vec::new();
        let mut wanted = Sides::default();
        for &(_, literal) in parts {
            clauses.push(vec![literal]);
            wanted.add(literal);
        }
        for (number, operands) in self.made.iter().rev() {
            if wanted.has(*number) {
                for &operand in operands {
                    wanted.add(operand);
                }
            }
            if wanted.has(-number) {
                for &operand in operands {
                    wanted.add(-operand);
                }
            }
        }
        for (number, operands) in &self.made {
            if wanted.has(*number) {
                clauses.extend(operands.iter().map(|&operand| vec![-number, operand]));
            }
            if wanted.has(-number) {
                let operands = operands.iter().map(|&operand| -operand);
                clauses.push(std::iter::once(*number).chain(operands).collect());
            }
        }
        clauses
    }
}

/// Literals that something is to follow from.
#[derive(Default)]
struct Sides(rustc_hash::FxHashSet<i32>);

impl Sides {
    fn add(&mut self, literal: i32) {
        self.0.insert(literal);
    }

    fn has(&self, literal: i32) -> bool {
        self.0.contains(&literal)
    }
}

/// `number`, or its negation.
fn signed(number: i32, holds: bool) -> i32 {
    if holds { number } else { -number }
}
