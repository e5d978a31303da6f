//! Annotations that change what becomes of a request.
//!
//! Sources: the pages of annotations of the controllers. Of ingress-nginx those are listed that leave an
//! answer as it is; of others those that leave it open.

use super::super::request::Because;
use crate::model::Ingress;
use std::sync::Arc;

/// Where the annotations of ingress-nginx begin.
const NGINX: &str = "nginx.ingress.kubernetes.io/";

/// Those of ingress-nginx that are read elsewhere or change no destination (time-outs, sizes, headers),
/// without their beginning; one that ends in `*` stands for all that begin so. What is not among them may do
/// anything.
const HARMLESS_OF_NGINX: [&str; 61] = [
    "affinity",
    "affinity-canary-behavior",
    "affinity-mode",
    "auth-always-set-cookie",
    "auth-cache-duration",
    "auth-cache-key",
    "auth-keepalive",
    "auth-keepalive-requests",
    "auth-keepalive-share-vars",
    "auth-keepalive-timeout",
    "auth-method",
    "auth-proxy-set-headers",
    "auth-realm",
    "auth-request-redirect",
    "auth-response-headers",
    "auth-secret-type",
    "auth-signin-redirect-param",
    "backend-protocol",
    "canary",
    "canary-by-cookie",
    "canary-by-header",
    "canary-by-header-pattern",
    "canary-by-header-value",
    "canary-weight",
    "canary-weight-total",
    "client-body-buffer-size",
    "connection-proxy-header",
    "cors-*",
    "custom-headers",
    "disable-proxy-intercept-errors",
    "enable-access-log",
    "enable-cors",
    "enable-opentelemetry",
    "enable-opentracing",
    "enable-rewrite-log",
    "force-ssl-redirect",
    "http2-push-preload",
    "influxdb-*",
    "limit-*",
    "load-balance",
    "opentelemetry-*",
    "opentracing-*",
    "permanent-redirect",
    "permanent-redirect-code",
    "preserve-trailing-slash",
    "proxy-*",
    "relative-redirects",
    "rewrite-target",
    "server-alias",
    "service-upstream",
    "session-cookie-*",
    "ssl-ciphers",
    "ssl-prefer-server-ciphers",
    "ssl-redirect",
    "temporal-redirect",
    "temporal-redirect-code",
    "upstream-hash-by*",
    "upstream-vhost",
    "use-http2",
    "use-regex",
    "x-forwarded-prefix",
];

/// Those of other controllers.
const OF_OTHERS: [&str; 34] = [
    "alb.ingress.kubernetes.io/actions.*",
    "alb.ingress.kubernetes.io/auth-type",
    "alb.ingress.kubernetes.io/conditions.*",
    "alb.ingress.kubernetes.io/group.*",
    "alb.ingress.kubernetes.io/inbound-cidrs",
    "alb.ingress.kubernetes.io/listen-ports",
    "alb.ingress.kubernetes.io/security-groups",
    "alb.ingress.kubernetes.io/ssl-redirect",
    "appgw.ingress.kubernetes.io/override-frontend-port",
    "appgw.ingress.kubernetes.io/ssl-redirect",
    "appgw.ingress.kubernetes.io/use-private-ip",
    "haproxy-ingress.github.io/*",
    "haproxy.org/allow-list",
    "haproxy.org/auth-type",
    "haproxy.org/blacklist",
    "haproxy.org/deny-list",
    "haproxy.org/frontend-config-snippet",
    "haproxy.org/backend-config-snippet",
    "haproxy.org/request-redirect",
    "haproxy.org/route-acl",
    "haproxy.org/ssl-redirect",
    "haproxy.org/whitelist",
    "ingress.kubernetes.io/*",
    "konghq.com/methods",
    "konghq.com/headers.*",
    "konghq.com/plugins",
    "konghq.com/protocols",
    "kubernetes.io/ingress.allow-http",
    "networking.gke.io/v1beta1.FrontendConfig",
    "nginx.org/*",
    "projectcontour.io/ingress.*",
    "traefik.ingress.kubernetes.io/router.entrypoints",
    "traefik.ingress.kubernetes.io/router.middlewares",
    "traefik.ingress.kubernetes.io/router.priority",
];

/// Whether a controller reads the annotations of ingress-nginx: none for one that is not known.
pub(super) fn reads_nginx(controller: Option<&str>) -> Option<bool> {
    match controller {
        // Traefik can be told to.
        None | Some("traefik.io/ingress-controller") => None,
        Some("k8s.io/ingress-nginx") => Some(true),
        Some(_) => Some(false),
    }
}

/// The annotations of an Ingress that may change what becomes of a request, and are not read.
pub(super) fn unread(ingress: &Ingress, reads_nginx: Option<bool>) -> Vec<Because> {
    let matter = ingress.annotations.iter().filter(|(name, _)| {
        let of_nginx = name.strip_prefix(NGINX);
        let of_nginx = of_nginx.is_some_and(|name| !stands(&HARMLESS_OF_NGINX, name));
        (of_nginx && reads_nginx != Some(false)) || stands(&OF_OTHERS, name)
    });
    let sentence = |(name, _): &(Arc<str>, Arc<str>)| {
        let text = format!(
            "the annotation `{name}` of Ingress {}/{} may change what becomes of it",
            ingress.namespace, ingress.name
        );
        Because::new(text, ingress.origin)
    };
    matter.map(sentence).collect()
}

fn stands(list: &[&str], name: &str) -> bool {
    list.iter().any(|listed| match listed.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => *listed == name,
    })
}

/// The value of an annotation of ingress-nginx.
pub(super) fn nginx<'i>(ingress: &'i Ingress, name: &str) -> Option<&'i str> {
    ingress.annotation(&format!("{NGINX}{name}"))
}

/// Whether paths are expressions, for all Ingresses of the host.
pub(super) fn has_expressions(ingress: &Ingress) -> bool {
    nginx(ingress, "use-regex") == Some("true")
        || nginx(ingress, "rewrite-target").is_some_and(|target| !target.is_empty())
}

/// Whether it takes a part of the requests that another Ingress takes.
pub(super) fn is_canary(ingress: &Ingress) -> bool {
    nginx(ingress, "canary") == Some("true")
}

/// Whether every request is sent elsewhere.
pub(super) fn redirects(ingress: &Ingress) -> bool {
    let names = ["permanent-redirect", "temporal-redirect"];
    names
        .iter()
        .any(|name| nginx(ingress, name).is_some_and(|url| !url.is_empty()))
}

/// More hosts that it serves.
pub(super) fn aliases(ingress: &Ingress) -> impl Iterator<Item = &str> {
    let aliases = nginx(ingress, "server-alias").unwrap_or_default();
    aliases
        .split(',')
        .map(str::trim)
        .filter(|alias| !alias.is_empty())
}
