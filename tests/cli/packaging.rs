//! What packages take from the command: scripts for shells, and manual pages.

use super::{command, finish, run};
use std::path::Path;

#[test]
fn shells_have_scripts() {
    for (shell, start) in [
        ("bash", "_netpolc() {"),
        ("zsh", "#compdef netpolc"),
        ("fish", "# Print an optspec"),
    ] {
        let ran = run(&["completion", shell]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{shell}");
        assert!(ran.out.starts_with(start), "{}", ran.out);
        assert!(
            ran.out.contains("matrix") && ran.out.contains("with"),
            "{shell}"
        );
    }
    assert_eq!(run(&["completion", "tcsh"]).code, Some(2));
}

#[test]
fn bash_completes_with_its_script() {
    if !Path::new("/bin/bash").exists() {
        return;
    }
    let mut shell = command("/bin/bash");
    let binary = env!("CARGO_BIN_EXE_netpolc");
    let script = format!(
        "eval \"$({binary} completion bash)\"; COMP_WORDS=(netpolc ma); COMP_CWORD=1; _netpolc netpolc ma netpolc; echo \"${{COMPREPLY[@]}}\""
    );
    shell.args(["-c", &script]);
    let ran = finish(shell, "");
    assert_eq!(
        ran.out.split_whitespace().next(),
        Some("matrix"),
        "{}{}",
        ran.out,
        ran.err
    );
}

#[test]
fn verbs_have_manual_pages() {
    for (verb, title, word) in [
        (&[][..], ".TH netpolc 1", "netpolc\\-can(1)"),
        (&["can"], ".TH netpolc-can 1", "DST"),
        (&["emit", "nftables"], ".TH netpolc-emit-nftables 1", "node"),
    ] {
        let ran = run(&[&["man"], verb].concat());
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{verb:?}");
        assert!(ran.out.contains(title), "{}", ran.out);
        assert!(ran.out.contains(word), "{}", ran.out);
    }
    assert_eq!(run(&["man", "nothing"]).code, Some(2));
}
