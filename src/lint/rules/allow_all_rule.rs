//! A rule that allows everything.
//!
//! ## What it does
//! Reports a rule that names neither peers nor ports: `- {}`. It is a warning if nothing at all follows
//! the dash, or if the same list has other rules, which then have no effect.
//!
//! ## Why it matters
//! Such a rule matches every connection on every port, with every pod of the cluster and every address
//! outside the cluster.
//!
//! ## Example
//! ```yaml
//! ingress:
//!   - from: [{podSelector: {matchLabels: {app: web}}}]
//!   - {}
//! ```
//!
//! ## Use instead
//! ```yaml
//! ingress:
//!   - from: [{podSelector: {matchLabels: {app: web}}}]
//! ```
//!
//! ## Limits
//! `ingress: [{}]` alone is the usual way to allow everything on purpose, so it is only a note. If it
//! undoes another policy, `default-deny-nullified` reports it.

use crate::diag::Severity;
use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, Peers, Ports, Rule, Tier};
use crate::source::Span;
use crate::written::{Part, Value};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context.rules() {
        if at.policy.tier != Tier::NetworkPolicy || !allows_all(at.rule) {
            continue;
        }
        // Lists that are there and empty are other rules' business.
        match context.field(at.policy, &at.path()) {
            Some(rule) if rule.value == Value::Null || rule.fields().is_empty() => {
                facts.add(fact(context, &at, rule));
            }
            Some(_) | None => {}
        }
    }
}

fn allows_all(rule: &Rule) -> bool {
    rule.peers == Peers::Anyone && rule.ports == Ports::Any
}

fn fact(context: &Context<'_>, at: &RuleAt<'_>, rule: &Part) -> Fact {
    let direction = at.direction.name();
    let (ends, meaning) = match at.direction {
        Direction::Ingress => (
            "from everyone",
            "lets everyone in on every port, from inside the cluster and outside",
        ),
        Direction::Egress => (
            "to everyone",
            "lets these pods connect to everyone on every port, inside the cluster and outside",
        ),
    };
    let dangling = rule.value == Value::Null;
    let place = if dangling {
        dash(context, at, rule)
    } else {
        Some(rule.span)
    };
    let all = at.policy.rules(at.direction).unwrap_or_default();
    let void = all.iter().position(|rule| !allows_all(rule));
    let what = if dangling {
        "a dash with nothing after it"
    } else {
        "an empty rule"
    };
    let message = match void {
        Some(_) => format!("{what} allows all {direction}, so the other rules have no effect"),
        None => format!("{what} allows all {direction}"),
    };
    let fact = Fact::new(context.policy_ref(at.policy), at.path(), message)
        .at(place, format!("{ends}, on every port"))
        .means(meaning)
        .fix(format!(
            "remove it, or list peers or ports; `{}: [{{namespaceSelector: {{}}}}]` means all pods",
            at.direction.peers_field()
        ));
    match void {
        Some(other) => {
            let path = crate::model::Policy::rule_path(at.direction, other);
            fact.at(context.span(at.policy, &path), "has no effect")
        }
        None if dangling => fact,
        None => fact.at_most(Severity::Note),
    }
}

/// The dash before nothing; the list where it is not found.
fn dash(context: &Context<'_>, at: &RuleAt<'_>, rule: &Part) -> Option<Span> {
    let text = context.sources.get(rule.span.file).text();
    let mut before = text.get(..rule.span.start as usize).unwrap_or_default();
    // Comments and blank lines may stand between.
    while let Some(newline) = before.rfind('\n') {
        let line = before.get(newline..).unwrap_or_default();
        let code = line.split('#').next().unwrap_or_default().trim_end();
        if code.ends_with('-') {
            let end = newline + code.len();
            return Some(Span::new(rule.span.file, end - 1, end));
        }
        if !code.is_empty() {
            break;
        }
        before = before.get(..newline).unwrap_or_default();
    }
    let list = context.field(at.policy, &format!("spec.{}", at.direction));
    list.map(|it| it.span)
}
