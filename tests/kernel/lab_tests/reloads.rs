//! Rulesets that are replaced while packets come.

use super::super::available::{Tool, available};
use super::super::packet::Kind;
use super::{lab, probe};

const RULES: &str = "table inet t {\n chain c {\n type filter hook forward priority filter;\n\
                     udp dport 53 drop\n tcp dport 80 accept\n}\n}\n";

#[test]
fn one_transaction_leaks_nothing() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = lab(2);
    lab.load_nft(RULES).expect("it loads");
    let denied = [probe("10.9.0.10", "10.9.0.11", Kind::Udp(53))];
    let allowed = [probe("fd09::10", "fd09::11", Kind::Tcp(80))];
    let at_once = format!("add table inet t\ndelete table inet t\n{RULES}");
    let flood = lab.under_traffic(&denied, &allowed, 50, |lab| lab.load_nft(&at_once));
    let flood = flood.expect("it loads every time");
    assert!(flood.denied > 500 && flood.allowed > 500, "{flood:?}");
    assert_eq!((flood.leaked, flood.lost), (0, 0), "{flood:?}");
}

#[test]
fn two_transactions_leak() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = lab(2);
    lab.load_nft(RULES).expect("it loads");
    let denied = [probe("10.9.0.10", "10.9.0.11", Kind::Udp(53))];
    let flood = lab.under_traffic(&denied, &[], 50, |lab| {
        lab.load_nft("delete table inet t\n")?;
        lab.load_nft(RULES)
    });
    let flood = flood.expect("it loads every time");
    assert!(flood.leaked > 0, "{flood:?}");
}

#[test]
fn a_failing_reload_is_an_error() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let flood = lab(1).under_traffic(&[], &[], 1, |lab| lab.load_nft("nonsense\n"));
    flood.expect_err("nothing was loaded");
}
