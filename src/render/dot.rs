//! Text in DOT, the language of Graphviz.

use super::visible;
use std::fmt::Write as _;

/// An id or a label in quotes: whatever the text is, it ends where it ends. A backslash starts an
/// escape in labels (`\n`, `\N`), so it is doubled there and in ids alike.
pub fn quoted(text: &str) -> String {
    let text = visible(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}

/// Text inside an HTML-like label (`<<b>web</b>>`).
pub fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' | '<' | '>' | '"' | '\'' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{markup, quoted};

    #[test]
    fn hostile_names_stay_text() {
        assert_eq!(quoted("shop/web[Deployment]"), "\"shop/web[Deployment]\"");
        assert_eq!(quoted("a\"];b"), "\"a\\\"];b\"");
        assert_eq!(quoted("a\\"), "\"a\\\\\"");
        assert_eq!(quoted("a\nb"), "\"a\\\\nb\"");
        assert_eq!(markup("</b>&\"x'"), "&#60;/b&#62;&#38;&#34;x&#39;");
        assert_eq!(markup("a\nb"), "a\\nb");
    }
}
