//! Answers of `can` and `explain`.

use super::decision::Teller;
use super::hop::Hop;
use super::{API_VERSION, Style, print_as, verdict};
use crate::model::Cluster;
use crate::query::{Answer, Without};
use crate::source::SourceMap;
use crate::trace::Verdict;
use serde::Serialize;
use serde_json::Value;
use std::io::{self, Write};

/// A question as it was typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Asked {
    /// Who opens the connection.
    pub from: String,
    /// Who accepts it.
    pub to: String,
    /// The port, where it was given apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// What the asker calls the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Value>,
}

/// How answers are written.
#[derive(Debug, Clone, Copy)]
pub struct Answers<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Where its manifests are.
    pub sources: &'a SourceMap,
    /// JSON or YAML.
    pub style: Style,
    /// Whether all rules that were asked are told, or those that decide alone.
    pub in_full: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    api_version: &'static str,
    kind: &'static str,
    question: &'a Asked,
    verdict: &'static str,
    #[serde(flatten)]
    body: Option<&'a AnswerBody>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    plugins: &'a [Under],
}

/// What is told of an answer below its verdict.
#[derive(Debug, Serialize)]
pub struct AnswerBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    which: Option<String>,
    hops: Vec<Hop>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Before>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

/// An answer under one network plugin.
#[derive(Debug, Serialize)]
pub struct Under {
    plugin: String,
    verdict: &'static str,
    #[serde(flatten)]
    body: AnswerBody,
}

impl Under {
    /// What is answered under `plugin`.
    pub fn new(plugin: String, verdict: Verdict, body: AnswerBody) -> Self {
        Self {
            plugin,
            verdict: super::verdict(verdict),
            body,
        }
    }
}

/// What is answered without the objects that are applied over the input.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Before {
    Answered {
        verdict: &'static str,
        differs: bool,
    },
    Unasked {
        error: String,
    },
}

impl Answers<'_> {
    /// Writes an answer.
    ///
    /// # Errors
    /// Whatever writing to `out` returns.
    pub fn write(&self, asked: &Asked, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        let body = self.body(answer);
        let document = Document {
            api_version: API_VERSION,
            kind: "Answer",
            question: asked,
            verdict: verdict(answer.verdict),
            body: Some(&body),
            plugins: &[],
        };
        print_as(self.style, &document, out)
    }

    /// Writes the answers under several network plugins, with the verdict of all.
    ///
    /// # Errors
    /// Whatever writing to `out` returns.
    pub fn write_plugins(
        &self,
        asked: &Asked,
        together: Verdict,
        all: &[Under],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let document = Document {
            api_version: API_VERSION,
            kind: "Answer",
            question: asked,
            verdict: verdict(together),
            body: None,
            plugins: all,
        };
        print_as(self.style, &document, out)
    }

    /// What is told of an answer below its verdict.
    pub fn body(&self, answer: &Answer) -> AnswerBody {
        let teller = Teller {
            cluster: self.cluster,
            sources: self.sources,
            in_full: self.in_full,
        };
        AnswerBody {
            which: answer.which.clone(),
            hops: answer.legs.iter().map(|leg| teller.hop(leg)).collect(),
            before: answer.without.as_ref().map(before),
            notes: answer.notes.clone(),
        }
    }
}

fn before(without: &Without) -> Before {
    match without {
        Without::Answered {
            answer, differs, ..
        } => Before::Answered {
            verdict: verdict(answer.verdict),
            differs: *differs,
        },
        Without::Unasked(error) => Before::Unasked {
            error: error.clone(),
        },
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Unanswered<'a> {
    api_version: &'static str,
    kind: &'static str,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Value>,
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

/// Writes why the question on a line has no answer.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write_unanswered(
    (line, id): (u64, Option<&Value>),
    error: &str,
    help: Option<&str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = Unanswered {
        api_version: API_VERSION,
        kind: "Error",
        line,
        id,
        error,
        help,
    };
    print_as(Style::Json, &document, out)
}
