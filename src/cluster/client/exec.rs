//! Credentials from a plugin that the kubeconfig names (`exec`), as kubectl has them. The plugin is not
//! given a terminal, so that it cannot ask anything; what it prints is never shown, for it may be a
//! credential; and it ends with the run.

use crate::cluster::problem::Problem;
use kube_client::config::{Cluster, ExecAuthCluster, ExecConfig, ExecInteractiveMode};
use serde::Deserialize;
use serde_json::json;
use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a plugin may take: one that opens a browser takes a while.
const PATIENCE: Duration = Duration::from_mins(1);

/// More than any credential has.
const LONGEST: u64 = 1 << 20;

/// The plugin that runs now.
static RUNNING: Mutex<Option<Child>> = Mutex::new(None);

/// What a plugin gives.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Credential {
    pub(super) token: Option<String>,
    pub(super) client_certificate_data: Option<String>,
    pub(super) client_key_data: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    status: Option<Credential>,
}

/// Ends the plugin that runs, if one does.
pub(super) fn stop() {
    let running = RUNNING
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    if let Some(mut child) = running {
        // It may have ended by itself.
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Runs the plugin.
pub(super) fn run(exec: &ExecConfig, cluster: &Cluster) -> Result<Credential, Problem> {
    let name = exec.command.clone().filter(|it| !it.is_empty());
    let Some(name) = name else {
        return Err(Problem::new(
            "the kubeconfig names no command for its credential plugin",
        ));
    };
    let fails = |what: &str| {
        Problem::new(format!("the credential plugin `{name}` {what}"))
            .help("`kubectl get namespaces` shows what it says; log in there first")
    };
    if exec.interactive_mode == Some(ExecInteractiveMode::Always) {
        return Err(fails(
            "wants to ask something, and netpolc lets nothing ask",
        ));
    }
    let mut command = Command::new(&name);
    command
        .args(exec.args.iter().flatten())
        .env("KUBERNETES_EXEC_INFO", info(exec, cluster).to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    for pair in exec.env.iter().flatten() {
        if let (Some(name), Some(value)) = (pair.get("name"), pair.get("value")) {
            command.env(name, value);
        }
    }
    let child = command.spawn().map_err(|error| {
        let problem = fails(&format!("cannot be run: {error}"));
        match &exec.install_hint {
            Some(hint) => problem.help(hint.trim()),
            None => problem,
        }
    })?;
    let answer = output(child).map_err(|what| fails(&what))?;
    let answer: Answer = serde_json::from_slice(&answer)
        .map_err(|_| fails("answers with something else than an ExecCredential"))?;
    if answer.kind != "ExecCredential" {
        return Err(fails("answers with something else than an ExecCredential"));
    }
    if exec
        .api_version
        .as_ref()
        .is_some_and(|it| *it != answer.api_version)
    {
        return Err(fails(
            "answers in another version than the kubeconfig names",
        ));
    }
    let credential = answer.status.unwrap_or_default();
    let has_pair =
        credential.client_certificate_data.is_some() && credential.client_key_data.is_some();
    if credential.token.is_none() && !has_pair {
        return Err(fails("gives no credential"));
    }
    Ok(credential)
}

/// What the plugin is told.
fn info(exec: &ExecConfig, cluster: &Cluster) -> serde_json::Value {
    let mut spec = json!({"interactive": false});
    let told = exec
        .provide_cluster_info
        .then(|| ExecAuthCluster::try_from(cluster));
    if let (Some(Ok(told)), Some(spec)) = (told, spec.as_object_mut()) {
        spec.insert("cluster".to_owned(), json!(told));
    }
    json!({
        "apiVersion": exec.api_version.as_deref().unwrap_or("client.authentication.k8s.io/v1beta1"),
        "kind": "ExecCredential",
        "spec": spec,
    })
}

/// What a plugin prints before it ends.
fn output(mut child: Child) -> Result<Vec<u8>, String> {
    let stdout = child.stdout.take();
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
    let (tell, told) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.map(|it| it.take(LONGEST).read_to_end(&mut bytes));
        // Nobody listens any more where it took too long.
        let _ = tell.send((bytes, read.is_some_and(|it| it.is_ok())));
    });
    let (bytes, whole) = match told.recv_timeout(PATIENCE) {
        Ok(read) => read,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            stop();
            return Err(format!("does not end within {} s", PATIENCE.as_secs()));
        }
    };
    let running = RUNNING
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let ended = running.map(|mut child| child.wait());
    match ended {
        Some(Ok(status)) if status.success() && whole => Ok(bytes),
        Some(Ok(status)) => Err(match status.code() {
            Some(code) if !status.success() => format!("fails with exit code {code}"),
            _ => "fails".to_owned(),
        }),
        Some(Err(error)) => Err(format!("is not heard of any more: {error}")),
        // Whoever stopped it is about to end the run, and says why.
        None => loop {
            thread::park();
        },
    }
}
