//! Hosts of listeners and routes: `*.` stands for any number of labels, and at least one.
//!
//! Source: `Listener.hostname` and `HTTPRouteSpec.hostnames`.

use std::sync::Arc;

/// Whether a host is one of those that a pattern names.
pub(super) fn matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(rest) => is_below(host, rest),
        None => pattern.eq_ignore_ascii_case(host),
    }
}

/// Whether a host has labels before `rest`.
fn is_below(host: &str, rest: &str) -> bool {
    let start = host.len().checked_sub(rest.len());
    let Some(start) = start.filter(|&start| start > 1) else {
        return false;
    };
    host.get(start..)
        .is_some_and(|end| end.eq_ignore_ascii_case(rest))
        && host
            .get(..start)
            .is_some_and(|labels| labels.ends_with('.'))
}

/// What both a listener and a route name; none if nothing.
pub(super) fn common(listener: Option<&Arc<str>>, route: &Arc<str>) -> Option<Arc<str>> {
    let Some(listener) = listener else {
        return Some(Arc::clone(route));
    };
    let narrower =
        |narrow: &str, wide: &str| match (narrow.strip_prefix("*."), wide.strip_prefix("*.")) {
            (Some(narrow), Some(wide)) => {
                narrow.eq_ignore_ascii_case(wide) || is_below(narrow, wide)
            }
            (Some(_), None) => false,
            (None, _) => matches(wide, narrow),
        };
    if narrower(route, listener) {
        Some(Arc::clone(route))
    } else if narrower(listener, route) {
        Some(Arc::clone(listener))
    } else {
        None
    }
}

/// How exactly a host is said: by the letters of one without `*`, then by all letters.
pub(super) fn weight(pattern: Option<&str>) -> (usize, usize) {
    match pattern {
        None => (0, 0),
        Some(pattern) if pattern.starts_with("*.") => (0, pattern.len()),
        Some(pattern) => (pattern.len(), pattern.len()),
    }
}
