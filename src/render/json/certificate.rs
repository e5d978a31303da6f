//! What a directory of certificates holds, as JSON.

use super::{API_VERSION, print};
use crate::prove::certificate::{Manifest, ManifestAnswer, ManifestQuestion};
use crate::prove::certified::{cnf_file, proof_file};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Certificate<'a> {
    api_version: &'a str,
    kind: &'a str,
    claims: Vec<ClaimEntry<'a>>,
}

#[derive(Serialize)]
struct ClaimEntry<'a> {
    name: &'a str,
    claim: &'a str,
    assumed: &'a [String],
    questions: Vec<Question<'a>>,
}

#[derive(Serialize)]
struct Question<'a> {
    name: &'a str,
    answer: &'static str,
    parts: Vec<Part<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clauses: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variables: Option<Vec<Variable<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<Chosen<'a>>>,
}

#[derive(Serialize)]
struct Part<'a> {
    symbol: &'a str,
    meaning: &'a str,
}

#[derive(Serialize)]
struct Variable<'a> {
    symbol: &'a str,
    meaning: &'a str,
    bits: &'a [i32],
}

#[derive(Serialize)]
struct Chosen<'a> {
    symbol: &'a str,
    meaning: &'a str,
    /// As text: most readers of JSON have no numbers of 128 bits.
    value: String,
}

/// Writes what certifies claims, in their order.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(claims: &[Manifest], out: &mut dyn Write) -> io::Result<()> {
    let claims = claims.iter().map(|manifest| ClaimEntry {
        name: &manifest.name,
        claim: &manifest.claim,
        assumed: &manifest.assumed,
        questions: manifest.questions.iter().map(question).collect(),
    });
    let document = Certificate {
        api_version: API_VERSION,
        kind: "Certificate",
        claims: claims.collect(),
    };
    print(&document, out)
}

fn question(question: &ManifestQuestion) -> Question<'_> {
    let ManifestQuestion {
        name,
        parts,
        answer,
    } = question;
    let parts = parts.iter().map(|part| Part {
        symbol: &part.symbol,
        meaning: part.meaning,
    });
    let plain = Question {
        name,
        answer: "unsat",
        parts: parts.collect(),
        clauses: None,
        proof: None,
        variables: None,
        values: None,
    };
    match answer {
        ManifestAnswer::Unsat(variables) => {
            let variables = variables.iter().map(|variable| Variable {
                symbol: &variable.symbol,
                meaning: &variable.meaning,
                bits: &variable.bits,
            });
            Question {
                clauses: Some(cnf_file(name)),
                proof: Some(proof_file(name)),
                variables: Some(variables.collect()),
                ..plain
            }
        }
        ManifestAnswer::Sat(values) => {
            let values = values.iter().map(|value| Chosen {
                symbol: &value.symbol,
                meaning: &value.meaning,
                value: value.value.to_string(),
            });
            Question {
                answer: "sat",
                values: Some(values.collect()),
                ..plain
            }
        }
    }
}
