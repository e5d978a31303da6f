//! A question made small: numbers that nothing in it tells apart become one.
//!
//! Which of five thousand pods is at an end matters only as far as the sets that hold it. So each
//! variable is replaced by one that says in which class of numbers its value lies: two numbers are
//! of one class if every range of the question has both or neither. A class has a number for each
//! of its values and each number of the domain a class, so the small question holds somewhere exactly
//! where the large one does.

use crate::net::RangeSet;
use crate::prove::encode::Encoder;
use crate::prove::formula::{Formula, Formulas, Node, Var, Variable};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::rc::Rc;

/// That a variable has one of these values.
type Unit = (Var, Rc<RangeSet<u128>>);

/// What a formula is made of.
#[derive(Debug, Clone)]
enum Shape {
    /// True or false.
    Constant(bool),
    /// A statement about one variable, by its number among those of the variable.
    Unit(Var, usize),
    /// A negation.
    Not(Formula),
    /// All or some of statements about single variables, and of the rest.
    Parts {
        all: bool,
        units: Vec<(Var, usize)>,
        rest: Vec<Formula>,
    },
}

/// Makes the questions of one encoder small.
#[derive(Debug, Default)]
pub(super) struct Classes {
    /// Formulas that are about one variable, or are not.
    units: FxHashMap<Formula, Option<Unit>>,
    /// The variables for classes, by the variable and the bits that they need.
    variables: FxHashMap<(Var, u8), Var>,
}

/// Sets of values of a variable.
#[derive(Debug, Default)]
struct Sets {
    all: Vec<Rc<RangeSet<u128>>>,
    numbers: FxHashMap<Rc<RangeSet<u128>>, usize>,
}

/// One question.
#[derive(Debug, Default)]
struct Question {
    shapes: FxHashMap<Formula, Shape>,
    /// The sets of values that matter, of each variable.
    sets: BTreeMap<Var, Sets>,
    /// What each of those sets is in classes.
    classes: BTreeMap<Var, Vec<Formula>>,
    built: FxHashMap<Formula, Formula>,
}

impl Classes {
    /// A formula that holds for some values exactly if `formula` does for some within their domains.
    pub(super) fn small(&mut self, encoder: &mut Encoder<'_>, formula: Formula) -> Formula {
        let domains = encoder.domains(&[formula]);
        let formulas = &mut encoder.formulas;
        let whole = formulas.all([formula, domains]);
        let mut question = Question::default();
        self.collect(formulas, whole, &mut question);
        let sets = std::mem::take(&mut question.sets);
        let mut parts = Vec::new();
        for (variable, sets) in sets {
            let (classes, within) = self.divide(formulas, variable, &sets.all);
            question.classes.insert(variable, classes);
            parts.push(within);
        }
        parts.push(question.build(formulas, whole));
        formulas.all(parts)
    }

    /// The values for which a formula holds, if it is about one variable.
    fn unit(&mut self, formulas: &Formulas, formula: Formula) -> Option<Unit> {
        if let Some(known) = self.units.get(&formula) {
            return known.clone();
        }
        let everything =
            |variable: Var| RangeSet::range(0, formulas.variables().at(variable).greatest());
        let unit = match formulas.node(formula) {
            Node::Constant(_) => None,
            Node::Within {
                variable,
                low,
                high,
            } => Some((*variable, Rc::new(RangeSet::range(*low, *high)))),
            Node::Not(inner) => self.unit(formulas, *inner).map(|(variable, set)| {
                let rest = everything(variable).difference(&set);
                (variable, Rc::new(rest))
            }),
            node @ (Node::All(parts) | Node::Any(parts)) => {
                let all = matches!(node, Node::All(_));
                self.joined(formulas, all, parts)
            }
        };
        self.units.insert(formula, unit.clone());
        unit
    }

