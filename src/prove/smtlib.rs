//! Questions as SMT-LIB 2.6, for another solver to decide.
//!
//! A variable `x` is called `$x` there, a part `p` is named `part.p`, and a formula that occurs more
//! than once is defined as `F` with a number: so no name is one of the language or of another kind.
//! The text is linear in the graph of formulas, and nested no deeper than `DEEPEST`.

use super::formula::{Formula, Formulas, Node, Variable};
use super::query::{Question, one_line};
use crate::table::Id as _;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write};

/// What is known about a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It has an answer.
    Sat,
    /// It has none.
    Unsat,
    /// Neither is known.
    Unknown,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Sat => "sat",
            Self::Unsat => "unsat",
            Self::Unknown => "unknown",
        })
    }
}

/// How deep terms are nested before one gets a definition of its own.
const DEEPEST: usize = 24;

/// Writes a question with what is known about it.
///
/// # Errors
/// Those of `out`.
pub fn write(
    formulas: &Formulas,
    question: &Question,
    status: Status,
    out: &mut dyn Write,
) -> io::Result<()> {
    let below = formulas.below(&question.roots());
    writeln!(out, "; {}", one_line(&question.name))?;
    writeln!(out, "(set-info :smt-lib-version 2.6)")?;
    writeln!(out, "(set-option :produce-unsat-cores true)")?;
    writeln!(out, "(set-logic QF_BV)")?;
    writeln!(out, "(set-info :status {status})")?;
    declare(formulas, &below, out)?;
    let defined = worth_defining(formulas, question, &below);
    let terms = Terms {
        formulas,
        defined: &defined,
    };
    for &formula in below.iter().filter(|formula| defined.contains(formula)) {
        write!(out, "(define-fun F{} () Bool ", formula.index())?;
        terms.parts(formula, out)?;
        writeln!(out, ")")?;
    }
    for (symbol, formula) in &question.parts {
        write!(out, "(assert (! ")?;
        terms.term(*formula, out)?;
        writeln!(out, " :named part.{symbol}))")?;
    }
    writeln!(out, "(check-sat)")
}

/// Declares the variables that occur.
fn declare(formulas: &Formulas, below: &[Formula], out: &mut dyn Write) -> io::Result<()> {
    let occurring: BTreeSet<_> = below
        .iter()
        .filter_map(|&formula| match formulas.node(formula) {
            Node::Within { variable, .. } => Some(*variable),
            Node::Constant(_) | Node::Not(_) | Node::All(_) | Node::Any(_) => None,
        })
        .collect();
    for variable in occurring {
        let Variable {
            symbol,
            width,
            meaning,
        } = formulas.variables().at(variable);
        if *width == 1 {
            write!(out, "(declare-const ${symbol} Bool)")?;
        } else {
            write!(out, "(declare-const ${symbol} (_ BitVec {width}))")?;
        }
        writeln!(out, " ; {}", one_line(meaning))?;
    }
    Ok(())
}

/// The formulas made of others that occur more than once, or would be nested too deep.
fn worth_defining(
    formulas: &Formulas,
    question: &Question,
    below: &[Formula],
) -> FxHashSet<Formula> {
    let mut uses: FxHashMap<Formula, usize> = FxHashMap::default();
    for &formula in below {
        for &part in operands(formulas.node(formula)) {
            *uses.entry(part).or_default() += 1;
        }
    }
    for (_, formula) in &question.parts {
        *uses.entry(*formula).or_default() += 1;
    }
    let mut defined = FxHashSet::default();
    let mut heights: FxHashMap<Formula, usize> = FxHashMap::default();
    for &formula in below {
        let parts = operands(formulas.node(formula));
        let height = |part: &Formula| heights.get(part).copied().unwrap_or(0);
        let mut height = 1 + parts.iter().map(height).max().unwrap_or(0);
        let several = uses.get(&formula).is_some_and(|&uses| uses > 1);
        let negation = matches!(formulas.node(formula), Node::Not(_));
        if !parts.is_empty() && (several && !negation || height > DEEPEST) {
            defined.insert(formula);
            height = 0;
        }
        heights.insert(formula, height);
    }
    defined
}

/// What a formula is made of.
fn operands(node: &Node) -> &[Formula] {
    match node {
        Node::Constant(_) | Node::Within { .. } => &[],
        Node::Not(inner) => std::slice::from_ref(inner),
        Node::All(parts) | Node::Any(parts) => parts,
    }
}

/// Writes formulas as terms.
struct Terms<'a> {
    formulas: &'a Formulas,
    defined: &'a FxHashSet<Formula>,
}

impl Terms<'_> {
    /// The name of a formula that has one, else its parts.
    fn term(&self, formula: Formula, out: &mut dyn Write) -> io::Result<()> {
        if self.defined.contains(&formula) {
            write!(out, "F{}", formula.index())
        } else {
            self.parts(formula, out)
        }
    }

    fn parts(&self, formula: Formula, out: &mut dyn Write) -> io::Result<()> {
        let (word, parts) = match self.formulas.node(formula) {
            Node::Constant(holds) => return write!(out, "{holds}"),
            Node::Within {
                variable,
                low,
                high,
            } => {
                let variable = self.formulas.variables().at(*variable);
                return out.write_all(within(variable, *low, *high).as_bytes());
            }
            Node::Not(inner) => ("not", std::slice::from_ref(inner)),
            Node::All(parts) => ("and", parts.as_ref()),
            Node::Any(parts) => ("or", parts.as_ref()),
        };
        write!(out, "({word}")?;
        for &part in parts {
            write!(out, " ")?;
            self.term(part, out)?;
        }
        write!(out, ")")
    }
}

/// A range as the term that solvers do best with: an equation where it is a value or a block.
fn within(variable: &Variable, low: u128, high: u128) -> String {
    let (symbol, width) = (&variable.symbol, u32::from(variable.width));
    if width == 1 {
        return if low == 1 {
            format!("${symbol}")
        } else {
            format!("(not ${symbol})")
        };
    }
    // Never all numbers, so this cannot overflow; a range that wraps is none of ours.
    let size = (high - low).saturating_add(1);
    if size.is_power_of_two() && low.is_multiple_of(size) {
        let free = size.trailing_zeros();
        let value = number(low >> free, width - free, width);
        return if free == 0 {
            format!("(= ${symbol} {value})")
        } else {
            format!("(= ((_ extract {} {free}) ${symbol}) {value})", width - 1)
        };
    }
    let least = format!("(bvule {} ${symbol})", number(low, width, width));
    let most = format!("(bvule ${symbol} {})", number(high, width, width));
    match (low == 0, high == variable.greatest()) {
        (true, _) => most,
        (_, true) => least,
        _ => format!("(and {least} {most})"),
    }
}

/// A number of `width` bits, as part of a variable of `whole` bits: addresses in hexadecimal, ports
/// in decimal digits.
fn number(value: u128, width: u32, whole: u32) -> String {
    if whole >= 32 && width.is_multiple_of(4) {
        format!("#x{value:0digits$x}", digits = (width / 4) as usize)
    } else {
        format!("(_ bv{value} {width})")
    }
}
