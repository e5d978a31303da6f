//! Which cluster is meant, and as whom: kubeconfig files, merged as kubectl merges them, with what the
//! arguments say; within a pod without any, its service account.

use super::flags::Flags;
use crate::cluster::problem::Problem;
use kube_client::Config;
use kube_client::config::{AuthInfo, Cluster, Context, Kubeconfig, KubeconfigError};
use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

/// The cluster that is meant, and as whom it is read. Nothing was asked of it yet.
#[derive(Clone)]
pub struct Target {
    /// Its address, as it may be shown.
    pub server: String,
    /// The context's name.
    pub context: Option<String>,
    /// The context's namespace.
    pub namespace: Option<String>,
    pub(super) cluster: Cluster,
    pub(super) user: AuthInfo,
}

impl fmt::Debug for Target {
    /// Without credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("server", &self.server)
            .field("context", &self.context)
            .field("namespace", &self.namespace)
            .finish_non_exhaustive()
    }
}

impl Target {
    /// The cluster that the arguments and the environment mean; none where there is none.
    ///
    /// # Errors
    /// A kubeconfig that cannot be read, or lacks what is asked for.
    pub fn find(flags: &Flags) -> Result<Option<Self>, Problem> {
        let config = merged(flags)?;
        let empty = config.clusters.is_empty() && config.contexts.is_empty();
        if empty && flags.server.is_none() {
            if flags.kubeconfig.is_some() || flags.context.is_some() || flags.cluster.is_some() {
                return Err(Problem::new("the kubeconfig names no cluster")
                    .help("set KUBECONFIG or `--kubeconfig` to one that does"));
            }
            return in_pod(flags);
        }
        let context = context(&config, flags)?;
        let cluster = cluster(&config, flags, context.as_ref())?;
        let user = user(&config, flags, context.as_ref())?;
        let namespace = context.and_then(|it| it.namespace);
        let name = flags.context.clone().or(config.current_context);
        finish(flags, cluster, user).map(|(server, cluster, user)| {
            Some(Self {
                server,
                context: name.filter(|it| !it.is_empty()),
                namespace: namespace.filter(|it| !it.is_empty()),
                cluster,
                user,
            })
        })
    }
}

/// All kubeconfig files as one: that which is named, or those of `KUBECONFIG`, or the one at home.
/// Files of a list that are not there are passed over, as by kubectl.
fn merged(flags: &Flags) -> Result<Kubeconfig, Problem> {
    if let Some(path) = &flags.kubeconfig {
        return read(path)?
            .ok_or_else(|| Problem::new(format!("there is no kubeconfig `{}`", path.display())));
    }
    let listed = env::var_os("KUBECONFIG").unwrap_or_default();
    let mut paths: Vec<PathBuf> = env::split_paths(&listed)
        .filter(|path| !path.as_os_str().is_empty())
        .collect();
    if paths.is_empty() {
        paths.extend(env::home_dir().map(|home| home.join(".kube").join("config")));
    }
    let mut merged = Kubeconfig::default();
    for path in paths {
        if let Some(next) = read(&path)? {
            merged = merged.merge(next).map_err(|_| {
                Problem::new(format!(
                    "`{}` is no kubeconfig of version v1",
                    path.display()
                ))
            })?;
        }
    }
    Ok(merged)
}

/// Reads a kubeconfig; none where it is not there. What the parser says of it may repeat a credential,
/// so only the place is told.
fn read(path: &Path) -> Result<Option<Kubeconfig>, Problem> {
    match Kubeconfig::read_from(path) {
        Ok(config) => Ok(Some(config)),
        Err(KubeconfigError::ReadConfig(error, _))
            if error.kind() == std::io::ErrorKind::NotFound =>
        {
            Ok(None)
        }
        Err(KubeconfigError::ReadConfig(error, _)) => Err(Problem::new(format!(
            "cannot read the kubeconfig `{}`: {error}",
            path.display()
        ))),
        Err(KubeconfigError::Parse(error)) => {
            let line = error.location().map(|it| format!(":{}", it.line()));
            Err(Problem::new(format!(
                "`{}{}` is not as a kubeconfig is written",
                path.display(),
                line.unwrap_or_default()
            ))
            .help("`kubectl config view` says what is wrong with it"))
        }
        Err(_) => Err(Problem::new(format!(
            "`{}` is no kubeconfig",
            path.display()
        ))),
    }
}

/// The context that is meant. Without a name and without one that is current, everything else has
/// to be said.
fn context(config: &Kubeconfig, flags: &Flags) -> Result<Option<Context>, Problem> {
    let current = config.current_context.as_ref().filter(|it| !it.is_empty());
    let Some(name) = flags.context.as_ref().or(current) else {
        if flags.cluster.is_some() || flags.server.is_some() {
            return Ok(None);
        }
        return Err(
            Problem::new("the kubeconfig has no current context").help(format!(
                "name one with `--context`: {}",
                names(config.contexts.iter().map(|it| &it.name))
            )),
        );
    };
    let mut all = config.contexts.iter();
    let found = all.find(|it| it.name == *name).map(|it| it.context.clone());
    match found {
        Some(context) => Ok(context),
        None => Err(missing(
            "context",
            name,
            config.contexts.iter().map(|it| &it.name),
        )),
    }
}

