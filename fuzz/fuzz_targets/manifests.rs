//! Whatever bytes are given as manifests: they are read and joined without a panic, and every
//! finding points into a text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netpolc::input::{Options, read_text};
use netpolc::model::Cluster;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let loaded = read_text("fuzz.yaml", &text, &Options::default());
    for finding in &loaded.findings {
        for label in &finding.labels {
            let _ = loaded.sources.place(label.span);
        }
    }
    let _ = Cluster::new(loaded.objects);
});
