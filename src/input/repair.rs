//! Changes of a manifest's text that lead to what was meant: quotes around a value, a space after a
//! colon, a name spelt right.
//!
//! Only text that stands where it says is changed: not what an anchor or a tag precedes, and
//! nothing of an alias, which may mean something else elsewhere.

use super::node::{Entry, Node, Value};
use super::report::Report;
use crate::diag::{Edit, Finding};
use crate::source::Span;

impl Report<'_> {
    /// The text from one byte of what was parsed to another, with its place; none where it is not
    /// of this object's part.
    fn raw(&self, at: (u32, u32)) -> Option<(Span, &str)> {
        let span = self.place.range(at.0, at.1);
        let text = self.text_at(span);
        (!text.is_empty()).then_some((span, text))
    }

    /// What stands before a place.
    fn before(&self, span: Span) -> &str {
        self.text.get(..span.start as usize).unwrap_or_default()
    }

    /// Whether an anchor or a tag belongs to what stands there. What ends flow values is in none of
    /// them but a tag in `<>`, and JSON on one line has it everywhere.
    fn has_properties(&self, span: Span) -> bool {
        let before = self.before(span).trim_end_matches([' ', '\t', '\r']);
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | ',' | '[' | ']' | '{' | '}');
        let word = before.rsplit(ends).next().unwrap_or_default();
        word.starts_with(['&', '!']) || word.ends_with('>')
    }

    /// With `new` for `old` in the text there, quotes and all, if `old` stands there once.
    pub(super) fn swap(&self, finding: Finding, at: (u32, u32), old: &str, new: &str) -> Finding {
        match self.raw(at) {
            Some((span, text)) if text.matches(old).count() == 1 && text.len() <= old.len() + 2 => {
                finding.edit(span, text.replacen(old, new, 1))
            }
            Some(_) | None => finding,
        }
    }

    /// With the value in quotes, where it is a plain word.
    pub(super) fn quote(&self, finding: Finding, at: (u32, u32)) -> Finding {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte);
        match self.raw(at) {
            Some((span, text)) if text.bytes().all(plain) && !self.has_properties(span) => {
                finding.edit(span, format!("\"{text}\""))
            }
            Some(_) | None => finding,
        }
    }

    /// With the value without its quotes.
    pub(super) fn unquote(&self, finding: Finding, node: &Node) -> Finding {
        let at = (node.start, node.end);
        match (self.raw(at), node.text()) {
            (Some((span, text)), Some(plain))
                if text.len() == plain.len() + 2 && !self.has_properties(span) =>
            {
                finding.edit(span, plain)
            }
            _ => finding,
        }
    }

    /// The changes that make fields of text such as `app:web`; none where the text is something
    /// else.
    pub(super) fn spaced(&self, node: &Node) -> Option<Vec<Edit>> {
        let Value::String(_) = node.value else {
            return None;
        };
        let (span, text) = self.raw((node.start, node.end))?;
        if self.has_properties(span) {
            return None;
        }
        let before = self.before(span).trim_end_matches([' ', '-']);
        if !(before.is_empty() || before.ends_with('\n')) {
            let colon = unspaced(text)?;
            let (key, value) = text.split_at(colon);
            let value = value.strip_prefix(':').unwrap_or(value);
            let text = format!("{{{key}: {value}}}");
            return Some(vec![Edit { span, text }]);
        }
        let mut edits = Vec::new();
        let mut start = span.start as usize;
        for line in text.split('\n') {
            let indent = line.len() - line.trim_start().len();
            let at = start + indent + unspaced(line.trim())? + 1;
            edits.push(Edit {
                span: Span::new(span.file, at, at),
                text: " ".to_owned(),
            });
            start += line.len() + 1;
        }
        Some(edits)
    }

    /// The change that makes `app: web` of the key `app:web` in `{app:web}`; none where the key is
    /// something else.
    pub(super) fn spaced_key(&self, entry: &Entry) -> Option<Edit> {
        unspaced_entry(entry)?;
        let (span, text) = self.raw((entry.key_start, entry.key_end))?;
        let after = self.text.get(span.end as usize..).unwrap_or_default();
        if after.trim_start().starts_with(':') {
            return None;
        }
        let at = span.start as usize + unspaced(text)? + 1;
        Some(Edit {
            span: Span::new(span.file, at, at),
            text: " ".to_owned(),
        })
    }
}

