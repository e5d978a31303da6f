//! The tables of the documentation, word for word, and what is left open.

use super::Ingresses;
use crate::hops::request::{Answer, BackendPort, By, Refusal, Request, Scheme, Served};
use crate::input::{Options, read_text};
use crate::model::{Cluster, TargetPort};

/// A class that nothing special is known of, one of ingress-nginx, and Ingresses.
fn cluster(ingresses: &str) -> Cluster {
    let classes = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: plain}\nspec: {controller: example.com/plain}\n---\n\
         apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx}\nspec: {controller: k8s.io/ingress-nginx}\n---\n";
    let loaded = read_text(
        "a.yaml",
        &format!("{classes}{ingresses}"),
        &Options::default(),
    );
    assert_eq!(loaded.findings, [], "{ingresses}");
    Cluster::new(loaded.objects)
}

/// An Ingress of a class; `spec` is the rest of its spec.
fn ingress(name: &str, class: &str, annotations: &str, spec: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}, namespace: shop, annotations: {{{annotations}}}}}\n\
         spec: {{ingressClassName: {class}, {spec}}}\n---\n"
    )
}

/// One path; its Service is named for it.
fn path(path_type: &str, path: &str, service: &str) -> String {
    format!(
        "{{path: '{path}', pathType: {path_type}, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}"
    )
}

fn rule(host: &str, paths: &[String]) -> String {
    let host = match host {
        "" => String::new(),
        host => format!("host: '{host}', "),
    };
    format!("{{{host}http: {{paths: [{}]}}}}", paths.join(", "))
}

fn rules(rules: &[String]) -> String {
    format!("rules: [{}]", rules.join(", "))
}

fn ask(cluster: &Cluster, scheme: Scheme, host: &str, path: &str) -> Vec<Served> {
    let port = match scheme {
        Scheme::Http => 80,
        Scheme::Https => 443,
    };
    Ingresses::new(cluster).answer(&Request::new(scheme, host, port, path))
}

/// The answer in a word: the Services, `404`, `redirect`, or `?` before what may be.
fn word(answer: &Answer) -> String {
    let names = answer
        .destinations()
        .iter()
        .map(|it| it.service.to_string());
    let names: Vec<String> = names.collect();
    match answer {
        Answer::To { .. } => names.join(" "),
        Answer::Open { .. } => format!("? {}", names.join(" ")).trim_end().to_owned(),
        Answer::Nothing(Refusal::NotFound, _) => "404".to_owned(),
        Answer::Nothing(Refusal::Redirect, _) => "redirect".to_owned(),
        Answer::Nothing(refusal, _) => format!("{refusal:?}"),
    }
}

/// The answer of the only controller that has one, which is not in doubt.
fn get(cluster: &Cluster, url: &str) -> String {
    let (scheme, rest) = match url.strip_prefix("https://") {
        Some(rest) => (Scheme::Https, rest),
        None => (Scheme::Http, url),
    };
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let served = ask(cluster, scheme, host, path);
    match served.as_slice() {
        [] => "nobody".to_owned(),
        [one] => {
            assert_eq!(one.doubts, [], "{url}");
            word(&one.answer)
        }
        several => panic!("{url}: {several:?}"),
    }
}

