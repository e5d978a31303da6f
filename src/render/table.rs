//! Tables for terminals. Only this file names comfy-table.

use super::visible;
use comfy_table::{ColumnConstraint, ContentArrangement, Width, presets};

/// The longest word that is kept in one piece: `NAMESPACE/NAME[StatefulSet]` at its longest.
const LONGEST: usize = 63 + 1 + 253 + "[StatefulSet]".len();

/// A table with `header` and `rows` in at most `width` columns, ending in a line break. Words are not
/// broken: it is wider where they need more. Cells may have several lines; unsafe characters in them
/// are written out.
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
    let longest_word = |cell: &str| {
        let words = cell.split_whitespace().map(|word| word.chars().count());
        words.max().unwrap_or(0)
    };
    let mut longest: Vec<usize> = header.iter().map(|cell| longest_word(cell)).collect();
    for row in rows {
        for (most, cell) in longest.iter_mut().zip(row) {
            *most = longest_word(cell).max(*most);
        }
    }
    // comfy-table adds to the width of cells without a check where there are bounds.
    let mut cells = rows.iter().flatten();
    if cells.any(|cell| cell.len() > usize::from(u16::MAX / 2)) {
        longest.clear();
    }
    for (column, most) in table.column_iter_mut().zip(longest) {
        // The spaces on both sides count.
        let most = u16::try_from(most.min(LONGEST) + 2).unwrap_or(u16::MAX);
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(most)));
    }
    table.lines().flat_map(|line| [line, "\n".into()]).collect()
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn words_are_kept_in_one_piece_in_narrow_tables() {
        let rows = vec![vec![
            "shop/a-long-name[Deployment]".to_owned(),
            "TCP 80, TCP 443".to_owned(),
        ]];
        let text = table(&["FROM", "CONNECTIONS"], &rows, 20);
        assert!(text.contains("shop/a-long-name[Deployment]"), "{text}");
        assert!(text.contains("CONNECTIONS"), "{text}");
        assert!(text.contains("TCP 80,"), "{text}");
    }

    #[test]
    fn a_word_without_end_makes_no_table_without_end() {
        let rows = vec![vec!["a".repeat(100_000)], vec!["b".to_owned()]];
        let text = table(&["NAME"], &rows, 80);
        assert!(text.len() < 4 * 100_000 + 10_000, "{}", text.len());
    }
}
