//! Which rule of the attached routes takes a request.
//!
//! Source: the precedence of `HTTPRouteSpec.hostnames` and `HTTPRouteRule.matches`: host, exact path,
//! longest prefix, method, headers, parameters of the query; then the oldest route, then its name, then its
//! first rule.

use super::super::request::{Answer, Because, Request, has_elements};
use super::attach::Attached;
use super::host;
use crate::model::{PathMatch, Route, RouteMatch, RouteRule};
use std::cmp::Ordering;

/// What makes a match win over others: the greater one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    host: (usize, usize),
    is_exact: bool,
    length: usize,
    has_method: bool,
    headers: usize,
    query_params: usize,
}

/// A rule that takes a request, or may take it.
struct Taker<'a, 'c> {
    attached: &'a Attached<'c>,
    rule: &'c RouteRule,
    number: usize,
    rank: Rank,
    /// Why it may not take it; none if it does.
    doubt: Option<String>,
    /// Whether it is an expression, of which the place among others is not documented.
    is_free: bool,
}

/// What becomes of a request; none if no route takes it. `answer` says what a rule that does makes of it.
pub(super) fn resolve<'c>(
    attached: &[Attached<'c>],
    request: &Request,
    answer: impl Fn(&'c Route, &'c RouteRule, &str) -> Answer,
) -> Option<Answer> {
    let mut takers = Vec::new();
    for entry in attached {
        let hosts = entry.hosts.iter().map(|it| it.as_deref());
        let fitting = hosts.filter(|it| it.is_none_or(|it| host::matches(it, &request.host)));
        if let Some(host) = fitting.map(host::weight).max() {
            add(&mut takers, entry, host, request);
        }
    }
    let top = served_hosts(attached, request)?;
    let (own, wider): (Vec<_>, Vec<_>) = takers.into_iter().partition(|it| it.rank.host == top);
    let found = pick(&own, request, &answer);
    // The routes of the host that is said most exactly come first. If none of them takes the request, whether
    // those for more hosts do is not documented.
    let surely = own.iter().any(|it| it.doubt.is_none());
    if surely {
        return found;
    }
    let Some(other) = pick(&wider, request, &answer) else {
        return found;
    };
    let origin = wider.first().map(|it| it.attached.route.origin);
    let text =
        "whether routes for more hosts take what those for this host do not is not documented";
    let because = vec![Because::new(text, origin.unwrap_or_default())];
    let none = Answer::Open {
        because: Vec::new(),
        perhaps: Vec::new(),
    };
    Some(
        found
            .unwrap_or(none)
            .opened(because, other.destinations().to_vec()),
    )
}

