//! A suppression that suppresses nothing.
//!
//! ## What it does
//! Reports an annotation `netpolc.io/ignore` or a comment `# netpolc: ignore[…]` that matches no
//! finding, names no rule, or cannot be parsed.
//!
//! ## Why it matters
//! A stale suppression hides the next finding of its rule, which may be a different mistake. A misspelt
//! one hides nothing, but looks as if it did.
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
//! Only reported if the rule was checked: not with `--only` for other rules, and not if the input lacks
//! what the rule needs. An unused `all` is not reported.

use crate::lint::rule::Check;

// Found where findings are held against suppressions, after all other rules.
pub(super) const CHECK: Check = Check::Reading(&[]);
