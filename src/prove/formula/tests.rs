//! Formulas fold, join and evaluate as their words say.

use super::*;

fn formulas() -> (Formulas, Var, Var) {
    let mut formulas = Formulas::new();
    let [a, b] = ["a", "b"].map(|symbol| {
        formulas.variable(Variable {
            symbol: symbol.into(),
            width: 3,
            meaning: String::new(),
        })
    });
    (formulas, a, b)
}

#[test]
fn order_pieces_and_repetition_do_not_show() {
    let (mut f, a, b) = formulas();
    let (low, high, other) = (f.within(a, 1, 2), f.within(a, 3, 5), f.equals(b, 7));
    let (x, y) = (f.any([low, other, high]), f.any([high, low, high]));
    let y = f.any([other, y]);
    assert_eq!(x, y);
    let joined = f.within(a, 1, 5);
    assert_eq!(f.any([low, high]), joined);
}

#[test]
fn constants_and_contradictions_fold() {
    let (mut f, a, b) = formulas();
    let (x, y) = (f.equals(a, 1), f.equals(b, 1));
    let not = f.not(x);
    let (yes, no) = (f.constant(true), f.constant(false));
    assert_eq!(f.any([x, not]), yes);
    assert_eq!(f.all([x, y, not]), no);
    assert_eq!(f.all([x, yes]), x);
    assert_eq!(f.any([x, no]), x);
    assert_eq!(f.within(a, 0, 7), yes);
    assert_eq!(f.within(a, 5, 4), no);
    let (low, high) = (f.within(a, 0, 3), f.within(a, 4, 7));
    assert_eq!(f.any([low, high]), yes);
}

#[test]
fn what_is_superfluous_is_dropped() {
    let (mut f, a, b) = formulas();
    let (x, y, z) = (f.equals(a, 1), f.equals(b, 1), f.equals(b, 2));
    let (xy, not_z) = (f.all([x, y]), f.not(z));
    let xyz = f.all([x, y, not_z]);
    assert_eq!(f.any([x, xy]), x);
    assert_eq!(f.any([xy, xyz]), xy);
}

#[test]
fn evaluation_is_by_the_words() {
    let (mut f, a, b) = formulas();
    let (x, y) = (f.within(a, 2, 4), f.equals(b, 1));
    let not = f.not(y);
    let formula = f.all([x, not]);
    let mut values = Assignment::default();
    values.set(a, 3);
    assert!(f.evaluate(formula, &values));
    values.set(b, 1);
    assert!(!f.evaluate(formula, &values));
    assert_eq!(f.below(&[formula]), [x, y, not, formula]);
}
