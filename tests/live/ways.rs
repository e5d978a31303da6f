//! Which cluster is meant and as whom: kubeconfigs, credentials, and flags where kubectl has them.

use crate::answers::SHOP;
use crate::cluster::Cluster;
use crate::server::Server;
use crate::{Place, TOKEN, command, finish, kubeconfig, run, user, with};
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

const QUESTION: &[&str] = &["can", "web", "db:5432"];

fn plain() -> (Place, Server) {
    let cluster = Cluster::of(SHOP);
    with(move |asked| cluster.answer(asked))
}

/// The credentials that were sent with the first request.
fn sent(server: &Server) -> Option<String> {
    let asked = server.asked();
    asked.first()?.header("authorization").map(str::to_owned)
}

#[test]
fn older_servers_tell_their_kinds_one_by_one() {
    let mut cluster = Cluster::of(SHOP);
    cluster.is_old = true;
    let (place, server) = with(move |asked| cluster.answer(asked));
    let ran = run(&place, QUESTION);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(server.paths().contains(&"/apis/apps/v1".to_owned()));
}

#[test]
fn flags_stand_where_kubectl_has_them() {
    let (place, _server) = plain();
    for arguments in [
        &["-n", "shop", "can", "web", "db:5432"][..],
        &["can", "-n", "shop", "web", "db:5432"],
        &["can", "web", "db:5432", "--namespace=shop"],
        &["--context", "test", "can", "web", "db:5432"],
        &["can", "web", "db:5432", "--cluster", "c", "--user", "u"],
    ] {
        assert_eq!(run(&place, arguments).code, Some(0), "{arguments:?}");
    }
    for (arguments, said) in [
        (&["--context", "other"][..], "has no context `other`"),
        (&["--cluster", "other"], "has no cluster `other`"),
        (&["--user", "other"], "has no user `other`"),
        (&["--as-group", "g"], "needs a user"),
        (
            &["--kubeconfig", "nowhere"],
            "there is no kubeconfig `nowhere`",
        ),
    ] {
        let ran = run(&place, &[QUESTION, arguments].concat());
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}

#[test]
fn the_context_gives_the_namespace_as_to_kubectl() {
    let (place, server) = plain();
    let authority = place.write("ca.crt", &server.authority);
    let text = kubeconfig(&server.url(), &authority, &user());
    place.write("config", &text.replace("namespace: shop", "namespace: dev"));
    let ran = run(&place, &["can", "tool", "shop/db:5432"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    place.write(
        "pods.yaml",
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a}]}}",
    );
    // Without a cluster, only the plugin is where kubectl is.
    let mut plugin = command(&place, env!("CARGO_BIN_EXE_kubectl-netpolc"));
    plugin.args(["matrix", "--by", "pod", "--to", "dev/a", "-f", "pods.yaml"]);
    assert_eq!(finish(plugin).code, Some(0));
    let ran = run(&place, &["matrix", "--to", "dev/a", "-f", "pods.yaml"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
}

#[test]
fn lists_of_kubeconfigs_are_merged() {
    let (place, server) = plain();
    let authority = place.write("ca.crt", &server.authority);
    let text = kubeconfig(&server.url(), &authority, &user());
    let (head, users) = text.split_once("users:").expect("users");
    place.write("one", &format!("{head}users: []\n"));
    place.write("two", &format!("current-context: other\nusers:{users}"));
    let list = ["nowhere", "one", "", "two"].map(|it| {
        if it.is_empty() {
            String::new()
        } else {
            place.0.join(it).display().to_string()
        }
    });
    let mut command = command(&place, env!("CARGO_BIN_EXE_netpolc"));
    command.args(QUESTION).env("KUBECONFIG", list.join(":"));
    let ran = finish(command);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(sent(&server), Some(format!("Bearer {TOKEN}")));
}

#[test]
fn a_kubeconfig_with_mistakes_is_told_without_what_stands_in_it() {
    let (place, _server) = plain();
    for text in [
        &format!("users: {TOKEN}\n"),
        &format!("users: [{{name: u, user: {{token: [{TOKEN}]}}}}]\n"),
        &format!("{TOKEN}: [\n"),
        &format!("token: {TOKEN}: b\n"),
    ] {
        place.write("config", text);
        let ran = run(&place, &[QUESTION, &["-v"]].concat());
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains("config"), "{}", ran.err);
    }
}

