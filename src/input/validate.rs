//! The syntax of names as the API server checks it.
//!
//! Source: `k8s.io/apimachinery/pkg/util/validation`. Each function gives what is wrong, in words.

/// `IsDNS1123Subdomain`: the names of most objects.
pub(super) fn subdomain(name: &str) -> Result<(), &'static str> {
    if name.len() > 253 {
        return Err("must not be longer than 253 characters");
    }
    if !name.is_empty() && name.split('.').all(is_dns_label) {
        return Ok(());
    }
    Err("must be lower-case letters, digits, `-` or `.`, and begin and end with a letter or digit")
}

/// What the server generates a name from: a subdomain, which may end with `-`, for more follows
/// (`NameIsDNSSubdomain` with a prefix).
pub(super) fn prefix(name: &str) -> Result<(), &'static str> {
    match name.strip_suffix('-') {
        Some(rest) if !rest.is_empty() => subdomain(&format!("{rest}a")),
        Some(_) | None => subdomain(name),
    }
}

/// Whether every character is one that names of some kind may have: roles have `:`, and names from
/// other systems `_` and capitals. Nothing else is a name, and it would be mistaken in answers.
pub(super) fn is_conceivable(name: &str) -> bool {
    let known =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':');
    name.bytes().all(known)
}

/// `IsDNS1123Label`: the names of namespaces.
pub(super) fn dns_label(name: &str) -> Result<(), &'static str> {
    if name.len() > 63 {
        return Err("must not be longer than 63 characters");
    }
    if is_dns_label(name) {
        return Ok(());
    }
    Err("must be lower-case letters, digits or `-`, and begin and end with a letter or digit")
}

fn is_dns_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    let inner = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    bytes.iter().all(inner)
        && [bytes.first(), bytes.last()]
            .iter()
            .all(|edge| edge.is_some_and(|&byte| byte != b'-'))
}

/// `IsQualifiedName`: the keys of labels.
pub(super) fn label_key(key: &str) -> Result<(), &'static str> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    if prefix.is_some_and(|prefix| subdomain(prefix).is_err()) {
        return Err("the part before `/` must be a DNS name");
    }
    if name.is_empty() {
        return Err("must have a name");
    }
    label_text(name)
}

/// `IsValidLabelValue`: the values of labels, which may be empty.
pub(super) fn label_value(value: &str) -> Result<(), &'static str> {
    if value.is_empty() {
        return Ok(());
    }
    label_text(value)
}

fn label_text(text: &str) -> Result<(), &'static str> {
    if text.len() > 63 {
        return Err("must not be longer than 63 characters");
    }
    let bytes = text.as_bytes();
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let edges = [bytes.first(), bytes.last()];
    if bytes.iter().all(inner)
        && edges
            .iter()
            .all(|edge| edge.is_some_and(u8::is_ascii_alphanumeric))
    {
        return Ok(());
    }
    Err("must be letters, digits, `-`, `_` or `.`, and begin and end with a letter or digit")
}

/// `IsValidPortName`: `IANA_SVC_NAME`.
pub(super) fn port_name(name: &str) -> Result<(), &'static str> {
    if name.len() > 15 {
        return Err("a port name must not be longer than 15 characters");
    }
    let bytes = name.as_bytes();
    let inner = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    if !bytes.iter().all(inner) {
        return Err("a port name must be lower-case letters, digits or `-`");
    }
    if !bytes.iter().any(u8::is_ascii_lowercase) {
        return Err("a port name must have at least one letter");
    }
    if name.contains("--") || name.starts_with('-') || name.ends_with('-') {
        return Err("a port name must not begin or end with `-` or have two in a row");
    }
    Ok(())
}

/// The pattern of domain names in cluster-wide policies, with a slip in it (`[a-zA-z]`) that lets more
/// characters begin a label:
/// `^(\*\.)?([a-zA-z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$`.
pub(super) fn domain_pattern(name: &str) -> Result<(), &'static str> {
    let bare = name.strip_prefix("*.").unwrap_or(name);
    let bare = bare.strip_suffix('.').unwrap_or(bare);
    if bare.contains('*') {
        return Err("`*` may stand for the first labels only");
    }
    if !bare.contains('.') {
        return Err("must have at least two labels");
    }
    if bare.split('.').all(is_domain_label) {
        return Ok(());
    }
    Err("labels must be letters, digits, `-` or `_`, and begin and end with a letter or digit")
}

fn is_domain_label(label: &str) -> bool {
    let Some((first, rest)) = label.as_bytes().split_first() else {
        return false;
    };
    let begins = matches!(first, b'A'..=b'z' | b'0'..=b'9');
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let ends = rest.last().is_none_or(u8::is_ascii_alphanumeric);
    begins && rest.iter().all(inner) && ends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_names() {
        for name in ["db", "db-1", "a.b-c.d", "0"] {
            assert_eq!(subdomain(name), Ok(()), "{name}");
        }
        for name in ["", "Db", "-a", "a-", "a..b", "a_b", "a b", ".a"] {
            assert!(subdomain(name).is_err(), "{name}");
        }
        assert!(subdomain(&"a".repeat(254)).is_err());
        for (name, conceivable) in [("system:a_B.1", true), ("a b", false), ("ä", false)] {
            assert_eq!(is_conceivable(name), conceivable, "{name}");
        }
        assert!(dns_label("a.b").is_err());
        assert!(dns_label(&"a".repeat(64)).is_err());
    }

    #[test]
    fn label_keys_and_values() {
        for key in ["app", "App_1.x", "app.kubernetes.io/name", "a/b"] {
            assert_eq!(label_key(key), Ok(()), "{key}");
        }
        for key in ["", "/a", "a/", "a/b/c", "-a", "a-", "A.b/c", "a b", "ä"] {
            assert!(label_key(key).is_err(), "{key}");
        }
        assert_eq!(label_value(""), Ok(()));
        assert!(label_value(&"a".repeat(64)).is_err());
        assert!(label_value("a b").is_err());
    }

    #[test]
    fn patterns_of_domain_names() {
        for name in [
            "example.com",
            "*.example.com",
            "a.b",
            "API.Example.com.",
            "*.a-1.b_2.org",
            "1.2",
            // The pattern has `[a-zA-z]`.
            "_dmarc.example.com",
            "^.com",
        ] {
            assert_eq!(domain_pattern(name), Ok(()), "{name}");
        }
        for name in [
            "", "*", "*.", "*.com", "com", "com.", ".", "a..b", ".a.b", "a.b..", "-a.b", "a-.b",
            "a.b-", "a_.b", "a.*.b", "**.a.b", "*a.b", "a b.c", "ä.com", "a.b/c", "{.com",
        ] {
            assert!(domain_pattern(name).is_err(), "{name}");
        }
    }

    #[test]
    fn port_names() {
        for name in ["http", "a", "web-1", "0a"] {
            assert_eq!(port_name(name), Ok(()), "{name}");
        }
        for name in [
            "",
            "80",
            "Http",
            "a--b",
            "-a",
            "a-",
            "a_b",
            "abcdefghijklmnop",
        ] {
            assert!(port_name(name).is_err(), "{name}");
        }
    }
}
