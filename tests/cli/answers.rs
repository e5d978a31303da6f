//! What questions are answered, in words.

use super::*;

#[test]
fn the_first_line_and_the_exit_code_are_the_answer() {
    let yes = shop(&["can", "api", "svc/db:15432"]);
    assert_eq!((short(&yes), yes.err.as_str()), ((Some(0), "yes"), ""));
    assert_eq!(
        short(&shop(&["can", "internet", "sts/db:sql"])),
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
        ("can-no", &["can", "10.2.0.1", "sts/db:sql"]),
        ("can-inside-only", &["can", "10.2.0.1", "svc/db:sql"]),
        ("can-unknown", &["can", "web", "db:sql"]),
        ("can-open", &["can", "api", "db"]),
        ("can-differs", &["can", "10.0.0.0/8", "sts/db:sql"]),
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
        "error: Service `shop/db` has no port `5432`\n  help: that is the target port of its port \
         15432: ask for `shop/svc/db:15432`, or for the pods behind it\n"
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
        said(&["can", "internet", "example.com:443", "-n", "shop"]),
        "error: `example.com` is not in the input, and names outside the cluster cannot be \
         resolved offline\n  help: ask with the address, such as `203.0.113.9`, or `internet`\n"
    );
}

#[test]
fn names_with_a_dot_are_asked_of_dns() {
    let answer = |name: &str| {
        let ran = run(&["can", "shop/web", name, "-f", "shop.yaml"]);
        let words: Vec<&str> = ran.out.split_whitespace().collect();
        (ran.code, words.join(" "))
    };
    let (code, text) = answer("db.shop:15432");
    assert_eq!(code, Some(3));
    assert!(
        text.contains("connection: shop/web[Deployment] to shop/db[Service] on TCP 5432"),
        "{text}"
    );
    let (code, text) = answer("example.com:443");
    assert_eq!(code, Some(3));
    assert!(
        text.contains("the addresses of `example.com` are not in the input"),
        "{text}"
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
    assert!(ran.out.contains(note), "{}", whole(&ran));
}
