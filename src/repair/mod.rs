//! The smallest changes of policies that let through what they refuse, and the smallest removals that
//! refuse what they let through.
//!
//! ```text
//! yaml      what is to be written, as YAML to paste
//! peer      whom a rule has to name for an end of a flow
//! change    what is added to a policy
//! candidates  what could be
//! absorb    several changes that are one
//! text      the same as a change of the manifest's text
//! closing   what is taken out
//! gains     what else passes after a change: the difference of two matrices
//! ```
//!
//! Nothing here is believed: whoever shows a change has `trace` judge the flow after it.

#![deny(clippy::wildcard_enum_match_arm)]

mod absorb;
mod candidates;
mod change;
mod closing;
mod gains;
mod peer;
mod text;
mod yaml;

pub use absorb::absorb;
pub use candidates::candidates;
pub use change::{Add, Change, Kind, NewRule};
pub use closing::{Removal, removals};
pub use gains::{Gain, Meaning, gains};
pub use peer::{Meant, Wanted};
pub use text::edit;
pub(crate) use yaml::quoted;
