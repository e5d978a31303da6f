//! Facts of what was found while manifests were read.

use super::context::omits_namespace;
use super::fact::{Fact, ObjectRef};
use super::levels::find;
use super::rule::{Check, Rule};
use super::rules::ALL;
use crate::diag::{Finding, Label, Severity};
use crate::source::{SourceMap, Span};
use crate::written::{Manifests, Written};
use std::collections::HashSet;

/// Findings about policies that are not as bad as their rule. The severity of all others says
/// whether the policy could be read, not how bad it is to have it.
const JUDGED_WHILE_READING: [&str; 3] = ["ambiguous-cidr", "matches-nothing", "namespace-ignored"];

/// Findings that make an object readable in two ways: as bad as their rule, whatever the object is.
const AMBIGUOUS: &str = "null-label";

/// What manifests with findings of some names do as they stand.
const MEANINGS: [(&[&str], &str); 9] = [
    (
        &[
            "invalid-name",
            "invalid-value",
            "non-text-label",
            "wrong-type",
        ],
        "the API server refuses the object",
    ),
    (
        &["required", "syntax", "wrong-api-version", "unknown-kind"],
        "the API server refuses the manifest",
    ),
    (
        &["meaningless-value"],
        "the API server takes the object, and a network plugin cannot read it",
    ),
    (
        &["misplaced-field", "unknown-field"],
        "the API server refuses the object, or drops the field without strict validation",
    ),
    (
        &["duplicate-key"],
        "the API server refuses the object, or uses the last of the two",
    ),
    (
        &["no-space-after-colon"],
        "YAML reads this as text instead of a field, and the API server refuses it",
    ),
    (
        &["removed-api-version"],
        "clusters of Kubernetes 1.16 and later refuse the manifest",
    ),
    (
        &["rules-without-policy-type"],
        "the rules are ignored: the policy does not govern their direction",
    ),
    (
        &["duplicate-object"],
        "whichever is applied last overwrites the other",
    ),
];

/// What the API server refuses, strict or not.
const ALWAYS_REFUSED: [&str; 5] = [
    "invalid-name",
    "invalid-value",
    "non-text-label",
    "required",
    "wrong-type",
];

/// The rule that findings of this name belong to; `invalid-manifest` for those that no rule names.
pub(super) fn rule_of(name: &str) -> Option<&'static Rule> {
    let names = |rule: &&Rule| match rule.check {
        Check::Reading(names) => names.contains(&name),
        Check::Context(_) | Check::Flows(_) => false,
    };
    ALL.iter().find(names).or_else(|| find("invalid-manifest"))
}

/// What the API server drops in silence where it does not validate strictly.
const DROPPED: [&str; 4] = [
    "duplicate-key",
    "misplaced-field",
    "no-space-after-colon",
    "unknown-field",
];

/// How the objects stand that something is wrong with, by their places.
pub(super) struct Standing {
    /// Those that an API server refuses however it validates: nothing of them can be in force, so
    /// no change of them alters an answer that somebody relies on.
    refused: HashSet<Span>,
    /// Those of which something would be dropped after all changes: one that is refused must not
    /// come into force without it, for a selector that lost its labels selects everything.
    dropping: HashSet<Span>,
}

impl Standing {
    /// How the objects stand that these findings are about.
    pub(super) fn new(manifests: &Manifests, findings: &[Finding]) -> Self {
        let objects = |is: &dyn Fn(&Finding) -> bool| {
            let errors = findings.iter().filter(|it| it.severity == Severity::Error);
            let errors = errors.filter(|it| is(it));
            let objects = errors.filter_map(|it| manifests.at(it.span()?));
            objects.map(|it| it.root.span).collect()
        };
        Self {
            refused: objects(&|it| ALWAYS_REFUSED.contains(&it.rule)),
            dropping: objects(&|it| DROPPED.contains(&it.rule) && it.edits.is_empty()),
        }
    }
}

/// Whether a finding that has a change says by itself that the object is refused. A field that
/// does not count is dropped where the API server does not validate strictly, and the policy
/// is another one once it counts.
fn is_refused_alone(finding: &Finding, path: &str) -> bool {
    match finding.rule {
        "unknown-field" | "misplaced-field" | "rules-without-policy-type" => false,
        // As a key it is an unknown field; as a label's key and as a value it is refused.
        "no-space-after-colon" => {
            let (above, last) = path.rsplit_once('[').unwrap_or((path, ""));
            let is_field = last.contains(':') && !above.to_lowercase().ends_with("labels");
            finding.severity == Severity::Error && !is_field
        }
        _ => true,
    }
}

/// Whether what is defined twice may be several objects: the manifests leave the namespace to whoever
/// applies them, and stand in directories that may be applied to different ones.
fn may_be_several(written: Option<&Written>, finding: &Finding, sources: &SourceMap) -> bool {
    let directory = |label: &Label| {
        let name = sources.get(label.span.file).name();
        name.rsplit_once('/').map_or("", |(directory, _)| directory)
    };
    let mut places = finding.labels.iter().map(directory);
    let first = places.next();
    written.is_some_and(omits_namespace) && places.any(|it| Some(it) != first)
}

/// The fact that a finding is; `standing` says which objects cannot be applied anyway.
pub(super) fn fact(
    (manifests, sources): (&Manifests, &SourceMap),
    finding: &Finding,
    standing: &Standing,
) -> Fact {
    let span = finding.span();
    let written = span.and_then(|span| manifests.at(span));
    let object = written.map_or_else(
        || ObjectRef {
            kind: "manifest".into(),
            namespace: None,
            name: "?".into(),
        },
        |written| ObjectRef {
            kind: written.kind.clone(),
            namespace: written.namespace.clone(),
            name: written.name.clone(),
        },
    );
    let is_in = |objects: &HashSet<Span>| written.is_some_and(|it| objects.contains(&it.root.span));
    let refused = is_in(&standing.refused);
    let dropping = is_in(&standing.dropping);
    let path = |span: Span| written.map(|written| written.root.path_of(span));
    let path = span.and_then(path).unwrap_or_default();
    let mut fact = Fact::new(object, path, &*finding.message);
    fact.labels.clone_from(&finding.labels);
    // What is not a policy may be read by nobody but the one who applies it.
    let is_policy = written.is_some_and(|written| written.is_policy);
    if (!is_policy && finding.rule != AMBIGUOUS) || JUDGED_WHILE_READING.contains(&finding.rule) {
        fact.most = Some(finding.severity);
    }
    if let Some(help) = &finding.help {
        fact = fact.fix(&**help);
    }
    let mut meanings = MEANINGS.iter();
    if let Some((_, meaning)) = meanings.find(|(names, _)| names.contains(&finding.rule)) {
        fact = fact.means(*meaning);
    }
    if finding.rule == "duplicate-object" && may_be_several(written, finding, sources) {
        fact = fact.at_most(Severity::Note).means(
            "read together, neither counts; applied to a namespace each, as from bases of their own, both do",
        );
    }
    if !finding.edits.is_empty() {
        if !dropping && (refused || is_refused_alone(finding, &fact.path)) {
            fact = fact.safe();
        }
        for edit in &finding.edits {
            fact = fact.edit(edit.span, &*edit.text);
        }
    }
    fact
}
