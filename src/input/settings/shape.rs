//! The shape of a settings file: which fields there are, and of which type each is. What the types
//! cannot say is checked where the fields are read. `docs/schema/settings.json` says the same.

use crate::input::schema::Shape::{self, Any, Int32, Text};
use crate::input::schema::objects;

// `SETTINGS` is the shape of a `kind: Settings` document. There `1.36` is a number to YAML, and
// `1.30` would lose its zero; to YAML `off` is a boolean, so that `rules` have any value.
objects! {
    SETTINGS { apiVersion: Text, clusterDomain: Text, cni: Text, dns: DNS, exclude: [Text], failOn: Text,
        ingressControllers: [PODS], inventory: (TextOr COMPLETE), kind: Text, kubernetesVersion: Text,
        metadata: METADATA, nodeCIDRs: [Text], podCIDRs: [Text], rules: {Any}, serviceCIDRs: [Text] }
    METADATA { annotations: {Text}, labels: {Text}, name: Text }
    DNS { addresses: [Text], pods: PODS, ports: [Int32] }
    COMPLETE { complete: [Text] }
    PODS { namespace: Text, podSelector: SELECTOR }
    SELECTOR { matchExpressions: [EXPRESSION], matchLabels: {Text} }
    EXPRESSION { key: Text, operator: Text, values: [Text] }
}
