//! `matrix` as it is run: its formats, its filters, and what it folds.
#![expect(
    clippy::expect_used,
    reason = "a test that cannot start its subject has failed"
)]

use std::process::Command;

/// Runs `matrix` over the sample application; its exit code and what it wrote.
fn matrix(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_netpolc"))
        .env_clear()
        .env("COLUMNS", "100")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg("matrix")
        .args(arguments)
        .args(["-f", "policies/shop"])
        .output()
        .expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// The answer of a run that succeeds without a message.
fn answer(arguments: &[&str]) -> String {
    let (code, out, err) = matrix(arguments);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{arguments:?}");
    out
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/matrix"));
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn every_format() {
    for format in ["table", "txt", "json", "csv", "md"] {
        let to = ["-o", format, "--to", "payments/deploy/gateway"];
        snapshot(&format!("to-gateway-{format}"), &answer(&to));
    }
}

#[test]
fn the_whole_table() {
    snapshot("table", &answer(&[]));
}

#[test]
fn namespaces() {
    snapshot(
        "by-namespace-txt",
        &answer(&["-o", "txt", "--by", "namespace"]),
    );
}

#[test]
fn filters_leave_what_they_name() {
    let lines = answer(&["-o", "txt", "--from", "shop/deploy/web", "--port", "8080"]);
    assert_eq!(
        lines,
        "shop/web[Deployment] => shop/api[Deployment] : TCP 8080\n\
         shop/web[Deployment] => shop/cart[Deployment] : TCP 8080\n"
    );
    // The Service's port 443 leads to port 8443 of its pods.
    let lines = answer(&["-o", "txt", "--to", "payments/svc/ledger:443"]);
    assert!(lines.contains("shop/api[Deployment] => payments/ledger[Deployment] : TCP 8443\n"));
    assert_eq!(
        answer(&["-o", "txt", "--from", "shop/deploy/web", "--port", "22"]),
        ""
    );
    let lines = answer(&[
        "-o",
        "txt",
        "--from",
        "203.0.113.9",
        "--to",
        "ns/ingress-nginx",
    ]);
    assert_eq!(
        lines,
        "203.0.113.9-203.0.113.9[External] => ingress-nginx/ingress-nginx-controller[Deployment] : TCP 80,443\n"
    );
}

#[test]
fn what_it_cannot_show_is_said() {
    for (arguments, message) in [
        (
            &["--from", "shop/deploy/web:80"],
            "error: the source has a port\n",
        ),
        (&["--to", "shop/nothing"], "error: "),
        (&["--port", "0"], "error: port `0` is not from 1 to 65535"),
        (
            &["--from", "shop/[app=web]"],
            "error: the matrix has no row for ",
        ),
    ] {
        let (code, out, err) = matrix(arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(err.starts_with(message), "{arguments:?}: {err}");
    }
}
