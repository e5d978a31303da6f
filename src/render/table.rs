//! Tables for terminals. Only this file names comfy-table.

use super::visible;
use comfy_table::{ContentArrangement, presets};

/// A table with `header` and `rows` in at most `width` columns, ending in a line break. Cells may
/// have several lines; unsafe characters in them are written out.
pub fn table(header: &[&str], rows: &[Vec<String>], width: usize) -> String {
    let cell = |text: &str| text.split('\n').map(visible).collect::<Vec<_>>().join("\n");
    let mut table = comfy_table::Table::new();
    table
        .load_style(presets::UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .force_no_tty()
        .set_width(u16::try_from(width).unwrap_or(u16::MAX))
        .set_header(header.iter().map(|text| cell(text)));
    for row in rows {
        table.add_row(row.iter().map(|text| cell(text)));
    }
    table.lines().flat_map(|line| [line, "\n".into()]).collect()
}
