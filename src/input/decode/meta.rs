//! What all kinds share: type, name, namespace, labels, owner.

use super::Build;
use crate::input::report::shown;
use crate::input::validate;
use crate::model::Owner;
use crate::selector::Labels;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// Text that is borrowed from the document where it can be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::input) struct Text<'a>(pub Cow<'a, str>);

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_unit<E>(self) -> Result<Text<'de>, E> {
                Ok(Text::default())
            }
        }

        deserializer.deserialize_any(TextVisitor)
    }
}

/// Labels as they are written; null values are empty text, as in Go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::input) struct Pairs<'a>(pub Vec<(Text<'a>, Text<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;

        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with text values")
            }

            fn visit_unit<E>(self) -> Result<Pairs<'de>, E> {
                Ok(Pairs::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_any(PairsVisitor)
    }
}

/// Reads null as absent, as the API server does.
pub(in crate::input) fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// `apiVersion` and `kind` alone, to see what an object is.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(in crate::input) struct Head<'a> {
    #[serde(borrow, rename = "apiVersion")]
    pub api_version: Text<'a>,
    #[serde(borrow)]
    pub kind: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub metadata: HeadMeta<'a>,
}

/// Who made an object.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(in crate::input) struct HeadMeta<'a> {
    /// Set by the API server, and by nobody else.
    #[serde(borrow)]
    pub uid: Text<'a>,
}

/// `metadata`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::input) struct Meta<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub uid: Text<'a>,
    #[serde(borrow)]
    pub resource_version: Text<'a>,
    #[serde(borrow)]
    pub generate_name: Text<'a>,
    #[serde(borrow)]
    pub namespace: Text<'a>,
    #[serde(borrow)]
    pub labels: Pairs<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub owner_references: Vec<OwnerReference<'a>>,
}

/// An entry of `metadata.ownerReferences`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(in crate::input) struct OwnerReference<'a> {
    #[serde(borrow)]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(deserialize_with = "nullable")]
    pub controller: bool,
}

/// Judges a name.
type Syntax = fn(&str) -> Result<(), &'static str>;

/// Warns of a name that the API server refuses; refuses what cannot be a name at all.
fn check(path: &str, name: &str, judged: Result<(), &'static str>, build: &mut Build<'_>) {
    match judged {
        Ok(()) => {}
        Err(what) if validate::is_conceivable(name) => build.warn("invalid-name", path, what),
        Err(what) => build.issue("invalid-name", path, what),
    }
}

impl Meta<'_> {
    /// Whether an API server has taken the object already.
    pub(super) fn is_from_server(&self) -> bool {
        !(self.uid.is_empty() && self.resource_version.is_empty())
    }

    /// The object's name; that of an object still to be named is what its name will begin with.
    pub(super) fn name(&self, build: &mut Build<'_>) -> Arc<str> {
        self.name_as(validate::subdomain, build)
    }

    /// The object's name, where names of its kind have a syntax of their own.
    pub(super) fn name_as(&self, syntax: Syntax, build: &mut Build<'_>) -> Arc<str> {
        if !self.name.is_empty() {
            check("metadata.name", &self.name, syntax(&self.name), build);
            return build.pool.text(&self.name);
        }
        if self.generate_name.is_empty() {
            build.issue("required", "metadata.name", "the object has no name");
        } else {
            // A generated name goes on after what is written here.
            let judged = syntax(&format!("{}x", &*self.generate_name));
            check("metadata.generateName", &self.generate_name, judged, build);
        }
        build.pool.text(&self.generate_name)
    }

    /// The object's namespace.
    pub(super) fn namespace(&self, build: &mut Build<'_>) -> Arc<str> {
        if self.namespace.is_empty() {
            Arc::clone(build.default_namespace)
        } else {
            let judged = validate::dns_label(&self.namespace);
            check("metadata.namespace", &self.namespace, judged, build);
            build.pool.text(&self.namespace)
        }
    }

    /// The controller, where one is marked.
    pub(super) fn owner(&self, build: &mut Build<'_>) -> Option<Owner> {
        let controller = self
            .owner_references
            .iter()
            .find(|owner| owner.controller)?;
        Some(Owner {
            kind: build.pool.text(&controller.kind),
            name: build.pool.text(&controller.name),
        })
    }
}

impl Pairs<'_> {
    /// Says which of the pairs can be no labels.
    pub(super) fn check(&self, path: &str, build: &mut Build<'_>) {
        for (key, value) in &self.0 {
            if let Err(what) = validate::label_key(key) {
                let what = format!("invalid label key `{}`: {what}", shown(key));
                build.issue("invalid-value", path, what);
            }
            if let Err(what) = validate::label_value(value) {
                let what = format!("invalid label value `{}`: {what}", shown(value));
                build.issue("invalid-value", path, what);
            }
        }
    }

    /// The pairs as labels.
    pub(super) fn labels(&self, build: &mut Build<'_>) -> Labels {
        let share =
            |(key, value): &(Text<'_>, Text<'_>)| (build.pool.text(key), build.pool.text(value));
        Labels::new(self.0.iter().map(share))
    }
}
