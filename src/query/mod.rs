//! Questions about reachability: `can A reach B`, and what policies say of a pod.
//!
//! The ends of a question as `endpoint` finds them, alike ones taken together (`member`), each pair
//! judged by `trace` on a representative ([`can`]).
//! Results are plain data; `render::text` puts them into words.

#![deny(clippy::wildcard_enum_match_arm)]

pub mod about;
pub mod answer;
mod balancer;
pub mod can;
pub mod changes;
mod checked;
mod compared;
mod cost;
mod ends;
pub mod exposure;
pub mod filter;
mod leg;
mod lines;
pub mod listing;
mod looks;
mod member;
pub mod narrow;
pub mod overview;
mod parts;
pub mod plugins;
mod ports;
pub mod reasons;
pub mod repair;
mod sealed;
mod sides;
mod sight;
pub mod standing;
mod summary;
mod sure;
mod traces;
mod traffic;
mod translated;
pub mod unlisted;
mod vantage;
mod ways;

pub use answer::{
    Answer, Leg, Looks, Mode, PAIRS, Pair, Place, Question, Refusal, Side, Standing, Translation,
    Without,
};
pub use can::ask;
pub use compared::without;
