//! Whatever bytes are given as a ruleset: they are read back, or refused, without a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netpolc::emit::{delta, read};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let _ = read::nftables(&text);
    let mut parts = text.splitn(3, '\0');
    let (sets, v4, v6) = (parts.next(), parts.next(), parts.next());
    let _ = read::iptables(
        sets.unwrap_or_default(),
        v4.unwrap_or_default(),
        v6.unwrap_or_default(),
    );
    if let Some((old, new)) = text.split_once('\0') {
        let _ = delta::delta(old, new);
    }
});
