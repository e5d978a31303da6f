//! Formulas over bounded numbers: what is handed to a solver, written as text for another one, and
//! turned into clauses for a certificate.
//!
//! A formula is a node of a graph that shares equal nodes, so two formulas that are built alike are
//! one formula and comparing them costs nothing. There is one kind of atom: a variable lies within
//! a closed range of numbers. A label's value, a port, a prefix of addresses and a yes or no are
//! all of that kind. Operands are sorted, flattened, and joined where the result is smaller, so
//! that what is written in another order or in other pieces is often the same node.

use crate::table::{Id as _, Table, define_id};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

define_id! {
    /// Names a [`Variable`] of some [`Formulas`].
    pub Var;
    /// Names a formula of some [`Formulas`].
    pub Formula;
}

/// A number of 1 to 128 bits, of which a solver chooses the value. One of 1 bit is a yes or no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name in SMT-LIB and DIMACS: unique, and made of `a-z`, `0-9`, `.` and `-`.
    pub symbol: String,
    /// How many bits it has, 1 to 128.
    pub width: u8,
    /// What it stands for, in words; may hold text from manifests.
    pub meaning: String,
}

impl Variable {
    /// The greatest number that fits.
    pub fn greatest(&self) -> u128 {
        u128::MAX >> (128 - u32::from(self.width.clamp(1, 128)))
    }
}

/// One formula, by its parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// True or false.
    Constant(bool),
    /// `low <= variable <= high`; never all numbers of the variable's width, never none.
    Within {
        /// The variable.
        variable: Var,
        /// The least number.
        low: u128,
        /// The greatest number.
        high: u128,
    },
    /// The operand does not hold; the operand is neither a constant nor another negation.
    Not(Formula),
    /// Every operand holds; at least two, sorted, each once.
    All(Box<[Formula]>),
    /// Some operand holds; at least two, sorted, each once.
    Any(Box<[Formula]>),
}

/// The value of each variable. Variables beyond its length are 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assignment(Vec<u128>);

impl Assignment {
    /// The value of `variable`.
    pub fn value(&self, variable: Var) -> u128 {
        self.0.get(variable.index()).copied().unwrap_or(0)
    }

    /// Gives `variable` a value.
    pub fn set(&mut self, variable: Var, value: u128) {
        if self.0.len() <= variable.index() {
            self.0.resize(variable.index() + 1, 0);
        }
        if let Some(place) = self.0.get_mut(variable.index()) {
            *place = value;
        }
    }
}

/// Makes formulas, and holds them.
#[derive(Debug, Clone, Default)]
pub struct Formulas {
    variables: Table<Var, Variable>,
    nodes: Table<Formula, Node>,
    interned: FxHashMap<Node, Formula>,
}

impl Formulas {
    /// No variable and no formula yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A new variable. Symbols must differ; a width is 1 to 128.
    pub fn variable(&mut self, variable: Variable) -> Var {
        self.variables.push(variable)
    }

    /// All variables.
    pub fn variables(&self) -> &Table<Var, Variable> {
        &self.variables
    }

    /// The parts of a formula.
    pub fn node(&self, formula: Formula) -> &Node {
        self.nodes.at(formula)
    }

    fn intern(&mut self, node: Node) -> Formula {
        let nodes = &mut self.nodes;
        *self
            .interned
            .entry(node)
            .or_insert_with_key(|node| nodes.push(node.clone()))
    }

    /// True or false.
    pub fn constant(&mut self, holds: bool) -> Formula {
        self.intern(Node::Constant(holds))
    }

    /// Whether the formula is this constant.
    pub fn is(&self, formula: Formula, holds: bool) -> bool {
        *self.node(formula) == Node::Constant(holds)
    }

    /// `low <= variable <= high`.
    pub fn within(&mut self, variable: Var, low: u128, high: u128) -> Formula {
        let greatest = self.variables.at(variable).greatest();
        let high = high.min(greatest);
        if low > high {
            return self.constant(false);
        }
        if low == 0 && high == greatest {
            return self.constant(true);
        }
        self.intern(Node::Within {
            variable,
            low,
            high,
        })
    }

    /// `variable = value`.
    pub fn equals(&mut self, variable: Var, value: u128) -> Formula {
        self.within(variable, value, value)
    }

