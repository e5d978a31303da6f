//! What came of claims, as JSON. Lists are always there; what there is none of is left out.

use super::{API_VERSION, allow, print};
use crate::model::Origin;
use crate::net::Protocol;
use crate::prove::outcome::{self, Outcome, Proved};
use crate::source::SourceMap;
use crate::trace::Verdict;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Proof<'a> {
    api_version: &'a str,
    kind: &'a str,
    results: Vec<ResultEntry<'a>>,
}

#[derive(Serialize)]
struct ResultEntry<'a> {
    name: &'a str,
    claim: &'a str,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    assumed: &'a [String],
    core: Vec<CorePart<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<Witness<'a>>,
    why: &'a [String],
    effort: Effort,
}

#[derive(Serialize)]
struct CorePart<'a> {
    policy: &'a str,
    field: &'a str,
    role: &'a str,
    needed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

#[derive(Serialize)]
struct Witness<'a> {
    source: EndEntry<'a>,
    destination: EndEntry<'a>,
    protocol: &'static str,
    port: u16,
    connections: BTreeMap<&'static str, Vec<String>>,
    judged: Vec<Judged<'a>>,
    opening: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct EndEntry<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<&'a str>,
}

#[derive(Serialize)]
struct Judged<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    policies: Option<&'a str>,
    verdict: &'static str,
    reasons: Vec<Reason<'a>>,
}

#[derive(Serialize)]
struct Reason<'a> {
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

#[derive(Serialize)]
struct Change<'a> {
    what: &'a str,
    yaml: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

#[derive(Serialize)]
struct Effort {
    queries: usize,
    alike: usize,
    units: u64,
}

/// Writes what came of claims, in their order.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(proved: &[Proved], sources: &SourceMap, out: &mut dyn Write) -> io::Result<()> {
    let places = Places(sources);
    let document = Proof {
        api_version: API_VERSION,
        kind: "Proof",
        results: proved.iter().map(|one| places.entry(one)).collect(),
    };
    print(&document, out)
}

/// Looks up where things stand.
struct Places<'a>(&'a SourceMap);

impl Places<'_> {
    /// `file:line:column`, or nothing for what is in no file.
    fn place(&self, origin: Origin) -> Option<String> {
        origin.span.map(|span| self.0.place(span))
    }

    fn entry<'a>(&self, proved: &'a Proved) -> ResultEntry<'a> {
        let (core, why, witness): (&[_], &[String], _) = match &proved.outcome {
            Outcome::Holds { core } => (core.parts(), &[], None),
            Outcome::Vacuous { why } => (&[], std::slice::from_ref(why), None),
            Outcome::Fails { witness } => (&[], &[], Some(witness)),
            Outcome::Unknown { why, witness } => (&[], why, witness.as_ref()),
        };
        let outcome::Effort {
            queries,
            alike,
            units,
        } = proved.effort;
        ResultEntry {
            name: &proved.name,
            claim: &proved.claim,
            result: proved.outcome.name(),
            place: self.place(proved.origin),
            assumed: &proved.assumed,
            core: core.iter().map(|part| self.part(part)).collect(),
            witness: witness.map(|witness| self.witness(witness)),
            why,
            effort: Effort {
                queries,
                alike,
                units,
            },
        }
    }

    fn part<'a>(&self, part: &'a outcome::CorePart) -> CorePart<'a> {
        CorePart {
            policy: &part.policy,
            field: &part.field,
            role: &part.role,
            needed: part.needed,
            place: self.place(part.origin),
        }
    }

    fn witness<'a>(&self, witness: &'a outcome::Witness) -> Witness<'a> {
        Witness {
            source: end(&witness.source),
            destination: end(&witness.destination),
            protocol: Protocol::name(witness.protocol),
            port: witness.port,
            connections: allow(&witness.connections),
            judged: witness.judged.iter().map(|one| self.judged(one)).collect(),
            opening: witness.opening.iter().map(|one| self.change(one)).collect(),
        }
    }

    fn judged<'a>(&self, judged: &'a outcome::Judged) -> Judged<'a> {
        let reasons = judged.reasons.iter().map(|reason| Reason {
            text: &reason.text,
            place: self.place(reason.origin),
        });
        Judged {
            policies: judged.policies.as_deref(),
            verdict: match judged.verdict {
                Verdict::Allow => "allow",
                Verdict::Deny => "deny",
                Verdict::Undecided => "undecided",
            },
            reasons: reasons.collect(),
        }
    }

    fn change<'a>(&self, change: &'a outcome::Change) -> Change<'a> {
        Change {
            what: &change.what,
            yaml: &change.yaml,
            place: self.place(change.origin),
        }
    }
}

fn end(end: &outcome::WitnessEnd) -> EndEntry<'_> {
    EndEntry {
        name: &end.name,
        manifest: end.manifest.as_deref(),
    }
}
