//! What was applied over the input, in words.

use crate::model::{Applied, AppliedObject, Over};
use crate::source::SourceMap;
use crate::trace::list;

/// Names that are shown before "and N more".
const NAMES: usize = 5;

/// `with deny.yaml: NetworkPolicy shop/deny (new)`.
pub fn objects(applied: &Applied, sources: &SourceMap) -> String {
    let from = list(&applied.from, NAMES);
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for object in &applied.objects {
        let came = came_of(object);
        let name = name(object, sources);
        match groups.iter_mut().find(|(other, _)| *other == came) {
            Some((_, names)) => names.push(name),
            None => groups.push((came, vec![name])),
        }
    }
    let in_words =
        |(came, names): &(String, Vec<String>)| format!("{} ({came})", list(names, NAMES));
    let told: Vec<String> = groups.iter().map(in_words).collect();
    if told.is_empty() {
        return format!("with {from}: nothing that answers are about");
    }
    format!("with {from}: {}", told.join(", "))
}

/// What came of an object.
fn came_of(object: &AppliedObject) -> String {
    let came = match object.over {
        Over::Nothing => "new",
        Over::Same => "as it is",
        Over::Other(_) => "replaced",
    };
    let pods = if object.rolls_out {
        ", with new pods"
    } else {
        ""
    };
    match &object.left_out {
        Some(why) => format!("{came}{pods}, {}", why.describe()),
        None => format!("{came}{pods}"),
    }
}

/// Its name, with the place of what it replaces.
fn name(object: &AppliedObject, sources: &SourceMap) -> String {
    match object.over {
        Over::Other(origin) => match origin.span {
            Some(span) => format!("{} of {}", object.name, sources.line(span)),
            None => object.name.clone(),
        },
        Over::Nothing | Over::Same => object.name.clone(),
    }
}
