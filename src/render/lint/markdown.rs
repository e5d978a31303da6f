//! Findings as a table in Markdown, for the summary of a job and for comments.

use super::{View, closing, title};
use crate::lint::Found;
use crate::render::visible;
use std::fmt::Write as _;

/// Findings shown: GitHub takes a summary of 1 MiB.
const SHOWN: usize = 500;

/// A heading and a table of the findings that count, the worst first.
pub fn markdown(view: &View<'_>) -> String {
    let findings = view.worst_first();
    let mut out = format!("### netpolc lint: {}\n", closing::counts(view.report));
    if !findings.is_empty() {
        out.push_str("\n| level | rule | place | finding |\n| --- | --- | --- | --- |\n");
    }
    for found in findings.iter().take(SHOWN) {
        row(view, found, &mut out);
    }
    if findings.len() > SHOWN {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "\nand {} more", findings.len() - SHOWN);
    }
    for line in closing::about_input(view.report) {
        out.extend(["\n", &inline(&line), "\n"]);
    }
    out
}

fn row(view: &View<'_>, found: &Found, out: &mut String) {
    let fact = &found.fact;
    let place = match found.span() {
        Some(span) => view.shown(span),
        None => "-".to_owned(),
    };
    let mut text = inline(&fact.message);
    for detail in super::details(found) {
        text.push_str("<br>");
        text.push_str(&inline(&detail));
    }
    let cells = [found.severity.name(), &title(found), &place].map(inline);
    out.extend(["| ", &cells.join(" | "), " | ", &text, " |\n"]);
}

/// Text in which nothing is markup but code between backticks, written as HTML.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut code = false;
    let mut before = ' ';
    for c in visible(text).chars() {
        match c {
            '`' => {
                out.push_str(if code { "</code>" } else { "<code>" });
                code = !code;
            }
            // Nobody is to be called by what a manifest says.
            '@' => out.push_str("&#64;<!-- -->"),
            // Addresses of the web would become links.
            '.' if matches!(before, 'w' | 'W') => out.push_str("&#46;"),
            ' ' | '.' | ',' | '/' | '-' | '=' | ';' | '?' => out.push(c),
            c if c.is_ascii_punctuation() => {
                // Writing to a string cannot fail.
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
        before = c;
    }
    if code {
        out.push_str("</code>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::inline;

    #[test]
    fn nothing_but_code_is_markup() {
        assert_eq!(inline("`web` is alone"), "<code>web</code> is alone");
        assert_eq!(
            inline("a|b <script> [x](y) **z** #1"),
            "a&#124;b &#60;script&#62; &#91;x&#93;&#40;y&#41; &#42;&#42;z&#42;&#42; &#35;1"
        );
        assert_eq!(inline("odd ` here"), "odd <code> here</code>");
        assert_eq!(
            inline("https://a www.b @c\nd"),
            "https&#58;//a www&#46;b &#64;<!-- -->c&#92;nd"
        );
    }
}
