//! What a pod says of where it asks for names.

use super::Build;
use super::meta::{Text, nullable};
use crate::model::{DnsPolicy, PodNames};
use serde::Deserialize;

/// `v1.PodDNSConfig`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawDnsConfig<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    pub(super) nameservers: Vec<Text<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    searches: Vec<Text<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    options: Vec<RawOption<'a>>,
}

/// `v1.PodDNSConfigOption`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawOption<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    value: Text<'a>,
}

impl RawDnsConfig<'_> {
    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.nameservers.is_empty() && self.searches.is_empty() && self.options.is_empty()
    }

    /// What it says; `path` is where the pod's spec stands.
    pub(super) fn build(&self, path: &str, build: &mut Build<'_>) -> PodNames {
        let mut names = PodNames::default();
        for (index, text) in self.nameservers.iter().enumerate() {
            let path = format!("{path}.dnsConfig.nameservers[{index}]");
            names.nameservers.extend(build.address(text, path));
        }
        for search in &self.searches {
            // A domain may end with a dot, as any full name.
            let domain = search.strip_suffix('.').unwrap_or(search);
            names.searches.extend(build.optional(domain));
        }
        let mut options = self.options.iter();
        // The resolver reads a number as far as it goes, and no more than 15.
        names.ndots = options
            .rfind(|option| *option.name == *"ndots")
            .and_then(|option| option.value.parse::<u32>().ok())
            .map(|dots| dots.min(15));
        names
    }
}

/// The policy of an API name; the API's default where none is given.
pub(super) fn policy(name: &str, path: &str, build: &mut Build<'_>) -> DnsPolicy {
    match name {
        "" | "ClusterFirst" => DnsPolicy::ClusterFirst,
        "ClusterFirstWithHostNet" => DnsPolicy::ClusterFirstWithHostNet,
        "Default" => DnsPolicy::Default,
        "None" => DnsPolicy::None,
        _ => {
            let what = "must be `ClusterFirst`, `ClusterFirstWithHostNet`, `Default` or `None`";
            build.issue("invalid-value", format!("{path}.dnsPolicy"), what);
            DnsPolicy::ClusterFirst
        }
    }
}
