//! The quick YAML reader makes the same trees as the full one, or leaves the text to it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    netpolc::input::yaml_readers_agree(&String::from_utf8_lossy(bytes));
});
