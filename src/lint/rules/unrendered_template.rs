//! A template that was not rendered.
//!
//! ## What it does
//! Reports `{{ … }}`, `${NAME}` and `<no value>` where they make a manifest invalid.
//!
//! ## Why it matters
//! The checked text is not the text that will be applied. Go templates write `<no value>` for a value
//! that was not set.
//!
//! ## Example
//! ```yaml
//! metadata:
//!   name: "{{ .Release.Name }}-db"
//! ```
//!
//! ## Use instead
//! ```yaml
//! # helm template . | netpolc lint -
//! metadata:
//!   name: shop-db
//! ```
//!
//! ## Limits
//! Such text is fine in annotations and other free-form values, so it is only reported where it is
//! invalid. Where a directory that is read holds Helm charts (a `Chart.yaml`, and `templates` beside it)
//! and manifests beside these, each chart is one note, whatever cannot be read in its templates: it is
//! kept there to be rendered, and says nothing about the manifests. If there is nothing else to read, or a
//! template is named as a file, it is an error as everywhere.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["unrendered-template"]);
