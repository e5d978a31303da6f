//! Ports by number or by name.

use super::Build;
use super::meta::Text;
use crate::model::TargetPort;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use std::fmt;

/// A port by number or by name. Source: `intstr.IntOrString`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) enum RawTarget<'a> {
    /// Not given.
    #[default]
    Missing,
    /// A number.
    Number(i64),
    /// A name.
    Name(Text<'a>),
}

impl<'de: 'a, 'a> Deserialize<'de> for RawTarget<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TargetVisitor;

        impl<'de> Visitor<'de> for TargetVisitor {
            type Value = RawTarget<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a port number or name")
            }

            fn visit_unit<E>(self) -> Result<RawTarget<'de>, E> {
                Ok(RawTarget::Missing)
            }

            fn visit_i64<E>(self, number: i64) -> Result<RawTarget<'de>, E> {
                Ok(RawTarget::Number(number))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<RawTarget<'de>, E> {
                let number = i64::try_from(number).map_err(|_| E::custom("number too large"))?;
                Ok(RawTarget::Number(number))
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<RawTarget<'de>, E> {
                Ok(RawTarget::Name(Text(name.into())))
            }

            fn visit_str<E>(self, name: &str) -> Result<RawTarget<'de>, E> {
                Ok(RawTarget::Name(Text(name.to_owned().into())))
            }
        }

        deserializer.deserialize_any(TargetVisitor)
    }
}

impl RawTarget<'_> {
    /// The port, where one is given and valid. The API reads number 0 and the empty name as not
    /// given.
    pub(super) fn target(&self, path: &str, build: &mut Build<'_>) -> Option<TargetPort> {
        match self {
            Self::Missing | Self::Number(0) => None,
            Self::Name(name) if name.is_empty() => None,
            Self::Name(name) => Some(TargetPort::Named(build.pool.text(name))),
            Self::Number(number) => {
                let port = u16::try_from(*number).ok();
                if port.is_none() {
                    build.issue("invalid-value", path, "a port must be between 1 and 65535");
                }
                port.map(TargetPort::Number)
            }
        }
    }
}
