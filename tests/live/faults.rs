//! Servers that are busy, slow, silent, broken, or something else: never a wrong answer.

use crate::answers::SHOP;
use crate::cluster::Cluster;
use crate::server::{Asked, Reply, Server};
use crate::{Place, kubeconfig, run, user, with};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const POLICIES: &str = "/apis/networking.k8s.io/v1/networkpolicies";
const QUESTION: &[&str] = &["can", "web", "db:5432"];

/// What is asked for so often is answered otherwise.
fn broken(
    path: &'static str,
    times: usize,
    otherwise: impl Fn(&Asked, Reply) -> Reply + Send + Sync + 'static,
) -> (Place, Server) {
    let cluster = Cluster::of(SHOP);
    let met = AtomicUsize::new(0);
    with(move |asked| {
        let reply = cluster.answer(asked);
        if asked.path == path && met.fetch_add(1, Ordering::Relaxed) < times {
            return otherwise(asked, reply);
        }
        reply
    })
}

fn expired(_: &Asked, _: Reply) -> Reply {
    Reply::status(410, "Expired", "The provided continue parameter is too old")
}

#[test]
fn an_expired_list_is_read_again_from_its_beginning_once() {
    let pods = Cluster::of(SHOP);
    let expires = Mutex::new(1);
    let (place, server) = with(move |asked| {
        let mut left = expires.lock().expect("no panic");
        if asked.path == "/api/v1/pods" && asked.value("continue").is_some() && *left > 0 {
            *left -= 1;
            return expired(asked, Reply::json(""));
        }
        pods.answer(asked)
    });
    let ran = run(&place, QUESTION);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let asked = server.asked();
    let pods = asked.iter().filter(|it| it.path == "/api/v1/pods");
    let tokens: Vec<bool> = pods.map(|it| it.value("continue").is_some()).collect();
    assert_eq!(tokens, [false, true, false, true]);

    let (place, server) = broken(POLICIES, 9, expired);
    let ran = run(&place, QUESTION);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.err.contains("changed too much"), "{}", ran.err);
    assert_eq!(
        server.paths().iter().filter(|it| **it == POLICIES).count(),
        2
    );
}

#[test]
fn pages_of_different_times_are_no_list() {
    let cluster = Cluster::of(SHOP);
    let (place, _server) = with(move |asked| {
        let mut reply = cluster.answer(asked);
        if asked.path == "/api/v1/pods" && asked.value("continue").is_some() {
            let text = String::from_utf8(reply.body).expect("text");
            reply.body = text
                .replace("\"resourceVersion\":\"7\"", "\"resourceVersion\":\"8\"")
                .into();
        }
        reply
    });
    let ran = run(&place, QUESTION);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
}

#[test]
fn a_list_that_breaks_off_is_read_again_once_and_is_never_half_an_answer() {
    fn cut(_: &Asked, reply: Reply) -> Reply {
        Reply {
            cut: Some(reply.body.len() - 20),
            ..reply
        }
    }
    let (place, _server) = broken(POLICIES, 1, cut);
    assert_eq!(run(&place, QUESTION).code, Some(0));
    let (place, _server) = broken(POLICIES, 9, cut);
    let ran = run(&place, QUESTION);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
    // One that ends too early with all formalities is as broken.
    let (place, _server) = broken(POLICIES, 9, |_, reply| {
        let end = reply.body.len() - 20;
        Reply::json(&reply.body[..end])
    });
    let ran = run(&place, QUESTION);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.err.contains("breaks off"), "{}", ran.err);
}

#[test]
fn a_busy_server_is_asked_again_when_it_says() {
    let (place, server) = broken(POLICIES, 1, |_, _| {
        Reply::of(429, "text/plain", "Too many requests").header("Retry-After", "1")
    });
    let ran = run(&place, QUESTION);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.took >= Duration::from_secs(1));
    assert_eq!(
        server.paths().iter().filter(|it| **it == POLICIES).count(),
        2
    );
    let (place, _server) = broken(POLICIES, 99, |_, _| {
        Reply::of(429, "text/plain", "Too many requests").header("Retry-After", "1")
    });
    let ran = run(&place, &[QUESTION, &["--request-timeout", "2s"]].concat());
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""), "{ran:?}");
}

