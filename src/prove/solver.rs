//! Z3, and the only file that names it.
//!
//! Bit-vectors and Booleans only, logic `QF_BV` named explicitly. One Z3 solver is kept for each
//! thread, for making one costs more than most questions. Questions are bounded by Z3's own count
//! of resource units, which is the same on every machine; whoever also needs a bound in seconds
//! stops the solver from outside ([`with_stopper`]).

use super::decide::{Answer, Decider, Engine, MOST_ASSUMED, Unfound, smallest};
use super::formula::{Assignment, Formula, Formulas, Node, Var};
use super::query::Question;
use crate::table::Id as _;
use std::rc::Rc;
use z3::ast::{BV, Bool};
use z3::{Context, Params, SatResult};

/// A variable of Z3.
#[derive(Debug, Clone)]
enum Term {
    Bit(Bool),
    Number(BV),
}

/// Decides formulas of one [`Formulas`].
#[derive(Debug)]
pub struct Solver {
    z3: Rc<z3::Solver>,
    variables: Vec<Option<Term>>,
    terms: Vec<Option<Bool>>,
    queries: usize,
    before: u64,
}

thread_local! {
    static SOLVER: Rc<z3::Solver> = Rc::new(z3::Solver::new_for_logic("QF_BV").unwrap_or_default());
}

impl Solver {
    /// A solver that gives up on a question after `units` resource units (0: never).
    pub fn new(units: u32) -> Self {
        let z3 = SOLVER.with(Rc::clone);
        z3.reset();
        let mut parameters = Params::new();
        parameters.set_u32("rlimit", units);
        parameters.set_u32("random_seed", 0);
        z3.set_params(&parameters);
        let mut solver = Self {
            z3,
            variables: Vec::new(),
            terms: Vec::new(),
            queries: 0,
            before: 0,
        };
        solver.before = solver.count();
        solver
    }

    fn count(&self) -> u64 {
        match self.z3.get_statistics().value("rlimit count") {
            Some(z3::StatisticsValue::UInt(count)) => u64::from(count),
            _ => 0,
        }
    }

    /// Runs `ask` with `parts` asserted.
    fn within<T>(
        &mut self,
        formulas: &Formulas,
        parts: &[Formula],
        ask: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.translate(formulas, parts);
        self.z3.push();
        for &part in parts {
            self.z3.assert(self.term(part));
        }
        let result = ask(self);
        self.z3.pop(1);
        result
    }

    fn ask(&mut self, formulas: &Formulas, parts: &[Formula], assumed: &[Bool]) -> Answer {
        self.queries += 1;
        let result = if assumed.is_empty() {
            self.z3.check()
        } else {
            self.z3.check_assumptions(assumed)
        };
        match result {
            SatResult::Unsat => Answer::Unsat,
            SatResult::Sat => self.values(formulas, parts),
            SatResult::Unknown => {
                let why = self.z3.get_reason_unknown();
                Answer::Unknown(format!("the solver gave up: {}", why.unwrap_or_default()))
            }
        }
    }

    fn values(&self, formulas: &Formulas, parts: &[Formula]) -> Answer {
        let Some(model) = self.z3.get_model() else {
            return Answer::Unknown("the solver gave up: no model".to_owned());
        };
        let mut values = Assignment::default();
        for variable in formulas.variables_of(parts) {
            let value = match self.variable(variable) {
                Some(Term::Bit(bit)) => model
                    .eval(bit, true)
                    .and_then(|bit| bit.as_bool())
                    .map(u128::from),
                Some(Term::Number(number)) => {
                    // Z3 gives numbers back in pieces of 64 bits at most.
                    let width = number.get_size();
                    let piece = |high: u32, low: u32| {
                        model
                            .eval(&number.extract(high, low), true)
                            .and_then(|piece| piece.as_u64())
                    };
                    let low = piece(width.min(64) - 1, 0);
                    let high = if width > 64 {
                        piece(width - 1, 64)
                    } else {
                        Some(0)
                    };
                    low.zip(high)
                        .map(|(low, high)| u128::from(high) << 64 | u128::from(low))
                }
                None => None,
            };
            values.set(variable, value.unwrap_or(0));
        }
        // Whatever a solver says, values that do not fit are no answer.
        if parts.iter().all(|&part| formulas.evaluate(part, &values)) {
            Answer::Sat(values)
        } else {
            Answer::Unknown("the solver gave values that do not fit".to_owned())
        }
    }