#[test]
fn paths_are_those_of_the_documented_examples() {
    for (paths, request, expected) in [
        (&[("Prefix", "/")][..], "/any/thing", "/"),
        (&[("Exact", "/foo")], "/foo", "/foo"),
        (&[("Exact", "/foo")], "/bar", "404"),
        (&[("Exact", "/foo")], "/foo/", "404"),
        (&[("Exact", "/foo")], "/FOO", "404"),
        (&[("Exact", "/foo/")], "/foo", "404"),
        (&[("Prefix", "/foo")], "/foo", "/foo"),
        (&[("Prefix", "/foo")], "/foo/", "/foo"),
        (&[("Prefix", "/foo/")], "/foo", "/foo/"),
        (&[("Prefix", "/foo/")], "/foo/", "/foo/"),
        (&[("Prefix", "/aaa/bb")], "/aaa/bbb", "404"),
        (&[("Prefix", "/aaa/bbb")], "/aaa/bbb", "/aaa/bbb"),
        (&[("Prefix", "/aaa/bbb/")], "/aaa/bbb", "/aaa/bbb/"),
        (&[("Prefix", "/aaa/bbb")], "/aaa/bbb/", "/aaa/bbb"),
        (&[("Prefix", "/aaa/bbb")], "/aaa/bbb/ccc", "/aaa/bbb"),
        (&[("Prefix", "/aaa/bbb")], "/aaa/bbbxyz", "404"),
        (&[("Prefix", "/"), ("Prefix", "/aaa")], "/aaa/ccc", "/aaa"),
        (
            &[("Prefix", "/"), ("Prefix", "/aaa"), ("Prefix", "/aaa/bbb")],
            "/aaa/bbb",
            "/aaa/bbb",
        ),
        (
            &[("Prefix", "/"), ("Prefix", "/aaa"), ("Prefix", "/aaa/bbb")],
            "/ccc",
            "/",
        ),
        (&[("Prefix", "/aaa")], "/ccc", "404"),
        (&[("Exact", "/foo"), ("Prefix", "/foo")], "/foo", "/foo"),
        (
            &[("Prefix", "/foo"), ("Exact", "/foo")],
            "/foo?a=/x",
            "/foo",
        ),
    ] {
        for class in ["plain", "nginx"] {
            let of = |number: usize| format!("s{number}");
            let own: Vec<String> = paths
                .iter()
                .enumerate()
                .map(|(number, (path_type, text))| path(path_type, text, &of(number)))
                .collect();
            let cluster = cluster(&ingress("i", class, "", &rules(&[rule("a.example", &own)])));
            // Of a mixed pair the Exact one wins.
            let number = paths.iter().position(|(path_type, text)| {
                *text == expected && (paths.len() != 2 || *path_type == "Exact" || *text != "/foo")
            });
            let expected = number.map_or("404".to_owned(), of);
            assert_eq!(
                get(&cluster, &format!("a.example{request}")),
                expected,
                "{paths:?} {request}"
            );
        }
    }
}

#[test]
fn a_wildcard_is_one_label() {
    let cluster = cluster(&ingress(
        "i",
        "plain",
        "",
        &rules(&[rule("*.foo.com", &[path("Prefix", "/", "w")])]),
    ));
    assert_eq!(get(&cluster, "bar.foo.com/"), "w");
    assert_eq!(get(&cluster, "BAR.foo.com./"), "w");
    assert_eq!(get(&cluster, "baz.bar.foo.com/"), "nobody");
    assert_eq!(get(&cluster, "foo.com/"), "nobody");
}

#[test]
fn an_exact_host_wins_where_that_is_known() {
    let all = |class: &str, own: &str| {
        cluster(&ingress(
            "i",
            class,
            "",
            &rules(&[
                rule("a.foo.com", &[path("Prefix", own, "own")]),
                rule("*.foo.com", &[path("Prefix", "/", "wild")]),
                rule("", &[path("Prefix", "/", "all")]),
            ]),
        ))
    };
    assert_eq!(get(&all("nginx", "/"), "a.foo.com/"), "own");
    assert_eq!(get(&all("nginx", "/"), "b.foo.com/"), "wild");
    assert_eq!(get(&all("nginx", "/"), "bar.com/"), "all");
    assert_eq!(get(&all("nginx", "/x"), "a.foo.com/y"), "404");
    assert_eq!(get(&all("plain", "/"), "a.foo.com/"), "? own wild all");
    assert_eq!(get(&all("plain", "/x"), "a.foo.com/y"), "? wild all");
    assert_eq!(get(&all("plain", "/"), "bar.com/"), "all");
}

const DEFAULT: &str = "defaultBackend: {service: {name: rest, port: {name: http}}}";

