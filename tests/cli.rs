//! The command as it is run: streams, exit codes, help, and what bad input is told.
#![expect(
    clippy::expect_used,
    reason = "a test that cannot start its subject has failed"
)]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run left behind.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn command(binary: &str) -> Command {
    let mut command = Command::new(binary);
    command
        .env_clear()
        .env("COLUMNS", "100")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"));
    command
}

fn finish(mut command: Command, input: &str) -> Ran {
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A child that does not read its input closes the pipe, which is no failure.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("the child ends");
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

fn run(arguments: &[&str]) -> Ran {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.args(arguments);
    finish(command, "")
}

/// Runs a verb over the sample shop, in its namespace.
fn shop(arguments: &[&str]) -> Ran {
    run(&[arguments, &["-f", "shop.yaml", "-n", "shop"]].concat())
}

/// The exit code and the first line.
fn short(ran: &Ran) -> (Option<i32>, &str) {
    (ran.code, ran.out.lines().next().unwrap_or_default())
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/cli"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Everything that a run said, for a snapshot.
fn whole(ran: &Ran) -> String {
    let code = ran.code.unwrap_or(-1);
    let rule = if ran.err.is_empty() {
        ""
    } else {
        "--- stderr ---\n"
    };
    format!("{}{rule}{}--- exit {code} ---\n", ran.out, ran.err)
}

#[test]
fn help_is_short_and_shows_examples() {
    for verb in ["can", "matrix", "explain"] {
        let ran = run(&[verb, "--help"]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
        assert_eq!(ran.out, run(&[verb, "-h"]).out, "{verb} has one help");
        snapshot(&format!("help-{verb}"), &ran.out);
    }
    snapshot("help", &run(&["--help"]).out);
    assert_eq!(
        run(&["--version"]).out,
        concat!("netpolc ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn a_kubectl_plugin_calls_itself_that() {
    let mut plugin = command(env!("CARGO_BIN_EXE_kubectl-netpolc"));
    plugin.args(["can", "--help"]);
    snapshot("help-plugin-can", &finish(plugin, "").out);
    let mut plugin = command(env!("CARGO_BIN_EXE_kubectl-netpolc"));
    plugin.arg("--help");
    let ran = finish(plugin, "");
    assert!(
        ran.out.contains("Usage: kubectl netpolc <COMMAND>"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("Flags stand after `kubectl netpolc`."),
        "{}",
        ran.out
    );
}

#[test]
fn wrong_usage_is_told_and_exits_with_2() {
    for arguments in [
        &[][..],
        &["frobnicate"],
        &["can", "a"],
        &["can", "a", "b", "c"],
        &["can", "a", "b", "--frobnicate"],
        &["can", "a", "b", "--color", "red", "-f", "shop.yaml"],
        &["explain", "a", "--port", "80", "-f", "shop.yaml"],
        &["can", "a", "b"],
        &["can", "a", "b", "-f", "-", "-f", "-"],
        &["can", "a", "b", "-f", "shop.yaml", "-n", ""],
        &["can", "a", "b", "-f", "nowhere.yaml"],
        &["can", "a", "b:80", "--port", "81", "-f", "shop.yaml"],
        &["can", "a:80", "b", "-f", "shop.yaml"],
    ] {
        let ran = run(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!ran.err.is_empty(), "{arguments:?}");
    }
    assert_eq!(
        run(&["can", "a", "b"]).err,
        "error: no input\n  help: name manifests with `-f FILE`, `-f DIR`, or `-f -` for the \
         standard input; a running cluster is not read yet\n"
    );
    assert_eq!(
        run(&["can", "a", "b", "-f", "nowhere.yaml"]).err,
        "error: no such file or directory: `nowhere.yaml`\n"
    );
}

#[test]
fn the_first_line_and_the_exit_code_are_the_answer() {
    let yes = shop(&["can", "api", "svc/db:15432"]);
    assert_eq!((short(&yes), yes.err.as_str()), ((Some(0), "yes"), ""));
    assert_eq!(
        short(&shop(&["can", "internet", "svc/db:sql"])),
        (Some(1), "no")
    );
    assert_eq!(
        short(&shop(&["can", "web", "svc/outside"])),
        (Some(3), "unknown")
    );
    for (question, code) in [("api", 0), ("internet", 1), ("web", 3)] {
        let ran = shop(&["can", question, "db:sql", "-q"]);
        assert_eq!(
            (ran.code, ran.out.as_str(), ran.err.as_str()),
            (Some(code), "", "")
        );
    }
}

#[test]
fn answers_say_why() {
    for (name, arguments) in [
        ("can-yes", &["can", "api", "svc/db"][..]),
        ("can-no", &["can", "10.2.0.1", "svc/db:sql"]),
        ("can-unknown", &["can", "web", "db:sql"]),
        ("can-open", &["can", "api", "db"]),
        ("can-differs", &["can", "10.0.0.0/8", "svc/db:sql"]),
        ("can-any", &["can", "ns/shop", "db:sql", "--any"]),
        ("can-dormant", &["can", "batch", "db:sql"]),
        ("can-imagined", &["can", "ops/[app=backup]", "db:5440"]),
        (
            "can-cluster-address",
            &["can", "10.1.0.7", "10.96.0.5:15432"],
        ),
        ("can-no-selector", &["can", "web", "svc/manual:80"]),
        ("can-namesake", &["can", "ops/probe", "db:15432"]),
    ] {
        snapshot(name, &whole(&shop(arguments)));
    }
}

#[test]
fn pods_behind_one_name_may_differ() {
    for (name, arguments) in [
        ("many-service", &["can", "deploy/twin", "svc/web:80"][..]),
        ("many-service-udp", &["can", "internet", "svc/web:53"]),
        ("many-service-open", &["can", "internet", "svc/web"]),
        ("many-ports", &["can", "internet", "pod/blue"]),
        ("many-crowd", &["can", "internet", "ns/crowd:80"]),
        (
            "many-crowd-any",
            &["can", "internet", "ns/crowd:80", "--any"],
        ),
        ("many-crowd-within", &["can", "ns/crowd", "ns/crowd:80"]),
        ("many-ambiguous", &["can", "internet", "twin:80"]),
        ("many-cidr", &["can", "10.0.0.0/16", "pod/blue:1500"]),
    ] {
        let files = ["-f", "many.yaml", "-f", "crowd.yaml"];
        snapshot(name, &whole(&run(&[arguments, &files].concat())));
    }
}

#[test]
fn explanations_go_tier_by_tier() {
    for (name, arguments) in [
        ("explain-flow-denied", &["explain", "api", "db:15432"][..]),
        ("explain-flow-allowed", &["explain", "ops/probe", "db:5432"]),
        ("explain-pod", &["explain", "deploy/api"]),
        ("explain-node-network", &["explain", "ops/pod/agent"]),
        ("explain-policy", &["explain", "netpol/db"]),
        ("explain-policy-deny", &["explain", "netpol/deny-all"]),
    ] {
        snapshot(name, &whole(&shop(arguments)));
    }
}

#[test]
fn a_name_that_is_not_there_is_told_with_what_is() {
    let said = |arguments: &[&str]| {
        let ran = shop(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        ran.err
    };
    assert_eq!(
        said(&["can", "wbe", "db"]),
        "error: no pod or workload `wbe` in namespace `shop`\n  help: did you mean `web`?\n"
    );
    assert_eq!(
        said(&["can", "probe", "db"]),
        "error: no pod or workload `probe` in namespace `shop`\n  help: there is `ops/probe`\n"
    );
    assert_eq!(
        said(&["can", "pod/web", "db"]),
        "error: no Pod `web` in namespace `shop`\n  help: there is `shop/deploy/web`\n"
    );
    assert_eq!(
        said(&["can", "shpo/web", "db"]),
        "error: no namespace `shpo` in the input\n  help: did you mean `shop`?\n"
    );
    assert_eq!(
        said(&["can", "deplyo/web", "db"]),
        "error: no namespace `deplyo` in the input\n  help: did you mean `deploy/web`?\n"
    );
    assert_eq!(
        said(&["can", "web", "svc/db:5432"]),
        "error: Service `shop/db` has no port `5432`\n  help: it has 15432/TCP (`sql`)\n"
    );
    assert_eq!(
        said(&["can", "web", "api:https"]),
        "error: `shop/api[Deployment]` has no port named `https`\n  help: it declares `http` \
         (9090/TCP)\n"
    );
    assert_eq!(
        said(&["can", "svc/db", "web"]),
        "error: Service `shop/db` does not open connections\n  help: ask for the workload behind \
         it, such as `deploy/web`\n"
    );
    assert_eq!(
        said(&["can", "web", "https://shop.example.com/api"]),
        "error: a URL cannot be asked about\n  help: an Ingress leads from `shop.example.com` to \
         `shop/svc/db`: ask for that\n"
    );
    assert_eq!(
        said(&["explain", "netpol/dbx"]),
        "error: no NetworkPolicy `dbx` in namespace `shop`\n  help: did you mean `netpol/db`?\n"
    );
}

#[test]
fn names_in_no_namespace_and_outside_the_cluster() {
    let said = |arguments: &[&str]| {
        let ran = run(&[arguments, &["-f", "shop.yaml"]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        ran.err
    };
    assert_eq!(
        said(&["can", "web", "shop/db"]),
        "error: no namespace `default` in the input\n  help: `web` was looked for in namespace \
         `default`: give `-n NAMESPACE` or write `NAMESPACE/web`; there is `shop/web`\n"
    );
    assert_eq!(
        said(&["can", "shop/web", "db.shop:15432"]),
        "error: `db.shop` is not the name of a pod or workload\n  help: for the Service write \
         `db.shop.svc` or `shop/svc/db`\n"
    );
    assert_eq!(
        said(&["can", "shop/web", "example.com:443", "-n", "shop"]),
        "error: `example.com` is not in the input, and names outside the cluster cannot be \
         resolved offline\n  help: ask with the address, such as `203.0.113.9`, or `internet`\n"
    );
}

#[test]
fn a_port_in_an_address_is_noted() {
    let note = "for port 80 of fd00::1 write `[fd00::1]:80`.\n";
    let said = |address: &str| shop(&["can", "api", address]).out.contains(note);
    assert!(said("fd00::1:80"));
    assert!(!said("[fd00::1]:80") && !said("fd00::1"));
}

#[test]
fn open_questions_name_no_port_that_was_not_asked_about() {
    let ran = shop(&["can", "ops/probe", "db"]);
    assert!(!ran.out.contains("the flow is to"), "{}", ran.out);
    let ran = shop(&["can", "internet", "db"]);
    assert!(!ran.out.contains("the flow is to"), "{}", ran.out);
}

#[test]
fn finished_pods_are_asked_about_as_if_they_ran() {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.args(["can", "done", "1.1.1.1:80", "-f", "-"]);
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: done}\n\
               spec: {containers: []}\nstatus: {phase: Succeeded}\n";
    let ran = finish(command, pod);
    let note = "default/done is asked about as if it still ran: it has finished and has no network \
                any more.\n";
    assert!(ran.out.ends_with(note), "{}", whole(&ran));
}

#[test]
fn broken_manifests_are_all_told_and_nothing_is_answered() {
    let ran = run(&[
        "can",
        "web",
        "db",
        "-f",
        "shop.yaml",
        "-f",
        "broken/policies.yaml",
    ]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    snapshot("broken", &ran.err);
}

#[test]
fn keep_going_says_what_was_left_out() {
    let files = [
        "-f",
        "shop.yaml",
        "-f",
        "broken/policies.yaml",
        "-n",
        "shop",
    ];
    let ran = run(&[&["can", "api", "db:sql", "--keep-going"][..], &files].concat());
    assert_eq!(short(&ran), (Some(0), "yes"));
    let left_out = "left out because of problems: NetworkPolicy shop/upside-down";
    let said = |text: &str| {
        text.lines()
            .any(|line| line.starts_with(left_out) || line.contains("shop/upside-down"))
    };
    assert!(said(&ran.out) && said(&ran.err), "{}{}", ran.out, ran.err);
}

#[test]
fn manifests_cannot_steer_the_terminal() {
    for arguments in [
        &["can", "fine", "[app=x]", "--keep-going"][..],
        &["can", "fine", "a\u{1b}[2Jb:80", "--keep-going"],
        &["explain", "fine", "--keep-going"],
        &["explain", "ns/shop", "--keep-going"],
        &["can", "fine", "x", "--\u{1b}[2J"],
        &["can", "fine", "fine"],
    ] {
        let files = ["-f", "broken/escapes.yaml", "-n", "shop"];
        let ran = run(&[arguments, &files].concat());
        for text in [&ran.out, &ran.err] {
            let safe = |c: char| c == '\n' || !(c.is_control() || c == '\u{202e}');
            assert!(text.chars().all(safe), "{arguments:?}: {text:?}");
        }
    }
}

#[test]
fn names_of_what_was_left_out_cannot_steer_the_terminal() {
    let policy = |spec: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
             metadata: {{name: \"a\\e[2J\"}}\nspec: {spec}\n---\n"
        )
    };
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: []}\n---\n";
    let input = [pod, &policy("{}"), &policy("{ingress: [{}]}")].concat();
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.args(["explain", "pod/x", "--keep-going", "-f", "-"]);
    let ran = finish(command, &input);
    let last = "left out because of problems: NetworkPolicy default/a\\u{1b}[2J\n";
    assert!(ran.out.ends_with(last), "{}", whole(&ran));
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    let coloured = |ran: &Ran| ran.out.contains('\u{1b}') || ran.err.contains('\u{1b}');
    assert!(!coloured(&shop(&["can", "api", "db:sql"])));
    assert!(!coloured(&shop(&[
        "can", "api", "db:sql", "--color", "never"
    ])));
    let always = shop(&["can", "api", "db:sql", "--color", "always"]);
    assert!(
        always.out.starts_with("\u{1b}[1;32myes\u{1b}[0m\n"),
        "{:?}",
        always.out
    );
    let mut told = command(env!("CARGO_BIN_EXE_netpolc"));
    told.env("NO_COLOR", "1")
        .args(["can", "a", "b", "-f", "broken"]);
    assert!(!coloured(&finish(told, "")));
}

#[test]
fn the_standard_input_is_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/shop.yaml");
    let text = std::fs::read_to_string(path).expect("the sample");
    let mut piped = command(env!("CARGO_BIN_EXE_netpolc"));
    piped.args(["can", "api", "svc/db", "-n", "shop", "-f", "-"]);
    let ran = finish(piped, &text);
    assert_eq!(short(&ran), (Some(0), "yes"));
    assert!(
        ran.out.contains("(<stdin>:137)") || ran.out.contains("(<stdin>:143)"),
        "{}",
        ran.out
    );
    for empty in ["", "# nothing\n---\n"] {
        let mut piped = command(env!("CARGO_BIN_EXE_netpolc"));
        piped.args(["can", "api", "svc/db", "-f", "-"]);
        let ran = finish(piped, empty);
        assert_eq!(ran.code, Some(2));
        assert_eq!(ran.err, "error: no input: no Kubernetes object was read\n");
    }
}

#[test]
fn verbose_counts_what_was_read() {
    let ran = shop(&["can", "api", "svc/db", "-v"]);
    assert_eq!(
        ran.err,
        "read 15 objects from 16 documents in 1 file; kinds without a say: ConfigMap (1)\n"
    );
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut child = command(env!("CARGO_BIN_EXE_netpolc"))
        .args(["explain", "ns/shop", "-f", "shop.yaml"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the child ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
