//! What was left out of the input, and what it could change. Every answer asks here.

use super::Origin;
use std::fmt;
use std::sync::Arc;

/// An object of the input that no answer counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// What it is. Like the other texts fit for messages.
    pub what: What,
    /// Its namespace; none for the cluster-wide kinds, and where it cannot be told.
    pub namespace: Option<String>,
    /// Its name; none where it cannot be told.
    pub name: Option<String>,
    /// What it has a say in.
    pub say: Say,
    /// The one namespace that it has a say in; none where that may be any.
    pub within: Option<Arc<str>>,
    /// Why it is left out.
    pub why: Why,
    /// Where it stands, for messages; none for what is in no file.
    pub line: Option<Line>,
    /// Where it stands.
    pub origin: Origin,
}

/// What was left out, as far as that can be told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A text that is neither YAML nor JSON.
    Text,
    /// An object that does not say its kind.
    Object,
    /// An object of this kind, with the API group where others have one of that name.
    Kind(String),
    /// All objects of this kind that are not among the others.
    Every(String),
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// The file, or what else was read.
    pub file: String,
    /// The number of the line, from 1.
    pub number: usize,
}

/// What an object has a say in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Say {
    /// Which connections of pods pass: a policy.
    Connections,
    /// Which pods there are: a Pod, or what makes some.
    Pods,
    /// Which labels a namespace has.
    Namespaces,
    /// Where Services lead.
    Services,
    /// Where URLs lead: an Ingress, a Gateway, a route.
    Routes,
    /// Nothing that answers are about.
    Nothing,
    /// It may be an object of any kind.
    Anything,
}

/// Why an object is left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// It, or its text, has a mistake.
    Mistake,
    /// There are several of its name, which differ.
    Twice,
    /// An operator makes pods of it, whose labels it decides.
    Operated,
    /// Objects of its kind are not read yet.
    UnreadKind,
    /// It stands in another object, such as `Template web`, which is to make it.
    Wrapped(String),
    /// The cluster does not show it to this user. Not so in these namespaces.
    Hidden(Vec<Arc<str>>),
}

impl LeftOut {
    /// Whether it may decide over connections of pods of a namespace.
    pub fn may_govern(&self, namespace: &str) -> bool {
        self.may_decide(Say::Connections) && self.reaches(namespace)
    }

    /// Whether it may be, or make, pods of a namespace.
    pub fn may_be_pods_of(&self, namespace: &str) -> bool {
        self.may_decide(Say::Pods) && self.reaches(namespace)
    }

    /// Whether it may have a say in something, wherever.
    pub fn may_decide(&self, say: Say) -> bool {
        self.say == say || self.say == Say::Anything
    }

    /// Whether it may be in a namespace, or about it.
    pub fn reaches(&self, namespace: &str) -> bool {
        if let Why::Hidden(seen) = &self.why
            && seen.iter().any(|it| **it == *namespace)
        {
            return false;
        }
        self.within.as_deref().is_none_or(|it| *it == *namespace)
    }

    /// What tells it from others, in an order that does not depend on where they stand.
    pub fn key(&self) -> impl Ord + '_ {
        let Self {
            what,
            namespace,
            name,
            why,
            ..
        } = self;
        (what.name(), namespace, name, why, self.place())
    }

    /// Where it stands, `shop.yaml:12`; empty for what is in no file.
    pub fn place(&self) -> String {
        self.line.as_ref().map_or_else(String::new, Line::to_string)
    }

    /// Whether it stands for all objects of a kind that the cluster does not show.
    pub fn hides(&self, kind: &str) -> bool {
        matches!(&self.what, What::Every(it) if it == kind)
    }

    /// Its name with its namespace: `shop/db`; none where it has none.
    pub fn full_name(&self) -> Option<String> {
        let name = self.name.as_ref()?;
        Some(match &self.namespace {
            Some(namespace) => format!("{namespace}/{name}"),
            None => name.clone(),
        })
    }

    /// What it could change, in a clause.
    pub fn effect(&self) -> String {
        match (self.say, &self.within) {
            (Say::Connections, None) => "it may change every connection of pods".into(),
            (Say::Connections, Some(namespace)) => {
                format!("it may change every connection of pods of {namespace}")
            }
            (Say::Pods, _) => "its pods are not among these".into(),
            (Say::Namespaces, _) => "its labels are not known".into(),
            (Say::Services | Say::Routes, _) => "where it leads is not known".into(),
            (Say::Nothing, _) => "nothing hangs on it".into(),
            (Say::Anything, _) => "it may change anything".into(),
        }
    }
}

