//! Text in Mermaid's flowcharts.

use super::visible;
use std::fmt::Write as _;

/// A label in quotes. Whatever Mermaid, Markdown or HTML could read as more than text is written as an
/// entity in Mermaid's own form (`#quot;`, `#60;`); ids are for the caller, who numbers them: names such
/// as `end` break a chart.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in visible(text).chars() {
        match c {
            '"' => out.push_str("#quot;"),
            '#' | '&' | '<' | '>' | '`' | '*' | '_' | '\\' | ';' | '|' | '{' | '}' | '%' | '~' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn hostile_names_stay_text() {
        assert_eq!(quoted("shop/web[Deployment]"), "\"shop/web[Deployment]\"");
        assert_eq!(quoted("a\"]; end"), "\"a#quot;]#59; end\"");
        assert_eq!(quoted("</script>"), "\"#60;/script#62;\"");
        assert_eq!(quoted("a\nb"), "\"a#92;nb\"");
        assert_eq!(quoted("#35;`x`"), "\"#35;35#59;#96;x#96;\"");
    }
}