#[test]
fn a_default_backend_takes_what_is_left() {
    let only = cluster(&ingress("i", "plain", "", DEFAULT));
    assert_eq!(get(&only, "any.host/any/path"), "rest");
    let served = ask(&only, Scheme::Http, "any.host", "/");
    let destination = &served[0].answer.destinations()[0];
    assert_eq!(
        destination.port,
        BackendPort::OfService(TargetPort::Named("http".into()))
    );
    let web = rules(&[rule("a.b", &[path("Prefix", "/x", "web")])]);
    let with_rules = |class: &str| cluster(&ingress("i", class, "", &format!("{DEFAULT}, {web}")));
    for class in ["plain", "nginx"] {
        assert_eq!(get(&with_rules(class), "a.b/x"), "web");
        assert_eq!(get(&with_rules(class), "a.b/y"), "rest");
    }
    // Of a host that it does not name only some controllers give it the rest.
    assert_eq!(get(&with_rules("plain"), "c.d/"), "? rest");
    assert_eq!(get(&with_rules("nginx"), "c.d/"), "nobody");
    let bare = cluster(&ingress(
        "i",
        "plain",
        "",
        &format!("{DEFAULT}, rules: [{{host: a.b}}]"),
    ));
    assert_eq!(get(&bare, "a.b/"), "rest");
    let two = ingress("j", "plain", "", &DEFAULT.replace("rest", "other"));
    let two = cluster(&format!("{}{two}", ingress("i", "plain", "", DEFAULT)));
    assert_eq!(get(&two, "any.host/"), "? rest other");
    let bucket = "defaultBackend: {resource: {kind: Bucket, name: b}}";
    assert_eq!(
        get(&cluster(&ingress("i", "plain", "", bucket)), "a.b/"),
        "?"
    );
}

#[test]
fn what_a_controller_decides_is_open() {
    let of = |paths: &[String]| cluster(&ingress("i", "plain", "", &rules(&[rule("a.b", paths)])));
    let specific = of(&[
        path("ImplementationSpecific", "/api", "api"),
        path("Prefix", "/", "web"),
    ]);
    assert_eq!(get(&specific, "a.b/api/x"), "? web api");
    assert_eq!(get(&specific, "a.b/other"), "web");
    assert_eq!(get(&specific, "a.b/apix"), "? web api");
    // What is longer and surely takes it wins.
    let longer = of(&[
        path("ImplementationSpecific", "/", "all"),
        path("Prefix", "/api", "api"),
    ]);
    assert_eq!(get(&longer, "a.b/api"), "api");
    assert_eq!(get(&longer, "a.b/x"), "? all");
    // Both ways lead to the same.
    let same = of(&[
        path("ImplementationSpecific", "/api", "web"),
        path("Prefix", "/", "web"),
    ]);
    assert_eq!(get(&same, "a.b/api"), "web");
    let twice = cluster(&format!(
        "{}{}",
        ingress(
            "i",
            "plain",
            "",
            &rules(&[rule("a.b", &[path("Prefix", "/", "one")])])
        ),
        ingress(
            "j",
            "plain",
            "",
            &rules(&[rule("a.b", &[path("Prefix", "/", "two")])])
        ),
    ));
    assert_eq!(get(&twice, "a.b/"), "? one two");
}

#[test]
fn tls_is_what_the_controller_makes_of_it() {
    let web = rules(&[rule("a.b", &[path("Prefix", "/", "web")])]);
    let tls = format!("tls: [{{hosts: [a.b]}}], {web}");
    let of = |class: &str, annotations: &str, spec: &str| {
        cluster(&ingress("i", class, annotations, spec))
    };
    assert_eq!(get(&of("plain", "", &tls), "https://a.b/"), "web");
    assert_eq!(get(&of("plain", "", &tls), "a.b/"), "web");
    assert_eq!(get(&of("plain", "", &web), "https://a.b/"), "? web");
    assert_eq!(get(&of("nginx", "", &tls), "https://a.b/"), "web");
    assert_eq!(get(&of("nginx", "", &web), "https://a.b/"), "web");
    assert_eq!(get(&of("nginx", "", &tls), "a.b/"), "redirect");
    let off = "nginx.ingress.kubernetes.io/ssl-redirect: 'false'";
    assert_eq!(get(&of("nginx", off, &tls), "a.b/"), "web");
    let forced = "nginx.ingress.kubernetes.io/force-ssl-redirect: 'true'";
    assert_eq!(get(&of("nginx", forced, &web), "a.b/"), "redirect");
    let wild = tls.replace("hosts: [a.b]", "hosts: ['*.b']");
    assert_eq!(get(&of("plain", "", &wild), "https://a.b/"), "web");
    let other = tls.replace("hosts: [a.b]", "hosts: [c.d]");
    assert_eq!(get(&of("plain", "", &other), "https://a.b/"), "? web");
}

