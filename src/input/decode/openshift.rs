//! Routes of OpenShift.

use super::Build;
use super::annotated::AnnotatedMeta;
use super::meta::{Text, nullable};
use super::route_parts::judged;
use super::target::RawTarget;
use crate::model::{
    InsecurePolicy, OpenShiftRoute, RouteBackend, RouteIngress, TargetPort, Termination,
};
use serde::Deserialize;

/// A `Route`. Source: `route.openshift.io/v1`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawOpenShiftRoute<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: AnnotatedMeta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawSpec<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    status: RawStatus<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawSpec<'a> {
    #[serde(borrow)]
    host: Text<'a>,
    #[serde(borrow)]
    subdomain: Text<'a>,
    #[serde(borrow)]
    path: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    to: RawBackend<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    alternate_backends: Vec<RawBackend<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    port: RawPort<'a>,
    #[serde(borrow)]
    tls: Option<RawTls<'a>>,
    #[serde(borrow)]
    wildcard_policy: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawBackend<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    weight: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawPort<'a> {
    #[serde(borrow)]
    target_port: RawTarget<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawTls<'a> {
    #[serde(borrow)]
    termination: Text<'a>,
    #[serde(borrow)]
    insecure_edge_termination_policy: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawStatus<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    ingress: Vec<RawIngress<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawIngress<'a> {
    #[serde(borrow)]
    host: Text<'a>,
    #[serde(borrow)]
    router_name: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    conditions: Vec<RawCondition<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawCondition<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    status: Text<'a>,
}

/// The greatest weight of a backend, and that of one that does not say.
const MOST_WEIGHT: u32 = 256;
const WEIGHT: u32 = 100;

impl RawOpenShiftRoute<'_> {
    /// The Route.
    pub(in crate::input) fn build(&self, build: &mut Build<'_>) -> OpenShiftRoute {
        let meta = self.metadata.plain();
        let spec = &self.spec;
        spec.check(build);
        let mut backends = vec![spec.to.build("spec.to", build)];
        for (index, other) in spec.alternate_backends.iter().enumerate() {
            let path = format!("spec.alternateBackends[{index}]");
            backends.push(other.build(&path, build));
        }
        let port = self
            .spec
            .port
            .target_port
            .target("spec.port.targetPort", build);
        // A number in quotes is one: the router looks for it among both.
        let port = port.map(|port| match port {
            TargetPort::Named(name) => match name.parse() {
                Ok(number) => TargetPort::Number(number),
                Err(_) => TargetPort::Named(name),
            },
            number @ TargetPort::Number(_) => number,
        });
        let tls = spec.tls.as_ref();
        OpenShiftRoute {
            namespace: meta.namespace(build),
            name: meta.name(build),
            host: build.optional(&spec.host),
            subdomain: build.optional(&spec.subdomain),
            path: build.pool.text(&spec.path),
            is_wildcard: *spec.wildcard_policy == *"Subdomain",
            backends,
            port,
            tls: tls.and_then(|tls| tls.termination(build)),
            insecure: tls.map_or(InsecurePolicy::None, |tls| tls.insecure(build)),
            ingress: self
                .status
                .ingress
                .iter()
                .map(|it| it.build(build))
                .collect(),
            annotations: self.metadata.annotations(build),
            created: self.metadata.created(build),
            origin: build.origin,
        }
    }
}

impl RawSpec<'_> {
    /// Says what the API server refuses. Source: `ValidateRoute` of `openshift/library-go`.
    fn check(&self, build: &mut Build<'_>) {
        if !self.host.is_empty()
            && let Err(what) = judged(&self.host)
        {
            build.issue("invalid-value", "spec.host", what);
        }
        let is_passthrough =
            (self.tls.as_ref()).is_some_and(|tls| *tls.termination == *"passthrough");
        if !self.path.is_empty() && is_passthrough {
            let what = "with `termination: passthrough` there are no paths";
            build.issue("invalid-value", "spec.path", what);
        } else if !self.path.is_empty() && !self.path.starts_with('/') {
            build.issue("invalid-value", "spec.path", "a path must begin with `/`");
        }
        if !matches!(&*self.wildcard_policy, "" | "None" | "Subdomain") {
            let what = "must be `None` or `Subdomain`";
            build.issue("invalid-value", "spec.wildcardPolicy", what);
        }
        if *self.wildcard_policy == *"Subdomain" && self.host.is_empty() {
            let what = "with `wildcardPolicy: Subdomain` a host is needed";
            build.issue("required", "spec.host", what);
        }
    }
}

impl RawBackend<'_> {
    fn build(&self, path: &str, build: &mut Build<'_>) -> RouteBackend {
        if self.name.is_empty() {
            build.issue(
                "required",
                format!("{path}.name"),
                "a backend must have a name",
            );
        }
        if !matches!(&*self.kind, "" | "Service") {
            let what = "a Route leads to a `Service`";
            build.issue("invalid-value", format!("{path}.kind"), what);
        }
        let weight = self.weight.map(|weight| u32::try_from(weight).ok());
        let weight = weight.map(|it| it.filter(|weight| *weight <= MOST_WEIGHT));
        if weight == Some(None) {
            let what = "a weight must be between 0 and 256";
            build.issue("invalid-value", format!("{path}.weight"), what);
        }
        RouteBackend {
            service: build.pool.text(&self.name),
            weight: weight.flatten().unwrap_or(WEIGHT),
        }
    }
}

impl RawTls<'_> {
    fn termination(&self, build: &mut Build<'_>) -> Option<Termination> {
        match &*self.termination {
            "edge" => Some(Termination::Edge),
            "reencrypt" => Some(Termination::Reencrypt),
            "passthrough" => Some(Termination::Passthrough),
            _ => {
                let what = "must be `edge`, `reencrypt` or `passthrough`";
                build.issue("invalid-value", "spec.tls.termination", what);
                None
            }
        }
    }

    fn insecure(&self, build: &mut Build<'_>) -> InsecurePolicy {
        match &*self.insecure_edge_termination_policy {
            "" | "None" => InsecurePolicy::None,
            "Allow" => InsecurePolicy::Allow,
            "Redirect" => InsecurePolicy::Redirect,
            _ => {
                let path = "spec.tls.insecureEdgeTerminationPolicy";
                let what = "must be `None`, `Allow` or `Redirect`";
                build.issue("invalid-value", path, what);
                InsecurePolicy::None
            }
        }
    }
}

impl RawIngress<'_> {
    fn build(&self, build: &mut Build<'_>) -> RouteIngress {
        let mut conditions = self.conditions.iter();
        let admitted = conditions.find(|it| *it.kind == *"Admitted");
        RouteIngress {
            host: build.optional(&self.host),
            router: build.optional(&self.router_name),
            admitted: admitted.and_then(|it| match &*it.status {
                "True" => Some(true),
                "False" => Some(false),
                _ => None,
            }),
        }
    }
}
