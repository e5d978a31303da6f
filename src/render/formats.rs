//! The formats of a matrix, which all hold the same connections, and those of answers.

use super::{csv, json, matrix, md, txt};
use crate::query::listing::Listing;
use crate::table::listed;
use std::io::{self, Write};

listed! {
    /// A format of the matrix.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum MatrixFormat {
        /// A table for people.
        Table,
        /// One line per pair, for grep and diff.
        Txt,
        /// Classes and rows, for machines.
        Json,
        /// One record per pair.
        Csv,
        /// A Markdown table, one row per pair.
        Md,
    }
}

impl MatrixFormat {
    /// What it is called on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Txt => "txt",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Md => "md",
        }
    }

    /// Writes a matrix. A table without rows is empty.
    ///
    /// # Errors
    /// Whatever writing to `out` returns.
    pub fn write(
        self,
        listing: &Listing,
        extent: matrix::Extent,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Self::Table => out.write_all(matrix::text(listing, extent).as_bytes()),
            Self::Txt => txt::write(listing, out),
            Self::Json => json::write_matrix(listing, out),
            Self::Csv => csv::write(listing, out),
            Self::Md => md::write(listing, out),
        }
    }
}

listed! {
    /// A format of an answer.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum AnswerFormat {
        /// For people.
        Text,
        /// For machines.
        Json,
        /// The same as YAML.
        Yaml,
    }
}

impl AnswerFormat {
    /// What it is called on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Yaml => "yaml",
        }
    }

    /// How its documents are written; none for people.
    pub fn style(self) -> Option<json::Style> {
        match self {
            Self::Text => None,
            Self::Json => Some(json::Style::Json),
            Self::Yaml => Some(json::Style::Yaml),
        }
    }
}
