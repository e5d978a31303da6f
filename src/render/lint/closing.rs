//! What there is to say of a run as a whole, each in one line.

use crate::diag::Severity;
use crate::lint::fixes::Fixes;
use crate::lint::{Dismissed, Extent, Found, Need, Report};
use crate::render::count;
use std::collections::{BTreeMap, HashMap};

/// `2 errors, 1 warning (1 suppressed, 3 in the baseline)`; `no findings`.
pub fn counts(report: &Report) -> String {
    let number = |severity| report.count(severity);
    let levels = [
        (number(Severity::Error), "error", "errors"),
        (number(Severity::Warning), "warning", "warnings"),
        (number(Severity::Note), "note", "notes"),
    ];
    let met = levels.into_iter().filter(|(number, ..)| *number > 0);
    let found: Vec<String> = met.map(|(n, one, many)| count(n, one, many)).collect();
    let findings = report.findings.iter();
    let all = findings.filter(|it| it.dismissed.is_some()).count();
    let known = |it: &&Found| it.dismissed == Some(Dismissed::Baseline);
    let known = report.findings.iter().filter(known).count();
    let dismissed = [
        (all - known, format!("{} suppressed", all - known)),
        (known, format!("{known} in the baseline")),
    ];
    let met = dismissed.into_iter().filter(|(number, _)| *number > 0);
    let others: Vec<String> = met.map(|(_, text)| text).collect();
    let found = match found.as_slice() {
        [] => "no findings".to_owned(),
        found => found.join(", "),
    };
    match others.as_slice() {
        [] => found,
        others => format!("{found} ({})", others.join(", ")),
    }
}

/// What could be set right by `--fix`, without and with `--unsafe-fixes`; none where that is nothing.
pub fn fixable(safe: &Fixes, all: &Fixes) -> Option<String> {
    let number = |fixes: &Fixes| fixes.fixed + fixes.waiting;
    let (safe, all) = (number(safe), number(all));
    let findings = |number| count(number, "finding", "findings");
    if safe == 0 && all == 0 {
        return None;
    }
    if safe == 0 {
        return Some(format!(
            "{} can be set right with `--fix --unsafe-fixes`, which may change what policies mean",
            findings(all)
        ));
    }
    let more = if all > safe {
        format!("; {} more with `--unsafe-fixes`", all - safe)
    } else {
        String::new()
    };
    Some(format!(
        "{} can be set right with `--fix`; see them with `--diff`{more}",
        findings(safe)
    ))
}

/// What would be an error or a warning if the input was all there is, and is not now; none where that is
/// nothing.
pub fn if_complete(now: &Report, complete: &Report) -> Option<String> {
    let mut known: HashMap<String, Vec<Severity>> = HashMap::new();
    for found in now.counted() {
        known.entry(found.key()).or_default().push(found.severity);
    }
    let mut more = BTreeMap::new();
    for found in complete.counted().filter(|it| it.severity > Severity::Note) {
        let now = known.get_mut(&found.key()).and_then(Vec::pop);
        if now.is_none_or(|now| now < found.severity) {
            *more.entry(found.severity).or_insert(0) += 1;
        }
    }
    let number = |severity| more.get(&severity).copied().unwrap_or_default();
    let levels = [
        (number(Severity::Error), "error", "errors"),
        (number(Severity::Warning), "warning", "warnings"),
    ];
    let met = levels.into_iter().filter(|(number, ..)| *number > 0);
    let more: Vec<String> = met.map(|(n, one, many)| count(n, one, many)).collect();
    (!more.is_empty()).then(|| {
        format!(
            "if the input is all there is, say so: `--inventory complete` would add {}",
            more.join(" and ")
        )
    })
}

/// That policies were left out, whatever the levels of the rules that say why; none where none was.
pub fn left_out(policies: usize) -> Option<String> {
    (policies > 0).then(|| {
        let policies = count(policies, "policy", "policies");
        format!("left out: {policies}, so rules that need all policies were not checked")
    })
}

/// What the input has of the cluster, and which rules were not checked for want of what.
pub fn about_input(report: &Report) -> Vec<String> {
    let inventory = &report.inventory;
    let needs = [
        Need::Policies,
        Need::Workloads,
        Need::Namespaces,
        Need::Services,
    ];
    let extents = needs.map(|need| match (need, inventory.of(need)) {
        (Need::Policies, Extent::None) => "policies not all read".to_owned(),
        (need, extent) => format!("{} {}", need.name(), extent.name()),
    });
    let how = if inventory.told {
        "as told"
    } else {
        "as found"
    };
    let complete = inventory.complete_namespaces();
    let beside = match complete {
        0 => String::new(),
        _ => format!(
            "; workloads and services of {} complete",
            count(complete, "namespace", "namespaces")
        ),
    };
    let inventory = format!("inventory, {how}: {}{beside}", extents.join(", "));
    let skipped = report.skipped.iter();
    let needs: Vec<String> = skipped
        .map(|it| match it.need {
            Need::Policies => format!("without all policies {}", it.rules.join(" ")),
            need @ (Need::Workloads | Need::Namespaces | Need::Services) => {
                format!("without {} {}", need.name(), it.rules.join(" "))
            }
        })
        .collect();
    let skipped = (!needs.is_empty()).then(|| format!("not checked: {}", needs.join("; ")));
    std::iter::once(inventory).chain(skipped).collect()
}
