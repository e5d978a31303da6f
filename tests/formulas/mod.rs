//! Random questions over few bits, with whether they have an answer by trying every one; and
//! questions over wide variables that have one by construction, or none.
#![expect(clippy::indexing_slicing, reason = "test code outside a test function")]

use netpolc::prove::formula::{Assignment, Formula, Formulas, Var, Variable};
use netpolc::prove::query::Question;

/// A source of numbers that look random (splitmix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or(0)
    }

    fn wide(&mut self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }
}

pub(crate) fn variable(formulas: &mut Formulas, symbol: &str, width: u8) -> Var {
    formulas.variable(Variable {
        symbol: symbol.into(),
        width,
        meaning: format!("`{symbol}`\nwith a line ; and \u{1b}[31m"),
    })
}

/// A question over at most 9 bits.
pub(crate) fn small(dice: &mut Dice, number: u64) -> (Formulas, Question) {
    let mut formulas = Formulas::new();
    let widths = [[1, 3, 4], [1, 1, 3], [2, 2, 5], [3, 3, 3]][dice.below(4)];
    let variables: Vec<(Var, u8)> = ["and", "0-kind", "dst.port"]
        .iter()
        .zip(widths)
        .map(|(symbol, width)| (variable(&mut formulas, symbol, width), width))
        .collect();
    let mut pool = Vec::new();
    for _ in 0..12 {
        let (variable, width) = variables[dice.below(3)];
        let (a, b) = (dice.below(1 << width), dice.below(1 << width));
        let (low, high) = (a.min(b) as u128, a.max(b) as u128);
        let one = dice.below(3) == 0;
        pool.push(formulas.within(variable, low, if one { low } else { high }));
    }
    for _ in 0..20 {
        let operands: Vec<Formula> = (0..2 + dice.below(3))
            .map(|_| {
                let formula = pool[dice.below(pool.len())];
                match dice.below(3) {
                    0 => formulas.not(formula),
                    _ => formula,
                }
            })
            .collect();
        pool.push(match dice.below(4) {
            0 | 1 => formulas.any(operands),
            2 => formulas.all(operands),
            _ => formulas.same(operands[0], operands[1]),
        });
    }
    let parts = (0..2 + dice.below(8)).map(|part| {
        let formula = pool[12 + dice.below(pool.len() - 12)];
        (format!("part-{part}"), formula)
    });
    let name = format!("random-{number}");
    let parts = parts.collect();
    (formulas, Question { name, parts })
}

/// Whether some assignment answers a question over few bits.
pub(crate) fn has_answer(formulas: &mut Formulas, question: &Question) -> bool {
    let roots: Vec<Formula> = question.parts.iter().map(|(_, root)| *root).collect();
    let whole = formulas.all(roots);
    let widths = formulas.variables().rows().iter();
    let widths: Vec<u32> = widths.map(|variable| u32::from(variable.width)).collect();
    let bits: u32 = widths.iter().sum();
    (0..1u128 << bits).any(|mut number| {
        let mut values = Assignment::default();
        for (variable, width) in formulas.variables().ids().zip(&widths) {
            values.set(variable, number & ((1 << width) - 1));
            number >>= width;
        }
        formulas.evaluate(whole, &values)
    })
}

/// Ranges that cover all numbers of `width` bits, each for each of 5 kinds: no number of any kind
/// is left, unless one of the ranges is left out for one kind.
pub(crate) fn wide(dice: &mut Dice, width: u8, leave_out: bool) -> (Formulas, Question) {
    let mut formulas = Formulas::new();
    let x = variable(&mut formulas, "src.ip", width);
    let kind = variable(&mut formulas, "kind", 3);
    let greatest = u128::MAX >> (128 - u32::from(width));
    let mut cuts: Vec<u128> = (0..9).map(|_| dice.wide() & greatest).collect();
    // A prefix and a value among them.
    let prefix = dice.wide() & greatest & !0xff;
    cuts.extend([0, prefix, prefix + 0x80, prefix + 0x81]);
    cuts.sort_unstable();
    cuts.dedup();
    let ends = cuts.iter().skip(1).map(|next| next - 1).chain([greatest]);
    let ranges: Vec<(u128, u128)> = cuts.iter().copied().zip(ends).collect();
    let missing = leave_out.then(|| (dice.below(ranges.len()), dice.below(5)));
    let mut parts = vec![("kinds".into(), formulas.within(kind, 0, 4))];
    for (range, &(low, high)) in ranges.iter().enumerate() {
        for of in 0..5 {
            if missing != Some((range, of)) {
                let a = formulas.within(x, low, high);
                let b = formulas.equals(kind, of as u128);
                let both = formulas.all([a, b]);
                parts.push((format!("range-{range}.{of}"), formulas.not(both)));
            }
        }
    }
    let name = format!("wide-{width}-{leave_out}");
    (formulas, Question { name, parts })
}