    /// The variable has one of these values.
    pub fn one_of(&mut self, variable: Var, values: impl IntoIterator<Item = u128>) -> Formula {
        let parts: Vec<Formula> = values
            .into_iter()
            .map(|value| self.equals(variable, value))
            .collect();
        self.any(parts)
    }

    /// The operand does not hold.
    pub fn not(&mut self, formula: Formula) -> Formula {
        match *self.node(formula) {
            Node::Constant(holds) => self.constant(!holds),
            Node::Not(inner) => inner,
            Node::Within { .. } | Node::All(_) | Node::Any(_) => self.intern(Node::Not(formula)),
        }
    }

    /// Every operand holds; true of none.
    pub fn all(&mut self, operands: impl IntoIterator<Item = Formula>) -> Formula {
        self.join(operands.into_iter().collect(), Junction::All)
    }

    /// Some operand holds; false of none.
    pub fn any(&mut self, operands: impl IntoIterator<Item = Formula>) -> Formula {
        self.join(operands.into_iter().collect(), Junction::Any)
    }

    /// Both hold or neither does.
    pub fn same(&mut self, a: Formula, b: Formula) -> Formula {
        let (not_a, not_b) = (self.not(a), self.not(b));
        let (both, neither) = (self.all([a, b]), self.all([not_a, not_b]));
        self.any([both, neither])
    }

    /// The second holds wherever the first does.
    pub fn implies(&mut self, premise: Formula, conclusion: Formula) -> Formula {
        let not = self.not(premise);
        self.any([not, conclusion])
    }

    fn join(&mut self, operands: Vec<Formula>, kind: Junction) -> Formula {
        let mut flat = Vec::with_capacity(operands.len());
        for operand in operands {
            match self.node(operand) {
                // True settles an alternative, false a conjunction; the other constant adds nothing.
                Node::Constant(holds) if *holds == kind.settled_by() => return operand,
                Node::Constant(_) => {}
                node @ (Node::Within { .. } | Node::Not(_) | Node::All(_) | Node::Any(_)) => {
                    match kind.parts(node) {
                        Some(parts) => flat.extend_from_slice(parts),
                        None => flat.push(operand),
                    }
                }
            }
        }
        if kind == Junction::Any {
            self.join_ranges(&mut flat);
        }
        flat.sort_unstable();
        flat.dedup();
        if self.contradicts(&flat) {
            return self.constant(kind.settled_by());
        }
        self.absorb(&mut flat, kind);
        match flat.as_slice() {
            [] => self.constant(!kind.settled_by()),
            [only] => *only,
            _ => {
                let parts = flat.into_boxed_slice();
                self.intern(match kind {
                    Junction::All => Node::All(parts),
                    Junction::Any => Node::Any(parts),
                })
            }
        }
    }

    /// Joins ranges of one variable that overlap or touch.
    fn join_ranges(&mut self, flat: &mut Vec<Formula>) {
        let mut ranges: BTreeMap<Var, Vec<(u128, u128)>> = BTreeMap::new();
        flat.retain(|&formula| match *self.nodes.at(formula) {
            Node::Within {
                variable,
                low,
                high,
            } => {
                ranges.entry(variable).or_default().push((low, high));
                false
            }
            Node::Constant(_) | Node::Not(_) | Node::All(_) | Node::Any(_) => true,
        });
        for (variable, mut ranges) in ranges {
            ranges.sort_unstable();
            let mut open: Option<(u128, u128)> = None;
            for (low, high) in ranges {
                open = match open {
                    Some((first, last)) if low <= last.saturating_add(1) => {
                        Some((first, last.max(high)))
                    }
                    Some((first, last)) => {
                        flat.push(self.within(variable, first, last));
                        Some((low, high))
                    }
                    None => Some((low, high)),
                };
            }
            if let Some((first, last)) = open {
                flat.push(self.within(variable, first, last));
            }
        }
    }

    /// Whether an operand and its negation are both there, or a constant that settles.
    fn contradicts(&self, sorted: &[Formula]) -> bool {
        sorted.iter().any(|&formula| match *self.node(formula) {
            Node::Not(inner) => sorted.binary_search(&inner).is_ok(),
            Node::Constant(_) => true,
            Node::Within { .. } | Node::All(_) | Node::Any(_) => false,
        })
    }

