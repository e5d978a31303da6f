//! Whatever bytes are given as manifests: all rules are checked without a panic, every finding
//! points into a text, and every change of a fix fits into it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netpolc::input::{Options, read_text};
use netpolc::lint::{Levels, Subject, run};
use netpolc::model::Cluster;
use netpolc::settings::{Settings, Told};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let options = Options {
        keeps_written: true,
        ..Options::default()
    };
    let loaded = read_text("fuzz.yaml", &text, &options);
    let cluster = Cluster::new(loaded.objects);
    let settings = Settings {
        inventory: Told::Complete,
        ..Settings::default()
    };
    let Ok(levels) = Levels::new(true, []) else {
        return;
    };
    let subject = Subject {
        cluster: &cluster,
        sources: &loaded.sources,
        manifests: &loaded.manifests,
        read: &loaded.findings,
    };
    for finding in run(subject, &settings, &levels).findings {
        for label in &finding.fact.labels {
            let _ = loaded.sources.place(label.span);
        }
        for edit in finding.fact.fix.iter().flat_map(|fix| &fix.edits) {
            let text = loaded.sources.get(edit.span.file).text();
            assert!(
                text.get(edit.span.start as usize..edit.span.end as usize)
                    .is_some()
            );
        }
    }
});