/// The key before the colon of a field without a space, such as `{app:web}`, which has the one
/// key `app:web`.
pub(super) fn unspaced_entry(entry: &Entry) -> Option<&str> {
    let colon = unspaced(&entry.key).filter(|_| entry.value.is_null())?;
    entry.key.get(..colon)
}

/// Where the colon of a field is that no space follows: `app:web`, `key:""`. None for all else,
/// such as `http://a`.
pub(super) fn unspaced(text: &str) -> Option<usize> {
    let (key, value) = text.split_once(':')?;
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    let is_key = key.bytes().next()?.is_ascii_alphabetic() && key.bytes().all(known);
    let begins = !value.is_empty() && !value.starts_with([' ', '\t', ':', '/']);
    let is_value = begins && !value.contains([' ', '\t']) && !value.contains(": ");
    (is_key && is_value).then_some(key.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Options, read_text};

    /// The text with all changes made, again and again: what is in a misspelt field is seen when
    /// that is spelt right. And how many findings are left then.
    fn repaired(text: &str) -> (String, usize) {
        let mut text = text.to_owned();
        loop {
            let (next, left) = repaired_once(&text);
            if next == text {
                return (next, left);
            }
            text = next;
        }
    }

    fn repaired_once(text: &str) -> (String, usize) {
        let loaded = read_text("policy.yaml", text, &Options::default());
        let mut edits: Vec<&Edit> = loaded.findings.iter().flat_map(|it| &it.edits).collect();
        edits.sort_by_key(|edit| edit.span.start);
        let mut repaired = text.to_owned();
        for edit in edits.into_iter().rev() {
            let range = edit.span.start as usize..edit.span.end as usize;
            repaired.replace_range(range, &edit.text);
        }
        (repaired, loaded.findings.len())
    }

    const HEAD: &str =
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\n";

    #[track_caller]
    fn leads_to(spec: &str, meant: &str) {
        let (text, left) = repaired(&format!("{HEAD}{spec}"));
        assert_eq!(text, format!("{HEAD}{meant}"));
        assert_eq!(left, 0, "{text}");
    }

    #[test]
    fn labels_get_quotes() {
        leads_to(
            "spec: {podSelector: {matchLabels: {a: yes, b: 010, c: 1.10, on: x}}}\n",
            "spec: {podSelector: {matchLabels: {a: \"yes\", b: \"010\", c: \"1.10\", \"on\": x}}}\n",
        );
        leads_to(
            "spec: {podSelector: {matchExpressions: [{key: a, operator: In, values: [no, 1]}]}}\n",
            "spec: {podSelector: {matchExpressions: [{key: a, operator: In, values: [\"no\", \"1\"]}]}}\n",
        );
    }

    #[test]
    fn anchored_values_are_left_alone() {
        let text = format!("{HEAD}spec: {{podSelector: {{matchLabels: {{a: &a 1, b: *a}}}}}}\n");
        let (repaired, _) = repaired(&text);
        assert_eq!(repaired, text);
    }

    #[test]
    fn colons_get_their_spaces() {
        leads_to(
            "spec:\n  podSelector:\n    matchLabels:\n      app:web\n      tier:db\n",
            "spec:\n  podSelector:\n    matchLabels:\n      app: web\n      tier: db\n",
        );
        leads_to(
            "spec:\n  podSelector:\n    matchLabels:\n      app:web\n      tier: db\n",
            "spec:\n  podSelector:\n    matchLabels:\n      app: web\n      tier: db\n",
        );
        leads_to(
            "spec:\n  podSelector:\n    matchLabels: app:web\n",
            "spec:\n  podSelector:\n    matchLabels: {app: web}\n",
        );
        leads_to(
            "spec: {podSelector: {matchLabels: {app:web}}, ingress: [{ports: [{port:80}]}]}\n",
            "spec: {podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 80}]}]}\n",
        );
        leads_to(
            "spec:\n  podSelector: {}\n  ingress:\n    - from:\n        - podSelector:{}\n",
            "spec:\n  podSelector: {}\n  ingress:\n    - from:\n        - podSelector: {}\n",
        );
    }

    #[test]
    fn words_and_fields_are_spelt_right() {
        leads_to(
            "spec: {podSelctor: {}, policyTypes: [ingress, \"EGRESS\"]}\n",
            "spec: {podSelector: {}, policyTypes: [Ingress, \"Egress\"]}\n",
        );
        leads_to(
            "spec: {podSelector: {}, ingress: [{form: [{podselector: {}}], ports: [{port: \"80\", endport: \"90\", protocol: tcp}]}]}\n",
            "spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}], ports: [{port: 80, endPort: 90, protocol: TCP}]}]}\n",
        );
    }

    #[test]
    fn what_is_misspelt_in_a_misspelt_field_is_spelt_right_with_it() {
        let spec = "spec: {podSelector: {}, ingress: [{form: [{namespaceselector: {matchlabels: {a: b}}}]}]}\n";
        let meant = "spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {a: b}}}]}]}\n";
        let (text, _) = repaired_once(&format!("{HEAD}{spec}"));
        assert_eq!(text, format!("{HEAD}{meant}"));
    }

    #[test]
    fn what_could_be_meant_otherwise_is_left_alone() {
        for spec in [
            "spec: {podSelector: {}, podselector: {}}\n",
            "spec: {podSelctor: {}, podselector: {}}\n",
            "spec: {podSelector: {}, ingress: [{from: [{namespaceselector: {matchlabels: {a: b}, a: b}}]}]}\n",
            "spec: {podSelector: {}, ingress: [{from: [{podSelector:{}, podselector: {}}]}]}\n",
            "spec: {podSelector: {matchLabels: {app:web, app: db}}}\n",
            "spec:\n  podSelector:\n    matchLabels:\n      app:web\n      app:db\n",
            "spec: {podSelector: {}, ingress: [{port: 80}]}\n",
            "spec: {podSelector: {matchLabels: app=web}}\n",
            "spec: {podSelector: {}, policyTypes: [Both]}\n",
        ] {
            let text = format!("{HEAD}{spec}");
            assert_eq!(repaired(&text).0, text);
        }
    }

    #[test]
    fn api_versions_are_those_of_today() {
        let old = "apiVersion: extensions/v1beta1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}}\n";
        let new = format!("{HEAD}spec: {{podSelector: {{}}}}\n");
        assert_eq!(repaired(old), (new, 0));
        let misspelt = old.replace("podSelector", "podSelctor");
        assert_eq!(repaired(&misspelt).0, misspelt);
        let foreign = old.replace("extensions/v1beta1", "network.k8s.io/v1");
        assert_eq!(repaired(&foreign).0, foreign);
    }

    #[test]
    fn fields_without_a_space_are_told_from_other_text() {
        for (text, colon) in [
            ("app:web", Some(3)),
            ("key:\"\"", Some(3)),
            ("app.kubernetes.io/name:web", Some(22)),
            ("port:80", Some(4)),
            ("podSelector:{}", Some(11)),
            ("http://a", None),
            ("a::b", None),
            ("app=web", None),
            ("app:", None),
            ("app: web", None),
            ("10:30", None),
            ("a b:c", None),
        ] {
            assert_eq!(unspaced(text), colon, "{text}");
        }
    }
}
