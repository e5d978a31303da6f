//! From the model to formulas: what the policies say of a flow of which the ends and the packet
//! are open.
//!
//! Written from `docs/semantics.md`, statement by statement, like `trace`, and sharing nothing with
//! it or with `compile`. Everything is a [`Tri`]: a formula for "surely" and one for "possibly", so
//! that what the input does not say stays open in a proof as it does in an answer (S5).
//!
//! A *case* fixes what kind of endpoint each end is and, for a pod that could exist, its namespace.
//! Everything else is a variable: its labels, its named ports, its address, protocol and port.
//! Variables of one end have the same names in every case. So two cases that the policies cannot
//! tell apart give the same formula, and the second is not even asked about.

mod encoder;
mod end;
mod exempt;
mod flow;
mod meaning;
mod packet;
mod peer;
mod rules;
mod switch;
mod switched;
mod tiers;
mod tri;
mod variables;

pub use encoder::Encoder;
pub(super) use end::known_addresses;
pub use end::{End, Home, Side, Who};
pub use meaning::{AsDocumented, LabelRange, Meaning};
pub use packet::{protocol_number, protocol_of};
pub use switch::{Field, Goal, Switch, SwitchRole};
pub(super) use tiers::policies_over;
pub use tri::{Half, Reading, Tri};
pub(super) use variables::What;
