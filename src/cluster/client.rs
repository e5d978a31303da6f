//! The way to an API server, and the only files that name the client: which cluster is meant and as
//! whom (`kubeconfig`, `flags`), credentials that a plugin gives (`exec`), and requests. `fault` puts
//! into words what goes wrong.

mod exec;
mod fault;
mod flags;
mod kubeconfig;
mod proxy;
mod secrets;
mod trust;

pub use flags::Flags;
pub use kubeconfig::Target;

use super::problem::Problem;
use http::{HeaderValue, Request, header};
use http_body_util::BodyExt as _;
use kube_client::Config;
use kube_client::client::{Body, ClientBuilder};
use kube_client::config::{AuthInfo, Cluster};
use secrets::Secrets;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long a server may be silent, where nothing else is said.
const SILENCE: Duration = Duration::from_mins(1);

/// What JSON is asked for as.
pub(super) const JSON: &str = "application/json";

/// Asks an API server.
#[derive(Clone)]
pub(super) struct Client {
    inner: kube_client::Client,
    server: String,
    secrets: Secrets,
    requests: Arc<AtomicUsize>,
}

/// What a server answers, its text not read yet.
pub(super) struct Response {
    /// The HTTP status.
    pub(super) status: u16,
    /// When to ask again, in seconds.
    pub(super) retry_after: Option<u64>,
    /// What the text is.
    pub(super) content_type: String,
    body: Body,
    server: String,
    secrets: Secrets,
}

/// Ends whatever runs beside this process.
pub(super) fn stop() {
    exec::stop();
}

impl Client {
    /// The way to a cluster. Credentials are taken from where they are; nothing is asked yet. Must be
    /// called where requests will be made.
    ///
    /// # Errors
    /// Credentials that cannot be had, and certificates that cannot be read.
    pub(super) fn new(target: &Target) -> Result<Self, Problem> {
        let user = credentials(&target.user, &target.cluster)?;
        let secrets = Secrets::of(&user, &target.cluster);
        let config = config(&target.cluster, user, &target.server)?;
        let builder =
            ClientBuilder::try_from(config).map_err(|error| fault::of_setting(&error, &secrets))?;
        Ok(Self {
            inner: builder.build(),
            server: target.server.clone(),
            secrets,
            requests: Arc::default(),
        })
    }

    /// Asks for a path.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub(super) async fn get(&self, path: &str, accept: &str) -> Result<Response, Problem> {
        let request = Request::get(path)
            .header(header::ACCEPT, accept)
            .header(
                header::USER_AGENT,
                concat!("netpolc/", env!("CARGO_PKG_VERSION")),
            )
            .body(Body::empty())
            .map_err(|_| Problem::new(format!("`{path}` is no path of an API server")))?;
        self.requests.fetch_add(1, Ordering::Relaxed);
        let sent = self.inner.send(request);
        let response = heard(sent, &self.server).await?;
        let response =
            response.map_err(|error| fault::of_request(&error, &self.server, &self.secrets))?;
        let text = |name| {
            let value: Option<&HeaderValue> = response.headers().get(name);
            value
                .and_then(|it| it.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        let retry_after = text(header::RETRY_AFTER);
        Ok(Response {
            status: response.status().as_u16(),
            retry_after: retry_after.parse().ok(),
            content_type: text(header::CONTENT_TYPE),
            body: response.into_body(),
            server: self.server.clone(),
            secrets: self.secrets.clone(),
        })
    }

    /// The server's address.
    pub(super) fn server(&self) -> &str {
        &self.server
    }

    /// How many requests were made.
    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    /// What a server says, as it may be shown.
    pub(super) fn shown(&self, text: &str) -> String {
        self.secrets.taken_out(text)
    }
}

impl Response {
    /// The next piece of the text; none at its end.
    ///
    /// # Errors
    /// The connection broke off.
    pub(super) async fn piece(&mut self) -> Result<Option<Vec<u8>>, Problem> {
        loop {
            let Some(frame) = heard(self.body.frame(), &self.server).await? else {
                return Ok(None);
            };
            let frame =
                frame.map_err(|error| fault::of_request(&error, &self.server, &self.secrets))?;
            if let Ok(data) = frame.into_data() {
                return Ok(Some(data.to_vec()));
            }
        }
    }

    /// The whole text, which must not be longer than `longest`; what is longer is cut off there.
    ///
    /// # Errors
    /// The connection broke off.
    pub(super) async fn text(&mut self, longest: usize) -> Result<Vec<u8>, Problem> {
        let mut text = Vec::new();
        while let Some(piece) = self.piece().await? {
            text.extend_from_slice(&piece);
            if text.len() > longest {
                text.truncate(longest);
                break;
            }
        }
        Ok(text)
    }
}

/// Waits for a server, but not for ever.
async fn heard<T>(what: impl Future<Output = T>, server: &str) -> Result<T, Problem> {
    let waited = tokio::time::timeout(SILENCE, what).await;
    waited.map_err(|_| {
        let seconds = SILENCE.as_secs();
        Problem::of_time(format!("{server} says nothing for {seconds} s"))
    })
}

/// A user with credentials that are there: those of a plugin and of a file are taken from them.
fn credentials(user: &AuthInfo, cluster: &Cluster) -> Result<AuthInfo, Problem> {
    let mut user = user.clone();
    if let Some(provider) = user.auth_provider.take() {
        return Err(Problem::new(format!(
            "the kubeconfig has its credentials from an `auth-provider` (`{}`), which is not supported",
            provider.name
        ))
        .help("use a credential plugin (`exec`), such as kubelogin"));
    }
    if let Some(path) = user.token_file.take() {
        match std::fs::read_to_string(&path) {
            Ok(token) => user.token = Some(token.trim().into()),
            Err(error) if user.token.is_none() => {
                return Err(Problem::new(format!(
                    "cannot read the token file `{path}`: {error}"
                )));
            }
            // As kubectl does.
            Err(_) => {}
        }
    }
    let has_own = user.token.is_some() || user.username.is_some();
    if let Some(exec) = user.exec.take().filter(|_| !has_own) {
        let given = exec::run(&exec, cluster)?;
        user.token = given.token.map(|it| it.trim().into());
        if let (Some(certificate), Some(key)) =
            (given.client_certificate_data, given.client_key_data)
        {
            user.client_certificate = None;
            user.client_key = None;
            user.client_certificate_data = Some(trust::encoded(&certificate));
            user.client_key_data = Some(trust::encoded(&key).into());
        }
    }
    Ok(user)
}

fn config(cluster: &Cluster, user: AuthInfo, server: &str) -> Result<Config, Problem> {
    let url = cluster.server.clone().unwrap_or_default();
    let url = url.parse().map_err(|_| {
        Problem::new(format!("`{server}` is no address of an API server"))
            .help("write it as in `https://10.0.0.1:6443`")
    })?;
    let mut config = Config::new(url);
    config.default_retry = false;
    config.connect_timeout = Some(SILENCE);
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify == Some(true);
    config.disable_compression = cluster.disable_compression == Some(true);
    config.tls_server_name = cluster.tls_server_name.clone().filter(|it| !it.is_empty());
    config.proxy_url = proxy::of(cluster)?;
    config.root_cert = trust::authorities(cluster)?;
    config.auth_info = user;
    Ok(config)
}
