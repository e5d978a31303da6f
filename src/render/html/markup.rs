//! Text as HTML: nothing that comes from the input is ever markup.

use crate::render::visible;
use std::fmt::Write as _;

/// A page as far as it is written.
#[derive(Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    /// Adds markup of our own.
    pub(super) fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// Adds text.
    pub(super) fn text(&mut self, words: &str) {
        self.0.push_str(&text(words));
    }

    /// Adds text in an element of a class; the class is our own.
    pub(super) fn span(&mut self, class: &str, words: &str) {
        // Writing to a String cannot fail.
        let _ = write!(self.0, "<span class=\"{class}\">{}</span>", text(words));
    }

    /// Adds text in which what stands between backticks is code.
    pub(super) fn sentence(&mut self, words: &str) {
        for (number, part) in words.split('`').enumerate() {
            if number % 2 == 1 {
                let _ = write!(self.0, "<code>{}</code>", text(part));
            } else {
                self.text(part);
            }
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// One line of text as it stands in an element or in a quoted attribute.
pub(super) fn text(words: &str) -> String {
    escaped(&visible(words))
}

/// Lines of text, which stay lines.
pub(super) fn lines(words: &str) -> String {
    let lines: Vec<String> = words.lines().map(text).collect();
    lines.join("\n")
}

fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_never_markup() {
        assert_eq!(
            text("</script><img src=x onerror=\"a('b')\">&amp;\n"),
            "&lt;/script&gt;&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;amp;\\n"
        );
        let mut markup = Markup::default();
        markup.sentence("`a<b` selects `<i>` and `");
        assert_eq!(
            markup.as_bytes(),
            b"<code>a&lt;b</code> selects <code>&lt;i&gt;</code> and <code></code>"
        );
    }
}
