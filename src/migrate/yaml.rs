//! Trees as YAML in block style. Texts come from manifests and may hold anything: what is not plainly
//! a word is written in quotes.

use crate::prove::quoted;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Yaml {
    /// Text.
    Text(String),
    /// A number.
    Number(u16),
    /// Fields in the order in which they are written.
    Map(Vec<(String, Self)>),
    /// Items.
    List(Vec<Self>),
}

impl Yaml {
    /// Text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Fields.
    pub(super) fn map<const N: usize>(fields: [(&str, Self); N]) -> Self {
        let fields = fields.into_iter();
        Self::Map(fields.map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// Items that are texts.
    pub(super) fn texts<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        let texts = texts.into_iter();
        Self::List(texts.map(|it| Self::text(it.as_ref())).collect())
    }

    /// A document with this at its root.
    pub(super) fn document(&self) -> String {
        let mut out = String::new();
        self.block(&mut out, 0, false);
        out
    }

    /// What stands in one line.
    fn inline(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(scalar(text)),
            Self::Number(number) => Some(number.to_string()),
            Self::Map(fields) if fields.is_empty() => Some("{}".to_owned()),
            Self::List(items) if items.is_empty() => Some("[]".to_owned()),
            Self::Map(_) | Self::List(_) => None,
        }
    }

    /// Adds lines; the first continues one that has begun, if `begun`.
    fn block(&self, out: &mut String, indent: usize, mut begun: bool) {
        let margin = " ".repeat(indent);
        let mut to_margin = |out: &mut String| {
            if !std::mem::take(&mut begun) {
                out.push_str(&margin);
            }
        };
        match self {
            Self::Map(fields) if !fields.is_empty() => {
                for (key, value) in fields {
                    to_margin(out);
                    out.push_str(&scalar(key));
                    out.push(':');
                    match (value.inline(), value) {
                        (Some(inline), _) => out.extend([" ", &inline, "\n"]),
                        // The items of a list stand below its key.
                        (None, Self::List(_)) => {
                            out.push('\n');
                            value.block(out, indent, false);
                        }
                        (None, Self::Text(_) | Self::Number(_) | Self::Map(_)) => {
                            out.push('\n');
                            value.block(out, indent + 2, false);
                        }
                    }
                }
            }
            Self::List(items) if !items.is_empty() => {
                for item in items {
                    to_margin(out);
                    out.push_str("- ");
                    item.block(out, indent + 2, true);
                }
            }
            Self::Text(_) | Self::Number(_) | Self::Map(_) | Self::List(_) => {
                to_margin(out);
                out.push_str(&self.inline().unwrap_or_default());
                out.push('\n');
            }
        }
    }
}

/// A text that is read back as that text, plain where nobody can take it for anything else.
fn scalar(text: &str) -> String {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let ends = text.ends_with(|c: char| c.is_ascii_alphanumeric());
    let word = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    // Words that mean a boolean, nothing or a number.
    let taken = [
        "y", "yes", "n", "no", "true", "false", "on", "off", "null", "inf", "nan",
    ];
    let is_taken = taken.iter().any(|it| text.eq_ignore_ascii_case(it));
    if starts && ends && text.chars().all(word) && !is_taken {
        text.to_owned()
    } else {
        // CI systems take two hashes in a row for the beginning of a command.
        quoted(text).replace("##", "#\\x23")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_texts() {
        for plain in ["web", "kubernetes.io/metadata.name", "a-b_c.d", "nope"] {
            assert_eq!(scalar(plain), plain);
        }
        for other in [
            "", "on", "No", "1", "1e3", ".5", "~", "a: b", "a #b", "-", "é", "a\n- b",
        ] {
            assert!(scalar(other).starts_with('"'), "{other}");
        }
        assert_eq!(scalar("##[error]"), "\"#\\x23[error]\"");
    }

    #[test]
    fn lists_stand_below_their_key() {
        let peer = Yaml::map([("namespaces", Yaml::map([]))]);
        let rule = Yaml::map([
            ("action", Yaml::text("Deny")),
            ("from", Yaml::List(vec![peer])),
            ("values", Yaml::texts(["a", "on"])),
        ]);
        let tree = Yaml::map([
            ("ingress", Yaml::List(vec![rule])),
            ("priority", Yaml::Number(3)),
        ]);
        let text = "\
ingress:
- action: Deny
  from:
  - namespaces: {}
  values:
  - a
  - \"on\"
priority: 3
";
        assert_eq!(tree.document(), text);
    }
}