fn cluster(
    config: &Kubeconfig,
    flags: &Flags,
    context: Option<&Context>,
) -> Result<Cluster, Problem> {
    let named = context.map(|it| &it.cluster).filter(|it| !it.is_empty());
    let Some(name) = flags.cluster.as_ref().or(named) else {
        return Ok(Cluster::default());
    };
    let mut all = config.clusters.iter();
    match all.find(|it| it.name == *name) {
        Some(found) => Ok(found.cluster.clone().unwrap_or_default()),
        None => Err(missing(
            "cluster",
            name,
            config.clusters.iter().map(|it| &it.name),
        )),
    }
}

fn user(
    config: &Kubeconfig,
    flags: &Flags,
    context: Option<&Context>,
) -> Result<AuthInfo, Problem> {
    let named = context
        .and_then(|it| it.user.as_ref())
        .filter(|it| !it.is_empty());
    let Some(name) = flags.user.as_ref().or(named) else {
        return Ok(AuthInfo::default());
    };
    let mut all = config.auth_infos.iter();
    match all.find(|it| it.name == *name) {
        Some(found) => Ok(found.auth_info.clone().unwrap_or_default()),
        // kubectl goes on without credentials where only the context names it.
        None if flags.user.is_none() => Ok(AuthInfo::default()),
        None => Err(missing(
            "user",
            name,
            config.auth_infos.iter().map(|it| &it.name),
        )),
    }
}

fn missing<'a>(what: &str, name: &str, all: impl Iterator<Item = &'a String>) -> Problem {
    Problem::new(format!("the kubeconfig has no {what} `{name}`"))
        .help(format!("there are {}", names(all)))
}

fn names<'a>(all: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<String> = all.map(|it| format!("`{it}`")).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

/// The service account of the pod that this runs in; none elsewhere.
fn in_pod(flags: &Flags) -> Result<Option<Target>, Problem> {
    const TOKEN: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";
    if env::var_os("KUBERNETES_SERVICE_HOST").is_none() || !Path::new(TOKEN).exists() {
        return Ok(None);
    }
    let config = Config::incluster_env().map_err(|_| {
        Problem::new("the service account of this pod cannot be read")
            .help("it needs a token, `ca.crt` and `namespace` below /var/run/secrets/kubernetes.io/serviceaccount")
    })?;
    let cluster = Cluster {
        server: Some(config.cluster_url.to_string()),
        certificate_authority: config
            .root_cert_file
            .map(|it| it.to_string_lossy().into_owned()),
        ..Cluster::default()
    };
    let (server, cluster, user) = finish(flags, cluster, config.auth_info)?;
    Ok(Some(Target {
        server,
        context: None,
        namespace: Some(config.default_namespace),
        cluster,
        user,
    }))
}

/// What the arguments say goes before what the files say.
fn finish(
    flags: &Flags,
    mut cluster: Cluster,
    mut user: AuthInfo,
) -> Result<(String, Cluster, AuthInfo), Problem> {
    if let Some(server) = &flags.server {
        cluster.server = Some(server.clone());
    }
    if flags.skip_tls_verify {
        cluster.insecure_skip_tls_verify = Some(true);
    }
    if let Some(token) = &flags.token {
        user.token = Some(token.clone().into());
        (user.token_file, user.exec, user.auth_provider) = (None, None, None);
        (user.username, user.password) = (None, None);
    }
    if flags.impersonate.is_some() {
        user.impersonate.clone_from(&flags.impersonate);
        user.impersonate_groups = None;
    }
    if !flags.groups.is_empty() {
        user.impersonate_groups = Some(flags.groups.clone());
    }
    if user
        .impersonate_groups
        .as_ref()
        .is_some_and(|it| !it.is_empty())
        && user.impersonate.is_none()
    {
        return Err(Problem::new("`--as-group` needs a user").help("name one with `--as`"));
    }
    let Some(server) = cluster.server.clone().filter(|it| !it.is_empty()) else {
        return Err(
            Problem::new("the kubeconfig names no server for this cluster")
                .help("name one with `--server`"),
        );
    };
    let speaks_tls = cluster.certificate_authority.is_some()
        || cluster.certificate_authority_data.is_some()
        || cluster.insecure_skip_tls_verify == Some(true)
        || user.client_certificate.is_some()
        || user.client_certificate_data.is_some();
    let server = match (server.contains("://"), speaks_tls) {
        (true, _) => server,
        (false, true) => format!("https://{server}"),
        (false, false) => format!("http://{server}"),
    };
    cluster.server = Some(server.clone());
    Ok((shown(&server), cluster, user))
}

/// An address as it may be shown: without a password in it.
fn shown(server: &str) -> String {
    let Some((scheme, rest)) = server.split_once("://") else {
        return server.to_owned();
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}://{host}{}", path.trim_end_matches('/'))
}
