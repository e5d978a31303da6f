//! What a real API server answered, page by page. Where the recordings are says `NETPOLC_CASES`; without it there is
//! nothing to serve.

use crate::server::{Asked, Reply};
use crate::{run, with};
use std::path::{Path, PathBuf};

/// The recordings, if they are there.
fn recordings() -> Option<PathBuf> {
    let cases = std::env::var_os("NETPOLC_CASES")?;
    let path = Path::new(&cases).join("live");
    path.join("lists").is_dir().then_some(path)
}

/// One exchange, as it was.
fn exchange(path: &Path) -> Reply {
    let text = |name: &str| std::fs::read_to_string(path.join(name)).expect("a recording");
    let status = text("status");
    let status = status
        .split_whitespace()
        .find_map(|it| it.parse().ok())
        .expect("a status");
    let mut reply = Reply::of(status, "application/json", Vec::new());
    reply.headers.clear();
    for line in text("headers").lines() {
        if let Some((name, value)) = line.split_once(": ") {
            let moved = ["transfer-encoding", "content-length"];
            if !moved.contains(&name.to_lowercase().as_str()) {
                reply = reply.header(name, value.trim());
            }
        }
    }
    let bodies = ["body.json", "body.json.gz", "body.txt", "body.pb"];
    let body = bodies
        .map(|it| path.join(it))
        .into_iter()
        .find(|it| it.exists());
    reply.body = body
        .map(|it| std::fs::read(it).expect("a body"))
        .unwrap_or_default();
    reply
}

/// The recording that a request is answered with.
fn recorded(root: &Path, asked: &Asked) -> Reply {
    let plural = asked.path.rsplit('/').next().unwrap_or_default();
    let place = match asked.path.as_str() {
        "/api" => "discovery/aggregated-api".to_owned(),
        "/apis" => "discovery/aggregated-apis-with-crds".to_owned(),
        _ => {
            let list = root.join("lists").join(plural);
            // The pages in their order, whatever their tokens are.
            let pages = 1..;
            let page = pages.map(|page| format!("page-{page}")).find(|page| {
                let before = std::fs::read_to_string(list.join(page).join("request"));
                let before = before.unwrap_or_default();
                let token = before.split_once("continue=").map(|(_, it)| it);
                let token = token.map(|it| it.split([' ', '&', '\n']).next().unwrap_or_default());
                !list.join(page).exists() || token == asked.value("continue")
            });
            let page = page.expect("a page");
            let of_kind = format!("lists/{plural}/{page}");
            let alone = format!("lists/{plural}");
            if root.join(&of_kind).exists() {
                of_kind
            } else if root.join(&alone).join("status").exists() {
                alone
            } else {
                let text = "{\"kind\":\"SomeList\",\"metadata\":{\"resourceVersion\":\"713\"},\"items\":[]}";
                return Reply::json(text);
            }
        }
    };
    exchange(&root.join(place))
}

#[test]
fn a_recorded_server_is_read() {
    let Some(root) = recordings() else {
        return;
    };
    let (place, server) = with(move |asked| recorded(&root, asked));
    let ran = run(&place, &["matrix", "-o", "txt", "-v"]);
    assert!(matches!(ran.code, Some(0 | 3)), "{ran:?}");
    assert!(ran.err.starts_with("read "), "{ran:?}");
    assert!(ran.out.contains("shop/"), "{}", ran.out);
    let asked = server.asked();
    let pods = asked.iter().filter(|it| it.path == "/api/v1/pods");
    assert_eq!(pods.count(), 4);
    let policies = asked
        .iter()
        .filter(|it| it.path.ends_with("networkpolicies"));
    assert!(policies.count() >= 4);
    assert!(
        asked
            .iter()
            .all(|it| !it.path.contains("secrets") && it.method == "GET")
    );
}
