//! The shapes of the cluster-wide policies of `policy.networking.k8s.io`, which are no kinds of Kubernetes
//! itself.
//!
//! Sources: the custom resource definitions of both channels: v1alpha1 for AdminNetworkPolicy and
//! BaselineAdminNetworkPolicy, v1alpha2 for ClusterNetworkPolicy. What only the experimental channel has
//! (`nodes`, `domainNames`, named ports) is among the fields.

use super::Shape::{self, Any, Int32, Text};
use super::objects;
use super::shapes::{LABEL_SELECTOR, OBJECT_META};

objects! {
    ADMIN { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: ADMIN_SPEC, status: Any }
    ADMIN_SPEC { egress: [ADMIN_EGRESS], ingress: [ADMIN_INGRESS], priority: Int32, subject: SUBJECT }
    ADMIN_INGRESS { action: Text, from: [INGRESS_PEER], name: Text, ports: [PORT] }
    ADMIN_EGRESS { action: Text, name: Text, ports: [PORT], to: [EGRESS_PEER] }

    BASELINE { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: BASELINE_SPEC, status: Any }
    BASELINE_SPEC { egress: [BASELINE_EGRESS], ingress: [ADMIN_INGRESS], subject: SUBJECT }
    BASELINE_EGRESS { action: Text, name: Text, ports: [PORT], to: [BASELINE_EGRESS_PEER] }
    BASELINE_EGRESS_PEER { namespaces: LABEL_SELECTOR, networks: [Text], nodes: LABEL_SELECTOR, pods: PODS }

    CLUSTER { apiVersion: Text, kind: Text, metadata: OBJECT_META, spec: CLUSTER_SPEC, status: Any }
    CLUSTER_SPEC { egress: [CLUSTER_EGRESS], ingress: [CLUSTER_INGRESS], priority: Int32, subject: SUBJECT, tier: Text }
    CLUSTER_INGRESS { action: Text, from: [INGRESS_PEER], name: Text, protocols: [PROTOCOL] }
    CLUSTER_EGRESS { action: Text, name: Text, protocols: [PROTOCOL], to: [EGRESS_PEER] }

    SUBJECT { namespaces: LABEL_SELECTOR, pods: PODS }
    PODS { namespaceSelector: LABEL_SELECTOR, podSelector: LABEL_SELECTOR }
    INGRESS_PEER { namespaces: LABEL_SELECTOR, pods: PODS }
    EGRESS_PEER { domainNames: [Text], namespaces: LABEL_SELECTOR, networks: [Text], nodes: LABEL_SELECTOR, pods: PODS }

    PORT { namedPort: Text, portNumber: PORT_NUMBER, portRange: PORT_RANGE }
    PORT_NUMBER { port: Int32, protocol: Text }
    PORT_RANGE { end: Int32, protocol: Text, start: Int32 }

    PROTOCOL { destinationNamedPort: Text, sctp: TRANSPORT, tcp: TRANSPORT, udp: TRANSPORT }
    TRANSPORT { destinationPort: DESTINATION_PORT }
    DESTINATION_PORT { number: Int32, range: RANGE }
    RANGE { end: Int32, start: Int32 }
}
