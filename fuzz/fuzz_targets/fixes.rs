//! What `lint --fix` changes unasked never changes what policies let through: where all of the text is
//! read, the matrix is the same afterwards, byte for byte.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netpolc::compile::Matrix;
use netpolc::input::{Loaded, Options, read_text};
use netpolc::lint::fixes::{Fixes, apply};
use netpolc::lint::{Levels, Subject, run};
use netpolc::model::Cluster;
use netpolc::query::filter::Filter;
use netpolc::query::listing::Listing;
use netpolc::settings::Settings;

fn read(text: &str) -> Loaded {
    let options = Options {
        keeps_written: true,
        ..Options::default()
    };
    read_text("fuzz.yaml", text, &options)
}

fn matrix(cluster: &Cluster) -> Vec<u8> {
    let listing = Listing::new(cluster, &mut Matrix::new(cluster), &Filter::default());
    let mut out = Vec::new();
    netpolc::render::json::write_matrix(&listing, &mut out).expect("memory is writable");
    out
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let loaded = read(&text);
    // A fix may make a policy count that is left out.
    if loaded
        .findings
        .iter()
        .any(|it| it.severity == netpolc::diag::Severity::Error)
    {
        return;
    }
    let cluster = Cluster::new(loaded.objects);
    let Ok(levels) = Levels::new(true, []) else {
        return;
    };
    let subject = Subject {
        cluster: &cluster,
        sources: &loaded.sources,
        manifests: &loaded.manifests,
        read: &loaded.findings,
    };
    let report = run(subject, &Settings::default(), &levels);
    let fixes = Fixes::of(&report, &loaded.sources);
    let Some(changes) = fixes.files.get("fuzz.yaml") else {
        return;
    };
    let fixed = apply(&text, changes).expect("the changes are of this text");
    assert_eq!(
        matrix(&cluster),
        matrix(&Cluster::new(read(&fixed).objects))
    );
});
