//! Many questions over one reading.

use super::*;
use std::io::{BufRead as _, BufReader};

fn batch(more: &[&str], questions: &str) -> Ran {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command
        .args(["can", "--batch", "-", "-f", "shop.yaml"])
        .args(more);
    finish(command, questions)
}

#[test]
fn each_line_is_answered_as_can_answers_it() {
    let questions = [
        (
            r#"{"from":"shop/api","to":"shop/svc/db","port":15432}"#,
            "shop/svc/db",
            "15432",
        ),
        (
            r#"{"from":"shop/web","to":"shop/db","port":5432,"protocol":"TCP"}"#,
            "shop/db",
            "5432/TCP",
        ),
        (
            r#"{"from":"internet","to":"shop/db","port":"sql"}"#,
            "shop/db",
            "sql",
        ),
    ];
    let lines: Vec<&str> = questions.iter().map(|(line, ..)| *line).collect();
    let ran = batch(&[], &format!("{}\n", lines.join("\n")));
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let answers: Vec<&str> = ran.out.lines().collect();
    assert_eq!(answers.len(), questions.len());
    for ((_, to, port), answer) in questions.iter().zip(answers) {
        let from = if *port == "15432" {
            "shop/api"
        } else if *port == "sql" {
            "internet"
        } else {
            "shop/web"
        };
        let arguments = [
            "can",
            from,
            to,
            "--port",
            port,
            "-o",
            "json",
            "-f",
            "shop.yaml",
        ];
        assert_eq!(run(&arguments).out, format!("{answer}\n"));
    }
}

#[test]
fn a_broken_line_is_told_on_its_line_and_the_rest_goes_on() {
    let questions = "not json\n\n{\"from\":\"nope/x\",\"to\":\"shop/db\",\"id\":[7]}\n\
                     {\"from\":\"shop/api\",\"to\":\"shop/db:sql\",\"id\":\"last\"}";
    let ran = batch(&[], questions);
    assert_eq!((ran.code, ran.err.as_str()), (Some(2), ""));
    let lines: Vec<&str> = ran.out.lines().collect();
    let [first, second, third] = lines.as_slice() else {
        unreachable!("{lines:?}")
    };
    let start = "{\"apiVersion\":\"netpolc/v1\",\"kind\":\"Error\",\"line\":1,\"error\":\"expected";
    assert!(first.starts_with(start), "{first}");
    assert_eq!(
        *second,
        "{\"apiVersion\":\"netpolc/v1\",\"kind\":\"Error\",\"line\":3,\"id\":[7],\"error\":\"no namespace \
         `nope` in the input\",\"help\":\"the manifests are for namespaces `ops`, `shop`\"}"
    );
    assert!(
        third.contains("\"id\":\"last\"},\"verdict\":\"yes\""),
        "{third}"
    );
    let long = format!(
        "{}\n{{\"from\":\"shop/api\",\"to\":\"shop/db:sql\"}}\n",
        "x".repeat(200_000)
    );
    let ran = batch(&[], &long);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!((ran.code, lines.len()), (Some(2), 2));
    assert!(
        lines.first().is_some_and(|it| it.contains("longer than")),
        "{lines:?}"
    );
}

#[test]
fn a_question_is_answered_before_the_next_is_asked() {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.args(["can", "--batch", "-", "-f", "shop.yaml"]);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut questions = child.stdin.take().expect("a pipe");
    let mut answers = BufReader::new(child.stdout.take().expect("a pipe"));
    for verdict in ["yes", "no"] {
        let from = if verdict == "yes" {
            "shop/api"
        } else {
            "10.2.0.1"
        };
        writeln!(questions, "{{\"from\":\"{from}\",\"to\":\"shop/db:sql\"}}").expect("it is read");
        let mut line = String::new();
        answers.read_line(&mut line).expect("an answer");
        assert!(
            line.contains(&format!("\"verdict\":\"{verdict}\"")),
            "{line}"
        );
    }
    drop(questions);
    assert!(child.wait().expect("the child ends").success());
}

#[test]
fn questions_and_manifests_cannot_both_come_from_the_standard_input() {
    let ran = run(&["can", "--batch", "-", "-f", "-"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err
            .starts_with("error: standard input can be read only once\n"),
        "{}",
        ran.err
    );
}
