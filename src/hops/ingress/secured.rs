//! What TLS makes of a request.
//!
//! Sources: the conformance tests of Ingress controllers (a host with TLS answers `http`, too), and the page
//! of ingress-nginx on TLS, which sends such requests to `https` and serves hosts without TLS with a
//! certificate of its own.

use super::super::request::{Answer, Because, Refusal, Request, Scheme, below};
use super::annotation;
use super::taker::Entry;
use crate::model::Ingress;

/// What a controller does with TLS.
pub(super) struct Secured {
    /// Whether it sends `http` to `https` where there is TLS; none: not known.
    pub(super) redirects: Option<bool>,
    /// Whether it is one of those that serve every host with TLS.
    pub(super) is_strict: bool,
}

/// What becomes of a request that these Ingresses take, where `own` are the paths of its host.
pub(super) fn secured(
    tls: &Secured,
    (answer, by): (Answer, &[&Ingress]),
    own: &[Entry<'_>],
    request: &Request,
) -> Answer {
    let mut ingresses = own
        .iter()
        .map(|entry| entry.ingress)
        .chain(by.iter().copied());
    let has_tls = ingresses.any(|ingress| covers(ingress, &request.host));
    let Some(first) = by.first() else {
        return answer;
    };
    let origin = first.origin;
    match request.scheme {
        Scheme::Https if has_tls || tls.is_strict => answer,
        Scheme::Https => {
            let text = format!(
                "no Ingress has TLS for `{}`, and whether `https` is served then is up to the controller",
                request.host
            );
            answer.opened(vec![Because::new(text, origin)], Vec::new())
        }
        Scheme::Http => insecure(tls, answer, by, has_tls),
    }
}

fn insecure(tls: &Secured, answer: Answer, by: &[&Ingress], has_tls: bool) -> Answer {
    let Some(first) = by.first() else {
        return answer;
    };
    let says = |name: &str, value: &str| {
        by.iter()
            .any(|it| annotation::nginx(it, name) == Some(value))
    };
    let forced = tls.redirects != Some(false) && says("force-ssl-redirect", "true");
    if !forced && (!has_tls || says("ssl-redirect", "false")) {
        return answer;
    }
    let place = format!("Ingress {}/{}", first.namespace, first.name);
    match tls.redirects {
        Some(false) => answer,
        Some(true) => {
            let why = if has_tls {
                "has TLS"
            } else {
                "has the annotation `force-ssl-redirect`"
            };
            let text = format!("{place} {why}, and the controller redirects `http` to `https`");
            Answer::Nothing(Refusal::Redirect, Because::new(text, first.origin))
        }
        None => {
            let text = format!(
                "{place} has TLS, and whether its controller serves `http`, too, is not known"
            );
            answer.opened(vec![Because::new(text, first.origin)], Vec::new())
        }
    }
}

/// Whether an Ingress has TLS for a host.
fn covers(ingress: &Ingress, host: &str) -> bool {
    let fits = |name: &str| match name.strip_prefix("*.") {
        Some(rest) => below(host) == Some(rest),
        None => name.eq_ignore_ascii_case(host),
    };
    let mut entries = ingress.tls.iter();
    entries.any(|hosts| hosts.is_empty() || hosts.iter().any(|name| fits(name)))
}
