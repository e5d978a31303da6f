//! One finding for a text that stands for several fields: what a YAML anchor holds is wrong once,
//! however often it is used.

use super::report::Found;
use crate::diag::Label;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What findings about one text have in common: all but the fields that it stands for.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    code: &'static str,
    kind: Arc<str>,
    namespace: Option<Arc<str>>,
    name: Arc<str>,
    places: Vec<(crate::source::Span, String)>,
    message: String,
}

/// The findings without those that say the same of the same place of an object again.
pub(super) fn once(mut findings: Vec<Found>) -> Vec<Found> {
    let mut places: HashMap<_, usize> = HashMap::new();
    for found in &findings {
        *places.entry((found.rule.code, found.span())).or_default() += 1;
    }
    let mut seen = HashSet::new();
    findings.retain(|found| {
        // Most places have one finding of a rule, which needs no comparison.
        let alone = places.get(&(found.rule.code, found.span())) == Some(&1);
        alone || key(found).is_none_or(|key| seen.insert(key))
    });
    findings
}

/// None for what stands nowhere.
fn key(found: &Found) -> Option<Key> {
    found.span()?;
    let fact = &found.fact;
    let place = |label: &Label| (label.span, without_fields(&label.text));
    Some(Key {
        code: found.rule.code,
        kind: Arc::clone(&fact.object.kind),
        namespace: fact.object.namespace.clone(),
        name: Arc::clone(&fact.object.name),
        places: fact.labels.iter().map(place).collect(),
        message: without_fields(&fact.message),
    })
}

/// A message with the last field only of each path in backticks, and no indices: peers of `to` are
/// those of `from`.
fn without_fields(message: &str) -> String {
    let pieces = message.split('`').enumerate();
    let pieces = pieces.map(|(index, piece)| match index % 2 {
        1 if piece.starts_with("spec.") || piece.starts_with("metadata.") => last_field(piece),
        _ => piece,
    });
    pieces.collect::<Vec<_>>().join("`")
}

fn last_field(path: &str) -> &str {
    let last = path.rsplit('.').next().unwrap_or(path);
    match last.split('[').next().unwrap_or(last) {
        "to" => "from",
        "egress" => "ingress",
        field => field,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_a_text_stands_for_are_alike() {
        let alike = [
            "`spec.egress[0].to[1].ipBlock.cidr`: `10.0.0.5/8` has bits",
            "`spec.ingress[2].from[1].ipBlock.cidr`: `10.0.0.5/8` has bits",
        ];
        let [one, other] = alike.map(without_fields);
        assert_eq!(one, other);
        assert_ne!(
            without_fields("`spec.a.key`"),
            without_fields("`spec.a.operator`")
        );
        assert_eq!(
            without_fields("`10.0.0.0/8` in `a.b`"),
            "`10.0.0.0/8` in `a.b`"
        );
    }
}
