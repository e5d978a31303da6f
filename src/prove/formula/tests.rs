//! Formulas fold, join and evaluate as their words say.

use super::*;

fn two_numbers() -> (Formulas, Var, Var) {
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
    let (mut formulas, a, b) = two_numbers();
    let (low, high, other) = (
        formulas.within(a, 1, 2),
        formulas.within(a, 3, 5),
        formulas.equals(b, 7),
    );
    let (x, y) = (
        formulas.any([low, other, high]),
        formulas.any([high, low, high]),
    );
    let y = formulas.any([other, y]);
    assert_eq!(x, y);
    let joined = formulas.within(a, 1, 5);
    assert_eq!(formulas.any([low, high]), joined);
}

#[test]
fn constants_and_contradictions_fold() {
    let (mut formulas, a, b) = two_numbers();
    let (x, y) = (formulas.equals(a, 1), formulas.equals(b, 1));
    let not = formulas.not(x);
    let (yes, no) = (formulas.constant(true), formulas.constant(false));
    assert_eq!(formulas.any([x, not]), yes);
    assert_eq!(formulas.all([x, y, not]), no);
    assert_eq!(formulas.all([x, yes]), x);
    assert_eq!(formulas.any([x, no]), x);
    assert_eq!(formulas.within(a, 0, 7), yes);
    assert_eq!(formulas.within(a, 5, 4), no);
    let (low, high) = (formulas.within(a, 0, 3), formulas.within(a, 4, 7));
    assert_eq!(formulas.any([low, high]), yes);
}

#[test]
fn what_is_superfluous_is_dropped() {
    let (mut formulas, a, b) = two_numbers();
    let (x, y) = (formulas.equals(a, 1), formulas.equals(b, 1));
    let two = formulas.equals(b, 2);
    let (both, not_two) = (formulas.all([x, y]), formulas.not(two));
    let all = formulas.all([x, y, not_two]);
    assert_eq!(formulas.any([x, both]), x);
    assert_eq!(formulas.any([both, all]), both);
}

#[test]
fn evaluation_is_by_the_words() {
    let (mut formulas, a, b) = two_numbers();
    let (x, y) = (formulas.within(a, 2, 4), formulas.equals(b, 1));
    let not = formulas.not(y);
    let formula = formulas.all([x, not]);
    let mut values = Assignment::default();
    values.set(a, 3);
    assert!(formulas.evaluate(formula, &values));
    values.set(b, 1);
    assert!(!formulas.evaluate(formula, &values));
    assert_eq!(formulas.below(&[formula]), [x, y, not, formula]);
}
