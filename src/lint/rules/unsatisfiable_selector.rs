//! A selector that nothing can match.
//!
//! ## What it does
//! Reports a selector whose requirements contradict each other, so that no labels meet all of them.
//!
//! ## Why it matters
//! All requirements of a selector must hold; they are not alternatives. A policy with such a selector
//! governs no pod, and a peer with one matches nobody.
//!
//! ## Example
//! ```yaml
//! podSelector:
//!   matchLabels: {app: web}
//!   matchExpressions: [{key: app, operator: In, values: [api]}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! podSelector:
//!   matchExpressions: [{key: app, operator: In, values: [web, api]}]
//! ```
//!
//! ## Limits
//! Each key is checked separately, which is exact: requirements on different keys never contradict each
//! other. The rule knows that every namespace has `kubernetes.io/metadata.name`.

use crate::lint::context::{Context, Nobody, ScopeAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::NAMESPACE_NAME_LABEL;
use crate::selector::{Operator, Requirement, Selector};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context.scopes() {
        let nobody = context.nobody(&at);
        if nobody.is_none_or(|it| *it != Nobody::Contradiction) {
            continue;
        }
        for (path, selector) in at.selectors() {
            let of_namespaces = path == at.namespaces_path();
            if let Some(places) = contradiction(selector, of_namespaces) {
                facts.add(fact(context, &at, (&path, selector), &places));
            }
        }
    }
}

/// How many requirements on one key are compared with each other.
const MOST: usize = 64;

/// The places of requirements that contradict each other: of two, or of all on a key where it takes
/// more; of one that contradicts what every namespace has.
fn contradiction(selector: &Selector, of_namespaces: bool) -> Option<Vec<usize>> {
    let all = || selector.requirements().iter().enumerate();
    let never = |it: &Requirement| {
        of_namespaces && it.operator == Operator::DoesNotExist && *it.key == *NAMESPACE_NAME_LABEL
    };
    if let Some((index, _)) = all().find(|(_, it)| never(it)) {
        return Some(vec![index]);
    }
    let mut tests = selector.tests().iter();
    let (key, _) = tests.find(|(_, test)| test.is_nothing())?;
    let of_key: Vec<_> = all().filter(|(_, it)| it.key == *key).collect();
    for (place, (second, b)) in of_key.iter().enumerate().take(MOST) {
        for (first, a) in of_key.iter().take(place) {
            let both = Selector::new(vec![(*a).clone(), (*b).clone()]);
            if !both.is_satisfiable() {
                return Some(vec![*second, *first]);
            }
        }
    }
    // Three or more together: `In [a, b]`, `NotIn [a]`, `NotIn [b]`.
    Some(of_key.iter().rev().map(|(index, _)| *index).collect())
}

fn fact(
    context: &Context<'_>,
    at: &ScopeAt<'_>,
    (path, selector): (&str, &Selector),
    places: &[usize],
) -> Fact {
    let paths = context.requirement_paths(at.policy, path);
    let span = |index: usize| {
        let path = paths.get(index).map_or(path, String::as_str);
        let part = context.field(at.policy, path);
        part.map_or_else(|| context.span(at.policy, path), |it| Some(it.whole()))
    };
    let requirement = |index: &usize| selector.requirements().get(*index);
    let asked: Vec<&Requirement> = places.iter().filter_map(requirement).collect();
    let message = match asked.as_slice() {
        [one] => format!("every namespace has `{}`", one.key),
        [second, first] => format!("no labels meet both `{first}` and `{second}`"),
        all => {
            let key = all.first().map(|it| &*it.key).unwrap_or_default();
            format!("no labels meet all requirements on `{key}`")
        }
    };
    let mut fact = Fact::new(context.policy_ref(at.policy), path, message).means(at.in_vain());
    let first = match places {
        [_] => "every namespace has it",
        _ => "contradicts the rest",
    };
    let texts = [first, "this must hold as well"];
    let texts = texts.into_iter().chain(std::iter::repeat("and this"));
    for (&index, text) in places.iter().zip(texts).take(4) {
        fact = fact.at(span(index), text);
    }
    let lists = asked.iter().all(|it| it.operator == Operator::In);
    fact.fix(match (lists, places.len(), at.peer) {
        (_, 1, _) => "remove the requirement",
        (false, _, _) => "all requirements of a selector must hold: remove one of these",
        (true, _, None) => "write one `In` with all values, or a policy for each",
        (true, _, Some(_)) => "write one `In` with all values, or a peer for each",
    })
}