/// How exactly the host is said, where that is most exact.
fn served_hosts(attached: &[Attached<'_>], request: &Request) -> Option<(usize, usize)> {
    let hosts = attached
        .iter()
        .flat_map(|it| &it.hosts)
        .map(|it| it.as_deref());
    let fitting = hosts.filter(|it| it.is_none_or(|it| host::matches(it, &request.host)));
    fitting.map(host::weight).max()
}

/// Adds the rules of a route that take a request.
fn add<'a, 'c>(
    takers: &mut Vec<Taker<'a, 'c>>,
    entry: &'a Attached<'c>,
    host: (usize, usize),
    request: &Request,
) {
    let everything = RouteMatch {
        path: PathMatch::Prefix("/".into()),
        method: None,
        headers: 0,
        query_params: 0,
    };
    for (number, rule) in entry.route.rules.iter().enumerate() {
        let absent = rule.matches.is_empty().then_some(&everything);
        for wanted in rule.matches.iter().chain(absent) {
            let Some((is_exact, length)) = fits(&wanted.path, &request.path) else {
                continue;
            };
            let rank = Rank {
                host,
                is_exact,
                length,
                has_method: wanted.method.is_some(),
                headers: wanted.headers,
                query_params: wanted.query_params,
            };
            takers.push(Taker {
                attached: entry,
                rule,
                number,
                rank,
                doubt: entry
                    .doubt
                    .clone()
                    .or_else(|| doubt(entry.route, number, wanted)),
                is_free: matches!(wanted.path, PathMatch::Regex(_)),
            });
        }
    }
}

/// Whether a path is taken: whether exactly, and by how many letters.
fn fits(wanted: &PathMatch, path: &str) -> Option<(bool, usize)> {
    match wanted {
        PathMatch::Exact(text) => (**text == *path).then_some((true, text.len())),
        PathMatch::Prefix(text) => {
            // A slash at the end adds no element.
            let length = text.trim_end_matches('/').len().max(1);
            has_elements(path, text).then_some((false, length))
        }
        PathMatch::GrpcMethod(method) => {
            let mut elements = path.split('/').skip(2);
            let is_call = elements.next() == Some(&**method) && elements.next().is_none();
            is_call.then_some((false, 1 + method.len()))
        }
        PathMatch::Regex(_) => Some((false, 0)),
    }
}

/// Why a match may not be one.
fn doubt(route: &Route, number: usize, wanted: &RouteMatch) -> Option<String> {
    let what = match (&wanted.path, &wanted.method) {
        (PathMatch::Regex(text), _) => {
            format!("paths by the expression `{text}`, which is the implementation's own")
        }
        (_, Some(method)) => format!("the method {method} alone"),
        _ if wanted.headers > 0 => "requests with certain headers alone".to_owned(),
        _ if wanted.query_params > 0 => "requests with a certain query alone".to_owned(),
        _ => return None,
    };
    Some(format!("{} takes {what}", name(route, number)))
}

/// `spec.rules[0] of HTTPRoute shop/web`.
fn name(route: &Route, number: usize) -> String {
    format!(
        "`spec.rules[{number}]` of {} {}/{}",
        route.kind, route.namespace, route.name
    )
}

/// What becomes of a request that one of these takes.
fn pick<'c>(
    takers: &[Taker<'_, 'c>],
    request: &Request,
    answer: &impl Fn(&'c Route, &'c RouteRule, &str) -> Answer,
) -> Option<Answer> {
    let of = |taker: &Taker<'_, 'c>| {
        let route = taker.attached.route;
        let why = format!(
            "{} takes `{}{}`",
            name(route, taker.number),
            request.host,
            request.path
        );
        answer(route, taker.rule, &why)
    };
    let sure = takers.iter().filter(|it| it.doubt.is_none());
    let best = sure.reduce(|best, it| match wins(it, best) {
        Some(Ordering::Greater) => it,
        Some(Ordering::Less | Ordering::Equal) | None => best,
    });
    let rivals = takers.iter().filter(|it| match best {
        None => true,
        Some(best) if std::ptr::eq(*it, best) => false,
        Some(best) => it.is_free || wins(it, best).is_none_or(|it| it == Ordering::Greater),
    });
    let mut found = best.map(of);
    for rival in rivals {
        let other = of(rival);
        if found.as_ref().is_some_and(|own| own.is_same(&other)) {
            continue;
        }
        let text = rival.doubt.clone().unwrap_or_else(|| {
            format!(
                "{} takes the same as another route, and which of them is older is not in the input",
                name(rival.attached.route, rival.number)
            )
        });
        let mut because = vec![Because::new(text, rival.attached.route.origin)];
        if let Answer::Open { because: more, .. } = &other {
            because.extend(more.iter().cloned());
        }
        let none = Answer::Open {
            because: Vec::new(),
            perhaps: Vec::new(),
        };
        let own = found.take().unwrap_or(none);
        found = Some(own.opened(because, other.destinations().to_vec()));
    }
    found
}

/// Whether a match wins over another one; none where that hangs on ages that are not known.
fn wins(own: &Taker<'_, '_>, other: &Taker<'_, '_>) -> Option<Ordering> {
    let by_rank = own.rank.cmp(&other.rank);
    if by_rank != Ordering::Equal {
        return Some(by_rank);
    }
    let (own_route, other_route) = (own.attached.route, other.attached.route);
    if std::ptr::eq(own_route, other_route) {
        return Some(other.number.cmp(&own.number));
    }
    // Times are written so that the earlier one is the lesser text.
    let by_age = match (&own_route.created, &other_route.created) {
        (Some(own), Some(other)) => other.cmp(own),
        (None, _) | (_, None) => return None,
    };
    let key = |route: &Route| (route.namespace.clone(), route.name.clone());
    Some(by_age.then_with(|| key(other_route).cmp(&key(own_route))))
}