    /// Lowers the values bit by bit, from the highest bit of the first variable.
    fn lower(
        &mut self,
        formulas: &Formulas,
        parts: &[Formula],
        order: &[Var],
        mut found: Assignment,
    ) -> Answer {
        for &variable in order {
            let Some(term) = self.variable(variable).cloned() else {
                continue;
            };
            let width = u32::from(formulas.variables().at(variable).width);
            for bit in (0..width).rev() {
                let zero = match &term {
                    Term::Bit(bit) => bit.not(),
                    Term::Number(number) => number.extract(bit, bit).eq(BV::from_u64(0, 1)),
                };
                let is_set = found.value(variable) >> bit & 1 == 1;
                if is_set {
                    match self.ask(formulas, parts, std::slice::from_ref(&zero)) {
                        Answer::Sat(lower) => found = lower,
                        Answer::Unsat => {
                            self.z3.assert(zero.not());
                            continue;
                        }
                        unknown @ Answer::Unknown(_) => return unknown,
                    }
                }
                self.z3.assert(&zero);
            }
        }
        Answer::Sat(found)
    }

    fn variable(&self, variable: Var) -> Option<&Term> {
        self.variables.get(variable.index())?.as_ref()
    }

    /// The term of a formula that was translated.
    fn term(&self, formula: Formula) -> Bool {
        let known = self.terms.get(formula.index());
        known
            .cloned()
            .flatten()
            .unwrap_or_else(|| Bool::from_bool(true))
    }

    /// Makes Z3's terms of formulas and all that they are made of.
    fn translate(&mut self, formulas: &Formulas, parts: &[Formula]) {
        let known = |solver: &Self, formula: Formula| {
            matches!(solver.terms.get(formula.index()), Some(Some(_)))
        };
        let new: Vec<Formula> = parts
            .iter()
            .copied()
            .filter(|&part| !known(self, part))
            .collect();
        for formula in formulas.below(&new) {
            if known(self, formula) {
                continue;
            }
            let term = match formulas.node(formula) {
                Node::Constant(holds) => Bool::from_bool(*holds),
                Node::Within {
                    variable,
                    low,
                    high,
                } => self.range(formulas, *variable, *low, *high),
                Node::Not(inner) => self.term(*inner).not(),
                Node::All(parts) => {
                    let parts: Vec<Bool> = parts.iter().map(|&part| self.term(part)).collect();
                    Bool::and(&parts)
                }
                Node::Any(parts) => {
                    let parts: Vec<Bool> = parts.iter().map(|&part| self.term(part)).collect();
                    Bool::or(&parts)
                }
            };
            if self.terms.len() <= formula.index() {
                self.terms.resize(formula.index() + 1, None);
            }
            if let Some(place) = self.terms.get_mut(formula.index()) {
                *place = Some(term);
            }
        }
    }

    fn range(&mut self, formulas: &Formulas, variable: Var, low: u128, high: u128) -> Bool {
        let spelt = formulas.variables().at(variable);
        let width = u32::from(spelt.width);
        if self.variables.len() <= variable.index() {
            self.variables.resize(variable.index() + 1, None);
        }
        let term = match self.variables.get_mut(variable.index()) {
            Some(place) => place.get_or_insert_with(|| {
                let symbol = spelt.symbol.as_str();
                if width == 1 {
                    Term::Bit(Bool::new_const(symbol))
                } else {
                    Term::Number(BV::new_const(symbol, width))
                }
            }),
            None => return Bool::from_bool(true),
        };
        match term {
            Term::Bit(bit) if low == 1 => bit.clone(),
            Term::Bit(bit) => bit.not(),
            Term::Number(number) => number_within(number, width, low, high),
        }
    }
}

impl Decider for Solver {
    fn check(&mut self, formulas: &Formulas, question: &Question) -> Answer {
        let parts = question.roots();
        self.within(formulas, &parts, |solver| solver.ask(formulas, &parts, &[]))
    }

    fn least(&mut self, formulas: &Formulas, parts: &[Formula], order: &[Var]) -> Answer {
        self.within(formulas, parts, |solver| {
            match solver.ask(formulas, parts, &[]) {
                Answer::Sat(found) => solver.lower(formulas, parts, order, found),
                other @ (Answer::Unsat | Answer::Unknown(_)) => other,
            }
        })
    }

