//! The shapes of Gateways, routes and what belongs to them, which are no kinds of Kubernetes itself.
//!
//! Sources: `gateway.networking.k8s.io/v1` with its experimental fields, and `route.openshift.io/v1`.
//! What is not read may hold anything.

use super::Shape::{self, Any, Int32, IntOrText, Text};
use super::objects;
use crate::model::RouteKind;

/// The shape of a route.
pub(super) fn of(kind: RouteKind) -> &'static Shape {
    match kind {
        RouteKind::Http => &HTTP_ROUTE,
        RouteKind::Grpc => &GRPC_ROUTE,
        RouteKind::Tls => &TLS_ROUTE,
        RouteKind::Tcp => &TCP_ROUTE,
    }
}

objects! {
    GATEWAY_CLASS { apiVersion: Text, kind: Text, metadata: Any, spec: GATEWAY_CLASS_SPEC, status: Any }
    GATEWAY_CLASS_SPEC { controllerName: Text, description: Text, parametersRef: Any }
    GATEWAY { apiVersion: Text, kind: Text, metadata: Any, spec: GATEWAY_SPEC, status: Any }
    GATEWAY_SPEC { addresses: [ADDRESS], allowedListeners: ALLOWED, backendTLS: Any, defaultScope: Text,
        gatewayClassName: Text, infrastructure: INFRASTRUCTURE, listeners: [LISTENER], tls: Any }
    ADDRESS { type: Text, value: Text }
    INFRASTRUCTURE { annotations: {Text}, labels: {Text}, parametersRef: Any }
    LISTENER { allowedRoutes: ALLOWED, hostname: Text, name: Text, port: Int32, protocol: Text, tls: LISTENER_TLS }
    LISTENER_TLS { certificateRefs: Any, frontendValidation: Any, mode: Text, options: {Text} }
    ALLOWED { kinds: [ALLOWED_KIND], namespaces: ALLOWED_NAMESPACES }
    ALLOWED_KIND { group: Text, kind: Text }
    ALLOWED_NAMESPACES { from: Text, selector: SELECTOR }
    SELECTOR { matchExpressions: [EXPRESSION], matchLabels: {Text} }
    EXPRESSION { key: Text, operator: Text, values: [Text] }

    HTTP_ROUTE { apiVersion: Text, kind: Text, metadata: Any, spec: HTTP_SPEC, status: Any }
    HTTP_SPEC { hostnames: [Text], parentRefs: [PARENT], rules: [HTTP_RULE], useDefaultGateways: Text }
    HTTP_RULE { backendRefs: [BACKEND], filters: [FILTER], matches: [HTTP_MATCH], name: Text, retry: Any,
        sessionPersistence: Any, timeouts: Any }
    HTTP_MATCH { headers: [VALUE], method: Text, path: VALUE, queryParams: [VALUE] }
    VALUE { name: Text, type: Text, value: Text }
    GRPC_ROUTE { apiVersion: Text, kind: Text, metadata: Any, spec: GRPC_SPEC, status: Any }
    GRPC_SPEC { hostnames: [Text], parentRefs: [PARENT], rules: [GRPC_RULE], useDefaultGateways: Text }
    GRPC_RULE { backendRefs: [BACKEND], filters: [FILTER], matches: [GRPC_MATCH], name: Text,
        sessionPersistence: Any }
    GRPC_MATCH { headers: [VALUE], method: GRPC_METHOD }
    GRPC_METHOD { method: Text, service: Text, type: Text }
    TLS_ROUTE { apiVersion: Text, kind: Text, metadata: Any, spec: TLS_SPEC, status: Any }
    TLS_SPEC { hostnames: [Text], parentRefs: [PARENT], rules: [PLAIN_RULE], useDefaultGateways: Text }
    TCP_ROUTE { apiVersion: Text, kind: Text, metadata: Any, spec: TCP_SPEC, status: Any }
    TCP_SPEC { parentRefs: [PARENT], rules: [PLAIN_RULE], useDefaultGateways: Text }
    PLAIN_RULE { backendRefs: [BACKEND], name: Text }
    PARENT { group: Text, kind: Text, name: Text, namespace: Text, port: Int32, sectionName: Text }
    BACKEND { filters: [FILTER], group: Text, kind: Text, name: Text, namespace: Text, port: Int32, weight: Int32 }
    FILTER { cors: Any, extensionRef: REFERENCE, externalAuth: Any, requestHeaderModifier: Any,
        requestMirror: MIRROR, requestRedirect: Any, responseHeaderModifier: Any, type: Text, urlRewrite: Any }
    REFERENCE { group: Text, kind: Text, name: Text }
    MIRROR { backendRef: BACKEND_OF_MIRROR, fraction: Any, percent: Int32 }
    BACKEND_OF_MIRROR { group: Text, kind: Text, name: Text, namespace: Text, port: Int32 }

    REFERENCE_GRANT { apiVersion: Text, kind: Text, metadata: Any, spec: GRANT_SPEC, status: Any }
    GRANT_SPEC { from: [GRANT_FROM], to: [REFERENCE] }
    GRANT_FROM { group: Text, kind: Text, namespace: Text }

    OPENSHIFT_ROUTE { apiVersion: Text, kind: Text, metadata: Any, spec: OPENSHIFT_SPEC, status: Any }
    OPENSHIFT_SPEC { alternateBackends: [TARGET], host: Text, httpHeaders: Any, path: Text, port: TARGET_PORT,
        subdomain: Text, tls: OPENSHIFT_TLS, to: TARGET, wildcardPolicy: Text }
    TARGET { kind: Text, name: Text, weight: Int32 }
    TARGET_PORT { targetPort: IntOrText }
    OPENSHIFT_TLS { caCertificate: Text, certificate: Text, destinationCACertificate: Text, externalCertificate: Any,
        insecureEdgeTerminationPolicy: Text, key: Text, termination: Text }
}