#[test]
fn annotations_that_may_change_it_are_named() {
    let nginx = |name: &str| format!("nginx.ingress.kubernetes.io/{name}");
    let spec = rules(&[rule(
        "a.b",
        &[path("Prefix", "/api", "api"), path("Prefix", "/", "web")],
    )]);
    for name in [
        "whitelist-source-range",
        "allowlist-source-range",
        "denylist-source-range",
        "auth-url",
        "server-snippet",
    ] {
        let of = |class: &str| cluster(&ingress("i", class, &format!("{}: x", nginx(name)), &spec));
        let cluster = of("nginx");
        assert_eq!(get(&cluster, "a.b/api"), "? api", "{name}");
        let served = ask(&cluster, Scheme::Http, "a.b", "/api");
        let Answer::Open { because, .. } = &served[0].answer else {
            panic!("{served:?}")
        };
        assert!(because[0].text.contains(&nginx(name)), "{because:?}");
        // Others do not read it.
        assert_eq!(get(&of("plain"), "a.b/api"), "api", "{name}");
    }
    for name in ["service-upstream", "proxy-body-size"] {
        let cluster = cluster(&ingress(
            "i",
            "nginx",
            &format!("{}: 'true'", nginx(name)),
            &spec,
        ));
        assert_eq!(get(&cluster, "a.b/api"), "api", "{name}");
    }
}

#[test]
fn expressions_hold_for_all_paths_of_the_host() {
    let regex = "nginx.ingress.kubernetes.io/use-regex: 'true'";
    let rewrite = "nginx.ingress.kubernetes.io/rewrite-target: /$2";
    let plain = ingress(
        "i",
        "nginx",
        "",
        &rules(&[rule("a.b", &[path("Exact", "/foo", "foo")])]),
    );
    for annotation in [regex, rewrite] {
        let other = ingress(
            "j",
            "nginx",
            annotation,
            &rules(&[rule("a.b", &[path("Prefix", "/", "web")])]),
        );
        let cluster = cluster(&format!("{plain}{other}"));
        // Not only the letters that the path has, nor only whole elements.
        assert_eq!(get(&cluster, "a.b/FOObar"), "foo", "{annotation}");
        assert_eq!(get(&cluster, "a.b/fo"), "web");
    }
    let api = [
        path("ImplementationSpecific", "/api(/|$)(.*)", "api"),
        path("Prefix", "/", "web"),
    ];
    let of = |annotation: &str| {
        cluster(&ingress(
            "i",
            "nginx",
            annotation,
            &rules(&[rule("a.b", &api)]),
        ))
    };
    assert_eq!(get(&of(rewrite), "a.b/api/x"), "? web api");
    assert_eq!(get(&of(rewrite), "a.b/other"), "web");
}

#[test]
fn a_canary_shares_the_requests() {
    let of = |name: &str, annotations: &str| {
        ingress(
            name,
            "nginx",
            annotations,
            &rules(&[rule("a.b", &[path("Prefix", "/", name)])]),
        )
    };
    let canary = "nginx.ingress.kubernetes.io/canary: 'true', nginx.ingress.kubernetes.io/canary-weight: '10'";
    let cluster = cluster(&format!("{}{}", of("main", ""), of("next", canary)));
    assert_eq!(get(&cluster, "a.b/"), "? main next");
}

