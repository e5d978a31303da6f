//! `metadata` of kinds whose annotations and age matter.

use super::Build;
use super::meta::{Meta, Pairs, Text};
use std::sync::Arc;

/// `metadata` with annotations.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct AnnotatedMeta<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    uid: Text<'a>,
    #[serde(borrow)]
    resource_version: Text<'a>,
    #[serde(borrow)]
    generate_name: Text<'a>,
    #[serde(borrow)]
    namespace: Text<'a>,
    #[serde(borrow)]
    creation_timestamp: Text<'a>,
    #[serde(borrow)]
    annotations: Pairs<'a>,
}

/// What `kubectl apply` keeps of an object: the object once more.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

impl AnnotatedMeta<'_> {
    /// What all kinds have.
    pub(super) fn plain(&self) -> Meta<'_> {
        Meta {
            name: self.name.clone(),
            uid: self.uid.clone(),
            resource_version: self.resource_version.clone(),
            generate_name: self.generate_name.clone(),
            namespace: self.namespace.clone(),
            ..Meta::default()
        }
    }

    /// The value of an annotation.
    pub(super) fn annotation(&self, name: &str) -> Option<&str> {
        let mut annotations = self.annotations.0.iter();
        let (_, value) = annotations.find(|(key, _)| **key == *name)?;
        Some(value)
    }

    /// The annotations by name, but for the copy of the object.
    pub(super) fn annotations(&self, build: &mut Build<'_>) -> Vec<(Arc<str>, Arc<str>)> {
        let own = self.annotations.0.iter();
        let own = own.filter(|(key, _)| **key != *LAST_APPLIED);
        let mut all: Vec<_> = own
            .map(|(key, value)| (build.pool.text(key), build.pool.text(value)))
            .collect();
        all.sort_unstable();
        all
    }

    /// When a server created the object.
    pub(super) fn created(&self, build: &mut Build<'_>) -> Option<Arc<str>> {
        build.optional(&self.creation_timestamp)
    }
}