    fn minimal(
        &mut self,
        formulas: &Formulas,
        parts: &[Formula],
        wanted: &[Vec<Formula>],
    ) -> Result<Vec<usize>, Unfound> {
        self.translate(formulas, &wanted.concat());
        let terms: Vec<Vec<Bool>> = wanted
            .iter()
            .map(|group| group.iter().map(|&formula| self.term(formula)).collect())
            .collect();
        self.within(formulas, parts, |solver| {
            let all: Vec<usize> = (0..terms.len()).collect();
            let mut left = MOST_ASSUMED;
            smallest(&all, &mut |some| {
                let assumed = some.iter().filter_map(|&index| terms.get(index));
                let assumed: Vec<Bool> = assumed.flatten().cloned().collect();
                left = left.checked_sub(assumed.len()).ok_or(Unfound::TooMany)?;
                match solver.ask(formulas, &[], &assumed) {
                    Answer::Unsat => Ok(true),
                    Answer::Sat(_) => Ok(false),
                    Answer::Unknown(_) => Err(Unfound::GaveUp),
                }
            })
        })
    }

    fn queries(&self) -> usize {
        self.queries
    }

    fn units(&self) -> u64 {
        self.count().saturating_sub(self.before)
    }
}

/// Z3 as it is linked.
#[derive(Debug, Clone, Copy)]
pub struct Z3 {
    /// The resource units after which a question is given up; 0: never.
    pub units: u32,
}

impl Engine for Z3 {
    fn start(&self) -> Box<dyn Decider> {
        Box::new(Solver::new(self.units))
    }
}

/// A range as a test of its common prefix, where it is all that has this prefix; else by its ends.
fn number_within(number: &BV, width: u32, low: u128, high: u128) -> Bool {
    let free = (low ^ high).checked_ilog2().map_or(0, |bit| bit + 1);
    let rest = (1u128 << free.min(127)) - 1;
    let aligned = free < width && low & rest == 0 && high & rest == rest;
    if aligned {
        let prefix = number.extract(width - 1, free);
        return prefix.eq(constant(low >> free, width - free));
    }
    let greatest = u128::MAX >> (128 - width);
    let above = (low > 0).then(|| number.bvuge(constant(low, width)));
    let below = (high < greatest).then(|| number.bvule(constant(high, width)));
    let both: Vec<Bool> = above.into_iter().chain(below).collect();
    Bool::and(&both)
}

fn constant(value: u128, width: u32) -> BV {
    match u64::try_from(value) {
        Ok(small) => BV::from_u64(small, width),
        Err(_) => BV::from_str(width, &value.to_string()).unwrap_or_else(|| BV::from_u64(0, width)),
    }
}

/// Runs `work` with a function that makes the solver of this thread give up; it may be called from
/// another thread.
pub fn with_stopper<T>(work: impl FnOnce(&(dyn Fn() + Sync)) -> T) -> T {
    let context = Context::thread_local();
    let handle = context.handle();
    let stop = || {
        // The whole handle, which may be shared, and not the context in it, which may not.
        let handle = &handle;
        handle.interrupt();
    };
    work(&stop)
}

/// The version of Z3 that is linked, such as `4.8.12`.
pub fn version() -> String {
    let version = z3::full_version();
    let number = version.split_whitespace().find(|word| word.contains('.'));
    number.unwrap_or(version).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::formula::Variable;
    use super::*;

    fn asking(formula: Formula) -> Question {
        Question {
            name: "question".to_owned(),
            parts: vec![("claim".to_owned(), formula)],
        }
    }

    #[test]
    fn the_least_values_come_first() {
        let mut formulas = Formulas::new();
        let [a, b] = [("a", 16), ("b", 128)].map(|(symbol, width)| {
            formulas.variable(Variable {
                symbol: symbol.into(),
                width,
                meaning: String::new(),
            })
        });
        let parts = [
            formulas.within(a, 80, 90),
            formulas.within(b, u128::MAX - 7, u128::MAX),
        ];
        let hole = formulas.within(a, 70, 83);
        let parts = [parts[0], parts[1], formulas.not(hole)];
        let mut solver = Solver::new(0);
        let Answer::Sat(least) = solver.least(&formulas, &parts, &[a, b]) else {
            panic!("it holds somewhere");
        };
        assert_eq!((least.value(a), least.value(b)), (84, u128::MAX - 7));
        let no = formulas.constant(false);
        assert_eq!(solver.check(&formulas, &asking(no)), Answer::Unsat);
        assert!(solver.units() > 0);
    }

    #[test]
    fn solvers_of_one_thread_follow_each_other() {
        for _ in 0..3 {
            let mut formulas = Formulas::new();
            let a = formulas.variable(Variable {
                symbol: "a".into(),
                width: 1,
                meaning: String::new(),
            });
            let a = formulas.equals(a, 1);
            let not = formulas.not(a);
            let mut solver = Solver::new(0);
            assert!(matches!(
                solver.check(&formulas, &asking(a)),
                Answer::Sat(_)
            ));
            assert!(matches!(
                solver.check(&formulas, &asking(not)),
                Answer::Sat(_)
            ));
        }
    }
}
