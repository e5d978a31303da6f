//! What was applied over the input, in words.

use crate::model::{Applied, AppliedPolicy, Over};
use crate::source::SourceMap;
use crate::trace::list;

/// Names that are shown before "and N more".
const NAMES: usize = 5;

/// `with policies from deny.yaml: NetworkPolicy shop/deny (new)`.
pub fn policies(applied: &Applied, sources: &SourceMap) -> String {
    let from = list(&applied.from, NAMES);
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for policy in &applied.policies {
        let came = came_of(policy);
        let name = name(policy, sources);
        match groups.iter_mut().find(|(other, _)| *other == came) {
            Some((_, names)) => names.push(name),
            None => groups.push((came, vec![name])),
        }
    }
    let told = groups.iter();
    let told = told.map(|(came, names)| format!("{} ({came})", list(names, NAMES)));
    let told: Vec<String> = told.collect();
    format!("with policies from {from}: {}", told.join(", "))
}

/// What came of a policy.
fn came_of(policy: &AppliedPolicy) -> String {
    let came = match policy.over {
        Over::Nothing => "new",
        Over::Same => "in the input already",
        Over::Other(_) => "replaced",
    };
    match &policy.left_out {
        Some(why) => format!("{came}, {}", why.describe()),
        None => came.to_owned(),
    }
}

/// Its name, with the place of what it replaces.
fn name(policy: &AppliedPolicy, sources: &SourceMap) -> String {
    match policy.over {
        Over::Other(origin) => match origin.span {
            Some(span) => format!("{} of {}", policy.name, sources.line(span)),
            None => policy.name.clone(),
        },
        Over::Nothing | Over::Same => policy.name.clone(),
    }
}

/// What stood beside the policies and was not applied; none where there was nothing.
pub fn others(applied: &Applied) -> Option<String> {
    let others = (!applied.others.is_empty()).then(|| list(&applied.others, 4 * NAMES))?;
    Some(format!(
        "`--with` applies policies only; not applied: {others}"
    ))
}