#[test]
fn who_serves_a_class_is_told() {
    let spec = rules(&[rule("a.b", &[path("Prefix", "/", "web")])]);
    let by = |text: &str| {
        let loaded = read_text("a.yaml", text, &Options::default());
        assert_eq!(loaded.findings, []);
        let cluster = Cluster::new(loaded.objects);
        let served = ask(&cluster, Scheme::Http, "a.b", "/");
        let told = served.iter().map(|it| {
            let By::Ingress { class, controller } = &it.by else {
                panic!("{it:?}")
            };
            let text =
                |text: &Option<std::sync::Arc<str>>| text.as_deref().unwrap_or("-").to_owned();
            let doubts = it.doubts.len();
            format!(
                "{} {} {doubts} {}",
                text(class),
                text(controller),
                word(&it.answer)
            )
        });
        told.collect::<Vec<String>>()
    };
    let class = |name: &str, annotations: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {{name: {name}, annotations: {{{annotations}}}}}\n\
             spec: {{controller: example.com/{name}}}\n---\n"
        )
    };
    let of = |meta: &str, class: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i, uid: u, namespace: shop{meta}}}\nspec: {{{class}{spec}}}\n---\n"
        )
    };
    let default = "ingressclass.kubernetes.io/is-default-class: 'true'";
    let one = class("one", "");
    assert_eq!(
        by(&format!("{one}{}", of("", "ingressClassName: one, "))),
        ["one example.com/one 0 web"]
    );
    assert_eq!(by(&of("", "ingressClassName: one, ")), ["one - 0 web"]);
    assert_eq!(
        by(&format!("{one}{}", of("", "ingressClassName: two, "))),
        ["two - 1 web"]
    );
    assert_eq!(by(&of("", "")), ["- - 1 web"]);
    assert_eq!(by(&format!("{one}{}", of("", ""))), ["- - 1 web"]);
    let ready = class("one", default);
    assert_eq!(
        by(&format!("{ready}{}", of("", ""))),
        ["one example.com/one 0 web"]
    );
    let two = class("two", default);
    assert_eq!(by(&format!("{ready}{two}{}", of("", ""))), ["- - 1 web"]);
    let annotated = ", annotations: {kubernetes.io/ingress.class: gce}";
    assert_eq!(by(&format!("{one}{}", of(annotated, ""))), ["gce - 0 web"]);
    assert_eq!(by(&of("", "ingressClassName: gce, ")), ["gce - 1 web"]);
    // Which of two holds, each controller decides.
    let both = format!("{one}{}", of(annotated, "ingressClassName: one, "));
    assert_eq!(by(&both), ["gce - 0 ? web", "one example.com/one 0 ? web"]);
    // A port that Ingresses do not have.
    let cluster = cluster(&ingress("i", "plain", "", &spec));
    let served = Ingresses::new(&cluster).answer(&Request::new(Scheme::Http, "a.b", 8080, "/"));
    assert_eq!(served[0].doubts.len(), 1);
}

#[test]
fn many_ingresses_are_found_by_host() {
    let mut loaded = cluster(&ingress(
        "i",
        "plain",
        "",
        &rules(&[rule("a.b", &[path("Prefix", "/", "web")])]),
    ));
    let one = loaded.ingresses[0].clone();
    loaded.ingresses = (0..10_000)
        .map(|number| {
            let host: std::sync::Arc<str> = format!("h{number}.b").into();
            let mut ingress = one.clone();
            ingress.name = format!("i{number}").into();
            ingress.hosts = vec![Some(std::sync::Arc::clone(&host))];
            ingress.paths[0].host = Some(host);
            ingress
        })
        .collect();
    let before = std::time::Instant::now();
    let index = Ingresses::new(&loaded);
    let answer = index.answer(&Request::new(Scheme::Http, "h7.b", 80, "/"));
    let spent = before.elapsed();
    assert_eq!(word(&answer[0].answer), "web");
    assert!(spent.as_millis() < 500, "{spent:?}");
}
