//! The ten commonest answers, as they look on a narrow terminal and on a wide one: the answer first, then
//! the reason, then what to do.

use super::{Ran, command, finish, snapshot};

/// Each question by the name of its snapshot, with its exit code.
const QUESTIONS: [(&str, Option<i32>, &[&str]); 10] = [
    (
        "yes",
        Some(0),
        &["can", "shop/deploy/web", "shop/svc/api:80"],
    ),
    (
        "no",
        Some(1),
        &["can", "shop/deploy/web", "shop/sts/db:5432"],
    ),
    (
        "unknown",
        Some(3),
        &[
            "can",
            "shop/deploy/worker",
            "monitoring/ds/node-exporter:990",
        ],
    ),
    (
        "partly",
        Some(1),
        &["can", "payments/deploy/gateway", "203.0.113.0/24:443"],
    ),
    ("ports", Some(0), &["can", "shop/deploy/api", "shop/sts/db"]),
    ("reaches", Some(0), &["can", "shop/deploy/api"]),
    ("reached", Some(0), &["can", "--to", "shop/sts/db:5432"]),
    ("pod", Some(0), &["explain", "deploy/web", "-n", "shop"]),
    ("policy", Some(0), &["explain", "netpol/db", "-n", "shop"]),
    ("matrix", Some(0), &["matrix", "-n", "shop"]),
];

fn asked(arguments: &[&str], columns: &str) -> Ran {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command
        .env("COLUMNS", columns)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .args(["-f", "policies/shop"]);
    finish(command, "")
}

#[test]
fn answers_fit_a_narrow_terminal_and_a_wide_one() {
    for (name, code, arguments) in QUESTIONS {
        for columns in ["80", "160"] {
            let ran = asked(arguments, columns);
            assert_eq!(ran.code, code, "{name}: {}{}", ran.out, ran.err);
            snapshot(&format!("common-{name}-{columns}"), &ran.out);
            let widest = ran.out.lines().map(|line| line.chars().count()).max();
            // A table is wider where its names are: these are never broken.
            let limit = columns.parse().expect("a number");
            let fits = widest.is_some_and(|it| it <= limit);
            assert!(
                fits || (name, columns) == ("matrix", "80"),
                "{name}: {}",
                ran.out
            );
        }
    }
}
