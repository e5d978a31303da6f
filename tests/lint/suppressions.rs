//! What is silenced, by whom, and what is told of that.

use super::lint_text;
use netpolc::diag::Severity;
use netpolc::lint::fixes::{self, Fixes};
use netpolc::lint::{Baseline, Dismissed};

/// `LINE CODE` of each finding; with why, where it does not count.
fn told(text: &str) -> Vec<String> {
    let (report, read) = lint_text(text);
    let told = report.findings.iter().map(|found| {
        let line = found.span().map_or(0, |it| read.sources.position(it).line);
        let why = match &found.dismissed {
            Some(Dismissed::Suppressed { span, reason }) => {
                format!(" suppressed at {}: {reason}", read.sources.place(*span))
            }
            Some(Dismissed::Baseline) => " baseline".to_owned(),
            None => String::new(),
        };
        format!("{line} {}{why}", found.rule.code)
    });
    told.collect()
}

const PEERS: &str = "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector: {matchLabels: {team: a}}
        - podSelector: {matchLabels: {app: web}}
      ports: [{port: 80}]
";

#[test]
fn comments_stand_on_the_line_or_above_it() {
    assert_eq!(told(PEERS), ["10 NP017"]);
    let peer = "        - podSelector: {matchLabels: {app: web}}";
    let on = PEERS.replace(peer, &format!("{peer} # netpolc: ignore[np017] why not"));
    let why = "10 NP017 suppressed at a.yaml:10:68: why not";
    assert_eq!(told(&on), [why]);
    for comment in [
        "# netpolc: ignore[and-or-peers] why not",
        "# netpolc:ignore[NP020, all]why not\n# more of it",
    ] {
        let above = PEERS.replace(peer, &format!("{comment}\n{peer}"));
        let told = told(&above);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("suppressed at a.yaml:10:"), "{told:?}");
    }
    // In Windows files too.
    let windows = on.replace('\n', "\r\n");
    assert_eq!(told(&windows), [why]);
}

#[test]
fn comments_before_and_after_everything_are_read() {
    let first = format!("# netpolc: ignore[NP017] first\n---\n{PEERS}");
    assert_eq!(told(&first), ["1 NP000", "12 NP017"]);
    let last = format!("{PEERS}# netpolc: ignore[NP017] last");
    assert_eq!(told(&last), ["10 NP017", "12 NP000"]);
    let flow = format!("{PEERS}---\n# netpolc: ignored\n{{}}\n");
    assert_eq!(told(&flow), ["10 NP017", "13 NP000"]);
}

#[test]
fn what_is_in_quotes_or_blocks_is_no_comment() {
    let text = "apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: shop}
data:
  a: |
    # netpolc: ignore[NP017]
  b: \"x # netpolc: nonsense
    # netpolc: nonsense\"
";
    assert_eq!(told(&format!("{text}---\n{PEERS}")), ["19 NP017"]);
}

#[test]
fn annotations_are_of_their_object_only() {
    let annotated = PEERS.replace(
        "metadata: {name: db, namespace: shop}",
        "metadata: {name: db, namespace: shop, annotations: {netpolc.io/ignore: all}}",
    );
    let other = PEERS.replace("db", "other");
    let told = told(&format!("{annotated}---\n{other}"));
    assert_eq!(told, ["10 NP017 suppressed at a.yaml:3:72: ", "22 NP017"]);
}

