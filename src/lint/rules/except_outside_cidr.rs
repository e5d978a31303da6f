//! An `except` that is not within its block.
//!
//! ## What it does
//! Reports an entry of `except` that is not strictly within the `cidr` beside it: one of other
//! addresses, one of the other IP family, the whole block, or more than the block.
//!
//! ## Why it matters
//! The API server refuses the policy, so it has no effect: what it should protect is open, and what it
//! should allow may be denied. Usually one of the two blocks has a typo.
//!
//! ## Example
//! ```yaml
//! - ipBlock:
//!     cidr: 10.0.0.0/16
//!     except: [10.1.0.0/24]
//! ```
//!
//! ## Use instead
//! ```yaml
//! - ipBlock:
//!     cidr: 10.0.0.0/8
//!     except: [10.1.0.0/24]
//! ```
//!
//! ## Limits
//! None: the API server has the same rule.

use crate::lint::rule::Check;

pub(super) const CHECK: Check = Check::Reading(&["except-outside-cidr"]);
