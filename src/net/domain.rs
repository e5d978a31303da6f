//! Patterns of domain names: `api.example.com`, or `*.example.com` for every name below.

use std::fmt;
use std::sync::Arc;

/// A pattern of domain names. Upper and lower case are one, and so is a name with a dot at its end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainPattern {
    /// Whether it is for the names below [`Self::name`], and not for that itself.
    below: bool,
    /// In lower case, without a dot at its end.
    name: Arc<str>,
}

impl DomainPattern {
    /// The pattern that `text` says. Whether the API server takes it is not looked at.
    pub fn new(text: &str) -> Self {
        let text = plain(text);
        let (below, name) = match text.strip_prefix("*.") {
            Some(name) => (true, name),
            None => (false, &*text),
        };
        Self {
            below,
            name: name.into(),
        }
    }

    /// Whether it matches a name: after `*.` stand one or more whole labels.
    pub fn matches(&self, name: &str) -> bool {
        let name = plain(name);
        if self.below {
            is_below(&name, &self.name)
        } else {
            *name == *self.name
        }
    }

    /// The one name that it matches, in lower case and without a dot at its end; none where it is for all
    /// below one.
    pub fn exactly(&self) -> Option<&str> {
        (!self.below).then_some(&*self.name)
    }

    /// Whether it matches every name that `other` matches.
    pub fn covers(&self, other: &Self) -> bool {
        let same = *other.name == *self.name && (other.below || !self.below);
        if self.below {
            same || is_below(&other.name, &self.name)
        } else {
            same && !other.below
        }
    }

    /// Whether it matches some name of a zone: the zone's own, or one below.
    pub fn may_match_in(&self, zone: &str) -> bool {
        let zone = plain(zone);
        let inside = *self.name == *zone || is_below(&self.name, &zone);
        inside || (self.below && is_below(&zone, &self.name))
    }
}

/// Whether a name has whole labels before those of another.
fn is_below(name: &str, other: &str) -> bool {
    let labels = name.strip_suffix(other);
    labels.is_some_and(|labels| labels.len() > 1 && labels.ends_with('.'))
}

fn plain(text: &str) -> String {
    text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase()
}

impl fmt::Display for DomainPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let below = if self.below { "*." } else { "" };
        write!(f, "{below}{}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::DomainPattern;

    fn matches(pattern: &str, name: &str) -> bool {
        DomainPattern::new(pattern).matches(name)
    }

    #[test]
    fn a_name_is_itself_alone() {
        assert!(matches("api.example.com", "api.example.com"));
        assert!(matches("API.example.com.", "api.EXAMPLE.com"));
        assert!(matches("api.example.com", "api.example.com."));
        assert!(!matches("example.com", "api.example.com"));
        assert!(!matches("api.example.com", "example.com"));
    }

    #[test]
    fn a_star_is_one_or_more_whole_labels() {
        assert!(matches("*.example.com", "api.example.com"));
        assert!(matches("*.example.com", "a.b.example.com."));
        assert!(!matches("*.example.com", "example.com"));
        assert!(!matches("*.example.com", "badexample.com"));
        assert!(!matches("*.example.com", ".example.com"));
        assert!(!matches("*.example.com", "example.com.evil.org"));
    }

    #[test]
    fn it_may_match_in_a_zone() {
        let may = |pattern: &str, zone: &str| DomainPattern::new(pattern).may_match_in(zone);
        assert!(may("db.shop.svc.cluster.local", "shop.svc.cluster.local"));
        assert!(may("*.cluster.local", "shop.svc.cluster.local"));
        assert!(may("*.db.shop.svc.cluster.local", "shop.svc.cluster.local"));
        assert!(!may("db.shop.svc.cluster.local", "web.svc.cluster.local"));
        assert!(!may("cluster.local", "shop.svc.cluster.local"));
        assert!(!may("*.example.com", "shop.svc.cluster.local"));
        assert!(may("*.svc.cluster.local", "svc.cluster.local"));
    }

    #[test]
    fn it_covers_what_stands_below() {
        let covers = |a: &str, b: &str| DomainPattern::new(a).covers(&DomainPattern::new(b));
        assert!(covers("api.example.com", "API.example.com."));
        assert!(covers("*.example.com", "api.example.com"));
        assert!(covers("*.example.com", "*.example.com"));
        assert!(covers("*.example.com", "*.a.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert!(!covers("example.com", "*.example.com"));
        assert!(!covers("*.a.example.com", "*.example.com"));
    }

    #[test]
    fn it_is_printed_as_it_is_compared() {
        assert_eq!(
            DomainPattern::new("*.Example.COM.").to_string(),
            "*.example.com"
        );
        assert_eq!(
            DomainPattern::new("a.example.com").to_string(),
            "a.example.com"
        );
    }
}
