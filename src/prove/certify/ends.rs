//! Who stands at the two ends.

use super::view::Stand;
use crate::emit::read::PacketEnd;
use crate::model::Direction;
use crate::prove::encode::Side;

/// Who stands at the two ends.
#[derive(Clone, Copy)]
pub(super) struct Ends<'r> {
    pub(super) source: &'r Stand<'r>,
    pub(super) destination: &'r Stand<'r>,
}

impl<'r> Ends<'r> {
    pub(super) fn subject(self, direction: Direction) -> &'r Stand<'r> {
        match direction {
            Direction::Egress => self.source,
            Direction::Ingress => self.destination,
        }
    }

    pub(super) fn at(self, end: PacketEnd) -> &'r Stand<'r> {
        match end {
            PacketEnd::Source => self.source,
            PacketEnd::Destination => self.destination,
        }
    }

    /// As the encoder of policies has them.
    pub(super) fn sides(self) -> (&'r Side<'r>, &'r Side<'r>) {
        (&self.source.side, &self.destination.side)
    }
}
