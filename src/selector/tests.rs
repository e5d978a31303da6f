//! Exhaustive on a tiny universe: two keys, each absent or with one of three values, of which one
//! is never named by a selector.

use super::*;

const VALUES: [&str; 3] = ["a", "b", "other"];

fn universe() -> Vec<Labels> {
    let states = || std::iter::once(None).chain(VALUES.into_iter().map(Some));
    let mut all = Vec::new();
    for x in states() {
        for y in states() {
            let pairs = [("x", x), ("y", y)];
            all.push(Labels::from_pairs(
                pairs.into_iter().filter_map(|(k, v)| Some((k, v?))),
            ));
        }
    }
    all
}

fn requirements(key: &str) -> Vec<Requirement> {
    let lists: [&[&str]; 3] = [&["a"], &["b"], &["a", "b"]];
    let mut all = Vec::new();
    for operator in Operator::ALL {
        match operator {
            Operator::In | Operator::NotIn => all.extend(lists.iter().map(|list| Requirement {
                key: key.into(),
                operator,
                values: list.iter().map(|&value| value.into()).collect(),
            })),
            Operator::Exists | Operator::DoesNotExist => {
                all.push(Requirement {
                    key: key.into(),
                    operator,
                    values: Vec::new(),
                });
            }
        }
    }
    all
}

fn selectors() -> Vec<Selector> {
    let (x, y) = (requirements("x"), requirements("y"));
    let mut all = vec![Selector::everything()];
    all.extend(x.iter().map(|one| Selector::new(vec![one.clone()])));
    for (i, one) in x.iter().enumerate() {
        all.extend(
            x[i..]
                .iter()
                .map(|two| Selector::new(vec![one.clone(), two.clone()])),
        );
        all.extend(
            y.iter()
                .map(|two| Selector::new(vec![two.clone(), one.clone()])),
        );
    }
    all
}

#[test]
fn tests_per_key_match_what_the_requirements_say() {
    for selector in selectors() {
        for labels in universe() {
            let literal = selector.requirements().iter().all(|r| r.matches(&labels));
            assert_eq!(
                selector.matches(&labels),
                literal,
                "`{selector}` on `{labels}`"
            );
        }
    }
}

#[test]
fn relations_agree_with_the_universe_on_every_pair() {
    let universe = universe();
    for a in selectors() {
        let in_a: Vec<bool> = universe.iter().map(|labels| a.matches(labels)).collect();
        assert_eq!(a.is_satisfiable(), in_a.contains(&true), "`{a}`");
        assert_eq!(a.is_everything(), !in_a.contains(&false), "`{a}`");
        for b in selectors() {
            let in_b: Vec<bool> = universe.iter().map(|labels| b.matches(labels)).collect();
            let pairs = || in_a.iter().zip(&in_b);
            assert_eq!(
                a.implies(&b),
                pairs().all(|(a, b)| !a || *b),
                "`{a}` implies `{b}`"
            );
            assert_eq!(
                a.overlaps(&b),
                pairs().any(|(a, b)| *a && *b),
                "`{a}` overlaps `{b}`"
            );
            assert_eq!(a == b, in_a == in_b, "`{a}` equals `{b}`");
        }
    }
}

#[test]
fn an_absent_key_meets_not_in_and_does_not_exist() {
    let not_in = Requirement {
        key: "k".into(),
        operator: Operator::NotIn,
        values: vec!["v".into()],
    };
    assert!(not_in.matches(&Labels::none()));
    assert!(!not_in.matches(&Labels::from_pairs([("k", "v")])));
    assert!(not_in.matches(&Labels::from_pairs([("k", "w")])));
}

#[test]
fn selectors_print_as_kubectl_writes_them() {
    let all = requirements("x")
        .into_iter()
        .map(|r| r.to_string())
        .collect::<Vec<_>>();
    assert_eq!(
        all,
        [
            "x=a",
            "x=b",
            "x in (a,b)",
            "x!=a",
            "x!=b",
            "x notin (a,b)",
            "x",
            "!x"
        ]
    );
}
