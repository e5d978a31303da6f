//! Clusters for tests, and what is asked of them.

use netpolc::hops::ingress::Ingresses;
use netpolc::hops::request::{Answer, Refusal, Request, Scheme, Served};
use netpolc::input::{Options, read_text};
use netpolc::model::Cluster;

/// A class that nothing special is known of, one of ingress-nginx, and Ingresses.
pub(crate) fn cluster(ingresses: &str) -> Cluster {
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
pub(crate) fn ingress(name: &str, class: &str, annotations: &str, spec: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}, namespace: shop, annotations: {{{annotations}}}}}\n\
         spec: {{ingressClassName: {class}, {spec}}}\n---\n"
    )
}

/// One path; its Service is named for it.
pub(crate) fn path(path_type: &str, path: &str, service: &str) -> String {
    format!(
        "{{path: '{path}', pathType: {path_type}, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}"
    )
}

pub(crate) fn rule(host: &str, paths: &[String]) -> String {
    let host = match host {
        "" => String::new(),
        host => format!("host: '{host}', "),
    };
    format!("{{{host}http: {{paths: [{}]}}}}", paths.join(", "))
}

pub(crate) fn rules(rules: &[String]) -> String {
    format!("rules: [{}]", rules.join(", "))
}

pub(crate) fn ask(cluster: &Cluster, scheme: Scheme, host: &str, path: &str) -> Vec<Served> {
    let port = match scheme {
        Scheme::Http => 80,
        Scheme::Https => 443,
    };
    Ingresses::new(cluster).answer(&Request::new(scheme, host, port, path))
}

/// The answer in a word: the Services, `404`, `redirect`, or `?` before what may be.
pub(crate) fn word(answer: &Answer) -> String {
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
pub(crate) fn get(cluster: &Cluster, url: &str) -> String {
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

pub(crate) const DEFAULT: &str = "defaultBackend: {service: {name: rest, port: {name: http}}}";
