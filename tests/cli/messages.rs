//! What is said of the input, and where it is written.

use super::*;

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
    assert_eq!(short(&ran), (Some(3), "unknown"));
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
    let last = "NetworkPolicy `default/a\\u{1b}[2J` is left out because of problems and may decide otherwise.\n";
    assert!(ran.out.ends_with(last), "{}", whole(&ran));
    assert_eq!(ran.code, Some(3));
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
        "read 15 objects from 16 documents in 1 file; kinds that do not matter here: ConfigMap (1)\n"
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

#[cfg(unix)]
#[test]
fn no_line_is_a_command_of_a_ci_system() {
    use super::edges::{CLOSED, OPEN, Scratch};
    let scratch = Scratch::new("commands");
    for (number, name) in [
        "::add-mask::x",
        "##[error]x",
        "##vso[task.x]x",
        "##teamcity[x]",
        "x##",
    ]
    .into_iter()
    .enumerate()
    {
        let pods = CLOSED.replace("{name: a}", &format!("{{name: a, namespace: \"{name}\"}}"));
        let policy = pods.replace(
            "{name: p}",
            &format!("{{name: \"{name}\", namespace: \"{name}\"}}"),
        );
        let file = format!("{number}.yaml");
        scratch.put(
            &file,
            format!(
                "{policy}{}",
                OPEN.replace("name: p", &format!("name: \"{name}\""))
            ),
        );
        let source = format!("{name}/a");
        let mut runs: Vec<Vec<&str>> = vec![
            vec!["can", &source, "b", "-f", &file, "--keep-going"],
            vec!["can", "b", &source, "-f", &file],
            vec!["explain", &source, "b", "-f", &file, "--keep-going"],
            vec!["lint", &file],
            vec!["lint", &file, "-o", "concise"],
            vec![
                "lint",
                &file,
                "-o",
                "markdown",
                "--output-file",
                "/dev/stdout",
            ],
            vec!["emit", "nftables", "-f", &file, "--keep-going"],
            vec![name],
        ];
        for format in ["table", "txt", "csv", "md"] {
            runs.push(vec!["matrix", "-o", format, "-f", &file, "--keep-going"]);
        }
        for arguments in runs {
            let ran = scratch.run(&arguments);
            for line in ran.out.lines().chain(ran.err.lines()) {
                let text = line.trim_start();
                let is_command = text.starts_with("::a")
                    || ["##[", "##vso[", "##teamcity["]
                        .iter()
                        .any(|mark| line.contains(mark));
                assert!(!is_command, "{arguments:?}: {line}");
            }
        }
    }
    let ran = scratch.run(&["matrix", "-o", "txt", "-f", "0.yaml", "--keep-going"]);
    assert!(
        ran.out.contains("\n\\u{3a}:add-mask::x/a[Pod] => "),
        "{}",
        ran.out
    );
}
