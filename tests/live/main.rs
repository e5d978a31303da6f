//! The command on a running cluster: an API server on loopback, over HTTPS, that answers as real ones do,
//! and as broken ones do.
#![cfg(all(feature = "live", unix))]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot start its server has failed"
)]

mod answers;
mod cluster;
mod completion;
mod faults;
mod narrow;
mod recorded;
mod rights;
mod server;
mod tiers;
mod verbs;
mod ways;

use server::Server;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What a run left behind.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
    took: Duration,
}

/// A directory of its own for one test.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "live-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    /// A kubeconfig for a server and a user.
    fn kubeconfig(&self, server: &Server, user: &str) -> PathBuf {
        let authority = self.write("ca.crt", &server.authority);
        let text = kubeconfig(&server.url(), &authority, user);
        self.write("config", &text)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Whoever runs the tests may clean up what cannot be removed.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn kubeconfig(server: &str, authority: &Path, user: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: test\n\
         contexts: [{{name: test, context: {{cluster: c, user: u, namespace: shop}}}}]\n\
         clusters: [{{name: c, cluster: {{server: '{server}', certificate-authority: '{}'}}}}]\n\
         users: [{{name: u, user: {user}}}]\n",
        authority.display()
    )
}

/// The token of all tests: it must never be seen.
const TOKEN: &str = "s3cret-t0ken-abcdef";

fn user() -> String {
    format!("{{token: {TOKEN}}}")
}

fn command(place: &Place, binary: &str) -> Command {
    let mut command = Command::new(binary);
    command
        .env_clear()
        .env("COLUMNS", "100")
        .env("HOME", &place.0)
        .env("PATH", "/usr/bin:/bin")
        .env("KUBECONFIG", place.0.join("config"))
        .current_dir(&place.0);
    command
}

fn finish(mut command: Command) -> Ran {
    let begun = Instant::now();
    let output = command
        .stdin(Stdio::null())
        .output()
        .expect("the binary starts");
    let ran = Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
        took: begun.elapsed(),
    };
    assert!(
        !ran.out.contains(TOKEN) && !ran.err.contains(TOKEN),
        "{ran:?}"
    );
    ran
}

fn run(place: &Place, arguments: &[&str]) -> Ran {
    let mut command = command(place, env!("CARGO_BIN_EXE_netpolc"));
    command.args(arguments);
    finish(command)
}

/// A server, and a place with a kubeconfig for it.
fn with(
    answer: impl Fn(&server::Asked) -> server::Reply + Send + Sync + 'static,
) -> (Place, Server) {
    let server = Server::start(answer);
    let place = Place::new();
    place.kubeconfig(&server, &user());
    (place, server)
}
