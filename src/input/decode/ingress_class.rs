//! Classes of Ingresses.

use super::Build;
use super::annotated::AnnotatedMeta;
use super::meta::{Text, nullable};
use crate::model::IngressClass;
use serde::Deserialize;

/// An `IngressClass`. Source: `networking.k8s.io/v1`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawIngressClass<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: AnnotatedMeta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawSpec<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawSpec<'a> {
    #[serde(borrow)]
    controller: Text<'a>,
}

/// The annotation of the class of Ingresses that name none.
const DEFAULT: &str = "ingressclass.kubernetes.io/is-default-class";

impl RawIngressClass<'_> {
    /// The class.
    pub(in crate::input) fn build(&self, build: &mut Build<'_>) -> IngressClass {
        if self.spec.controller.is_empty() {
            let what = "a class must say who serves it";
            build.issue("required", "spec.controller", what);
        }
        IngressClass {
            name: self.metadata.plain().name(build),
            controller: build.pool.text(&self.spec.controller),
            is_default: self.metadata.annotation(DEFAULT) == Some("true"),
            origin: build.origin,
        }
    }
}
