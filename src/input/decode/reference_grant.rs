//! ReferenceGrants of the Gateway API.

use super::Build;
use super::meta::{Meta, Text, nullable};
use crate::model::{GrantFrom, GrantTo, ReferenceGrant};
use serde::Deserialize;

/// A `ReferenceGrant`. Source: `gateway.networking.k8s.io/v1beta1`, `v1`, and older.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawGrant<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: Meta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawSpec<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawSpec<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    from: Vec<RawEnd<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    to: Vec<RawEnd<'a>>,
}

/// Who may refer, or to what.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawEnd<'a> {
    #[serde(borrow)]
    group: Text<'a>,
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    namespace: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
}

impl RawGrant<'_> {
    /// The grant.
    pub(in crate::input) fn build(&self, build: &mut Build<'_>) -> ReferenceGrant {
        for (index, from) in self.spec.from.iter().enumerate() {
            if from.namespace.is_empty() {
                let path = format!("spec.from[{index}].namespace");
                build.issue("required", path, "a grant is for a namespace");
            }
        }
        let from = self.spec.from.iter().map(|it| GrantFrom {
            group: build.pool.text(&it.group),
            kind: build.pool.text(&it.kind),
            namespace: build.pool.text(&it.namespace),
        });
        let from = from.collect();
        let to = self.spec.to.iter().map(|it| GrantTo {
            group: build.pool.text(&it.group),
            kind: build.pool.text(&it.kind),
            name: build.optional(&it.name),
        });
        let to = to.collect();
        ReferenceGrant {
            namespace: self.metadata.namespace(build),
            name: self.metadata.name(build),
            from,
            to,
            origin: build.origin,
        }
    }
}
