//! Values of an object that the API server would refuse, as findings with their places.

use super::decode::Issue;
use super::node::{Node, Value};
use super::report::Report;
use crate::diag::{Finding, Severity};

/// What is wrong with the values of an object.
pub(super) fn tell(issues: &[Issue], node: &Node, report: &Report<'_>) {
    for issue in issues {
        let at = node.find(&issue.path);
        let message = match at.value {
            Value::Seq(_) | Value::Map(_) | Value::Null => {
                format!("`{}`: {}", issue.path, issue.what)
            }
            _ => {
                let written = report.written(at);
                format!(
                    "`{}`: invalid value `{written}`: {}",
                    issue.path, issue.what
                )
            }
        };
        let finding = Finding::new(issue.rule, issue.severity, message);
        let finding = finding.at(report.place.of(at), "");
        let is_read = issue.rule == "invalid-name" && issue.severity == Severity::Warning;
        report.add(if is_read {
            finding.help("the object is read, but the API server refuses its name")
        } else {
            finding
        });
    }
}