#[test]
fn credentials_are_those_that_kubectl_would_send() {
    let (place, server) = plain();
    let authority = place.write("ca.crt", &server.authority);
    place.write("token", &format!("{TOKEN}\n"));
    for (user, expected) in [
        (user(), format!("Bearer {TOKEN}")),
        ("{tokenFile: token}".to_owned(), format!("Bearer {TOKEN}")),
        (
            "{username: a, password: b}".to_owned(),
            "Basic YTpi".to_owned(),
        ),
    ] {
        let server = Server::start({
            let cluster = Cluster::of(SHOP);
            move |asked| cluster.answer(asked)
        });
        let authority = place.write("ca.crt", &server.authority);
        place.write("config", &kubeconfig(&server.url(), &authority, &user));
        let ran = run(&place, QUESTION);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert_eq!(sent(&server), Some(expected), "{user}");
    }
    drop(server);
    place.write(
        "config",
        &kubeconfig("https://127.0.0.1:1", &authority, "{tokenFile: nowhere}"),
    );
    let ran = run(&place, QUESTION);
    assert!(
        ran.err.contains("cannot read the token file"),
        "{}",
        ran.err
    );
}

#[test]
fn flags_say_who_asks() {
    let (place, server) = plain();
    place.kubeconfig(&server, "{username: a, password: b}");
    let flags = [
        "--token",
        TOKEN,
        "--as",
        "jane",
        "--as-group",
        "g1",
        "--as-group",
        "g2",
    ];
    let ran = run(&place, &[QUESTION, &flags].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let asked = server.asked();
    let first = asked.first().expect("a request");
    assert_eq!(
        first.header("authorization"),
        Some(&*format!("Bearer {TOKEN}"))
    );
    assert_eq!(first.header("impersonate-user"), Some("jane"));
    let groups = first
        .headers
        .lines()
        .filter(|it| it.to_lowercase().starts_with("impersonate-group"));
    assert_eq!(groups.count(), 2);
    let agent = first.header("user-agent").expect("a name");
    assert!(agent.starts_with("netpolc/"), "{agent}");
}

/// A user whose credentials a script gives.
fn plugin(place: &Place, script: &str) -> String {
    let path = place.write("login", &format!("#!/bin/sh\n{script}\n"));
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, mode).expect("a mode");
    // As a path of its own it is looked for beside the kubeconfig.
    "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login, args: [one], \
     env: [{name: OWN, value: own}], interactiveMode: IfAvailable, provideClusterInfo: true}}"
        .to_owned()
}

#[test]
fn a_credential_plugin_is_asked() {
    let (place, server) = plain();
    let script = format!(
        "echo \"$1 $OWN $KUBERNETES_EXEC_INFO\" > told\n\
         echo '{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{{\"token\":\"{TOKEN}\"}}}}'"
    );
    let user = plugin(&place, &script);
    place.kubeconfig(&server, &user);
    let ran = run(&place, QUESTION);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(sent(&server), Some(format!("Bearer {TOKEN}")));
    let told = std::fs::read_to_string(place.0.join("told")).expect("what it was told");
    assert!(told.starts_with("one own {"), "{told}");
    assert!(
        told.contains("\"interactive\":false") && told.contains(&server.url()),
        "{told}"
    );
}

#[test]
fn a_credential_plugin_that_fails_or_hangs_is_told() {
    let (place, server) = plain();
    for (script, said) in [
        (format!("echo {TOKEN} >&2; exit 3"), "fails with exit code 3"),
        (format!("echo {TOKEN}"), "something else than an ExecCredential"),
        ("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{}}'".to_owned(), "gives no credential"),
        ("echo '{\"apiVersion\":\"x/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"abcd\"}}'".to_owned(), "in another version"),
    ] {
        let user = plugin(&place, &script);
        place.kubeconfig(&server, &user);
        let ran = run(&place, &[QUESTION, &["-v"]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
    }
    let user = plugin(&place, "exec sleep 100");
    place.kubeconfig(&server, &user);
    let ran = run(&place, &[QUESTION, &["--request-timeout=1s"]].concat());
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""), "{ran:?}");
    assert!(ran.took < Duration::from_secs(10), "{ran:?}");
    let user = plugin(&place, "").replace("./login", "no-such-plugin");
    place.kubeconfig(&server, &user);
    let ran = run(&place, QUESTION);
    assert!(
        ran.err.contains("`no-such-plugin` cannot be run"),
        "{}",
        ran.err
    );
}

#[test]
fn the_plugin_calls_itself_as_kubectl_does() {
    let (place, _server) = plain();
    let mut plugin = command(&place, env!("CARGO_BIN_EXE_kubectl-netpolc"));
    plugin.args(["can", "web", "nobody:5432", "--context", "test"]);
    let ran = finish(plugin);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let mut plugin = command(&place, env!("CARGO_BIN_EXE_kubectl-netpolc"));
    plugin.args(["kinds"]);
    let ran = finish(plugin);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.out
            .contains("\nkubectl get networkpolicies.networking.k8s.io,namespaces,"),
        "{}",
        ran.out
    );
}
