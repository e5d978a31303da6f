//! Two policies of one name in one namespace.
//!
//! ## What it does
//! Reports two policies with the same namespace and name that say different things. Other objects
//! that are there twice are warnings.
//!
//! ## Why it matters
//! A namespace has one object of a name: whichever is applied last overwrites the other, and all that
//! only the other allowed or refused is gone.
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
//! Objects that say the same are one. Overlays of one application, such as for test and production,
//! are different clusters: give them to separate runs. Without a namespace in the manifest, the one of
//! the run is meant. Files that a `kustomization.yaml` below the same directory names as patches, and objects
//! with a `$patch`, are parts of objects: they are not read, and a note says so.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["duplicate-object"]);
