//! Classes of Gateways.

use super::Build;
use super::meta::{Meta, Text, nullable};
use crate::model::GatewayClass;
use serde::Deserialize;

/// A `GatewayClass`. Source: `gateway.networking.k8s.io/v1`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawGatewayClass<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: Meta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawSpec<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawSpec<'a> {
    #[serde(borrow)]
    controller_name: Text<'a>,
}

impl RawGatewayClass<'_> {
    /// The class.
    pub(in crate::input) fn build(&self, build: &mut Build<'_>) -> GatewayClass {
        if self.spec.controller_name.is_empty() {
            let what = "a class must say who serves it";
            build.issue("required", "spec.controllerName", what);
        }
        GatewayClass {
            name: self.metadata.name(build),
            controller: build.pool.text(&self.spec.controller_name),
            origin: build.origin,
        }
    }
}