#[test]
fn a_baseline_forgives_as_many_as_there_were() {
    let (report, _) = lint_text(PEERS);
    let baseline = Baseline::of(&report);
    // Other lines and another place in the list.
    let rule = PEERS.split("  ingress:\n").nth(1).unwrap();
    let moved = PEERS.replace(
        "  ingress:\n",
        "\n\n  ingress:\n    - ports: [{port: 81}]\n",
    );
    let (mut report, _) = lint_text(&moved);
    report.findings.retain(|it| it.rule.code == "NP017");
    assert_eq!(baseline.dismiss(&mut report), 0);
    assert_eq!(report.counted().count(), 0);
    let twice = format!("{PEERS}{rule}");
    let (mut report, _) = lint_text(&twice);
    report.findings.retain(|it| it.rule.code == "NP017");
    assert_eq!(baseline.dismiss(&mut report), 0);
    assert_eq!(report.counted().count(), 1, "one more than before");
    let (mut report, _) =
        lint_text(&PEERS.replace("        - podSelector: {matchLabels: {app: web}}\n", ""));
    assert_eq!(baseline.dismiss(&mut report), 1, "one is gone");
}

#[test]
fn fixes_that_touch_wait_for_each_other() {
    let text = PEERS.replace("{app: db}", "{app: db, canary: yes, build: 010}");
    let (mut report, read) = lint_text(&text);
    let fixes = Fixes::of(&report, &read.sources);
    assert_eq!((fixes.fixed, fixes.waiting), (2, 0));
    let after = fixes::apply(&text, &fixes.files["a.yaml"]).unwrap();
    assert!(after.contains("canary: \"yes\", build: \"010\""), "{after}");
    assert!(lint_text(&after).0.count(Severity::Error) == 0);
    // The same change twice is one; another one of the same text waits.
    let first = report
        .findings
        .iter()
        .position(|it| it.rule.code == "NP004");
    let mut again = report.findings[first.unwrap()].clone();
    report.findings.push(again.clone());
    again.fact.fix.as_mut().unwrap().edits[0].text = "other".to_owned();
    report.findings.push(again);
    let fixes = Fixes::of(&report, &read.sources);
    assert_eq!((fixes.fixed, fixes.waiting), (3, 1));
    assert_eq!(fixes::apply("another text", &fixes.files["a.yaml"]), None);
}

#[test]
fn a_typo_is_fixed_unasked_where_the_object_is_refused_anyway() {
    let typo = PEERS.replace("  ingress:", "  ingres:");
    let (report, read) = lint_text(&typo);
    assert_eq!(Fixes::of(&report, &read.sources).fixed, 0);
    assert_eq!(Fixes::with_unsafe(&report, &read.sources).fixed, 1);
    let refused = typo.replace("{app: db}", "{app: yes}");
    let (report, read) = lint_text(&refused);
    assert_eq!(Fixes::of(&report, &read.sources).fixed, 2);
}

#[test]
fn what_nearly_suppresses_is_told() {
    for comment in ["# NETPOLC: ignore[NP017]", "# Netpolc:ignore[NP017]"] {
        let told = told(&format!("{comment}\n{PEERS}"));
        assert_eq!(told, ["1 NP000", "11 NP017"], "{comment}");
    }
    for name in [
        "netpolc.io/ignores",
        "netpolc.io/Ignore",
        "netpolc.io/ingore",
    ] {
        let metadata = "namespace: shop}";
        let annotated = format!("namespace: shop, annotations: {{{name}: NP017}}}}");
        let told = told(&PEERS.replace(metadata, &annotated));
        assert_eq!(told, ["3 NP000", "10 NP017"], "{name}");
    }
    let unused = told(&format!("{PEERS}# netpolc: ignore[all] nothing"));
    assert_eq!(unused, ["10 NP017", "12 NP000"]);
}

#[test]
fn all_does_not_hide_that_an_object_is_refused() {
    let refused = PEERS.replace("{app: db}", "{app: yes}");
    for (what, hidden) in [("all", false), ("NP004", true)] {
        let annotated = format!("namespace: shop, annotations: {{netpolc.io/ignore: {what}}}}}");
        let told = told(&refused.replace("namespace: shop}", &annotated));
        let label = told.iter().find(|it| it.starts_with("5 NP004"));
        let label = label.expect("the label is found");
        assert_eq!(label.contains("suppressed"), hidden, "{told:?}");
    }
}
