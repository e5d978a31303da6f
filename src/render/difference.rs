//! What differs between two clusters: one file per format.

mod csv;
mod graph;
mod md;
mod text;
mod told;
mod txt;

pub use told::{Told, Unknown};

use super::json;
use crate::table::listed;
use std::io::{self, Write};

listed! {
    /// A format of a comparison.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum DiffFormat {
        /// For people, by cause.
        Text,
        /// One line per pair, for grep.
        Txt,
        /// A comment on a pull request.
        Md,
        /// For machines.
        Json,
        /// One record per pair.
        Csv,
        /// The changed edges, for Graphviz.
        Dot,
        /// The changed edges, for Mermaid.
        Mermaid,
    }
}

impl DiffFormat {
    /// What it is called on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Txt => "txt",
            Self::Md => "md",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Dot => "dot",
            Self::Mermaid => "mermaid",
        }
    }

    /// Whether it says something of pods that could be created.
    pub fn tells_possible(self) -> bool {
        match self {
            Self::Text | Self::Md | Self::Json => true,
            Self::Txt | Self::Csv | Self::Dot | Self::Mermaid => false,
        }
    }

    /// Writes a comparison.
    ///
    /// # Errors
    /// Whatever writing to `out` returns.
    pub fn write(self, told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Text => out.write_all(text::text(told).as_bytes()),
            Self::Txt => txt::write(told, out),
            Self::Md => out.write_all(md::text(told).as_bytes()),
            Self::Json => json::write_diff(told, out),
            Self::Csv => csv::write(told, out),
            Self::Dot => out.write_all(graph::to_dot(told).as_bytes()),
            Self::Mermaid => out.write_all(graph::to_mermaid(told).as_bytes()),
        }
    }
}
