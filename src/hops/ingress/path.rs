//! Whether a path of an Ingress takes a request.
//!
//! Source: the table of examples in the Ingress page of the Kubernetes documentation.

use super::super::request::has_elements;
use crate::model::PathType;

/// Whether a path takes a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// That hangs on the controller.
    Perhaps,
}

/// As the documentation says.
pub(super) fn documented(path_type: PathType, path: &str, request: &str) -> Fit {
    let fits = match path_type {
        PathType::Exact => path == request,
        PathType::Prefix => has_elements(request, path),
        // Text, a pattern with `*`, an expression: any controller has its own.
        PathType::ImplementationSpecific => return specific(path, request),
    };
    if fits { Fit::Yes } else { Fit::No }
}

/// Of the readings that controllers have, those of a plain text agree on one thing: what does not
/// begin with it is not taken.
fn specific(path: &str, request: &str) -> Fit {
    if is_literal(path) && !begins(request, path.trim_end_matches('/')) {
        Fit::No
    } else {
        Fit::Perhaps
    }
}

/// As ingress-nginx has it where an Ingress of the host asks for expressions: the path is one, which
/// the beginning of the request's must match, in capital or small letters.
pub(super) fn expression(path: &str, request: &str) -> Fit {
    if is_literal(path) {
        return if begins(request, path) {
            Fit::Yes
        } else {
            Fit::No
        };
    }
    // A choice between whole expressions may begin in any way.
    if is_choice(path) || begins(request, head(path)) {
        Fit::Perhaps
    } else {
        Fit::No
    }
}

/// Whether an expression is a choice, not only a part of it in parentheses.
fn is_choice(path: &str) -> bool {
    let mut depth = 0_usize;
    path.chars().any(|letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == '|' && depth == 0
    })
}

/// The characters of an expression that stand for themselves, up to the first that does not.
fn head(path: &str) -> &str {
    let (head, rest) = match path.split_once(is_special) {
        Some((head, _)) => (head, path.get(head.len()..).unwrap_or_default()),
        None => (path, ""),
    };
    // What is repeated may be there no time at all.
    let mut letters = head.chars();
    if rest.starts_with(['*', '?', '{']) {
        letters.next_back();
    }
    letters.as_str()
}

fn is_literal(path: &str) -> bool {
    !path.contains(is_special)
}

/// Whether a character means something in an expression. A dot does, and is most often meant as one.
fn is_special(letter: char) -> bool {
    matches!(
        letter,
        '.' | '*' | '?' | '+' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' | '\\'
    )
}

fn begins(request: &str, path: &str) -> bool {
    let start = request.get(..path.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(path))
}
