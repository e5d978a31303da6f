//! The shape of a file of intents: which fields there are, and of which type each is. What the
//! types cannot say is checked where the fields are read. `docs/schema/intents.json` says the same.

use crate::input::schema::Shape::{self, Int32, IntOrText, Text};
use crate::input::schema::objects;

// `INTENTS` is the shape of a `kind: Intents` document.
objects! {
    INTENTS { apiVersion: Text, assume: [ASSUMPTION], intents: [INTENT], kind: Text, metadata: METADATA,
        podNetworks: [Text] }
    METADATA { annotations: {Text}, labels: {Text}, name: Text }
    ASSUMPTION { always: SELECTOR, pods: PODS }
    INTENT { differentLabels: [Text], directions: [Text], expect: Text, from: (OneOrMany (TextOr ENTRY)),
        name: Text, pods: (OneOrMany (TextOr ENTRY)), policies: Text, policy: Text, ports: [PORT], rule: Text,
        sameLabels: [Text], scope: Text, to: (OneOrMany (TextOr ENTRY)) }
    ENTRY { ipBlock: BLOCK, namespace: Text, namespaceSelector: SELECTOR, podSelector: SELECTOR }
    PODS { namespace: Text, namespaceSelector: SELECTOR, podSelector: SELECTOR }
    BLOCK { cidr: Text, except: [Text] }
    SELECTOR { matchExpressions: [EXPRESSION], matchLabels: {Text} }
    EXPRESSION { key: Text, operator: Text, values: [Text] }
    PORT { endPort: Int32, port: IntOrText, protocol: Text }
}
