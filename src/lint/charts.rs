//! Charts among manifests: their templates are not to be read as they are, and that is said once for a
//! chart.

use super::fact::{Fact, ObjectRef};
use super::levels::{Levels, find};
use super::report::Found;
use super::rule::{Check, Rule};
use crate::diag::Severity;
use crate::source::{SourceMap, Span};
use crate::written::Manifests;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Leaves one finding of the templates of a chart that could not be read, where the input has manifests
/// beside the chart; what else is wrong in it stays.
pub(super) fn once(
    findings: Vec<Found>,
    manifests: &Manifests,
    sources: &SourceMap,
    levels: &Levels,
) -> Vec<Found> {
    let charts = manifests.charts();
    let rule = find("unrendered-template").filter(|rule| levels.checks(rule));
    let (Some(rule), false) = (rule, charts.is_empty()) else {
        return findings;
    };
    let within = |name: &str| charts.iter().find(|chart| is_within(name, chart));
    if sources
        .names()
        .into_iter()
        .all(|name| within(name).is_some())
    {
        return findings;
    }
    let mut spans: BTreeMap<&Arc<str>, Vec<Span>> = BTreeMap::new();
    let mut left = Vec::with_capacity(findings.len());
    for found in findings {
        let template = found
            .span()
            .filter(|_| matches!(found.rule.check, Check::Reading(_)));
        let chart = template.and_then(|span| {
            let source = sources.get(span.file);
            let chart = within(source.name())?;
            (is_template(source.name(), chart) && source.text().contains("{{"))
                .then_some((chart, span))
        });
        match chart {
            Some((chart, span)) => spans.entry(chart).or_default().push(span),
            None => left.push(found),
        }
    }
    let of_charts = spans.into_iter();
    left.extend(of_charts.map(|(chart, spans)| found(rule, levels, (chart, &spans), sources)));
    left
}

fn is_within(name: &str, chart: &str) -> bool {
    let rest = name.strip_prefix(chart);
    rest.is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a file is rendered by Helm: those of a chart, and of the charts in it.
fn is_template(name: &str, chart: &str) -> bool {
    let rest = name.strip_prefix(chart).unwrap_or_default();
    rest.contains("/templates/")
}

fn found(
    rule: &'static Rule,
    levels: &Levels,
    (chart, spans): (&str, &[Span]),
    sources: &SourceMap,
) -> Found {
    let files: BTreeSet<&str> = spans.iter().map(|it| sources.get(it.file).name()).collect();
    let templates = match files.len() {
        1 => "1 of its templates is".to_owned(),
        many => format!("{many} of its templates are"),
    };
    let object = ObjectRef {
        kind: "Chart".into(),
        namespace: None,
        name: chart.into(),
    };
    let message = format!("the chart `{chart}` is not rendered: {templates} not read");
    let place = |span: &Span| (sources.get(span.file).name(), sources.position(*span));
    let first = spans.iter().min_by_key(|it| place(it)).copied();
    let fact = Fact::new(object, "", message)
        .at(first, "the first of them")
        .means("the manifests beside the chart are checked, and what it would apply is not")
        .fix(format!(
            "check it by itself (`helm template {chart} | netpolc lint -`), and pass over it here with `exclude` in the settings"
        ));
    Found {
        rule,
        severity: levels.told(rule).flatten().unwrap_or(Severity::Note),
        fact,
        dismissed: None,
    }
}
