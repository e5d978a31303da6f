//! Which kinds a server has: not a 404, for who has no rights is told 403 of what is not there.

use super::ask::{Halt, text};
use super::client::{Client, JSON};
use super::problem::Problem;
use crate::input::{Served, Wanted, wanted};
use serde::Deserialize;
use std::collections::BTreeMap;

/// All groups at once, where the server can do that.
const AGGREGATED: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/// The kinds of a server, or of one of its groups.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Listed {
    kind: String,
    /// Groups, with all that is in them.
    items: Vec<Group>,
    /// Groups, of older servers.
    groups: Vec<OldGroup>,
    /// Kinds, of older servers.
    resources: Vec<OldKind>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Group {
    metadata: Named,
    versions: Vec<Version>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Version {
    version: String,
    resources: Vec<Resource>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Resource {
    #[serde(rename = "resource")]
    plural: String,
    response_kind: Option<ResponseKind>,
    scope: String,
    verbs: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ResponseKind {
    kind: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OldGroup {
    versions: Vec<OldVersion>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct OldVersion {
    group_version: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OldKind {
    name: String,
    kind: String,
    namespaced: bool,
    verbs: Vec<String>,
}

/// The kinds that are to be read, one for the same objects in several versions.
#[derive(Default)]
struct Found(BTreeMap<String, (usize, Served)>);

impl Found {
    fn add(&mut self, offered: Served, verbs: &[String]) {
        if !verbs.iter().any(|verb| verb == "list") || offered.plural.contains('/') {
            return;
        }
        let Some(Wanted { say, objects, rank }) = wanted(&offered.api_version, &offered.kind)
        else {
            return;
        };
        let better = self.0.get(&objects).is_none_or(|(other, _)| rank < *other);
        if better {
            self.0.insert(objects, (rank, Served { say, ..offered }));
        }
    }
}

/// The kinds of the server that are to be read; none where it does not say what it has.
pub(super) async fn discover(client: &Client) -> Result<Option<Vec<Served>>, Halt> {
    let mut found = Found::default();
    for root in ["/api", "/apis"] {
        let read = match text(client, root, AGGREGATED).await {
            Err(Halt::Forbidden) => return Ok(None),
            read => read?,
        };
        let listed = listed(client, &read)?;
        if listed.kind == "APIGroupDiscoveryList" {
            aggregated(&mut found, listed);
        } else if !one_by_one(client, &mut found, &listed).await? {
            return Ok(None);
        }
    }
    Ok(Some(
        found.0.into_values().map(|(_, served)| served).collect(),
    ))
}

fn listed(client: &Client, text: &[u8]) -> Result<Listed, Halt> {
    serde_json::from_slice(text).map_err(|_| {
        let server = client.server();
        Halt::Failed(
            Problem::new(format!("{server} does not say which kinds it has"))
                .help("look at `server` in the kubeconfig: is it that of an API server?"),
        )
    })
}

fn aggregated(found: &mut Found, listed: Listed) {
    for group in listed.items {
        for version in group.versions {
            let api_version = match group.metadata.name.as_str() {
                "" => version.version,
                name => format!("{name}/{}", version.version),
            };
            for it in version.resources {
                let offered = Served {
                    api_version: api_version.clone(),
                    kind: it.response_kind.unwrap_or_default().kind,
                    plural: it.plural,
                    is_namespaced: it.scope == "Namespaced",
                    say: crate::model::Say::Anything,
                };
                found.add(offered, &it.verbs);
            }
        }
    }
}

/// The same of a server that knows only of one group at a time.
async fn one_by_one(client: &Client, found: &mut Found, listed: &Listed) -> Result<bool, Halt> {
    let versions = listed.groups.iter().flat_map(|group| &group.versions);
    let mut paths: Vec<(String, String)> = versions
        .map(|it| {
            (
                format!("/apis/{}", it.group_version),
                it.group_version.clone(),
            )
        })
        .collect();
    if listed.kind == "APIVersions" {
        paths.push(("/api/v1".to_owned(), "v1".to_owned()));
    }
    for (path, api_version) in paths {
        let read = match text(client, &path, JSON).await {
            Err(Halt::Forbidden) => return Ok(false),
            // The group has just gone.
            Err(Halt::Absent) => continue,
            read => read?,
        };
        for it in self::listed(client, &read)?.resources {
            let offered = Served {
                api_version: api_version.clone(),
                kind: it.kind,
                plural: it.name,
                is_namespaced: it.namespaced,
                say: crate::model::Say::Anything,
            };
            found.add(offered, &it.verbs);
        }
    }
    Ok(true)
}
