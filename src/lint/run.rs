//! Checks all rules.

use super::context::{Context, Extent, Inventory};
use super::fact::{Fact, Facts};
use super::levels::{Levels, find};
use super::need::Need;
use super::reading;
use super::report::{Found, Report, Skipped};
use super::rule::{Check, Rule};
use super::rules::ALL;
use super::suppress::Suppressions;
use super::{aliases, charts};
use crate::beside::both;
use crate::compile::Selection;
use crate::diag::{Finding, Severity};
use crate::model::Cluster;
use crate::settings::Settings;
use crate::source::{SourceMap, Span};
use crate::written::Manifests;
use std::collections::BTreeMap;

/// What is checked.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Everything that was read, joined.
    pub cluster: &'a Cluster,
    /// The texts.
    pub sources: &'a SourceMap,
    /// The objects as they are written.
    pub manifests: &'a Manifests,
    /// What was found while they were read.
    pub read: &'a [Finding],
}

/// Checks all rules that `levels` asks for.
pub fn run(subject: Subject<'_>, settings: &Settings, levels: &Levels) -> Report {
    let inventory = Inventory::new(subject.cluster, &settings.inventory);
    let mut findings = Vec::new();
    let standing = reading::Standing::new(subject.manifests, subject.read);
    for finding in subject.read {
        let Some(rule) = reading::rule_of(finding.rule).filter(|rule| levels.checks(rule)) else {
            continue;
        };
        let fact = reading::fact((subject.manifests, subject.sources), finding, &standing);
        findings.push(Found {
            rule,
            severity: severity(rule, &fact, levels, &inventory),
            fact,
            dismissed: None,
        });
    }
    let mut skipped: BTreeMap<Need, Vec<&'static str>> = BTreeMap::new();
    let mut checked = Vec::new();
    for rule in ALL.iter().filter(|rule| levels.checks(rule)) {
        match missing(rule, &inventory) {
            _ if matches!(rule.check, Check::Reading(_)) => {}
            Some(need) => skipped.entry(need).or_default().push(rule.code),
            None => checked.push(rule),
        }
    }
    for (rule, facts) in check(subject, settings, &inventory, &checked) {
        findings.extend(facts.into_iter().map(|fact| Found {
            rule,
            severity: severity(rule, &fact, levels, &inventory),
            fact,
            dismissed: None,
        }));
    }
    for label in findings.iter_mut().flat_map(|it| &mut it.fact.labels) {
        label.span = first_line(subject.sources, label.span);
    }
    let findings = charts::once(findings, subject.manifests, subject.sources, levels);
    let mut findings = aliases::once(findings);
    suppress(subject, levels, &skipped, &mut findings);
    let place = |it: &Found| {
        let span = it.span();
        let position = span.map(|span| subject.sources.position(span));
        let name = span.map(|span| subject.sources.get(span.file).name().to_owned());
        (name, position, it.rule.code, it.fact.message.clone())
    };
    findings.sort_by_cached_key(place);
    Report {
        findings,
        skipped: skipped
            .into_iter()
            .map(|(need, rules)| Skipped { need, rules })
            .collect(),
        inventory,
    }
}

/// What rules find, in the order of the catalog.
fn check(
    subject: Subject<'_>,
    settings: &Settings,
    inventory: &Inventory,
    rules: &[&'static Rule],
) -> Vec<(&'static Rule, Vec<Fact>)> {
    let selection = Selection::new(subject.cluster);
    let run = |of_flows: bool| {
        let context = Context::new(
            subject.cluster,
            subject.sources,
            subject.manifests,
            settings,
            inventory,
            &selection,
        );
        let found = rules.iter().filter_map(|&rule| {
            let check = match rule.check {
                Check::Flows(check) if of_flows => check,
                Check::Context(check) if !of_flows => check,
                Check::Flows(_) | Check::Context(_) | Check::Reading(_) => return None,
            };
            let mut facts = Facts::default();
            check(&context, &mut facts);
            Some((rule, facts.finish()))
        });
        found.collect::<Vec<_>>()
    };
    let (of_flows, mut found) = both(|| run(true), || run(false));
    found.extend(of_flows);
    found.sort_by_key(|(rule, _)| rule.code);
    found
}

/// Dismisses what somebody does not want, and adds what is wrong with that.
fn suppress(
    subject: Subject<'_>,
    levels: &Levels,
    skipped: &BTreeMap<Need, Vec<&'static str>>,
    findings: &mut Vec<Found>,
) {
    let mut suppressions = Suppressions::new(subject.manifests, subject.sources);
    suppressions.dismiss(findings, subject.sources);
    let Some(rule) = find("unused-suppression").filter(|rule| levels.checks(rule)) else {
        return;
    };
    let severity = levels.told(rule).flatten().unwrap_or(rule.level);
    let is_skipped = |rule: &Rule| skipped.values().flatten().any(|code| *code == rule.code);
    let checked = ALL
        .iter()
        .filter(|rule| levels.checks(rule) && !is_skipped(rule));
    let checked = checked.map(|rule| rule.code).collect();
    let facts = suppressions.facts(&checked).into_iter();
    findings.extend(facts.map(|fact| Found {
        rule,
        severity,
        fact,
        dismissed: None,
    }));
}

/// Of a block of several lines its first one: what is underlined should be seen at a glance, and
/// code scanning shows a finding in a change only if all its lines are part of that.
fn first_line(sources: &SourceMap, span: Span) -> Span {
    let text = sources.text(span);
    if !text.contains('\n') {
        return span;
    }
    let line = text.lines().next().unwrap_or_default();
    // Without the comment behind it.
    let line = line.split(" #").next().unwrap_or_default().trim_end();
    let start = span.start as usize;
    Span::new(span.file, start, start + line.len())
}

/// The first thing that a rule needs and that nothing of is there.
fn missing(rule: &Rule, inventory: &Inventory) -> Option<Need> {
    let mut needs = rule.needs.iter().copied();
    needs.find(|&need| inventory.of(need) == Extent::None && !inventory.has_namespaces(need))
}

/// A rule that concludes from what is absent says less where the inventory is not complete.
fn severity(rule: &Rule, fact: &Fact, levels: &Levels, inventory: &Inventory) -> Severity {
    let extent = |need: Need| match fact.within.as_slice() {
        [] => inventory.of(need),
        within => {
            let extents = within.iter().map(|it| inventory.within(need, it));
            extents.min().unwrap_or(Extent::None)
        }
    };
    let least = rule.needs.iter().map(|&need| extent(need)).min();
    let extent = least.unwrap_or(Extent::Complete);
    let most = fact.most.unwrap_or(Severity::Error);
    let level = match levels.told(rule).flatten() {
        Some(told) => told,
        None if fact.shown && extent == Extent::Complete => rule.shown.unwrap_or(rule.level),
        None => rule.level.min(most),
    };
    match extent {
        Extent::Complete => level,
        Extent::Partial | Extent::None => level.min(Severity::Note),
    }
}