impl fmt::Display for LeftOut {
    /// `NetworkPolicy shop/db`, `a document at shop.yaml:12`, `any NetworkPolicy outside of shop`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.full_name(), &self.what) {
            (Some(name), what) => write!(f, "{what} {name}"),
            (None, What::Text) => write!(f, "a document at {}", self.place()),
            (None, What::Object) => write!(f, "an object at {}", self.place()),
            (None, What::Every(kind)) => match &self.why {
                Why::Hidden(seen) if !seen.is_empty() => {
                    write!(f, "any {kind} outside of {}", seen.join(", "))
                }
                Why::Mistake
                | Why::Twice
                | Why::Operated
                | Why::UnreadKind
                | Why::Wrapped(_)
                | Why::Hidden(_) => write!(f, "any {kind}"),
            },
            (None, What::Kind(kind)) if kind.starts_with(['a', 'e', 'i', 'o', 'u']) => {
                write!(f, "an {kind} at {}", self.place())
            }
            (None, What::Kind(kind)) => write!(f, "a {kind} at {}", self.place()),
        }
    }
}

impl What {
    /// Its kind; `document` or `object` where it has none.
    pub fn name(&self) -> &str {
        match self {
            Self::Text => "document",
            Self::Object => "object",
            Self::Kind(kind) | Self::Every(kind) => kind,
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Line {
    /// `shop.yaml:12`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.number)
    }
}

impl Why {
    /// What is the matter, to stand behind `is` or `are`.
    pub fn describe(&self) -> String {
        match self {
            Self::Mistake => "left out because of problems".into(),
            Self::Twice => "defined twice and left out".into(),
            Self::Operated => "made into pods by an operator, which decides their labels".into(),
            Self::UnreadKind => "not read yet".into(),
            Self::Wrapped(other) => format!("not read inside of {other}"),
            Self::Hidden(_) => "hidden from this user".into(),
        }
    }

    /// The same in one word, for machines.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Mistake => "mistake",
            Self::Twice => "twice",
            Self::Operated => "operated",
            Self::UnreadKind => "unread-kind",
            Self::Wrapped(_) => "wrapped",
            Self::Hidden(_) => "hidden",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_out(say: Say, within: Option<&str>) -> LeftOut {
        LeftOut {
            what: What::Kind("NetworkPolicy".into()),
            namespace: within.map(Into::into),
            name: Some("db".into()),
            say,
            within: within.map(Into::into),
            why: Why::Mistake,
            line: Some(Line {
                file: "a.yaml".into(),
                number: 3,
            }),
            origin: Origin::default(),
        }
    }

    #[test]
    fn what_is_in_a_namespace_decides_there_alone() {
        let policy = left_out(Say::Connections, Some("shop"));
        assert!(policy.may_govern("shop") && !policy.may_govern("dev"));
        assert!(!policy.may_be_pods_of("shop"));
        let wide = left_out(Say::Connections, None);
        assert!(wide.may_govern("shop") && wide.may_govern("dev"));
        let pod = left_out(Say::Pods, Some("shop"));
        assert!(!pod.may_govern("shop") && pod.may_be_pods_of("shop"));
        assert!(!pod.may_be_pods_of("dev"));
        let text = left_out(Say::Anything, None);
        assert!(text.may_govern("shop") && text.may_be_pods_of("dev"));
        for say in [Say::Namespaces, Say::Services, Say::Nothing] {
            assert!(!left_out(say, None).may_govern("shop"));
        }
    }

    #[test]
    fn what_is_hidden_decides_where_it_is_not_seen() {
        let hidden = LeftOut {
            what: What::Every("NetworkPolicy".into()),
            name: None,
            why: Why::Hidden(vec!["shop".into(), "dev".into()]),
            line: None,
            ..left_out(Say::Connections, None)
        };
        assert!(hidden.may_govern("web"));
        assert!(!hidden.may_govern("shop") && !hidden.may_govern("dev"));
        assert_eq!(hidden.to_string(), "any NetworkPolicy outside of shop, dev");
        let wholly = LeftOut {
            why: Why::Hidden(Vec::new()),
            ..hidden
        };
        assert!(wholly.may_govern("shop"));
        assert_eq!(wholly.to_string(), "any NetworkPolicy");
    }

    #[test]
    fn what_has_no_name_is_called_by_its_place() {
        let mut text = left_out(Say::Anything, None);
        assert_eq!(text.to_string(), "NetworkPolicy db");
        text.name = None;
        text.what = What::Text;
        assert_eq!(text.to_string(), "a document at a.yaml:3");
        text.what = What::Object;
        assert_eq!(text.to_string(), "an object at a.yaml:3");
    }
}
