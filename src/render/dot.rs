//! Text in DOT, the language of Graphviz.

use super::visible;

/// An id or a label in quotes: whatever the text is, it ends where it ends. A backslash starts an
/// escape in labels (`\n`, `\N`), so it is doubled there and in ids alike.
pub fn quoted(text: &str) -> String {
    let text = visible(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn hostile_names_stay_text() {
        assert_eq!(quoted("shop/web[Deployment]"), "\"shop/web[Deployment]\"");
        assert_eq!(quoted("a\"];b"), "\"a\\\"];b\"");
        assert_eq!(quoted("a\\"), "\"a\\\\\"");
        assert_eq!(quoted("a\nb"), "\"a\\\\nb\"");
    }
}
