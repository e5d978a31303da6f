//! Names of objects, for whoever completes them: one page of each kind, and only what comes in a moment.

use super::ask::{Halt, text};
use super::client::{self, Client, Target};
use super::problem::Problem;
use super::reading::runtime;
use serde::Deserialize;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// The names without the objects, where the server can do that.
const NAMES_ONLY: &str =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Listed {
    items: Vec<Item>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Item {
    metadata: Named,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    name: String,
}

/// The names in the lists at these paths, for each path; none of what does not come within this time.
pub fn names(target: &Target, paths: Vec<String>, within: Duration) -> Vec<Vec<String>> {
    let (send, came) = channel();
    let target = target.clone();
    // Credentials may come from a plugin that hangs: nobody waits for this thread.
    thread::spawn(move || {
        // Who completes has no use for the reason.
        let _ = send.send(read(&target, &paths).unwrap_or_default());
    });
    let names = came.recv_timeout(within).unwrap_or_default();
    client::stop();
    names
}

fn read(target: &Target, paths: &[String]) -> Result<Vec<Vec<String>>, Problem> {
    runtime()?.block_on(async {
        let client = Client::new(target)?;
        let mut all = Vec::new();
        for path in paths {
            // What may not be seen has no names.
            all.push(page(&client, path).await.unwrap_or_default());
        }
        Ok(all)
    })
}

async fn page(client: &Client, path: &str) -> Result<Vec<String>, Halt> {
    let read = text(client, &format!("{path}?limit=500"), NAMES_ONLY).await?;
    let listed: Listed = serde_json::from_slice(&read).unwrap_or_default();
    let names = listed.items.into_iter().map(|it| it.metadata.name);
    Ok(names.filter(|it| is_name(it)).collect())
}

/// Whether it is what the API takes for a name: a shell is about to read it.
fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    !text.is_empty() && text.bytes().all(allowed)
}