    /// Drops operands that another makes superfluous: of `a` and `a and b`, in an alternative, the
    /// second.
    fn absorb(&self, flat: &mut Vec<Formula>, kind: Junction) {
        let other = kind.other();
        let whole = flat.clone();
        let parts_of = |formula: Formula| other.parts(self.node(formula));
        // An operand by its first part, so that each looks only at those that could absorb it.
        let mut by_part: FxHashMap<Formula, Vec<&[Formula]>> = FxHashMap::default();
        for &formula in &whole {
            if let Some(parts) = parts_of(formula)
                && let Some(&first) = parts.first()
            {
                by_part.entry(first).or_default().push(parts);
            }
        }
        let includes = |all: &[Formula], some: &[Formula]| {
            some.len() < all.len() && some.iter().all(|part| all.binary_search(part).is_ok())
        };
        flat.retain(|&formula| {
            let Some(parts) = parts_of(formula) else {
                return true;
            };
            let single = parts.iter().any(|part| whole.binary_search(part).is_ok());
            let several = || {
                parts
                    .iter()
                    .filter_map(|part| by_part.get(part))
                    .flatten()
                    .any(|some| includes(parts, some))
            };
            !(single || several())
        });
    }

    /// Whether `formula` holds where variables have these values.
    pub fn evaluate(&self, formula: Formula, values: &Assignment) -> bool {
        let mut known = FxHashMap::default();
        self.value(formula, values, &mut known)
    }

    fn value(
        &self,
        formula: Formula,
        values: &Assignment,
        known: &mut FxHashMap<Formula, bool>,
    ) -> bool {
        if let Some(&value) = known.get(&formula) {
            return value;
        }
        let value = match self.node(formula) {
            Node::Constant(holds) => *holds,
            Node::Within {
                variable,
                low,
                high,
            } => (*low..=*high).contains(&values.value(*variable)),
            Node::Not(inner) => !self.value(*inner, values, known),
            Node::All(parts) => parts.iter().all(|&part| self.value(part, values, known)),
            Node::Any(parts) => parts.iter().any(|&part| self.value(part, values, known)),
        };
        known.insert(formula, value);
        value
    }

    /// The formulas that `roots` are made of, operands before what is made of them, each once.
    pub fn below(&self, roots: &[Formula]) -> Vec<Formula> {
        let mut seen = rustc_hash::FxHashSet::default();
        let mut open: Vec<Formula> = roots.to_vec();
        while let Some(formula) = open.pop() {
            if seen.insert(formula) {
                match self.node(formula) {
                    Node::Constant(_) | Node::Within { .. } => {}
                    Node::Not(inner) => open.push(*inner),
                    Node::All(parts) | Node::Any(parts) => open.extend_from_slice(parts),
                }
            }
        }
        // A formula is made after its parts.
        let mut all: Vec<Formula> = seen.into_iter().collect();
        all.sort_unstable();
        all
    }

    /// The variables that formulas speak of, in the order in which they were made.
    pub fn variables_of(&self, roots: &[Formula]) -> Vec<Var> {
        let below = self.below(roots).into_iter();
        let mut all: Vec<Var> = below
            .filter_map(|formula| match self.node(formula) {
                Node::Within { variable, .. } => Some(*variable),
                Node::Constant(_) | Node::Not(_) | Node::All(_) | Node::Any(_) => None,
            })
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Junction {
    All,
    Any,
}

impl Junction {
    /// The constant that settles it whatever the other operands are.
    fn settled_by(self) -> bool {
        self == Self::Any
    }

    fn other(self) -> Self {
        match self {
            Self::All => Self::Any,
            Self::Any => Self::All,
        }
    }

    /// The operands of a node of this kind.
    fn parts(self, node: &Node) -> Option<&[Formula]> {
        match (self, node) {
            (Self::All, Node::All(parts)) | (Self::Any, Node::Any(parts)) => Some(parts),
            (Self::All, Node::Any(_))
            | (Self::Any, Node::All(_))
            | (_, Node::Constant(_) | Node::Within { .. } | Node::Not(_)) => None,
        }
    }
}

#[cfg(test)]
mod tests;
