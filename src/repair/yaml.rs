//! What is to be written, as YAML to paste.

use crate::model::{NamespaceScope, PeerMatch, PodScope, PortTest};
use crate::selector::Selector;
use std::fmt::Write as _;

/// A value that is to be written.
#[derive(Debug, Clone)]
pub(super) enum Tree {
    Fields(Vec<(String, Self)>),
    Items(Vec<Self>),
    Text(String),
    Number(u16),
}

/// How it is written: plain words stay plain in YAML, JSON has quotes everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Yaml,
    Json,
}

/// Fields in their order.
pub(super) fn fields<const N: usize>(all: [(&str, Tree); N]) -> Tree {
    let all = all.into_iter().map(|(key, value)| (key.to_owned(), value));
    Tree::Fields(all.collect())
}

/// A text.
pub(super) fn text(text: impl Into<String>) -> Tree {
    Tree::Text(text.into())
}

impl Tree {
    /// On one line: `{matchLabels: {app: web}}`.
    pub(super) fn flow(&self, style: Style) -> String {
        let word = |text: &str| match style {
            Style::Yaml => word(text),
            Style::Json => quoted(text),
        };
        match self {
            Self::Fields(all) => {
                let all = all.iter();
                let all = all.map(|(key, it)| format!("{}: {}", word(key), it.flow(style)));
                format!("{{{}}}", all.collect::<Vec<_>>().join(", "))
            }
            Self::Items(all) => {
                let all: Vec<String> = all.iter().map(|it| it.flow(style)).collect();
                format!("[{}]", all.join(", "))
            }
            Self::Text(text) => word(text),
            Self::Number(number) => number.to_string(),
        }
    }

    /// As lines: the fields one below the other, as deep as `depth`, and what is deeper on their lines.
    pub(super) fn lines(&self, depth: usize) -> Vec<String> {
        let Some(below) = depth.checked_sub(1) else {
            return vec![self.flow(Style::Yaml)];
        };
        match self {
            Self::Fields(all) if !all.is_empty() => {
                let all = all.iter().flat_map(|(key, value)| match value {
                    Self::Items(_) | Self::Fields(_) if below > 0 && !value.is_empty() => {
                        let indent = if matches!(value, Self::Items(_)) {
                            ""
                        } else {
                            "  "
                        };
                        let inner = value.lines(below).into_iter();
                        let inner = inner.map(|line| format!("{indent}{line}"));
                        std::iter::once(format!("{}:", word(key)))
                            .chain(inner)
                            .collect()
                    }
                    Self::Items(_) | Self::Fields(_) | Self::Text(_) | Self::Number(_) => {
                        vec![format!("{}: {}", word(key), value.flow(Style::Yaml))]
                    }
                });
                all.collect()
            }
            Self::Items(all) if !all.is_empty() => all
                .iter()
                .flat_map(|item| {
                    let lines = item.lines(below).into_iter().enumerate();
                    lines.map(|(at, line)| format!("{}{line}", if at == 0 { "- " } else { "  " }))
                })
                .collect(),
            Self::Fields(_) | Self::Items(_) | Self::Text(_) | Self::Number(_) => {
                vec![self.flow(Style::Yaml)]
            }
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Fields(all) => all.is_empty(),
            Self::Items(all) => all.is_empty(),
            Self::Text(_) | Self::Number(_) => false,
        }
    }
}

/// An entry of `ports`.
pub(super) fn port(test: &PortTest) -> Tree {
    match test {
        PortTest::Range {
            protocol, first, ..
        } => fields([
            ("protocol", text(protocol.name())),
            ("port", Tree::Number(*first)),
        ]),
        PortTest::Named { name, .. } => fields([("port", text(&**name))]),
    }
}

/// An entry of `from` or `to`.
pub(super) fn peer(peer: &PeerMatch) -> Tree {
    match peer {
        PeerMatch::IpBlock(block) => {
            fields([("ipBlock", fields([("cidr", text(block.cidr.to_string()))]))])
        }
        PeerMatch::Pods(scope) => pods(scope),
        // No change is made of these.
        PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => fields([]),
    }
}

fn pods(scope: &PodScope) -> Tree {
    let pods = ("podSelector", selector(&scope.pods));
    match &scope.namespaces {
        NamespaceScope::Named(_) => fields([pods]),
        NamespaceScope::Matching(namespaces) if scope.pods.is_everything() => {
            fields([("namespaceSelector", selector(namespaces))])
        }
        NamespaceScope::Matching(namespaces) => {
            fields([("namespaceSelector", selector(namespaces)), pods])
        }
    }
}

/// A selector by labels.
pub(super) fn selector(selector: &Selector) -> Tree {
    let labels = selector.requirements().iter().filter_map(|requirement| {
        let value = requirement.values.first()?;
        Some((requirement.key.to_string(), text(&**value)))
    });
    let labels: Vec<_> = labels.collect();
    if labels.is_empty() {
        return fields([]);
    }
    fields([("matchLabels", Tree::Fields(labels))])
}

/// Text as YAML takes it for text: plain where it cannot be taken for anything else.
fn word(text: &str) -> String {
    const OTHERS: [&str; 10] = [
        "y", "yes", "n", "no", "on", "off", "true", "false", "null", "nan",
    ];
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte);
    let begins = text
        .bytes()
        .next()
        .is_some_and(|it| it.is_ascii_alphabetic());
    let is_block = text.contains('/')
        && text
            .bytes()
            .all(|it| it.is_ascii_digit() || b"./".contains(&it));
    let is_word = begins && text.bytes().all(known);
    if is_block || (is_word && !OTHERS.contains(&text.to_ascii_lowercase().as_str())) {
        return text.to_owned();
    }
    quoted(text)
}

/// Text in double quotes, so that it stays text to YAML whatever it holds.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            ' '..='~' => out.push(c),
            other => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\U{:08X}", u32::from(other));
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(quoted("on"), "\"on\"");
        assert_eq!(
            quoted("a\"b\\c\n\u{1b}"),
            "\"a\\\"b\\\\c\\U0000000A\\U0000001B\""
        );
        for (text, written) in [
            ("web", "web"),
            ("app.kubernetes.io/name", "app.kubernetes.io/name"),
            ("on", "\"on\""),
            ("No", "\"No\""),
            ("1", "\"1\""),
            ("", "\"\""),
            ("a: b", "\"a: b\""),
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("fd00::/8", "\"fd00::/8\""),
        ] {
            assert_eq!(word(text), written);
        }
    }
}
