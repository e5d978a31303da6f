//! What people type and what stands beside manifests: endpoints, ports, intents, settings, and the
//! clauses and proofs of certificates. All are read or refused, without a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netpolc::endpoint::grammar::{parse, parse_port};
use netpolc::input::{Options, read_certificate, read_intents, read_settings};
use netpolc::prove::certificate::check;
use netpolc::source::SourceMap;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let Some((kind, text)) = text.split_once('\n') else {
        let _ = parse(&text);
        let _ = parse_port(&text);
        return;
    };
    let mut sources = SourceMap::new();
    match kind {
        "intents" => {
            let read = read_intents("fuzz.yaml", text, &Options::default(), &mut sources);
            for label in read.findings.iter().flat_map(|it| &it.labels) {
                let _ = sources.place(label.span);
            }
        }
        "settings" => {
            let read = read_settings("fuzz.yaml", text, &mut sources);
            for label in read.findings.iter().flat_map(|it| &it.labels) {
                let _ = sources.place(label.span);
            }
        }
        "values" => {
            let _ = read_certificate(text.as_bytes());
        }
        _ => {
            let (clauses, proof) = text.split_once('\0').unwrap_or((text, ""));
            let _ = check(clauses.as_bytes(), proof.as_bytes());
        }
    }
});
