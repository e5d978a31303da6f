//! A comparison as a document: kind `Diff`.

use super::{API_VERSION, allow, print};
use crate::diff::{Both, Cause, Change, Part, Possible, Sign};
use crate::model::{Direction, Origin};
use crate::render::difference::Told;
use crate::source::SourceMap;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

type Allowed = BTreeMap<&'static str, Vec<String>>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    api_version: &'a str,
    kind: &'a str,
    old: Read<'a>,
    new: Read<'a>,
    same: bool,
    counts: Counts,
    workloads: Vec<Came<'a>>,
    changes: Vec<Changed<'a>>,
    causes: Vec<Caused<'a>>,
    possible_pods: PossiblePods<'a>,
    unknown: Vec<Unknown<'a>>,
}

#[derive(Serialize)]
struct Read<'a> {
    sources: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    opened: usize,
    closed: usize,
    changed: usize,
    workloads_added: usize,
    workloads_removed: usize,
    opened_to_internet: usize,
    opened_across_namespaces: usize,
    unknown: usize,
}

#[derive(Serialize)]
struct Came<'a> {
    change: &'a str,
    workload: &'a str,
    place: Option<Place>,
}

#[derive(Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Changed<'a> {
    sign: char,
    from: &'a str,
    to: &'a str,
    from_is: &'a str,
    to_is: &'a str,
    old: Allowed,
    new: Allowed,
    opened: Allowed,
    closed: Allowed,
    workloads_differ: &'a [String],
    internet: bool,
    across_namespaces: bool,
    causes: &'a [usize],
}

#[derive(Serialize)]
struct Caused<'a> {
    id: usize,
    #[serde(flatten)]
    part: Parted<'a>,
    together: Vec<Parted<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parted<'a> {
    what: &'a str,
    object: Object<'a>,
    field: Option<&'a str>,
    key: Option<&'a str>,
    old_value: Option<&'a str>,
    new_value: Option<&'a str>,
    direction: Option<&'a str>,
    old: Option<Place>,
    new: Option<Place>,
    text: &'a str,
}

#[derive(Serialize)]
struct Object<'a> {
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PossiblePods<'a> {
    asked: bool,
    result: &'a str,
    proved: bool,
    witness: Option<&'a str>,
    why: Option<&'a str>,
    taken_for_granted: &'a [String],
}

#[derive(Serialize)]
struct Unknown<'a> {
    side: &'a str,
    why: &'a str,
}

/// Writes a comparison.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    let diff = told.diff;
    let [opened_to_internet, opened_across_namespaces] = told.opened();
    let workloads = diff.workloads.iter().map(|it| {
        let sources = if it.added {
            told.sources.now()
        } else {
            told.sources.old()
        };
        Came {
            change: if it.added { "added" } else { "removed" },
            workload: &it.name,
            place: place(sources, Some(it.origin)),
        }
    });
    let causes = diff.causes.iter().enumerate();
    let document = Document {
        api_version: API_VERSION,
        kind: "Diff",
        old: Read {
            sources: told.names.old(),
        },
        new: Read {
            sources: told.names.now(),
        },
        same: diff.is_same() && told.unknown.is_empty(),
        counts: Counts {
            opened: diff.count(Sign::Opened),
            closed: diff.count(Sign::Closed),
            changed: diff.count(Sign::Changed),
            workloads_added: diff.count_came(true),
            workloads_removed: diff.count_came(false),
            opened_to_internet,
            opened_across_namespaces,
            unknown: told.unknown.len(),
        },
        workloads: workloads.collect(),
        changes: diff.changes.iter().map(changed).collect(),
        causes: causes
            .filter_map(|(id, cause)| caused(id, cause, &told.sources))
            .collect(),
        possible_pods: possible(told.possible),
        unknown: told
            .unknown
            .iter()
            .map(|it| Unknown {
                side: it.side(),
                why: &it.why,
            })
            .collect(),
    };
    print(&document, out)
}

fn changed(change: &Change) -> Changed<'_> {
    let [from, to] = change
        .outside
        .map(|it| if it { "external" } else { "workload" });
    Changed {
        sign: change.sign().symbol(),
        from: &change.from,
        to: &change.to,
        from_is: from,
        to_is: to,
        old: allow(change.passes.old()),
        new: allow(change.passes.now()),
        opened: allow(&change.opened()),
        closed: allow(&change.closed()),
        workloads_differ: &change.workloads,
        internet: change.internet,
        across_namespaces: change.across,
        causes: &change.causes,
    }
}

fn caused<'a>(id: usize, cause: &'a Cause, sources: &Both<&SourceMap>) -> Option<Caused<'a>> {
    let (first, rest) = cause.parts.split_first()?;
    Some(Caused {
        id,
        part: parted(first, sources),
        together: rest.iter().map(|it| parted(it, sources)).collect(),
    })
}

fn parted<'a>(part: &'a Part, sources: &Both<&SourceMap>) -> Parted<'a> {
    Parted {
        what: part.what.name(),
        object: Object {
            kind: &part.object.kind,
            namespace: part.object.namespace.as_deref(),
            name: &part.object.name,
        },
        field: part.field.as_deref(),
        key: part.key.as_deref(),
        old_value: part.values.old().as_deref(),
        new_value: part.values.now().as_deref(),
        direction: part.direction.map(Direction::name),
        old: place(sources.old(), *part.origins.old()),
        new: place(sources.now(), *part.origins.now()),
        text: &part.text,
    }
}

fn place(sources: &SourceMap, origin: Option<Origin>) -> Option<Place> {
    let span = origin?.span?;
    let at = sources.position(span);
    Some(Place {
        file: sources.get(span.file).name().to_owned(),
        line: at.line,
        column: at.column,
    })
}

fn possible(possible: &Possible) -> PossiblePods<'_> {
    let (result, witness, why, granted): (_, _, _, &[String]) = match possible {
        Possible::Same(granted) => ("same", None, None, granted),
        Possible::Differs(how) => ("differs", Some(how.as_str()), None, &[]),
        Possible::Unknown(why) => ("unknown", None, Some(why.as_str()), &[]),
        Possible::NotAsked(why) => ("not-asked", None, Some(why.as_str()), &[]),
    };
    PossiblePods {
        asked: result != "not-asked",
        result,
        proved: result == "same",
        witness,
        why,
        taken_for_granted: granted,
    }
}