    /// Several parts as one, if all are about one variable.
    fn joined(&mut self, formulas: &Formulas, all: bool, parts: &[Formula]) -> Option<Unit> {
        let mut units = Vec::with_capacity(parts.len());
        for &part in parts {
            units.push(self.unit(formulas, part)?);
        }
        let variable = units.first()?.0;
        if units.iter().any(|(other, _)| *other != variable) {
            return None;
        }
        let sets = units.into_iter().map(|(_, set)| set).collect();
        Some((variable, Rc::new(join(all, sets))))
    }

    /// Notes the shapes of a formula and of what it is made of, and the sets that matter.
    fn collect(&mut self, formulas: &Formulas, formula: Formula, question: &mut Question) {
        if question.shapes.contains_key(&formula) {
            return;
        }
        let shape = if let Some(unit) = self.unit(formulas, formula) {
            let (variable, number) = question.set(unit);
            Shape::Unit(variable, number)
        } else {
            match formulas.node(formula) {
                Node::Constant(holds) => Shape::Constant(*holds),
                Node::Not(inner) => {
                    self.collect(formulas, *inner, question);
                    Shape::Not(*inner)
                }
                node @ (Node::All(parts) | Node::Any(parts)) => {
                    let all = matches!(node, Node::All(_));
                    let mut by_variable: BTreeMap<Var, Vec<Rc<RangeSet<u128>>>> = BTreeMap::new();
                    let mut rest = Vec::new();
                    for &part in parts {
                        if let Some((variable, set)) = self.unit(formulas, part) {
                            by_variable.entry(variable).or_default().push(set);
                        } else {
                            self.collect(formulas, part, question);
                            rest.push(part);
                        }
                    }
                    let joined = by_variable.into_iter();
                    let joined =
                        joined.map(|(variable, sets)| (variable, Rc::new(join(all, sets))));
                    let units = joined.map(|unit| question.set(unit)).collect();
                    Shape::Parts { all, units, rest }
                }
                // A range is a unit.
                Node::Within { .. } => return,
            }
        };
        question.shapes.insert(formula, shape);
    }

    /// The classes of a variable: for each set the classes in it, and that there are no others.
    fn divide(
        &mut self,
        formulas: &mut Formulas,
        variable: Var,
        sets: &[Rc<RangeSet<u128>>],
    ) -> (Vec<Formula>, Formula) {
        let greatest = formulas.variables().at(variable).greatest();
        let numbers = signatures(sets, greatest);
        let count = numbers.len() as u128;
        let bits = (count.max(2) - 1).ilog2() + 1;
        let width = u8::try_from(bits).unwrap_or(128);
        let class = *self.variables.entry((variable, width)).or_insert_with(|| {
            let of = formulas.variables().at(variable);
            let variable = Variable {
                symbol: format!("{}.class.{width}", of.symbol),
                width,
                meaning: format!("class of: {}", of.meaning),
            };
            formulas.variable(variable)
        });
        let mut classes = Vec::with_capacity(sets.len());
        for index in 0..sets.len() {
            let all = numbers.iter().zip(0..);
            let own = all.filter(|(signature, _)| has(signature, index));
            let own: Vec<u128> = own.map(|(_, number)| number).collect();
            classes.push(if own.len() == numbers.len() {
                formulas.constant(true)
            } else {
                formulas.one_of(class, own)
            });
        }
        let within = formulas.within(class, 0, count.saturating_sub(1));
        (classes, within)
    }
}

fn join(all: bool, sets: Vec<Rc<RangeSet<u128>>>) -> RangeSet<u128> {
    if all {
        let sets = sets.into_iter();
        let joined = sets.reduce(|one, other| Rc::new(one.intersection(&other)));
        return joined.map_or_else(RangeSet::all, Rc::unwrap_or_clone);
    }
    RangeSet::from_ranges(sets.iter().flat_map(|set| set.ranges().iter().copied()))
}

/// In which sets a number lies, a bit for each.
type Signature = Vec<u64>;