#[test]
fn a_silent_server_has_the_time_that_the_run_has() {
    let silent = |_: &Asked, reply: Reply| Reply {
        slow: Some((Duration::from_mins(1), 1)),
        ..reply
    };
    for limit in [["--request-timeout", "1s"], ["--timeout", "1"]] {
        let (place, _server) = broken(POLICIES, 99, silent);
        let ran = run(&place, &[QUESTION, &limit].concat());
        assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""), "{ran:?}");
        assert!(ran.err.contains(limit[0]), "{}", ran.err);
        assert!(ran.took < Duration::from_secs(10), "{ran:?}");
    }
    // A slow one is waited for.
    let (place, _server) = broken(POLICIES, 99, |_, reply| Reply {
        slow: Some((Duration::from_millis(20), 50)),
        ..reply
    });
    assert_eq!(run(&place, QUESTION).code, Some(0));
}

#[test]
fn what_is_no_api_server_is_told() {
    let page = "<html><body>Log in</body></html>";
    for (path, reply, said) in [
        (
            "/api",
            Reply::of(200, "text/html", page),
            "text/html instead of JSON",
        ),
        (
            POLICIES,
            Reply::of(200, "text/html; charset=utf-8", page),
            "text/html instead of JSON",
        ),
        (POLICIES, Reply::json(page), "is no list of objects"),
        (
            POLICIES,
            Reply::json("{\"kind\":\"Status\"}"),
            "is no list of objects",
        ),
        (POLICIES, Reply::of(302, "text/html", page), "HTTP 302"),
        (
            POLICIES,
            Reply::status(500, "InternalError", "etcd is gone"),
            "etcd is gone",
        ),
        (
            "/api",
            Reply::status(401, "Unauthorized", "Unauthorized"),
            "does not accept the credentials",
        ),
    ] {
        let (place, _server) = broken(path, 99, move |_, _| reply.clone());
        let ran = run(&place, QUESTION);
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (Some(2), ""),
            "{said}: {ran:?}"
        );
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
        assert!(!ran.err.contains("<html>"), "{}", ran.err);
    }
}

#[test]
fn no_credential_is_repeated_that_a_server_sends_back() {
    let (place, _server) = broken(POLICIES, 99, |asked, _| {
        let told = asked.header("authorization").unwrap_or_default();
        Reply::status(400, "BadRequest", &format!("I was told {told}"))
    });
    let ran = run(&place, &[QUESTION, &["-v"]].concat());
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("I was told Bearer (hidden)"),
        "{}",
        ran.err
    );
}

#[test]
fn a_list_without_end_is_given_up() {
    let cluster = Cluster::of(SHOP);
    let (place, _server) = with(move |asked| {
        if asked.path == "/api/v1/pods" {
            let text = "{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"x\"},\"items\":[]}";
            return Reply::json(text);
        }
        cluster.answer(asked)
    });
    let ran = run(&place, QUESTION);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("has no end"), "{}", ran.err);
}

#[test]
fn more_than_is_allowed_is_not_read() {
    let cluster = Cluster::of(SHOP);
    let (place, _server) = with(move |asked| cluster.answer(asked));
    let ran = run(&place, &[QUESTION, &["--max-input", "1k"]].concat());
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.err.contains("--max-input"), "{}", ran.err);
}

#[test]
fn certificates_that_are_wrong_are_told() {
    let cluster = Cluster::of(SHOP);
    let answer = move |asked: &Asked| cluster.answer(asked);
    let server = Server::named(&["elsewhere.test"], answer.clone());
    let other = Server::start(answer);
    let place = Place::new();
    let own = place.write("own.crt", &server.authority);
    let foreign = place.write("foreign.crt", &other.authority);

    place.write("config", &kubeconfig(&server.url(), &foreign, &user()));
    let ran = run(&place, QUESTION);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        ran.err
            .contains("not from an authority that the kubeconfig trusts"),
        "{}",
        ran.err
    );

    let text = kubeconfig(&server.url(), &own, &user());
    place.write("config", &text);
    let ran = run(&place, QUESTION);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        ran.err.contains("its certificate is for another name"),
        "{}",
        ran.err
    );
    assert!(
        server.asked().is_empty(),
        "no credential is sent to whom nobody knows"
    );

    let named = text.replace("server:", "tls-server-name: elsewhere.test, server:");
    place.write("config", &named);
    assert_eq!(run(&place, QUESTION).code, Some(0));

    place.write("config", &text);
    let ran = run(
        &place,
        &[QUESTION, &["--insecure-skip-tls-verify"]].concat(),
    );
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let place = Place::new();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = nobody.local_addr().expect("an address").port();
    drop(nobody);
    place.write(
        "config",
        &kubeconfig(
            &format!("http://me:hunter22@127.0.0.1:{port}"),
            &place.0.join("ca"),
            "{}",
        )
        .replace("certificate-authority", "x"),
    );
    let ran = run(&place, QUESTION);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        ran.err
            .contains(&format!("cannot reach http://127.0.0.1:{port}")),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("hunter22"), "{}", ran.err);
}
