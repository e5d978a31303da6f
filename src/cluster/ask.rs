//! One request that is made again where the server wants that.

use super::client::{Client, Response};
use super::cut::Frame;
use super::problem::Problem;
use std::time::Duration;

/// How often a busy server is asked, as by kubectl.
const BUSY: u32 = 10;

/// How often one is asked that has a fault of its own.
const FAULTY: u32 = 3;

/// What is waited for at most, and where the server does not say.
const LONGEST_WAIT: u64 = 30;
const WAIT: u64 = 1;

/// The longest text that is no list.
const LONGEST: usize = 16 << 20;

/// Why there is no answer to a request.
#[derive(Debug)]
pub(super) enum Halt {
    /// This user may not see it.
    Forbidden,
    /// There is no such thing.
    Absent,
    /// What was read so far is worth nothing: everything has to be read again.
    Again(Problem),
    /// There will be none.
    Failed(Problem),
}

/// Asks until the server is not busy any more. The answer is one of success.
pub(super) async fn ask(client: &Client, path: &str, accept: &str) -> Result<Response, Halt> {
    let mut asked = 0;
    loop {
        let response = client.get(path, accept).await.map_err(Halt::Failed)?;
        asked += 1;
        let busy = response.status == 429 || response.retry_after.is_some();
        let faulty = matches!(response.status, 500 | 502 | 503 | 504);
        let again = match response.status {
            429 => asked < BUSY,
            _ if faulty && busy => asked < BUSY,
            _ => faulty && asked < FAULTY,
        };
        if !again {
            return judged(client, response).await;
        }
        let wait = response.retry_after.unwrap_or(WAIT).min(LONGEST_WAIT);
        tokio::time::sleep(Duration::from_secs(wait)).await;
    }
}

/// The text of an answer that is JSON and no list.
pub(super) async fn text(client: &Client, path: &str, accept: &str) -> Result<Vec<u8>, Halt> {
    let mut response = ask(client, path, accept).await?;
    response.text(LONGEST).await.map_err(Halt::Again)
}

/// An answer, if it is one.
async fn judged(client: &Client, mut response: Response) -> Result<Response, Halt> {
    let server = client.server();
    let failed = |message: String| Halt::Failed(Problem::new(message));
    match response.status {
        200 if response.content_type.contains("json") => Ok(response),
        200..=399 => {
            let what = match response.content_type.split(';').next() {
                Some("") | None => "something".to_owned(),
                Some(kind) => client.shown(kind),
            };
            let problem = Problem::new(format!(
                "{server} answers with {what} instead of JSON (HTTP {})",
                response.status
            ));
            Err(Halt::Failed(problem.help(
                "look at `server` in the kubeconfig: is it that of an API server, and no log-in page or proxy?",
            )))
        }
        401 => Err(Halt::Failed(
            Problem::new(format!(
                "{server} does not accept the credentials (401 Unauthorized)"
            ))
            .help("log in again; `kubectl auth whoami` shows whether that worked"),
        )),
        403 => {
            // Who may not act for another is told that about everything.
            let said = said(client, &mut response).await;
            if said.contains("cannot impersonate") {
                return Err(failed(format!("{server} refuses: {said}")));
            }
            Err(Halt::Forbidden)
        }
        404 => Err(Halt::Absent),
        410 => Err(Halt::Again(Problem::new(format!(
            "{server}: the list changed too much while it was read"
        )))),
        429 => Err(failed(format!(
            "{server} is too busy (429 Too Many Requests)"
        ))),
        other => {
            let said = said(client, &mut response).await;
            Err(failed(format!("{server} fails (HTTP {other}): {said}")))
        }
    }
}

/// What the server says about it.
async fn said(client: &Client, response: &mut Response) -> String {
    /// What is longer is no message.
    const SHOWN: usize = 1 << 16;
    let text = response.text(SHOWN).await.unwrap_or_default();
    let status: Option<Frame> = serde_json::from_slice(&text).ok();
    let said = status.map(|it| it.message).filter(|it| !it.is_empty());
    client.shown(&said.unwrap_or_else(|| "it does not say why".to_owned()))
}