fn has(signature: &[u64], index: usize) -> bool {
    let word = signature.get(index / 64).copied().unwrap_or(0);
    word >> (index % 64) & 1 == 1
}

/// The signatures that numbers up to `greatest` have, each once, in the order of the least of each.
fn signatures(sets: &[Rc<RangeSet<u128>>], greatest: u128) -> Vec<Signature> {
    // At a number, a set begins or ends: both are the same change of its bit.
    let mut changes: Vec<(u128, usize)> = Vec::new();
    for (index, set) in sets.iter().enumerate() {
        for &(first, last) in set.ranges() {
            changes.push((first, index));
            if last < greatest {
                changes.push((last + 1, index));
            }
        }
    }
    changes.sort_unstable();
    let mut current: Signature = vec![0; sets.len().div_ceil(64)];
    let mut seen: FxHashSet<Signature> = FxHashSet::default();
    let mut all = Vec::new();
    let mut changes = changes.into_iter().peekable();
    if changes.peek().is_none_or(|(at, _)| *at > 0) {
        seen.insert(current.clone());
        all.push(current.clone());
    }
    while let Some((at, index)) = changes.next() {
        if let Some(word) = current.get_mut(index / 64) {
            *word ^= 1 << (index % 64);
        }
        let last = changes.peek().is_none_or(|(next, _)| *next != at);
        if last && seen.insert(current.clone()) {
            all.push(current.clone());
        }
    }
    all
}

impl Question {
    fn set(&mut self, (variable, set): Unit) -> (Var, usize) {
        let sets = self.sets.entry(variable).or_default();
        let number = *sets.numbers.entry(Rc::clone(&set)).or_insert_with(|| {
            sets.all.push(set);
            sets.all.len() - 1
        });
        (variable, number)
    }

    fn class(&self, formulas: &mut Formulas, variable: Var, number: usize) -> Formula {
        let classes = self.classes.get(&variable);
        let known = classes.and_then(|classes| classes.get(number)).copied();
        known.unwrap_or_else(|| formulas.constant(false))
    }

    fn build(&mut self, formulas: &mut Formulas, formula: Formula) -> Formula {
        if let Some(&known) = self.built.get(&formula) {
            return known;
        }
        let built = match self.shapes.get(&formula).cloned() {
            // Every formula below has a shape.
            None => formula,
            Some(Shape::Constant(holds)) => formulas.constant(holds),
            Some(Shape::Unit(variable, number)) => self.class(formulas, variable, number),
            Some(Shape::Not(inner)) => {
                let inner = self.build(formulas, inner);
                formulas.not(inner)
            }
            Some(Shape::Parts { all, units, rest }) => {
                let units = units.into_iter();
                let mut parts: Vec<Formula> = units
                    .map(|(variable, number)| self.class(formulas, variable, number))
                    .collect();
                parts.extend(rest.into_iter().map(|part| self.build(formulas, part)));
                if all {
                    formulas.all(parts)
                } else {
                    formulas.any(parts)
                }
            }
        };
        self.built.insert(formula, built);
        built
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_nothing_tells_apart_are_one_class() {
        let set = |ranges: &[(u128, u128)]| Rc::new(RangeSet::from_ranges(ranges.iter().copied()));
        let sets = [set(&[(2, 3), (6, 7)]), set(&[(3, 6)])];
        // 0 to 1, 2 and 7, 3 and 6, 4 to 5: and nothing behind 7.
        assert_eq!(signatures(&sets, 7), [[0], [1], [3], [2]]);
        assert_eq!(signatures(&sets[1..], 7), [[0], [1]]);
        assert_eq!(signatures(&[set(&[(0, 7)])], 7), [[1]]);
        assert_eq!(signatures(&[set(&[(0, u128::MAX)])], u128::MAX), [[1]]);
        // With room behind 7, there is a number in none.
        assert_eq!(signatures(&[set(&[(0, 7)])], 8), [[1], [0]]);
    }
}
