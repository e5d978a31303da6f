//! Claims that cannot be asked, and text in them that must not reach a terminal.

use super::prove::{DATABASE, HEAD, WEB, fed, intents, prove};
use super::*;

#[test]
fn wrong_claims_are_told_and_exit_with_2() {
    let flows = |from, to| vec!["--from", from, "--to", to, "--expect", "denied"];
    for (arguments, told) in [
        (vec![], "error: no claim\n"),
        (vec!["--from", WEB], "--to"),
        (vec!["--to", DATABASE], "--from"),
        (vec!["--from", WEB, "--to", DATABASE], "--expect"),
        (vec!["--expect", "denied"], "--from"),
        (vec!["--port", "80"], "--to"),
        (vec!["intents.yaml", "--to", DATABASE], "--from"),
        (
            vec!["-o", "yaml", "nowhere.yaml"],
            "[possible values: text, json, junit]",
        ),
        (flows("shop/deploy/wbe", DATABASE), "did you mean `web`?"),
        (
            flows(WEB, "shop/svc/nope:80"),
            "no Service `nope` in namespace `shop`",
        ),
        (
            flows("ns/nowhere", DATABASE),
            "error: no namespace `nowhere` in the input\n",
        ),
        (
            flows("shop/svc/web", DATABASE),
            "`shop/web` does not open connections",
        ),
        (flows("svc/web", DATABASE), "there is `shop/web`"),
        (
            flows("shop/deploy/web:80", DATABASE),
            "a source has no port",
        ),
        (
            flows(WEB, "shop/svc/db:9999"),
            "it has 5432/TCP (`postgres`)",
        ),
        (
            flows(WEB, "shop/sts/db:0"),
            "port `0` is not from 1 to 65535",
        ),
        (
            flows("shop/[app=a,app!=a]", DATABASE),
            "`app!=a` contradicts `app=a`",
        ),
        (
            [flows(WEB, "shop/sts/db:80"), vec!["--port", "81"]].concat(),
            "different ports",
        ),
        (
            vec!["--equal-to", "nowhere"],
            "error: no such file or directory: `nowhere`\n",
        ),
        (
            vec!["--no-more-than", "nowhere"],
            "error: no such file or directory: `nowhere`\n",
        ),
        (
            vec!["nowhere.yaml"],
            "error: no such file or directory: `nowhere.yaml`\n",
        ),
        (
            vec!["policies/shop/namespaces.yaml"],
            "expected `kind: Intents`",
        ),
    ] {
        let ran = prove(&arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(ran.err.contains(told), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn claims_without_manifests_are_wrong_usage() {
    let ran = fed(&["policies/intents/shop-holds.yaml"], "");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.starts_with("error: no input\n"), "{}", ran.err);
}

#[test]
fn wrong_intents_are_shown_where_they_stand() {
    for (name, body) in [
        (
            "unknown-names",
            "intents:\n\
             \x20 - {name: a, expect: denied, from: shop/deploy/wbe, to: shop/svc/db}\n\
             \x20 - {name: b, expect: denied, from: ns/shopp, to: {namespace: shop}}\n\
             \x20 - {name: c, expect: redundant, policy: shop/nope}\n",
        ),
        (
            "contradiction",
            "assume:\n\
             \x20 - always: {matchLabels: {app: web}}\n\
             \x20 - always: {matchExpressions: [{key: app, operator: DoesNotExist}]}\n\
             intents:\n\
             \x20 - {name: a, expect: denied, from: anyone, to: ns/shop}\n",
        ),
        (
            "empty",
            "intents:\n\
             \x20 - {name: a, expect: denied, from: [], to: ns/shop}\n\
             \x20 - {name: b, expect: denied, to: ns/shop}\n",
        ),
    ] {
        let ran = intents(body);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{name}");
        snapshot(&format!("prove-wrong-{name}"), &ran.err);
    }
    let ran = intents("intents:\n  - {name: a, expect: equal, policies: nowhere/}\n");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert_eq!(
        ran.err,
        "unreadable\n\n  × no such file or directory: `nowhere/`\n   ╭─[<stdin>:4:40]\n 3 │ intents:\n \
         4 │   - {name: a, expect: equal, policies: nowhere/}\n   ·                                        \
         ────────\n   ╰────\n  help: the path is relative to the file of intents\n\n"
    );
}

#[test]
fn proofs_cannot_steer_the_terminal() {
    let named = format!(
        "{HEAD}intents:\n  - {{name: \"a\\e[2J\\u202e\", expect: denied, from: pods, to: pods}}\n"
    );
    let labelled = format!(
        "{HEAD}intents:\n  - name: a\n    expect: denied\n    from: \"shop/[a\\e]0;x=b\\e[31m]\"\n    \
         to: {{podSelector: {{matchLabels: {{\"a\\e]0;x\": \"b\\e[31m\"}}}}}}\n"
    );
    let hostile = ["-f", "tests/fixtures/broken/escapes.yaml", "--keep-going"];
    let typed = ["--to", "shop/fine", "--expect", "denied"];
    for (arguments, input) in [
        (&["-"][..], named.as_str()),
        (&["-", "-o", "junit"], named.as_str()),
        (&["-", "-o", "json"], named.as_str()),
        (&["-"], labelled.as_str()),
        (&["-"], "intents: \u{1b}[2J"),
        (
            &["--from", "pods", "--to", "pods", "--expect", "denied"],
            "",
        ),
        (&[&["--from", "a\u{1b}[2Jb"][..], &typed].concat(), ""),
        (
            &[&["--from", "shop/[a=\u{1b}[2J]"][..], &typed].concat(),
            "",
        ),
        (&["--equal-to", "a\u{1b}[2J"], ""),
        (&["a\u{1b}[2J.yaml"], ""),
    ] {
        let ran = fed(&[arguments, &hostile].concat(), input);
        assert!(!ran.out.is_empty() || !ran.err.is_empty(), "{arguments:?}");
        for text in [&ran.out, &ran.err] {
            let safe = |c: char| c == '\n' || !(c.is_control() || c == '\u{202e}');
            assert!(text.chars().all(safe), "{arguments:?}: {text:?}");
        }
    }
}
