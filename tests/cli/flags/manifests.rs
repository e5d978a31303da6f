//! Manifests over which every flag shows.

/// Pods of one node with addresses, and who reaches the database.
pub(super) const PLAIN: &str = "\
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {addresses: [{type: InternalIP, address: 192.168.0.1}]}
---
apiVersion: v1
kind: Node
metadata: {name: n2}
status: {addresses: [{type: InternalIP, address: 192.168.0.2}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: far}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {nodeName: n1, containers: [{name: c, image: c}]}
status: {podIP: 10.0.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: other, labels: {app: other}}
spec: {nodeName: n2, containers: [{name: c, image: c}]}
status: {podIP: 10.0.0.2}
---
apiVersion: v1
kind: Pod
metadata: {name: db, labels: {app: db}}
spec: {nodeName: n2, containers: [{name: c, image: c, ports: [{name: sql, containerPort: 5432}]}]}
status: {podIP: 10.0.0.3}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]
---
";

/// Another database, and a policy that lets everyone in.
pub(super) const MORE: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: db-2, labels: {app: db}}
spec: {nodeName: n2, containers: [{name: c, image: c}]}
status: {podIP: 10.0.0.4}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: opened}
spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}
---
";

/// A policy that lets nobody in.
pub(super) const SHUT: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut}
spec: {podSelector: {matchLabels: {app: other}}, policyTypes: [Ingress], ingress: []}
---
";

/// Names that another namespace has, too.
pub(super) const FAR: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: far, labels: {app: db}}
spec: {nodeName: n2, containers: [{name: c, image: c}]}
status: {podIP: 10.0.0.5}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: far}
spec: {podSelector: {}, policyTypes: [Ingress], ingress: []}
---
";

/// A policy of which something is said.
pub(super) const NOTED: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: noted, uid: 5d4f}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress: [{from: [{ipBlock: {cidr: 10.9.0.1/16}}]}]
---
";

/// A policy that only older servers take.
pub(super) const OLDER: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: older}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress: [{from: [{ipBlock: {cidr: 10.9.0.1/16}}]}]
---
";

/// A policy with a mistake.
pub(super) const BROKEN: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: broken}
spec: {podSelector: {}, ingress: [{ports: [{port: 99999}]}]}
---
";

/// A policy with a field that is misspelt, and a cause for `--fix`.
pub(super) const MISSPELT: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: misspelt}
spec: {podSelectr: {}, policyTypes: [Ingress]}
---
";

/// Cluster-wide policies of v1alpha1, of which the baseline denies what NetworkPolicies can deny.
pub(super) const ADMIN: &str = "\
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: first}
spec: {priority: 1, subject: {namespaces: {}}, ingress: [{action: Pass, from: [{namespaces: {}}]}]}
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec:
  subject: {namespaces: {}}
  egress:
  - action: Allow
    to: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}}]
    ports: [{portRange: {start: 1, end: 100}}]
  - {action: Deny, to: [{namespaces: {}}, {networks: [0.0.0.0/0, '::/0']}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
  - to: [{namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}]
    ports: [{port: 1, endPort: 50}, {port: 51, endPort: 100}]
---
";

pub(super) const SAME: &str = "\
apiVersion: netpolc/v1
kind: Intents
intents:
  - {name: same, expect: equal, policies: named.yaml}
  - {name: alone, expect: denied, from: other, to: 'db:5432'}
";
