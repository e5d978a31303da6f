//! Two policies, or other objects, of one name in one namespace.
//!
//! ## What it does
//! Reports two policies with the same namespace and name that have different content; likewise for
//! workloads, Pods, Services, Namespaces and Nodes. Both are ignored.
//!
//! ## Why it matters
//! A namespace can have only one object of a kind with this name. Whichever is applied last overwrites
//! the other, and everything that only the other allowed or denied is lost.
//!
//! ## Example
//! ```yaml
//! metadata: {name: db, namespace: shop}   # in db.yaml
//! metadata: {name: db, namespace: shop}   # in web.yaml, with other rules
//! ```
//!
//! ## Use instead
//! ```yaml
//! metadata: {name: db, namespace: shop}
//! metadata: {name: web, namespace: shop}
//! ```
//!
//! ## Limits
//! Objects that say the same are one, also where an API server tells more of one than its manifest does:
//! addresses, its node, its owner. A workload without `selector` or template, a Pod without containers and a
//! Service without ports is a patch where a whole one of its name is there. Overlays of one application, such as for test and production,
//! are different clusters: give them to separate runs. Without a namespace in the manifest, the one of
//! the run is meant; but where the two stand in different directories, as bases do that are applied to a
//! namespace each, it is a note. Files that a `kustomization.yaml` below the same directory names as patches, and objects
//! with a `$patch`, are parts of objects: they are not read, and a note says so.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["duplicate-object"]);
