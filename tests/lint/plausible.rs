//! Lint over repositories as people keep them, of which each has a part of what runs in a cluster: what is
//! said there as an error is confirmed by `trace`, and nothing of it is refused for how it is written.

use super::random::Choices;
use super::random::failing::clusters;
use super::random::plausible::{File, repository};
use super::recorded::wrong;
use super::{lint_read, load};
use netpolc::diag::Severity;
use netpolc::lint::Check;
use netpolc::model::Cluster;
use netpolc::settings::Settings;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Numbers that look random, and are the same in every run.
fn numbers(seed: u64) -> Vec<u16> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = |_| {
        // A xorshift generator.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u16::try_from(state >> 48).unwrap()
    };
    (0..400).map(next).collect()
}

fn write(root: &Path, files: &[File]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn what_is_found_in_plausible_repositories_is_confirmed() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plausible");
    let mut complaints = Vec::new();
    let mut counts: BTreeMap<(Severity, &str), usize> = BTreeMap::new();
    for seed in 1..=u64::from(clusters(60, 60)) {
        let files = repository(&mut Choices::new(&numbers(seed)));
        let directory = root.join(seed.to_string());
        if directory.exists() {
            fs::remove_dir_all(&directory).unwrap();
        }
        write(&directory, &files);
        let mut read = load(std::slice::from_ref(&directory));
        let cluster = Cluster::new(std::mem::take(&mut read.objects));
        let report = lint_read(&read, &cluster, &Settings::default(), true);
        for found in report.counted() {
            *counts.entry((found.severity, found.rule.code)).or_default() += 1;
        }
        let refused = report.counted().filter(|it| {
            it.severity == Severity::Error && matches!(it.rule.check, Check::Reading(_))
        });
        let refused = refused.map(|it| format!("{}: {}", it.rule.code, it.fact.message));
        let wrong = wrong(&read, &cluster, &report);
        let all = refused.chain(wrong);
        complaints.extend(all.map(|it| format!("{}: {it}", directory.display())));
        if complaints.is_empty() {
            fs::remove_dir_all(&directory).unwrap();
        }
    }
    assert!(
        complaints.is_empty(),
        "{}\n{counts:?}",
        complaints.join("\n")
    );
    // Mistakes about DNS are there, and are errors where the DNS pods are.
    assert!(
        counts.contains_key(&(Severity::Error, "NP050")),
        "{counts:?}"
    );
    assert!(
        counts.contains_key(&(Severity::Note, "NP009")),
        "{counts:?}"
    );
}
