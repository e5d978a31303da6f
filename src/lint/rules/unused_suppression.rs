//! A suppression that suppresses nothing.
//!
//! ## What it does
//! Reports an annotation `netpolc.io/ignore` or a comment `# netpolc: ignore[…]` that no finding
//! answers to, that names no rule, or that cannot be understood.
//!
//! ## Why it matters
//! A suppression that is left behind hides the next finding of its rule, which is another one. One that
//! is misspelt hides nothing, and whoever reads it believes that it does.
//!
//! ## Example
//! ```yaml
//! metadata:
//!   annotations:
//!     netpolc.io/ignore: "NP0017=both are meant"
//! ```
//!
//! ## Use instead
//! ```yaml
//! metadata:
//!   annotations:
//!     netpolc.io/ignore: "NP017=both are meant"
//! ```
//!
//! ## Limits
//! Whether a suppression is used is only said where its rule was checked: not with `--only` for other
//! rules, and not where the input lacks what the rule needs. Nothing is said of an unused `all`.

use crate::lint::rule::Check;

// Found where findings are held against suppressions, after all other rules.
pub(super) const CHECK: Check = Check::Reading(&[]);
