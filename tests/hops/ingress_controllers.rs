//! Tests: what controllers make of classes, TLS and annotations.

use super::ingress_world::{ask, cluster, get, ingress, path, rule, rules, word};
use netpolc::hops::ingress::Ingresses;
use netpolc::hops::request::{Answer, By, Request, Scheme};
use netpolc::input::{Options, read_text};
use netpolc::model::Cluster;

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
